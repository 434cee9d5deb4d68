"""Analysis while a person watches: it starts by itself, is paused, cancelled, resumed, and survives a closed window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from photosort.core.errors import ModelError
from photosort.core.photo import Progress
from photosort.core.settings import FolderView
from photosort.gui.dropping import Target
from photosort.ml import backbones
from photosort.ml.backbones import Backbone
from tests.gui.conftest import Desk
from tests.pictures import save_photo

COUNT = 60


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """More photos than are looked at in a moment."""
    folder = tmp_path / "Many"
    for number in range(COUNT):
        day = f"20{10 + number % 10}:05:{1 + number % 28:02} 10:00:00"
        save_photo(folder / f"{number % 3}" / f"p{number:03}.jpg", number, taken=day, size=(640, 480))
    return folder


def analysed(desk: Desk) -> int:
    guesses = desk.session.columns.predictions.get("animals")
    return 0 if guesses is None else int((guesses.label_index >= 0).sum())


def at_first_news(desk: Desk, act: Callable[[], object]) -> None:
    """Open does nothing else than start; ``act`` runs as soon as the first photo was looked at."""
    done: list[bool] = []

    def once(_ids: object) -> None:
        if not done:
            done.append(True)
            act()

    desk.session.photos_updated.connect(once)
    desk.until(lambda: bool(done))


def test_analysis_starts_by_itself_and_the_grid_does_not_move(desk: Desk, many: Path) -> None:
    desk.settings.remember_view(many, FolderView())
    desk.window.open_target(Target(many))
    desk.until(lambda: desk.window.session is not None and len(desk.session.arranged.rows) == COUNT)
    before = desk.names()
    desk.settle()
    assert analysed(desk) == COUNT
    assert desk.names() == before
    # The dates in the pictures differ from those of the files, by which they stand so far.
    news = desk.window.photos_page.news_button
    assert news.isVisible()
    QTest.mouseClick(news, Qt.MouseButton.LeftButton)
    after = desk.names()
    assert after != before
    assert sorted(after) == sorted(before)
    taken = desk.session.columns.taken[desk.session.arranged.rows]
    assert (np.diff(taken) <= 0).all()


def test_the_status_bar_tells_what_goes_on(desk: Desk, many: Path) -> None:
    said: list[str] = []
    desk.window.open_target(Target(many))
    at_first_news(desk, desk.window.status.pause_button.click)
    said.append(desk.window.status.message.text())
    assert "paused" in said[0]
    assert f"of {COUNT}" in said[0]
    assert desk.window.status.bar.isVisible()
    assert desk.window.status.device.text()
    desk.window.status.pause_button.click()
    desk.settle()
    assert desk.window.status.message.text() == f"{COUNT} photos"
    assert desk.window.status.bar.isHidden()
    assert desk.window.status.cancel_button.isHidden()


def test_pause_holds_the_analysis(desk: Desk, many: Path) -> None:
    desk.window.open_target(Target(many))
    at_first_news(desk, desk.window.commands.pause.trigger)
    job = desk.window.status.job
    assert job is not None
    assert job.paused
    assert desk.session.analysing
    assert analysed(desk) < COUNT
    assert desk.window.commands.pause.text() == "Go &on"
    desk.window.commands.pause.trigger()
    desk.settle()
    assert analysed(desk) == COUNT


def test_cancel_keeps_what_is_done_and_the_next_run_goes_on(desk: Desk, many: Path) -> None:
    desk.window.open_target(Target(many))
    at_first_news(desk, lambda: QTest.mouseClick(desk.window.status.cancel_button, Qt.MouseButton.LeftButton))
    desk.settle()
    done = analysed(desk)
    assert 0 < done < COUNT
    assert desk.window.error_bar.isHidden()
    seen: list[int] = []
    desk.session.photos_updated.connect(lambda ids: seen.extend(ids.tolist()))
    desk.window.commands.analyse.trigger()
    desk.settle()
    assert analysed(desk) == COUNT
    assert len(set(seen)) == COUNT - done


def test_close_in_the_middle_says_so_at_once_and_reopening_goes_on(
    desk_on: Callable[[Path], Desk], many: Path, tmp_path: Path
) -> None:
    first = desk_on(tmp_path / "catalog")
    first.window.open_target(Target(many))
    at_first_news(first, first.window.close)
    assert first.window.isVisible()
    assert "Finishing" in first.window.status.message.text()
    first.until(lambda: not first.window.isVisible())
    first.window.wait_for_threads()
    second = desk_on(tmp_path / "catalog")
    second.window.open_target(Target(many))
    second.until(lambda: second.window.session is not None and second.session.loaded)
    assert 0 < analysed(second) < COUNT
    second.settle()
    assert analysed(second) == COUNT


def test_another_folder_in_the_middle_waits_for_the_first_and_shows_nothing_of_it(
    desk: Desk, many: Path, album: Path
) -> None:
    desk.window.open_target(Target(many))
    first = desk.session
    late: list[object] = []

    def switch() -> None:
        desk.window.open_target(Target(album))
        first.photos_updated.connect(late.append)

    at_first_news(desk, switch)
    desk.until(lambda: desk.window.session is not None and desk.session is not first)
    assert desk.session.folder == album
    desk.settle()
    assert late == []
    assert len(desk.names()) == 13
    assert not {name for name in desk.names() if name.startswith("p")}


def test_counts_of_the_left_panel_rise_and_end_exact(desk: Desk, many: Path) -> None:
    desk.open(many)
    kinds = [section for section in desk.window.groups._sections if section.key == "kinds"]
    assert sum(line.count for line in kinds[0].lines) == COUNT
    assert not any(line.about for line in kinds[0].lines)


def test_an_error_in_a_job_is_told_with_details_and_the_window_lives(
    desk: Desk, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Generator[Progress, None, None]:
        yield Progress("Looking at photos", 0, 1)
        raise ZeroDivisionError("nothing to divide")

    monkeypatch.setattr("photosort.gui.steps.analyze", broken)
    desk.open(album)
    bar = desk.window.error_bar
    assert bar.isVisible()
    assert "went wrong" in bar.message.text()
    QTest.mouseClick(bar.details_button, Qt.MouseButton.LeftButton)
    assert "ZeroDivisionError: nothing to divide" in bar.details.toPlainText()
    assert len(desk.names()) == 13
    monkeypatch.undo()
    desk.window.commands.analyse.trigger()
    desk.settle()
    assert analysed(desk) == 12


def test_a_missing_network_is_told_in_its_own_words(desk: Desk, album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> object:
        raise ModelError("the network compact is damaged: its file was cut off")

    monkeypatch.setattr("photosort.ml.backbones.open_network", missing)
    desk.open(album)
    assert desk.window.error_bar.message.text() == "The network compact is damaged: its file was cut off"
    assert len(desk.names()) == 13


def test_groups_that_were_asked_for_too_early_come_when_they_can(desk: Desk, many: Path) -> None:
    desk.window.open_target(Target(many))
    desk.until(lambda: desk.window.session is not None and desk.session.loaded)
    desk.window.commands.group_alike.trigger()
    desk.until(lambda: desk.session.look_alikes.count > 0)
    desk.settle()
    assert analysed(desk) == COUNT


def test_nothing_of_the_window_runs_on_foreign_threads(desk: Desk, many: Path) -> None:
    where: set[int] = set()
    desk.window.open_target(Target(many))
    for signal in (desk.session.photos_updated, desk.session.counts_changed, desk.session.job_changed):
        signal.connect(lambda *_: where.add(threading.get_ident()))
    desk.settle()
    assert where == {threading.main_thread().ident}


def test_the_device_is_told_also_where_nothing_is_left_to_do(opened: Desk) -> None:
    assert opened.window.status.device.text() == "CPU"
    assert opened.window.status.device.toolTip().startswith("Why not a GPU: ")


def test_the_device_of_the_settings_is_used(desk: Desk, album: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    load = backbones.open_network

    def watched(*args: Any, wanted: Any, **others: Any) -> Generator[Progress, None, Backbone]:
        asked.append(wanted)
        return load(*args, wanted=wanted, **others)

    monkeypatch.setattr("photosort.ml.backbones.open_network", watched)
    actions = {action.data(): action for action in desk.window.commands.devices}
    assert actions["auto"].isChecked()
    actions["cpu"].trigger()
    assert desk.settings.current.device == "cpu"
    desk.open(album)
    assert set(asked) == {"cpu"}
    assert desk.window.status.device.toolTip() == "Why not a GPU: the CPU was asked for"


def test_another_device_goes_on_where_the_first_was(desk: Desk, many: Path) -> None:
    seen: list[int] = []
    desk.window.open_target(Target(many))
    desk.session.photos_updated.connect(lambda ids: seen.extend(ids.tolist()))
    at_first_news(desk, lambda: desk.session.use_device("cpu"))
    desk.until(lambda: analysed(desk) == COUNT)
    desk.settle()
    assert desk.window.status.device.toolTip() == "Why not a GPU: the CPU was asked for"
    assert desk.window.error_bar.isHidden()
