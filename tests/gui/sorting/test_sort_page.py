"""Sorting as a person does it: press Sort, look, change words and photos, press the button, look at the disk."""

from __future__ import annotations

import csv
import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from photosort.core.catalog.rules import Watch
from photosort.core.sorting.values import How, Status
from photosort.gui.line_delegate import COUNT
from photosort.gui.photo_model import Mark
from photosort.gui.sorting import plan_steps
from photosort.gui.sorting.choice_popup import ChoicePopup
from photosort.gui.sorting.editors import FolderNameEditor, NameEditor, RulesEditor
from photosort.gui.sorting.fates import ROOT, STAYS
from photosort.gui.sorting.outline import DOUBTFUL
from tests.gui.sorting.conftest import SortDesk
from tests.pictures import save_photo

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
"""Without a screen nothing can be raised, nor be given the keyboard: what opens below a word asks for both."""


def test_two_clicks_take_the_proposal_and_every_photo_is_where_the_preview_said(sort_desk: SortDesk) -> None:
    before = sort_desk.on_disk()
    sort_desk.sort()
    said = sort_desk.page.sentence.said
    assert said.startswith("Put all 9 photos into Pictures/Sorted by animals, then scenes, then dates")
    assert "moving them" in said
    plan = sort_desk.sorting.proposal.plan
    assert plan is not None
    assert sort_desk.page.primary.text() == "Move 6 photos"
    promised = {f"Sorted/{photo.target}" for photo in plan.photos if photo.status is Status.SORTED}
    stays = {photo.source for photo in plan.photos if photo.status is not Status.SORTED}
    assert sort_desk.on_disk() == before, "a preview touches nothing"

    QTest.mouseClick(sort_desk.page.primary, Qt.MouseButton.LeftButton)
    sort_desk.desk.until(lambda: not sort_desk.desk.window.history.files.busy)
    assert sort_desk.on_disk() == promised | stays
    assert "Sorted/forest/a0.jpg" in promised
    assert {"Italy 2019/c0.jpg", "Italy 2019/c1.jpg"} <= stays


def test_the_whole_story_sort_take_one_out_apply_look_undo_look_again(sort_desk: SortDesk) -> None:
    desk, window = sort_desk.desk, sort_desk.desk.window
    before = sort_desk.tree()
    sort_desk.sort()
    sort_desk.only_scenes()
    sort_desk.open_line("to:forest")
    sort_desk.click_photo("a0.jpg")
    QTest.keyClick(sort_desk.after, Qt.Key.Key_Delete)
    sort_desk.wait()
    assert sort_desk.drop_on_line(["b1.jpg"], "to:sea")
    sort_desk.wait()
    QTest.mouseClick(sort_desk.page.primary, Qt.MouseButton.LeftButton)
    desk.until(lambda: not window.history.files.busy)
    there = sort_desk.on_disk()
    assert "DCIM/100CANON/a0.jpg" in there, "it was taken out"
    assert {"Sorted/sea/b1.jpg", "Sorted/sea/b0.jpg", "Sorted/sea/a2.jpg", "Sorted/forest/a1.jpg"} <= there
    assert not (sort_desk.folder / "Camera").exists(), "it was left empty"

    desk.until(lambda: window.pages.currentWidget() is window.history.run_page)
    desk.settle()
    # Without a screen nobody gives the keyboard back when what opened below a word has closed.
    window.activateWindow()
    desk.until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: not window.history.files.busy and sort_desk.tree() == before)


def test_enter_takes_the_proposal_and_escape_leaves_everything_as_it_was(sort_desk: SortDesk) -> None:
    before = sort_desk.on_disk()
    sort_desk.sort()
    QTest.keyClick(sort_desk.page, Qt.Key.Key_Escape)
    window = sort_desk.desk.window
    assert window.pages.currentWidget() is window.photos_page
    assert sort_desk.on_disk() == before

    QTest.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    sort_desk.wait()
    sort_desk.desk.until(sort_desk.page.primary.hasFocus)
    QTest.keyClick(sort_desk.page.primary, Qt.Key.Key_Return)
    sort_desk.desk.until(lambda: not window.history.files.busy)
    assert sort_desk.on_disk() != before


def test_enter_on_a_word_opens_it_and_moves_nothing(sort_desk: SortDesk) -> None:
    before = sort_desk.on_disk()
    sort_desk.sort()
    word = sort_desk.page.sentence.words["how"]
    word.setFocus()
    QTest.keyClick(word, Qt.Key.Key_Return)
    assert isinstance(sort_desk.sorting.menus.popup, ChoicePopup)
    sort_desk.sorting.menus.popup.close()
    assert sort_desk.on_disk() == before
    assert not sort_desk.desk.window.history.files.busy


def test_what_stays_is_told_with_its_reason_and_adds_up(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    lines = sort_desk.lines()
    assert lines[ROOT] == 4
    assert lines["to:forest"] == 2
    assert lines["to:sea"] == 2
    assert lines["stays:kept:Italy 2019"] == 2
    assert lines["stays:unsure"] == 2
    assert lines["stays:duplicate"] == 1
    assert lines[ROOT] + lines[STAYS] == 9
    sort_desk.open_line("stays:unsure")
    assert sort_desk.photos_of("stays:unsure") == {"a3.jpg", "b1.jpg"}


def test_a_kept_folder_is_included_with_one_click(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    sort_desk.click_link("stays:kept:Italy 2019")
    assert "stays:kept:Italy 2019" not in sort_desk.lines(), "it is seen at once"
    sort_desk.wait()
    assert "stays:kept:Italy 2019" not in sort_desk.lines()
    assert sort_desk.lines()[ROOT] == 6


def test_what_was_changed_by_hand_is_taken_back_in_turn_an_included_folder_too(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    assert sort_desk.drop_on_line(["a1.jpg"], "to:sea")
    sort_desk.wait()
    sort_desk.click_link("stays:kept:Italy 2019")
    sort_desk.wait()
    QTest.keyClick(sort_desk.after, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    sort_desk.wait()
    assert sort_desk.lines()["stays:kept:Italy 2019"] == 2
    assert sort_desk.lines()["to:sea"] == 3, "what was done before that stands"
    QTest.keyClick(sort_desk.after, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    sort_desk.wait()
    assert sort_desk.lines()["to:sea"] == 2


def test_in_the_smallest_window_the_whole_sentence_is_read(sort_desk: SortDesk) -> None:
    sort_desk.desk.window.resize(sort_desk.desk.window.minimumSize())
    sort_desk.sort()
    sentence = sort_desk.page.sentence
    sort_desk.desk.until(lambda: sentence.height() >= sentence.heightForWidth(sentence.width()))


def test_what_is_sent_somewhere_by_hand_is_no_guess(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    assert sort_desk.page.boldness.words.text().startswith("4 placed by guesses")
    assert sort_desk.drop_on_line(["a1.jpg"], "to:sea")
    sort_desk.wait()
    assert sort_desk.page.boldness.words.text().startswith("3 placed by guesses")


def test_the_folders_as_they_are_say_what_is_left_in_them_and_are_kept_from_their_menu(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    tree = sort_desk.page.before.tree

    def told() -> dict[str, str]:
        root = tree.topLevelItem(0)
        assert root is not None
        items = [root.child(row) for row in range(root.childCount())]
        return {item.text(0): item.data(0, COUNT) for item in items}

    assert told() == {
        "Camera": "2 \N{RIGHTWARDS ARROW} 1",
        "DCIM": "",
        "Downloads": "1",
        "Italy 2019": "2 stay",
    }
    tree.menu_of("Camera").actions()[0].trigger()
    sort_desk.wait()
    assert sort_desk.lines()["stays:kept:Camera"] == 2
    assert told()["Camera"] == "2 stay"
    tree.menu_of("Camera").actions()[0].trigger()
    sort_desk.wait()
    assert told()["Camera"] == "2 \N{RIGHTWARDS ARROW} 1"


def test_the_folders_as_they_are_are_reached_with_tab_and_show_where_the_keys_are(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    tree = sort_desk.page.before.tree
    tree.setFocus(Qt.FocusReason.TabFocusReason)
    assert [item.text(0) for item in tree.selectedItems()] == [tree.topLevelItem(0).text(0)]


def test_what_is_new_in_the_folder_changes_the_preview_only_when_asked(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    page, desk = sort_desk.page, sort_desk.desk
    save_photo(sort_desk.folder / "Camera" / "b9.jpg", 40, taken="2021:01:01 12:00:00")
    desk.session.rescan()
    desk.until(lambda: len(desk.session.columns) == 10)
    desk.until(page.refresh_button.isVisible)
    assert sort_desk.lines()[ROOT] == 6
    QTest.mouseClick(page.refresh_button, Qt.MouseButton.LeftButton)
    sort_desk.wait()
    assert sort_desk.lines()[ROOT] == 7
    assert not page.refresh_button.isVisible()


def test_bolder_places_more_photos_at_once_and_says_what_that_costs(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    page, proposal = sort_desk.page, sort_desk.sorting.proposal
    assert page.boldness.words.text().startswith("4 placed by guesses, about 1 in ")
    page.boldness.slider.setValue(100)
    assert sort_desk.lines()[ROOT] == 6, "the tree follows the slider before anybody asks the disk"
    assert not page.primary.isEnabled(), "what is only a sketch cannot be done"
    sort_desk.wait()
    assert sort_desk.lines()[ROOT] == 6
    assert page.primary.text() == "Move 6 photos"
    page.boldness.slider.setValue(0)
    sort_desk.wait()
    assert proposal.request is not None
    assert proposal.request.min_confidence == pytest.approx(0.995)
    assert sort_desk.lines()[ROOT] == 0
    assert not page.primary.isEnabled()
    assert "be bolder" in page.more.text()


def test_the_doubtful_ones_are_shown_least_sure_first_and_dropped_where_they_belong(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    page = sort_desk.page
    QTest.mouseClick(page.boldness.doubtful_button, Qt.MouseButton.LeftButton)
    model = sort_desk.after.photos
    assert model is not None
    assert [model.photo(one).name for one in model.ids.tolist()] == ["b0.jpg", "a2.jpg", "a1.jpg", "a0.jpg"]
    assert model.tile(0).text.word.startswith("sea 90")
    targets = page.before.targets
    item = targets.item_of("to:forest")
    assert item is not None
    assert sort_desk.drop(["b0.jpg"], targets, targets.visualItemRect(item).center())
    sort_desk.wait()
    assert sort_desk.lines() == {DOUBTFUL: 3}, "what was put somewhere by hand is no guess any more"
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert sort_desk.desk.window.pages.currentWidget() is page, "the first Escape leads back to the folders"
    sort_desk.open_line("to:forest")
    assert "b0.jpg" in sort_desk.photos_of("to:forest")


def test_a_wrong_guess_is_dropped_on_a_folder_that_gets_no_photo_yet(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    seas = [sort_desk.id_of(name) for name in ("a2.jpg", "b0.jpg")]
    sort_desk.sorting.proposal.take_out(seas)
    sort_desk.wait()
    QTest.mouseClick(sort_desk.page.boldness.doubtful_button, Qt.MouseButton.LeftButton)
    targets = sort_desk.page.before.targets
    item = targets.item_of("to:sea")
    assert item is not None
    assert item.data(0, COUNT) in {"0", 0}
    assert sort_desk.drop(["a1.jpg"], targets, targets.visualItemRect(item).center())
    sort_desk.wait()
    planned = sort_desk.sorting.proposal.planned[sort_desk.id_of("a1.jpg")]
    assert planned.target == "sea/a1.jpg"


def test_single_photos_are_taken_out_and_sent_elsewhere_and_that_can_be_taken_back(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    sort_desk.open_line("to:forest")
    sort_desk.click_photo("a0.jpg")
    QTest.keyClick(sort_desk.after, Qt.Key.Key_Delete)
    assert sort_desk.lines()["stays:out"] == 1, "it is seen at once"
    sort_desk.wait()
    assert sort_desk.lines()["stays:out"] == 1
    assert sort_desk.photos_of("to:forest") == {"a1.jpg"} | sort_desk.photos_of("to:forest") & {"a0 copy.jpg"}

    assert sort_desk.drop_on_line(["a1.jpg"], "to:sea")
    sort_desk.wait()
    plan = sort_desk.sorting.proposal.plan
    assert plan is not None
    assert next(one for one in plan.photos if one.source.endswith("a1.jpg")).target == "sea/a1.jpg"
    sort_desk.open_line("to:sea")
    model = sort_desk.after.photos
    assert model is not None
    assert model.tile(model.row_of_id(sort_desk.id_of("a1.jpg"))).text.mark is Mark.LABELLED

    QTest.keyClick(sort_desk.after, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    sort_desk.wait()
    assert sort_desk.photos_of("to:forest") >= {"a1.jpg"}
    sort_desk.click_link("stays:out")
    sort_desk.wait()
    assert "stays:out" not in sort_desk.lines()


def test_photos_dropped_on_what_stays_stay_and_on_a_photo_go_where_it_goes(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    assert sort_desk.drop_on_line(["a2.jpg", "b0.jpg"], STAYS)
    sort_desk.wait()
    assert sort_desk.lines()["stays:out"] == 2
    sort_desk.open_line("to:forest")
    after, model = sort_desk.after, sort_desk.after.photos
    assert model is not None
    place = after.visualRect(model.index(model.row_of_id(sort_desk.id_of("a1.jpg")), 0)).center()
    assert sort_desk.drop(["b1.jpg"], after, place)
    sort_desk.wait()
    assert "b1.jpg" in sort_desk.photos_of("to:forest")
    assert not sort_desk.drop(["b1.jpg"], after, QPoint(200, after.viewport().height() + 5000))


def test_the_menu_sends_all_that_is_selected_to_any_folder(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    ids = [sort_desk.id_of("a1.jpg"), sort_desk.id_of("b1.jpg")]
    sort_desk.after.select_ids(ids)
    menu = sort_desk.sorting.preview.menu_of_selected(QPoint(0, 0))
    assert menu is not None
    elsewhere = menu.actions()[0].menu()
    assert menu.actions()[0].text() == "&Send 2 photos to"
    next(action for action in elsewhere.actions() if action.text() == "sea").trigger()
    sort_desk.wait()
    assert sort_desk.lines()["to:sea"] == 4
    sort_desk.after.select_ids(ids)
    menu = sort_desk.sorting.preview.menu_of_selected(QPoint(0, 0))
    assert menu is not None
    next(action for action in menu.actions() if "proposed" in action.text()).trigger()
    sort_desk.wait()
    assert sort_desk.lines()["to:sea"] == 2
    assert sort_desk.sorting.proposal.changes.elsewhere == {}


def test_a_photo_of_the_preview_is_looked_at_closely_and_the_preview_is_as_it_was(sort_desk: SortDesk) -> None:
    window = sort_desk.desk.window
    sort_desk.sort()
    sort_desk.only_scenes()
    sort_desk.open_line("to:sea")
    sort_desk.click_photo("a2.jpg")
    QTest.keyClick(sort_desk.after, Qt.Key.Key_Return)
    assert window.pages.currentWidget() is window.viewer
    sort_desk.desk.until(lambda: window.viewer.current_id == sort_desk.id_of("a2.jpg"))
    QTest.keyClick(window.viewer, Qt.Key.Key_Left)
    turned = window.viewer.current_id
    assert turned == sort_desk.id_of("b0.jpg"), "only what goes into the same folder"
    QTest.keyClick(window.viewer, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is sort_desk.page
    assert sort_desk.page.selected().tolist() == [turned]
    assert sort_desk.sorting.proposal.plan is not None
    QTest.keyClick(sort_desk.page, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.photos_page


def test_folders_are_called_as_the_person_wants_with_an_example_of_their_own(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    editor = sort_desk.change("names")
    assert isinstance(editor, NameEditor)
    assert editor.rows["{label}/{year}"].text() in {"forest/2019", "sea/2019"}
    editor.field.setText("{lable}")
    assert "expected one of" in editor.outcome.text().lower()
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    assert sort_desk.sorting.menus.popup is editor, "what cannot be understood is not taken"
    editor.field.setText("{year}/My {label}")
    assert editor.outcome.text().startswith("For example: 2019/My ")
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    sort_desk.wait()
    sort_desk.open_line("to:2019")
    assert sort_desk.lines()["to:2019/My forest"] == 2


def test_rules_are_put_into_another_order_with_keys(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    editor = sort_desk.change("rules")
    assert isinstance(editor, RulesEditor)
    assert editor.item_of("scenes").text() == "scenes  \N{EN DASH}  4 photos", "of those that go somewhere"
    editor.list.setCurrentItem(editor.item_of("date"))
    QTest.keyClick(editor.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(editor.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert editor.item_of("scenes").text() == "scenes", "dates are tried first now, and place them all"
    QTest.keyClick(editor.list, Qt.Key.Key_Return)
    sort_desk.wait()
    assert "by dates, then animals, then scenes" in sort_desk.page.sentence.said
    assert set(sort_desk.lines()) >= {"to:2019"}
    assert "to:forest" not in sort_desk.lines()


def test_where_nothing_is_sure_photos_may_get_a_folder_of_their_own(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    editor = sort_desk.change("unsure")
    assert isinstance(editor, FolderNameEditor)
    editor.field.setText("To look at")
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    sort_desk.wait()
    assert sort_desk.lines()["to:To look at"] == 2
    assert sort_desk.page.sentence.said.endswith("a photo goes to To look at.")


def test_ways_are_told_with_their_cost_and_links_wait_behind_more(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    popup = sort_desk.change("how")
    assert isinstance(popup, ChoicePopup)
    assert not popup.rows[How.HARDLINK].isVisible()
    QTest.mouseClick(popup.more_button, Qt.MouseButton.LeftButton)
    assert popup.rows[How.HARDLINK].isVisible()
    assert "free" in popup.rows[How.COPY].accessibleDescription()
    assert "Lightroom" in popup.rows[How.KEYWORDS].accessibleDescription()
    QTest.mouseClick(popup.rows[How.COPY], Qt.MouseButton.LeftButton)
    sort_desk.wait()
    assert sort_desk.page.primary.text() == "Copy 6 photos"
    assert "needs" in sort_desk.page.summary.text()
    before = sort_desk.on_disk()
    QTest.mouseClick(sort_desk.page.primary, Qt.MouseButton.LeftButton)
    sort_desk.desk.until(lambda: not sort_desk.desk.window.history.files.busy)
    assert before < sort_desk.on_disk(), "a copy leaves everything where it was"


def test_keywords_are_another_sentence(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    popup = sort_desk.change("how")
    assert isinstance(popup, ChoicePopup)
    QTest.mouseClick(popup.rows[How.KEYWORDS], Qt.MouseButton.LeftButton)
    sort_desk.wait()
    said = sort_desk.page.sentence.said
    assert said.startswith("Give all 9 photos keywords by animals")
    assert "Sorted" not in said
    assert sort_desk.page.primary.text().startswith("Write keywords for ")


def test_only_what_is_selected_or_shown_is_sorted_where_that_is_meant(sort_desk: SortDesk) -> None:
    desk = sort_desk.desk
    desk.window.grid.select_ids(np.array([desk.id_of("a0.jpg"), desk.id_of("b0.jpg")]))
    sort_desk.sort()
    assert "the 2 photos selected" in sort_desk.page.sentence.said
    assert sort_desk.lines()[ROOT] == 2
    popup = sort_desk.change("scope")
    assert isinstance(popup, ChoicePopup)
    QTest.mouseClick(popup.rows["all"], Qt.MouseButton.LeftButton)
    sort_desk.wait()
    assert sort_desk.lines()[ROOT] == 6


def test_a_destination_that_cannot_be_disables_the_button_and_says_why(
    sort_desk: SortDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sort_desk.folder / "file").write_text("no folder")
    sort_desk.sort()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(sort_desk.folder / "file"))
    popup = sort_desk.change("where")
    assert isinstance(popup, ChoicePopup)
    QTest.mouseClick(popup.rows["Another folder\N{HORIZONTAL ELLIPSIS}"], Qt.MouseButton.LeftButton)
    sort_desk.wait()
    assert not sort_desk.page.primary.isEnabled()
    assert "is a file, not a folder" in sort_desk.page.refusal.text()
    assert sort_desk.page.refusal.isVisible()


def test_when_the_disk_cannot_be_asked_it_says_so_and_the_sentence_can_be_changed_back(
    sort_desk: SortDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sort_desk.sort()
    proposal = sort_desk.sorting.proposal
    request = proposal.request
    assert request is not None

    def broken(*_args: object, **_named: object) -> object:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as broken_disk:
        broken_disk.setattr(plan_steps, "survey", broken)
        proposal.ask(replace(request, destination=sort_desk.folder / "Elsewhere"))
        sort_desk.desk.until(lambda: not proposal.busy)
    assert sort_desk.page.refusal.isVisible()
    assert "Input/output error" in sort_desk.page.refusal.text()
    assert not sort_desk.page.primary.isEnabled()
    assert sort_desk.desk.window.pages.currentWidget() is sort_desk.page
    proposal.ask(request)
    sort_desk.wait()
    assert sort_desk.page.primary.isEnabled()
    assert not sort_desk.page.refusal.isVisible()


def test_near_a_catalog_of_lightroom_keywords_are_one_click_away(sort_desk: SortDesk) -> None:
    (sort_desk.folder / "DCIM" / "Pictures.lrcat").write_bytes(b"SQLite format 3")
    sort_desk.sort()
    assert "Lightroom" in sort_desk.page.notes.text()
    QTest.mouseClick(sort_desk.page.keywords_button, Qt.MouseButton.LeftButton)
    sort_desk.wait()
    assert sort_desk.page.primary.text().startswith("Write keywords for ")
    assert not sort_desk.page.keywords_button.isVisible()


def test_the_preview_is_exported_as_a_table(
    sort_desk: SortDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sort_desk.sort()
    target = tmp_path / "plan.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    QTest.mouseClick(sort_desk.page.export_button, Qt.MouseButton.LeftButton)
    assert sort_desk.page.note.text() == f"Saved as {target}"
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 9


def test_what_was_done_is_the_folders_rule_and_doing_it_again_shows_only_what_is_new(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    popup = None
    QTest.mouseClick(sort_desk.page.watch_button, Qt.MouseButton.LeftButton)
    popup = sort_desk.sorting.menus.popup
    assert isinstance(popup, ChoicePopup)
    QTest.mouseClick(popup.rows[Watch.PROPOSE], Qt.MouseButton.LeftButton)
    QTest.mouseClick(sort_desk.page.primary, Qt.MouseButton.LeftButton)
    desk = sort_desk.desk
    desk.until(lambda: not desk.window.history.files.busy)
    desk.settle()

    sort_desk.sort()
    request = sort_desk.sorting.proposal.request
    assert request is not None
    assert [str(rule) for rule in request.rules] == ["scenes"]
    assert "propose" in sort_desk.page.watch_button.text()
    assert sort_desk.lines()[ROOT] == 0
    assert not sort_desk.page.primary.isEnabled()


def test_lines_are_reached_and_opened_with_keys(sort_desk: SortDesk) -> None:
    sort_desk.sort()
    sort_desk.only_scenes()
    after = sort_desk.after
    after.setFocus()
    while after.current_line != "to:forest":
        QTest.keyClick(after, Qt.Key.Key_Down)
    QTest.keyClick(after, Qt.Key.Key_Return)
    assert sort_desk.photos_of("to:forest") >= {"a1.jpg"}
    QTest.keyClick(after, Qt.Key.Key_Down)
    current = after.current_id
    assert current is not None
    assert sort_desk.desk.session.photo(current).name in sort_desk.photos_of("to:forest")
    QTest.keyClick(after, Qt.Key.Key_Up)
    assert after.current_id is None
    QTest.keyClick(after, Qt.Key.Key_Left)
    assert after.band("to:forest").samples
