"""About this classifier: its card in words and pictures, whatever the card holds or lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from photosort.core.paths import resources
from photosort.core.settings import ThemeChoice
from photosort.gui.about import sentences
from photosort.gui.about.card_facts import Bin, Share, facts_of
from photosort.gui.about.charts import HeatTable, ReliabilityDiagram
from photosort.gui.about.mistakes import Mistakes
from photosort.gui.about_classifier import AboutClassifierPage
from photosort.gui.icons import IconSet
from photosort.gui.theme import DARK, LIGHT, Themes
from tests.gui.conftest import WAIT_MS
from tests.pictures import save_photo

LABELS = ["buildings", "forest", "street"]


def card() -> dict[str, Any]:
    """The card of a classifier as `packaging/models/fit_heads.py` writes it."""
    return {
        "schema": 1,
        "kind": "head",
        "name": "scenes",
        "title": "Scene",
        "version": "3",
        "backbone_id": "compact-abc-128-p1-f16",
        "labels": LABELS,
        "asked_of": {"classifier": "kinds", "labels": ["place"]},
        "notes": "Landscapes and towns.",
        "known_failures": ["It knows no deserts."],
        "files": {"head.npz": {"sha256": "0123456789abcdef" * 4, "bytes": 5}},
        "date": "2026-11-21",
        "training": {
            "command": "python packaging/models/fit_heads.py",
            "photos": {"buildings": 1829, "forest": 1909, "street": 1985, "(other)": 22916},
            "calibration_photos": 847,
            "sets": ["birds", "bread", "scenes"],
        },
        "held_out": ["everyday/clothing", "everyday/trash_*", *(f"monkeys/n{n}" for n in range(10))],
        "figures": {
            "measured_on": "photos kept out of all training (seen labels)",
            "photos": 1390,
            "accuracy": 0.9086,
            "accuracy_interval_95": [0.8935, 0.9238],
            "calibration_error": 0.0195,
            "recall": {"buildings": 0.9, "forest": 0.97, "street": 0.95},
            "precision": {"buildings": 0.92, "forest": 0.98, "street": 0.93},
            "confusion": [[180, 0, 20], [1, 97, 2], [5, 0, 95]],
            "reliability": [
                {"photos": 0, "confidence": None, "accuracy": None},
                {"photos": 10, "confidence": 0.5, "accuracy": 0.6},
                {"photos": 200, "confidence": 0.98, "accuracy": 0.97},
            ],
            "unsure": 0.16,
            "called_none_of_these": 0.014,
            "other_kinds": {"photos": 2721, "called_none_of_these": 0.99},
            "mixed_album": {"photos": 1200, "unsure": 0.2, "called_none_of_these": 0.1},
            "kinds_never_fitted": {"photos": 500, "called_none_of_these": 0.2, "called street": {"share": 0.75}},
            "held_out_sets": {"monkeys/* called wild": {"photos": 980, "share": 0.9}},
            "by_other_camera": {"accuracy": 0.856},
            "sample_album": {"wrong": [{"picture": "a/ice.jpg", "shows": "forest", "called": "street"}]},
        },
        "licence": {"weights": "MIT, as photosort", "sources": "public research sets"},
    }


@pytest.fixture
def themes(qapp: QApplication) -> Iterator[Themes]:
    result = Themes(qapp, ThemeChoice.DARK)
    yield result
    result.deleteLater()


@pytest.fixture
def page(qtbot: QtBot, themes: Themes, tmp_path: Path) -> Iterator[AboutClassifierPage]:
    save_photo(tmp_path / "album" / "a" / "ice.jpg", 3)
    # In a window without a smallest size: the offscreen platform warns of those.
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    result = AboutClassifierPage(IconSet(themes), tmp_path / "album", host)
    result.resize(host.size())
    host.show()
    yield result
    host.hide()


def words(widget: QWidget) -> str:
    shown = [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]
    return "\n".join(shown).replace("\N{NO-BREAK SPACE}", " ")


def told(page: AboutClassifierPage) -> str:
    body = page.scroll_area.widget()
    assert body is not None
    return words(body)


def test_the_card_is_told_in_sentences(page: AboutClassifierPage) -> None:
    page.show_classifier(card())
    assert (page.title.text(), page.note.text()) == ("Scene", "on compact")
    for sentence in (
        "Right for 91 of 100 photos that it had never seen, give or take 1.5.",
        "Measured on 1,390 photos kept out of all training, of the sets that it learnt from.",
        "The same photos as another camera would take them: 86 of 100.",
        "Tells apart buildings, forest and street.",
        "It is shown only of photos whose kind is place.",
        "It knows no deserts.",
        "Of photos that show what it knows, it is unsure of 16 of 100.",
        "Of 2,721 photos of other kinds, it says something else to 99 of 100.",
        "In a mixed album of 1,200 photos, it is unsure of 20 of 100 and says something else to 10 of 100.",
        "Of photos of other things, which it was never shown, 75 of 100 are called street.",
        "Of 980 photos of monkeys, which it was never shown, 90 of 100 are called wild.",
        "Its percentages are 2 points off in the mean.",
        "Most often mistaken: buildings for street (10 of 100), street for buildings (5 of 100) and",
        "Learnt from 5,723 photos with these labels and 22,916 of other things.",
        "They come from the sets birds, bread and scenes.",
        "everyday (clothing, trash of any sort) and monkeys (10 classes).",
        "python packaging/models/fit_heads.py",
        "MIT, as photosort",
        "0123456789abcdef" * 4,
    ):
        assert sentence in told(page), sentence


def test_all_that_is_told_can_be_selected_and_copied(page: AboutClassifierPage) -> None:
    page.show_classifier(card())
    body = page.scroll_area.widget()
    assert body is not None
    for one in body.findChildren(QLabel):
        if "." in one.text() or "0123" in one.text():
            assert one.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse, one.text()


@pytest.mark.parametrize(
    ("missing", "gone"),
    [
        ("accuracy", "Right for"),
        ("reliability", "How far to believe"),
        ("confusion", "taken for what"),
        ("sample_album", "forest, called street"),
        ("calibration_error", "points off"),
    ],
)
def test_what_a_card_lacks_is_left_out(page: AboutClassifierPage, missing: str, gone: str) -> None:
    whole, without = card(), card()
    del without["figures"][missing]
    page.show_classifier(whole)
    assert gone in told(page)
    page.show_classifier(without)
    assert gone not in told(page)
    assert "Label by label" in told(page)


def test_a_card_that_says_nothing_is_no_fault(page: AboutClassifierPage) -> None:
    page.show_classifier({})
    assert page.title.text() == "This classifier"
    assert told(page) == ""


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
leaves = [
    ("labels",), ("figures",), ("training",), ("held_out",), ("licence",), ("files",), ("asked_of",), ("backbone_id",),
    ("figures", "accuracy"), ("figures", "accuracy_interval_95"), ("figures", "reliability"),
    ("figures", "confusion"), ("figures", "recall"), ("figures", "sample_album"), ("figures", "held_out_sets"),
    ("training", "photos"), ("training", "sets"),
]  # fmt: skip


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(leaves), nonsense)
def test_nothing_in_a_card_breaks_the_page(page: AboutClassifierPage, place: tuple[str, ...], value: object) -> None:
    broken = card()
    inner = broken
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    page.show_classifier(broken)
    assert page.grab().toImage().width() > 0


def test_a_damaged_card_says_so(page: AboutClassifierPage, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text("{", encoding="utf-8")
    page.show_classifier(tmp_path)
    assert "Nothing can be told of it" in told(page)
    page.show_classifier(tmp_path / "nowhere")
    assert "Nothing can be told of it" in told(page)


@pytest.mark.parametrize("name", ["scenes", "animals"])
def test_the_cards_of_the_bundled_classifiers_can_be_shown(page: AboutClassifierPage, name: str) -> None:
    folder = resources() / "models" / name
    page.show_classifier(folder)
    stored = json.loads((folder / "card.json").read_text("utf-8"))
    assert page.title.text() == stored["title"]
    assert stored["files"]["head.npz"]["sha256"] in told(page)
    assert "Right for" in told(page)


def test_escape_and_the_arrow_lead_back_and_the_keys_scroll(page: AboutClassifierPage, qtbot: QtBot) -> None:
    page.resize(900, 400)
    page.show_classifier(card())
    qtbot.waitUntil(lambda: page.scroll_area.verticalScrollBar().maximum() > 0, timeout=WAIT_MS)
    page.window().activateWindow()
    qtbot.waitUntil(page.scroll_area.hasFocus, timeout=WAIT_MS)
    QTest.keyClick(page.scroll_area, Qt.Key.Key_PageDown)
    assert page.scroll_area.verticalScrollBar().value() > 0
    with qtbot.waitSignal(page.back_requested):
        QTest.keyClick(page.scroll_area, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.back_requested):
        QTest.mouseClick(page.back_button, Qt.MouseButton.LeftButton)
    page.show_classifier(card())
    assert page.scroll_area.verticalScrollBar().value() == 0


def test_mistakes_are_shown_with_their_pictures(page: AboutClassifierPage, qtbot: QtBot) -> None:
    page.show_classifier(card())
    [shown] = page.findChildren(Mistakes)
    [picture] = [one for one in shown.findChildren(QLabel) if one.accessibleName()]
    assert picture.accessibleName() == "A picture of forest that is called street"
    qtbot.waitUntil(lambda: not picture.pixmap().isNull(), timeout=WAIT_MS)


def test_a_picture_outside_the_album_is_never_read() -> None:
    figures = {"sample_album": {"wrong": [
        {"picture": path, "shows": "a", "called": "b"} for path in ("../../etc/x.jpg", "/etc/x.jpg", "fine.jpg")
    ]}}  # fmt: skip
    assert [one.picture for one in facts_of({"figures": figures}).mistakes] == ["fine.jpg"]


def test_the_charts_say_what_they_show(qtbot: QtBot) -> None:
    confusion = facts_of(card()).confusion
    assert confusion is not None
    table, diagram = HeatTable(confusion), ReliabilityDiagram([Bin(10, 0.5, 0.6), Bin(200, 0.98, 0.97)])
    for chart in (table, diagram):
        qtbot.addWidget(chart)
    assert "20 of 200 photos of buildings are called street" in table.accessibleDescription()
    assert "10 photos of which it was 50" in diagram.accessibleDescription()
    table.resize(table.sizeHint())
    told = {table.told_at(QPoint(x, y)) for x in range(0, table.width(), 5) for y in range(0, table.height(), 5)}
    # Seven cells of nine hold photos; between them, and beside the cells, nothing is said.
    assert len(told) == 7 + 1
    assert "20 of 200 photos of buildings are called street" in told
    dots = {diagram.told_at(QPoint(x, y)) for x in range(0, 300, 3) for y in range(0, 300, 3)}
    assert len(dots) == 3


def test_narrow_tables_slant_their_labels_and_grow(qtbot: QtBot) -> None:
    confusion = facts_of(card()).confusion
    assert confusion is not None
    table = HeatTable(confusion)
    qtbot.addWidget(table)
    assert table.heightForWidth(table.minimumSizeHint().width()) > table.heightForWidth(table.sizeHint().width())


def test_the_page_wears_the_theme(page: AboutClassifierPage, themes: Themes) -> None:
    painted = []
    for choice, theme in ((ThemeChoice.LIGHT, LIGHT), (ThemeChoice.DARK, DARK)):
        themes.choose(choice)
        page.show_classifier(card())
        image = page.grab().toImage()
        assert image.pixelColor(2, image.height() - 2).name() == theme.canvas
        [table] = page.findChildren(HeatTable)
        painted.append(table.grab().toImage())
    assert painted[0] != painted[1]


@given(st.floats(0, 1), st.floats(0, 1))
def test_shares_are_never_rounded_to_a_claim(first: float, second: float) -> None:
    said = sentences.of_hundred(first)
    assert (said == "100 of 100") == (first == 1)
    assert (said == "0 of 100") == (first == 0)
    if first <= second and "than" not in sentences.of_hundred(second) + said:
        assert int(said.split()[0]) <= int(sentences.of_hundred(second).split()[0])


def test_what_the_table_shows_is_not_said_twice(page: AboutClassifierPage) -> None:
    with_table = card()
    with_table["known_failures"].append("Forest is called street in 2% of the photos measured.")
    page.show_classifier(with_table)
    assert "Forest is called street" not in told(page)
    del with_table["figures"]["confusion"]
    page.show_classifier(with_table)
    assert "Forest is called street" in told(page)


def test_an_interval_is_told_as_half_its_width() -> None:
    assert sentences.accuracy(Share(0.9, 0.0161)).endswith("give or take 1.6.")
    assert sentences.accuracy(Share(0.9)).endswith("never seen.")
