"""The preview of sorting under the true mouse: a photo is dragged from one folder to another, and all are sorted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from photosort.core.sorting.values import Rule, RuleKind
from photosort.gui.dropping import target_of
from photosort.gui.main_window import MainWindow
from photosort.gui.sorting.editors import RulesEditor
from tests.x11.mouse import click, drag, middle_of

pytestmark = pytest.mark.x11

_PATIENCE_MS = 30_000
_RULES = (Rule(RuleKind.CLASSIFIER, "scenes"), Rule(RuleKind.DATE))


def _sort(window: MainWindow, folder: Path, qtbot: QtBot) -> Callable[[], bool]:
    """Open a folder, press *Sort*, and wait for the proposal; gives what tells whether the preview stands."""
    window.open_target(target_of([folder]))
    qtbot.waitUntil(
        lambda: window.session is not None and window.session.scanned and not window.session.busy, timeout=_PATIENCE_MS
    )
    proposal = window.sorting.proposal

    def stands() -> bool:
        return proposal.plan is not None and not proposal.busy

    click(middle_of(window.bar.sort_button)).wait()
    qtbot.waitUntil(stands, timeout=_PATIENCE_MS)
    return stands


def test_a_photo_is_sent_to_another_folder_and_all_go_where_the_preview_said(
    window: MainWindow, photos: Path, qtbot: QtBot
) -> None:
    stands = _sort(window, photos, qtbot)
    proposal, after = window.sorting.proposal, window.sorting.page.after
    assert proposal.request is not None
    by_day = replace(proposal.request, rules=(Rule(RuleKind.DATE),), template="{day}")
    proposal.ask(by_day)
    qtbot.waitUntil(stands, timeout=_PATIENCE_MS)

    def line(key: str) -> QPoint:
        return after.viewport().mapToGlobal(after.rect_of(key).topLeft() + QPoint(80, 20))

    click(line("to:01")).wait()
    qtbot.waitUntil(lambda: not after.band("to:01").samples, timeout=_PATIENCE_MS)
    moved = after.photos.photo(after.photos.id_at(0)) if after.photos is not None else None
    assert moved is not None
    tile = after.viewport().mapToGlobal(after.visualRect(after.model().index(0, 0)).center())
    mouse = drag(tile, line("to:02"))
    qtbot.waitUntil(lambda: moved.id in proposal.changes.elsewhere, timeout=_PATIENCE_MS)
    assert mouse.wait() == 0
    qtbot.waitUntil(stands, timeout=_PATIENCE_MS)
    click(middle_of(window.sorting.page.primary)).wait()
    qtbot.waitUntil((photos / "Sorted" / "02" / moved.name).exists, timeout=_PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.history.files.busy, timeout=_PATIENCE_MS)
    assert len(list((photos / "Sorted" / "02").glob("*.jpg"))) == 2
    assert not (photos / "Sorted" / "01").exists()


def test_rules_are_dragged_into_another_order(window: MainWindow, photos: Path, qtbot: QtBot) -> None:
    stands = _sort(window, photos, qtbot)
    assert window.sorting.proposal.request is not None
    window.sorting.proposal.ask(replace(window.sorting.proposal.request, rules=_RULES))
    qtbot.waitUntil(stands, timeout=_PATIENCE_MS)
    click(middle_of(window.sorting.page.sentence.words["rules"])).wait()
    qtbot.waitUntil(lambda: isinstance(window.sorting.menus.popup, RulesEditor), timeout=_PATIENCE_MS)
    editor = window.sorting.menus.popup
    assert isinstance(editor, RulesEditor)
    lines = editor.list

    def line(row: int) -> QPoint:
        return lines.viewport().mapToGlobal(lines.visualItemRect(lines.item(row)).center())

    mouse = drag(line(1), line(0) - QPoint(0, 12))
    qtbot.waitUntil(lambda: editor.rules == _RULES[::-1], timeout=_PATIENCE_MS)
    assert mouse.wait() == 0
    editor.close()
    qtbot.waitUntil(stands, timeout=_PATIENCE_MS)
    assert "by dates, then scenes" in window.sorting.page.sentence.said
