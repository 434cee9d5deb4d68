"""The status bar: one sentence of what goes on, and the buttons for it."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photosort.core.errors import ImageError
from photosort.core.photo import Progress, Transfer
from photosort.core.settings import ThemeChoice
from photosort.gui import text
from photosort.gui.icons import IconSet
from photosort.gui.jobs import Job
from photosort.gui.pace import Pace
from photosort.gui.status_bar import StatusBar
from photosort.gui.theme import Themes


@pytest.fixture
def bar(qtbot: QtBot, qapp: QApplication) -> StatusBar:
    themes = Themes(qapp, ThemeChoice.LIGHT)
    result = StatusBar(IconSet(themes))
    qtbot.addWidget(result)
    result.resize(1000, 40)
    return result


class Steps:
    """A generator that goes one step each time it is let through."""

    def __init__(self, *values: Progress) -> None:
        self.values = values
        self.through = threading.Semaphore(0)

    def __call__(self) -> Generator[Progress, None, None]:
        for value in self.values:
            yield value
            self.through.acquire()


def test_at_rest_it_says_what_it_was_told(bar: StatusBar) -> None:
    bar.rest("489 photos")
    assert bar.message.text() == "489 photos"
    assert bar.bar.isHidden()


def test_a_job_is_followed_paused_resumed_and_cancelled(bar: StatusBar, qtbot: QtBot) -> None:
    steps = Steps(Progress("Looking at photos", 10, 40), Progress("Looking at photos", 20, 40))
    job = Job(steps, name="Looking")
    bar.set_job(job)
    states: list[tuple[bool, bool]] = []
    bar.job_state_changed.connect(lambda running, paused: states.append((running, paused)))
    with qtbot.waitSignal(job.progressed):
        job.start()
    assert bar.message.text() == "Looking at photos: 10 of 40"
    assert (bar.bar.value(), bar.bar.maximum()) == (10, 40)
    QTest.mouseClick(bar.pause_button, Qt.MouseButton.LeftButton)
    assert job.paused
    assert bar.message.text().endswith("paused")
    assert bar.pause_button.accessibleName() == "Go on"
    QTest.mouseClick(bar.pause_button, Qt.MouseButton.LeftButton)
    assert not job.paused
    QTest.mouseClick(bar.cancel_button, Qt.MouseButton.LeftButton)
    assert job.cancelled
    assert "Finishing" in bar.message.text()
    assert not bar.cancel_button.isEnabled()
    bar.rest("12 photos")
    with qtbot.waitSignal(job.finished):
        steps.through.release(5)
    assert bar.message.text() == "12 photos"
    assert bar.cancel_button.isHidden()
    assert states[0] == (True, False)
    assert (True, True) in states
    assert states[-1] == (False, False)


def test_without_a_total_only_what_was_seen_is_told(bar: StatusBar, qtbot: QtBot) -> None:
    steps = Steps(Progress("Looking for photos", 1234, None))
    job = Job(steps, name="Looking")
    bar.set_job(job)
    with qtbot.waitSignal(job.progressed):
        job.start()
    assert bar.message.text() == "Looking for photos: 1,234"
    assert bar.bar.maximum() == 0
    with qtbot.waitSignal(job.finished):
        steps.through.release()


def test_a_job_beside_the_folders_has_the_bar_or_a_word(bar: StatusBar, qtbot: QtBot) -> None:
    fetching = Steps(Transfer("Fetching MobileNetV2", 4_136_000, 9_400_000))
    looking = Steps(Progress("Looking at photos", 10, 40))
    fetch, look = Job(fetching, name="Getting MobileNetV2"), Job(looking, name="Looking")
    bar.set_side_job(fetch)
    with qtbot.waitSignal(fetch.progressed):
        fetch.start()
    assert bar.message.text().startswith("Fetching MobileNetV2: 4.1 of 9.4\N{NO-BREAK SPACE}MB")
    assert bar.side_button.isHidden()
    bar.set_job(look)
    with qtbot.waitSignal(look.progressed):
        look.start()
    assert bar.message.text() == "Looking at photos: 10 of 40"
    assert bar.side_button.text() == "Getting MobileNetV2: 44\N{NO-BREAK SPACE}%"
    QTest.mouseClick(bar.pause_button, Qt.MouseButton.LeftButton)
    assert look.paused
    assert not fetch.paused
    look.resume()
    with qtbot.waitSignal(bar.side_job_requested):
        QTest.mouseClick(bar.side_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(look.finished):
        looking.through.release(5)
    assert bar.job is fetch
    assert bar.side_button.isHidden()
    with qtbot.waitSignal(fetch.finished):
        fetching.through.release(5)
    assert bar.job is None


def test_problems_are_counted_and_lead_to_their_page(bar: StatusBar, qtbot: QtBot) -> None:
    bar.set_problems(0)
    assert bar.problems_button.isHidden()
    bar.set_problems(1)
    assert bar.problems_button.text() == "1 problem"
    bar.set_problems(1200)
    assert bar.problems_button.text() == "1,200 problems"
    with qtbot.waitSignal(bar.problems_requested):
        QTest.mouseClick(bar.problems_button, Qt.MouseButton.LeftButton)


def test_the_device_says_why(bar: StatusBar) -> None:
    bar.set_device("CPU", "No GPU: no adapter was found")
    assert bar.device.text() == "CPU"
    assert bar.device.toolTip() == "No GPU: no adapter was found"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_pace_leaves_out_what_was_paused() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.update(0)
    clock.now += 2
    pace.update(20)
    assert pace.rate() == pytest.approx(10)
    assert pace.left(120) == pytest.approx(10)
    pace.pause()
    clock.now += 1000
    pace.resume()
    clock.now += 2
    pace.update(40)
    assert pace.rate() == pytest.approx(10)


def test_pace_forgets_what_is_long_ago_and_knows_nothing_at_first() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.rate() == 0
    assert pace.left(10) is None
    for _ in range(60):
        pace.update(0)
        clock.now += 1
    for done in range(100, 3100, 100):
        pace.update(done)
        clock.now += 1
    assert pace.rate() == pytest.approx(100)
    assert pace.left(None) is None


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00"), (52, "0:52"), (723, "12:03"), (3850, "1:04:10"), (-3, "0:00"), (59.7, "1:00")]
)
def test_duration(seconds: float, said: str) -> None:
    assert text.duration(seconds) == said


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (153_000, "153 kB"),
        (4_240_000, "4.2 MB"),
        (3e12, "3.0 TB"),
    ],
)
def test_file_size(size: int, said: str) -> None:
    assert text.file_size(int(size)) == said.replace(" ", "\N{NO-BREAK SPACE}")


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0"), (0.001, "<1"), (0.5, "50"), (0.994, "99"), (0.998, "99"), (0.9999, "100"), (1, "100")]
)
def test_percent_never_claims_all_or_nothing_too_early(share: float, said: str) -> None:
    assert text.percent(share).replace("\N{NO-BREAK SPACE}", " ") == f"{said} %"


@pytest.mark.parametrize(
    ("seconds", "said"), [(1 / 250, "1/250 s"), (2, "2 s"), (0.5, "0.5 s"), (1 / 3, "0.3 s"), (0, "")]
)
def test_exposure(seconds: float, said: str) -> None:
    assert text.exposure(seconds) == said.replace(" ", "\N{NO-BREAK SPACE}")


@given(st.integers(0, 10**9))
def test_about_keeps_two_digits(value: int) -> None:
    said = text.about(value).removeprefix("about ").replace(",", "")
    assert abs(int(said) - value) <= 0.05 * value
    assert len(said.rstrip("0")) <= 2 or value < 100


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file or directory", "/a.jpg"), "the file is not there now"),
        (PermissionError(13, "Permission denied", "/a.jpg"), "the system does not let photosort read the file"),
        (OSError(5, "Input/output error"), "the system could not read the file: Input/output error"),
        (ImageError("the file is empty (0 bytes)"), "the file is empty (0 bytes)"),
    ],
)
def test_reasons_are_for_people(error: Exception, said: str) -> None:
    assert text.reason(error) == said


def test_in_a_narrow_window_what_was_done_gives_way_to_what_is_going_on(bar: StatusBar) -> None:
    bar.notice.say("Moved 17,900 photos to a folder with a name that takes all the room there is", "Undo", more="Show")
    bar.rest("17,900 photos")
    bar.resize(560, 40)
    bar.layout().activate()
    assert bar.message.width() >= bar.message.sizeHint().width()
    assert bar.notice.width() < bar.notice.sizeHint().width()


def test_what_moves_files_is_shown_before_any_other_job(bar: StatusBar, qtbot: QtBot) -> None:
    analysis, moving = Steps(Progress("Looking at photos", 10, 40)), Steps(Progress("Moving photos", 3, 9))
    jobs = Job(analysis, name="Looking"), Job(moving, name="Moving")
    bar.set_job(jobs[0])
    bar.set_file_job(jobs[1])
    for job in jobs:
        job.start()
    qtbot.waitUntil(lambda: "Moving photos: 3 of 9" in bar.message.text())
    assert bar.job is jobs[1]
    bar.pause_button.click()
    assert (jobs[0].paused, jobs[1].paused) == (False, True)
    bar.cancel_button.click()
    moving.through.release()
    qtbot.waitUntil(lambda: "Looking at photos" in bar.message.text())
    jobs[0].cancel()
    analysis.through.release()
    qtbot.waitUntil(lambda: not jobs[0].running)


def test_a_notice_stays_beside_what_goes_on_until_it_is_dismissed(bar: StatusBar) -> None:
    done: list[str] = []
    bar.notice.say("Moved 12 photos to Sea.", "Undo", lambda: done.append("undo"), "Show", lambda: done.append("show"))
    bar.rest("489 photos")
    assert not bar.notice.isHidden()
    assert bar.notice.accessibleName() == "Moved 12 photos to Sea."
    bar.notice.action_button.click()
    bar.notice.more_button.click()
    assert done == ["undo", "show"]
    bar.notice.close_button.click()
    assert bar.notice.isHidden()
    bar.notice.say("Put back 12 photos.")
    assert bar.notice.action_button.isHidden()
