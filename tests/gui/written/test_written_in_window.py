"""Stars, colours and keywords in the window: read by itself, clicked, made into labels, undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu

from photosort.core.xmp.packet import merged
from tests.core.xmp.examples import write_sidecar
from tests.gui.conftest import Desk
from tests.pictures import picture, save_photo


@pytest.fixture
def rated(tmp_path: Path) -> Path:
    """Five photos, four of them with something written."""
    folder = tmp_path / "Rated"
    for seed, name in enumerate(("rome", "paris", "both", "plain")):
        save_photo(folder / f"{name}.jpg", seed)
    write_sidecar(folder / "rome.jpg.xmp", "Places|Rome", rating=4, label="Red")
    write_sidecar(folder / "paris.xmp", "Places|Paris", rating=-1)
    write_sidecar(folder / "both.jpg.xmp", "Places|Rome", "Places|Paris", rating=2)
    picture(9).save(folder / "inside.jpg", xmp=merged(None, ["boat &amp; <sea>"]))
    return folder


def click(desk: Desk, key: str) -> None:
    groups = desk.window.groups
    item = groups.item(key)
    groups.tree.scrollToItem(item)
    where = groups.tree.visualItemRect(item).center()
    QTest.mouseClick(groups.tree.viewport(), Qt.MouseButton.LeftButton, pos=where)


def menu_of(desk: Desk, key: str) -> QMenu:
    menu = desk.window.groups.about_menu(key)
    assert menu is not None
    return menu


def trigger(menu: QMenu, words: str) -> None:
    [action] = [action for action in menu.actions() if words in action.text()]
    action.trigger()
    menu.close()


def labels(desk: Desk, classifier: str) -> dict[str, str]:
    root_id = desk.session.root_id
    assert root_id is not None
    found = desk.window._catalog.labels(root_id, classifier)
    return {desk.session.photo(photo_id).name: label for photo_id, label in found.items()}


def titles(desk: Desk) -> set[str]:
    return {section.title for section in desk.window.groups.sections}


def facts(desk: Desk) -> dict[str, str]:
    texts = [label.text() for label in desk.window.details.facts.findChildren(QLabel)]
    return dict(zip(texts[::2], texts[1::2], strict=True))


def test_what_other_programs_wrote_can_be_clicked(desk: Desk, rated: Path) -> None:
    desk.open(rated)
    desk.until(lambda: {"Rating", "Colour label", "Keywords"} <= titles(desk))

    click(desk, "rating/2")
    assert sorted(desk.names()) == ["both.jpg", "rome.jpg"]
    click(desk, "rating/rejected")
    assert desk.names() == ["paris.jpg"]
    click(desk, "colour/red")
    assert desk.names() == ["rome.jpg"]
    click(desk, "keyword/places")
    assert sorted(desk.names()) == ["both.jpg", "paris.jpg", "rome.jpg"]
    click(desk, "keyword/places|paris")
    assert sorted(desk.names()) == ["both.jpg", "paris.jpg"]
    click(desk, "everything")
    assert len(desk.names()) == 5


def test_a_keyword_is_found_by_typing(desk: Desk, rated: Path) -> None:
    desk.open(rated)
    desk.until(lambda: "Keywords" in titles(desk))
    desk.window.filters.search.setText("paris")
    assert sorted(desk.names()) == ["both.jpg", "paris.jpg"]


def test_the_details_tell_it(desk: Desk, rated: Path) -> None:
    desk.open(rated)
    desk.window.grid.select_ids([desk.id_of("rome.jpg")])
    desk.until(lambda: facts(desk).get("Keywords") == "Places \u203a Rome")
    assert facts(desk)["Rating"] == "★★★★☆"
    assert facts(desk)["Colour label"] == "red"
    desk.window.grid.select_ids([desk.id_of("plain.jpg")])
    desk.until(lambda: "Size" in facts(desk) and "Keywords" not in facts(desk))


def test_a_damaged_sidecar_is_told(desk: Desk, rated: Path) -> None:
    (rated / "plain.jpg.xmp").write_bytes((rated / "rome.jpg.xmp").read_bytes()[:-20])
    desk.open(rated)
    desk.window.grid.select_ids([desk.id_of("plain.jpg")])
    desk.until(lambda: "plain.jpg.xmp says nothing: it is damaged" in facts(desk).get("Sidecar", ""))


def test_what_changes_on_the_disk_is_read_again(desk: Desk, rated: Path) -> None:
    desk.open(rated)
    desk.until(lambda: "Keywords" in titles(desk))
    write_sidecar(rated / "plain.jpg.xmp", "new", rating=5)
    desk.window.commands.rescan.trigger()
    desk.settle()
    desk.until(lambda: any(line.key == "rating/5" for one in desk.window.groups.sections for line in one.lines))
    click(desk, "keyword/new")
    assert desk.names() == ["plain.jpg"]


def test_it_is_there_at_once_the_next_time(desk: Desk, rated: Path) -> None:
    desk.open(rated)
    desk.until(lambda: "Keywords" in titles(desk))
    desk.window.open_target(None)
    desk.until(lambda: desk.window.session is None)
    rated.rename(rated.parent / "Away")
    desk.open(rated)
    assert desk.session.away
    desk.until(lambda: "Keywords" in titles(desk))


def test_photos_with_a_keyword_are_labelled_and_it_is_undone(desk: Desk, rated: Path) -> None:
    desk.open(rated)
    desk.until(lambda: "Keywords" in titles(desk))

    trigger(menu_of(desk, "keyword/places|rome"), "Rome")
    desk.until(desk.window.status.notice.isVisible)
    desk.settle()
    assert labels(desk, "keywords") == {"rome.jpg": "Rome", "both.jpg": "Rome"}
    assert desk.window.status.notice.words.text() == "Labelled 2 photos “Rome”."
    assert "label 2 photos as Rome" in desk.window.commands.undo.text()

    desk.window.status.notice.action_button.click()
    desk.until(lambda: labels(desk, "keywords") == {})
    assert not desk.window.status.notice.isVisible()


def test_every_photo_is_labelled_by_what_is_below_a_keyword(desk: Desk, rated: Path) -> None:
    desk.open(rated)
    desk.until(lambda: "Keywords" in titles(desk))

    trigger(menu_of(desk, "keyword/places"), "below")
    desk.until(desk.window.status.notice.isVisible)
    assert labels(desk, "keywords") == {"rome.jpg": "Rome", "paris.jpg": "Paris"}
    assert "1 with several keywords" in desk.window.status.notice.words.toolTip()
    desk.settle()


@pytest.mark.parametrize(
    ("section", "classifier", "wanted"),
    [
        ("rating", "rating", {"rome.jpg": "4 stars", "both.jpg": "2 stars", "paris.jpg": "rejected"}),
        ("colour label", "colour label", {"rome.jpg": "red"}),
    ],
)
def test_stars_and_colours_become_labels(
    desk: Desk, rated: Path, section: str, classifier: str, wanted: dict[str, str]
) -> None:
    desk.open(rated)
    desk.until(lambda: "Colour label" in titles(desk))

    trigger(menu_of(desk, f"section:{section}"), "Label every photo")
    desk.until(desk.window.status.notice.isVisible)
    assert labels(desk, classifier) == wanted
    desk.settle()


def test_the_menu_makes_labels_of_keywords(desk: Desk, rated: Path) -> None:
    entry = desk.window.commands.labels_from_keywords
    assert not entry.isEnabled()
    desk.open(rated)
    desk.until(entry.isEnabled)

    entry.trigger()
    desk.until(desk.window.status.notice.isVisible)
    found = labels(desk, "keywords")
    assert found.pop("inside.jpg") == "boat &amp; <sea>"
    assert set(found.values()) == {"Places"}
    desk.settle()


def test_no_file_is_read_while_files_are_moved(desk: Desk, rated: Path) -> None:
    for seed in range(40):
        save_photo(rated / f"more{seed}.jpg", 20 + seed)
    desk.open(rated)
    for seed in range(40):
        write_sidecar(rated / f"more{seed}.jpg.xmp", "late")
    desk.window.commands.rescan.trigger()
    desk.session.hold()
    desk.until(lambda: desk.session.still)
    assert not desk.session.analysing
    desk.session.go_on()
    desk.settle()
    desk.until(lambda: "keyword/late" in {line.key for one in desk.window.groups.sections for line in one.lines})


def test_no_file_is_touched_by_it(desk: Desk, rated: Path) -> None:
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in rated.iterdir()}
    desk.open(rated)
    desk.until(desk.window.commands.labels_from_keywords.isEnabled)
    desk.window.commands.labels_from_keywords.trigger()
    desk.until(desk.window.status.notice.isVisible)
    desk.settle()
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in rated.iterdir()} == before
