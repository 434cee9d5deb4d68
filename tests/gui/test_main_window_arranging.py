"""Order, group, filter, select, compare: what the grid shows after what a person does."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu

from photosort.core.arrange import Grouping, GroupKind, Order
from photosort.gui.app import SETTINGS_FILE
from tests.gui.conftest import Desk


def choose(menu: QMenu, name: str) -> None:
    """Click on an entry of a menu."""
    [action] = [action for action in menu.actions() if action.text() == name]
    action.trigger()


def click_line(desk: Desk, key: str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Click on a line of the left panel."""
    tree = desk.window.groups.tree
    item = desk.window.groups.item(key)
    tree.scrollToItem(item)
    where = tree.visualItemRect(item).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, modifiers, where)


def test_order_by_name_and_turned_round(opened: Desk) -> None:
    choose(opened.window.commands.order_menu, "Name")
    names = opened.names()
    assert names == ["broken.jpg", *(f"s{n}.jpg" for n in range(6)), *(f"w{n}.jpg" for n in range(6))]
    QTest.mouseClick(opened.window.bar.direction_button, Qt.MouseButton.LeftButton)
    assert opened.names() == names[::-1]
    assert "Name" in opened.window.bar.order_button.text()


def test_order_by_size_of_the_file(opened: Desk) -> None:
    choose(opened.window.commands.order_menu, "File size")
    columns = opened.session.columns
    sizes = columns.sizes[opened.session.arranged.rows]
    assert (np.diff(sizes) <= 0).all()
    assert sizes[0] > sizes[-1]


def test_order_by_how_sure_and_by_sharpness_begins_with_the_highest(opened: Desk) -> None:
    columns = opened.session.columns
    choose(opened.window.commands.order_menu, "How sure: Animal")
    sure = columns.shown("animals").confidence[opened.session.arranged.rows]
    assert (np.diff(sure[~np.isnan(sure)]) <= 0).all()
    choose(opened.window.commands.order_menu, "Sharpness")
    sharp = columns.sharpness[opened.session.arranged.rows]
    assert np.isfinite(sharp).sum() >= 12
    assert (np.diff(sharp[np.isfinite(sharp)]) <= 0).all()


def test_group_by_folder_month_and_a_classifier(opened: Desk) -> None:
    menu = opened.window.commands.group_menu
    choose(menu, "Folder")
    assert opened.groups() == {"(this folder)": 1, "summer": 6, "winter": 6}
    choose(menu, "Month")
    assert {"July 2019": 6, "January 2020": 6}.items() <= opened.groups().items()
    choose(menu, "Scene")
    assert sum(opened.groups().values()) == 13
    assert opened.groups()["could not be read"] == 1
    choose(menu, "None")
    assert len(opened.groups()) == 1


def test_look_alike_groups_are_made_when_first_asked_for(opened: Desk) -> None:
    assert opened.window.bar.fewer_button.isHidden()
    choose(opened.window.commands.group_menu, "Look-alike")
    opened.settle()
    assert opened.session.arrangement.group.kind is GroupKind.CLUSTER
    first = opened.session.look_alikes.count
    assert first >= 1
    assert opened.window.bar.more_button.isVisible()
    QTest.mouseClick(opened.window.bar.more_button, Qt.MouseButton.LeftButton)
    opened.settle()
    assert opened.session.look_alikes.count > first
    titles = list(opened.groups())
    assert titles[:2] == ["group 1", "group 2"]
    more = opened.session.look_alikes.count
    QTest.mouseClick(opened.window.bar.fewer_button, Qt.MouseButton.LeftButton)
    opened.settle()
    assert opened.session.look_alikes.count < more


def test_similarity_begins_with_the_photo_itself(opened: Desk) -> None:
    chosen = opened.id_of("s3.jpg")
    opened.window.grid.select_ids([chosen])
    opened.window.commands.order_similar.trigger()
    opened.settle()
    assert opened.names()[0] == "s3.jpg"
    assert opened.session.arrangement.order is Order.SIMILARITY
    similarity = opened.session.columns.similarity
    assert similarity is not None
    shown = similarity[opened.session.arranged.rows]
    assert (np.diff(shown[np.isfinite(shown)]) <= 1e-6).all()
    assert shown[0] == pytest.approx(1.0, abs=1e-3)


def test_filter_by_text_is_instant_and_escape_empties_it(opened: Desk) -> None:
    search = opened.window.filters.search
    QTest.keyClicks(search, "winter w3")
    assert opened.names() == ["w3.jpg"]
    assert "1 of 13" in opened.window.status.message.text()
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert len(opened.names()) == 13


def test_what_matches_nothing_says_so_and_offers_everything(opened: Desk) -> None:
    QTest.keyClicks(opened.window.filters.search, "zebra")
    page = opened.window.photos_page
    assert opened.names() == []
    assert page.empty.isVisible()
    QTest.mouseClick(page.empty_button, Qt.MouseButton.LeftButton)
    assert len(opened.names()) == 13
    assert page.empty.isHidden()
    assert opened.window.filters.search.text() == ""


def test_a_click_in_the_left_panel_filters(opened: Desk) -> None:
    click_line(opened, "folder/summer")
    assert sorted(opened.names()) == [f"s{n}.jpg" for n in range(6)]
    click_line(opened, "folder/winter", Qt.KeyboardModifier.ControlModifier)
    assert len(opened.names()) == 12
    click_line(opened, "date/2019")
    assert sorted(opened.names()) == [f"s{n}.jpg" for n in range(6)]
    click_line(opened, "everything")
    assert len(opened.names()) == 13


def test_a_click_on_a_label_shows_those_photos(opened: Desk) -> None:
    shown = opened.session.columns.shown("kinds")
    code = int(np.bincount(shown.code[shown.code < shown.not_seen]).argmax())
    words = {shown.unsure: "unsure", shown.something_else: "none of these"}
    word = words.get(code) or shown.words[code]
    click_line(opened, f"kinds/{word}")
    rows = opened.session.arranged.rows
    assert len(rows) == int((shown.code == code).sum()) > 0
    assert set(shown.code[rows].tolist()) == {code}


def test_filter_by_problems_and_by_confidence(opened: Desk) -> None:
    opened.window.filters.problems_only.setChecked(True)
    assert opened.names() == ["broken.jpg"]
    opened.window.filters.problems_only.setChecked(False)
    slider = opened.window.filters.confidence
    slider.resize(214, 24)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(107, 12))
    low, high = slider.values
    assert (low, high) == (50, 100) or (low, high) == (0, 50)
    columns = opened.session.columns
    confidence = columns.shown(columns.classifiers[0]).confidence
    wanted = int(((confidence >= low / 100) & (confidence <= high / 100)).sum())
    assert len(opened.names()) == wanted
    assert opened.window.filters.button.isChecked()


def test_the_arrangement_of_a_folder_is_remembered(opened: Desk, tmp_path: Path) -> None:
    album = opened.session.folder
    choose(opened.window.commands.group_menu, "Folder")
    choose(opened.window.commands.order_menu, "Name")
    QTest.mouseClick(opened.window.bar.direction_button, Qt.MouseButton.LeftButton)
    opened.window.open_target(None)
    opened.until(lambda: opened.window.session is None)
    opened.open(album)
    arrangement = opened.session.arrangement
    assert (arrangement.group, arrangement.order, arrangement.descending) == (Grouping.FOLDER, Order.NAME, True)
    opened.close()
    assert '"order": "name"' in (tmp_path / "catalog" / SETTINGS_FILE).read_text()


def test_selection_survives_a_new_order_and_is_told(opened: Desk) -> None:
    ids = [opened.id_of("s1.jpg"), opened.id_of("w2.jpg")]
    opened.window.grid.select_ids(ids)
    assert "2 photos selected" in opened.window.details.name.text()
    choose(opened.window.commands.order_menu, "Name")
    assert set(opened.window.grid.selected_ids().tolist()) == set(ids)
    opened.window.commands.copy_path.trigger()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert [Path(line).name for line in copied] == ["s1.jpg", "w2.jpg"]


def test_actions_on_photos_need_a_photo(opened: Desk) -> None:
    commands = opened.window.commands
    assert not commands.show_file.isEnabled()
    opened.window.grid.select_ids([opened.id_of("s1.jpg")])
    menu = commands.photo_menu(opened.window)
    assert commands.show_file in menu.actions()
    assert all(action.isEnabled() for action in commands.needs_photo)
    menu.deleteLater()


def test_what_is_shown_is_exported(opened: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "table.csv"
    answer = (str(target), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_: answer))
    choose(opened.window.commands.group_menu, "Folder")
    choose(opened.window.commands.order_menu, "Name")
    QTest.keyClicks(opened.window.filters.search, "winter")
    opened.window.commands.export_table.trigger()
    opened.until(target.exists)
    opened.settle()
    assert list(tmp_path.glob("*.part")) == []
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == [f"winter/w{n}.jpg" for n in range(6)]
    assert {row["group"] for row in rows} == {"winter"}
    assert rows[0]["taken"] == "2020-01-20 09:00:00"
    assert (rows[1]["width"], rows[1]["height"]) == ("360", "240")
    columns = opened.session.columns
    row = int(columns.row_of([opened.id_of("w0.jpg")])[0])
    guessed = columns.predictions["animals"]
    assert rows[0]["animals"] == guessed.labels[int(guessed.label_index[row])]
    assert float(rows[0]["animals confidence"]) == pytest.approx(float(guessed.confidence[row]), abs=1e-4)


def test_an_export_that_cannot_be_written_is_told(
    opened: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = (str(tmp_path / "no such folder" / "table.csv"), "")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_: answer))
    opened.window.commands.export_table.trigger()
    opened.until(opened.window.error_bar.isVisible)
    assert "No such file" in opened.window.error_bar.message.text()


def test_the_slider_and_the_grid_agree_about_the_size(opened: Desk, tmp_path: Path) -> None:
    window = opened.window
    window.status.slider.setValue(240)
    assert window.grid.tile_size == 240
    window.commands.smaller.trigger()
    assert window.grid.tile_size < 240
    assert window.status.slider.value() == window.grid.tile_size
    opened.close()
    assert f'"tile_size": {window.grid.tile_size}' in (tmp_path / "catalog" / SETTINGS_FILE).read_text()


def test_what_is_looked_for_begins_at_the_top(opened: Desk) -> None:
    grid = opened.window.grid
    grid.set_tile_size(320)
    bar = grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert bar.value() > 0
    QTest.keyClicks(opened.window.filters.search, "jpg")
    assert bar.maximum() > 0
    assert bar.value() == 0
