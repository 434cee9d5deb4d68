"""What kind of photo it is comes first: how a folder is shown at first sight, and what is told of which photos."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from photosort.core.arrange import Arrangement, Grouping
from photosort.core.asking import AskedOf
from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths
from photosort.gui.line_delegate import COUNT
from photosort.gui.photo_model import TILE_ROLE
from photosort.ml import heads
from photosort.ml.heads import HeadOutput
from tests.gui.conftest import Desk

SORTS = ("people", "animal", "place", "food")
SPOTS = ("oasis", "reef")
RULES = {"spots": AskedOf("sorts", ("place",))}
"""Classifiers of our own beside the bundled ones, whose guesses are nothing to build a test on."""


def guess(catalog: Catalog, root_id: int, name: str, title: str, labels: tuple[str, ...], said: list[str]) -> int:
    """Let a classifier of ours have looked at the photos, beside those that are bundled."""
    backbone_id = next(row.backbone_id for row in catalog.classifiers())
    classifier = catalog.register_classifier(name, "of the test", backbone_id, labels, title)
    index = np.array([labels.index(label) for label in said], np.int16)
    shares = np.full((len(said), len(labels)), 0.05 / (len(labels) - 1), np.float32)
    shares[np.arange(len(said)), index] = 0.95
    output = HeadOutput(
        label_index=index,
        confidence=np.full(len(said), 0.95, np.float32),
        known=np.ones(len(said), np.float32),
        verdict=np.zeros(len(said), np.uint8),
        probabilities=shares,
    )
    listing = catalog.listing(root_id)
    ids = np.array([i for i, failed in zip(listing.ids.tolist(), listing.failed.tolist(), strict=True) if not failed])
    catalog.store_predictions(classifier, ids, output)
    catalog.flush()
    return classifier


@pytest.fixture
def album_of_sorts(
    desk_on: Callable[[Path], Desk],
    seen_album: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[list[str]], Desk]:
    """Opens an album whose six summer photos and six winter photos are of the kinds given, all of them an oasis."""
    monkeypatch.setattr(heads, "asked_of", lambda: RULES)
    folder, known = seen_album

    def open_album(kinds: list[str]) -> Desk:
        copied = shutil.copytree(known, tmp_path / "catalog")
        with Catalog(UserPaths.below(copied).data if (copied / "data").is_dir() else copied) as catalog:
            root_id = catalog.find_root(folder)
            assert root_id is not None
            spots = guess(catalog, root_id, "spots", "Spot", SPOTS, ["oasis"] * 12)
            sorts = guess(catalog, root_id, "sorts", "Sort", SORTS, kinds)
            catalog.serve(root_id, [sorts, spots], catalog.classifiers()[0].backbone_id)
        desk = desk_on(copied)
        desk.open(folder, arranged=False)
        return desk

    return open_album


MIXED = ["place"] * 6 + ["food"] * 4 + ["people"] * 2


def lines(desk: Desk, section: str) -> dict[str, str]:
    """The lines of a section of the left panel with their counts; none before it is there."""
    if all(shown.key != section for shown in desk.window.groups.sections):
        return {}
    head = desk.window.groups.item(f"section:{section}")
    found = [head.child(row) for row in range(head.childCount())]
    return {item.text(0): item.data(0, COUNT) for item in found if item is not None}


def _tells(desk: Desk, headings: list[str]) -> bool:
    return told_of_ours(captions(desk)) == headings


def told_of_ours(headings: Iterable[str]) -> list[str]:
    return [heading for heading in headings if heading.startswith(("SORT", "SPOT"))]


def captions(desk: Desk) -> list[str]:
    return [one.text() for one in desk.window.details.guesses.findChildren(QLabel) if not one.isHidden()]


def test_a_folder_that_nobody_arranged_goes_by_what_is_in_it(album_of_sorts: Callable[[list[str]], Desk]) -> None:
    desk = album_of_sorts(MIXED)
    assert desk.groups() == {"place": 6, "food": 4, "people": 2, "could not be read": 1}
    assert desk.window.bar.group_button.text().startswith("Group: Sort")
    desk.until(lambda: lines(desk, "sorts") == {"place": "6", "food": "4", "people": "2"})
    tops = [desk.window.groups.tree.topLevelItem(row) for row in range(3)]
    sections = [top.text(0) for top in tops if top is not None]
    assert sections == ["All photos", "Sort", "Spot"]
    assert lines(desk, "spots") == {"oasis": "6", "other sorts": "6"}


def test_the_persons_arrangement_stays(album_of_sorts: Callable[[list[str]], Desk]) -> None:
    desk = album_of_sorts(MIXED)
    next(action for action in desk.window.commands.group_menu.actions() if action.text() == "None").trigger()
    folder = desk.session.folder
    desk.window.open_target(None)
    desk.until(lambda: desk.window.session is None)
    desk.open(folder, arranged=False)
    assert desk.groups() == {"All photos": 13}


def test_an_album_of_places_goes_by_spot_only_if_that_tells_more(album_of_sorts: Callable[[list[str]], Desk]) -> None:
    desk = album_of_sorts(["place"] * 12)
    # Every one an oasis: neither would make two groups.
    assert desk.groups() == {"All photos": 13}


def test_by_spot_the_rest_stands_at_the_end(album_of_sorts: Callable[[list[str]], Desk]) -> None:
    desk = album_of_sorts(MIXED)
    next(action for action in desk.window.commands.group_menu.actions() if action.text() == "Spot").trigger()
    assert list(desk.groups().items()) == [("oasis", 6), ("other sorts", 6), ("could not be read", 1)]
    words = {name: tile_word(desk, name) for name in ("s0.jpg", "w5.jpg")}
    assert words == {"s0.jpg": "", "w5.jpg": "people"}


def tile_word(desk: Desk, name: str) -> str:
    model = desk.window.grid.photos
    assert model is not None
    found: Any = model.data(model.index(model.row_of_id(desk.id_of(name)), 0), TILE_ROLE)
    return str(found.text.word)


def test_a_spot_is_shown_of_a_place_only(album_of_sorts: Callable[[list[str]], Desk]) -> None:
    desk = album_of_sorts(MIXED)
    model = desk.window.grid.photos
    assert model is not None
    for name, told in (("s0.jpg", ["SORT", "SPOT"]), ("w5.jpg", ["SORT"])):
        photo_id = desk.id_of(name)
        desk.window.grid.select_ids(np.array([photo_id]))
        desk.until(partial(_tells, desk, told))
        tip = model.data(model.index(model.row_of_id(photo_id), 0), Qt.ItemDataRole.ToolTipRole)
        assert told_of_ours(line.partition(":")[0].upper() for line in tip.splitlines()) == told
    desk.window.grid.clearSelection()
    desk.until(lambda: told_of_ours(captions(desk)) == ["SORT", "SPOT \N{MIDDLE DOT} 6 PHOTOS"])


def test_a_filter_by_spot_finds_places_only(album_of_sorts: Callable[[list[str]], Desk]) -> None:
    desk = album_of_sorts(MIXED)
    QTest.keyClicks(desk.window.filters.search, "oasis")
    assert sorted(desk.names()) == [f"s{n}.jpg" for n in range(6)]


def test_a_table_carries_every_guess(album_of_sorts: Callable[[list[str]], Desk], tmp_path: Path) -> None:
    desk = album_of_sorts(MIXED)
    presenter = desk.window._folders.presenter
    assert presenter is not None
    presenter.export_table(tmp_path / "table.csv")
    desk.until((tmp_path / "table.csv").exists)
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["spots"] for row in rows if row["path"] != "broken.jpg"] == ["oasis"] * 12
    assert sorted(row["sorts"] for row in rows) == sorted([*MIXED, ""])


def test_photos_on_screen_are_not_moved_but_groups_are_offered(album_of_sorts: Callable[[list[str]], Desk]) -> None:
    desk = album_of_sorts(MIXED)
    # As it was when the folder was first opened: its guesses come while it is on screen.
    desk.session.arrange(Arrangement(descending=True))
    desk.window.grid.select_ids(np.array([desk.id_of("s0.jpg")]))
    desk.session.rescan(retry=True)
    desk.settle()
    pill = desk.window.photos_page.news_button
    assert not pill.isHidden()
    assert pill.text() == "Show by sort"
    assert desk.groups() == {"All photos": 13}
    QTest.mouseClick(pill, Qt.MouseButton.LeftButton)
    assert desk.session.arrangement.group == Grouping.by("sorts")
    assert pill.isHidden()
    assert desk.window.grid.selected_ids().tolist() == [desk.id_of("s0.jpg")]
