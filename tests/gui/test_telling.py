"""How a job goes, in words: what, how much of it, how fast, how long it still takes."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QProgressBar

from photosort.core.photo import Progress, Transfer
from photosort.gui import text
from photosort.gui.telling import Telling, show_share

_SPACE = "\N{NO-BREAK SPACE}"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_bytes_are_told_in_the_unit_of_all_of_them() -> None:
    assert text.file_sizes(4_136_000, 9_406_464) == f"4.1 of 9.4{_SPACE}MB"
    assert text.file_sizes(0, 83_683_744) == f"0 of 84{_SPACE}MB"
    assert text.file_sizes(12, 640) == f"12 of 640{_SPACE}bytes"
    assert text.file_sizes(999_999, 1_200_000_000) == f"0.0 of 1.2{_SPACE}GB"


def test_a_download_tells_what_is_left_once_enough_came() -> None:
    clock = Clock()
    telling = Telling(clock)
    assert telling.sentence() == ""
    telling.update(Transfer("Fetching", 0, 9_000_000))
    clock.now = 1.0
    telling.update(Transfer("Fetching", 100_000, 9_000_000))
    assert telling.sentence() == f"Fetching: 0.1 of 9.0{_SPACE}MB"
    clock.now = 2.0
    telling.update(Transfer("Fetching", 1_000_000, 9_000_000))
    assert telling.sentence() == f"Fetching: 1.0 of 9.0{_SPACE}MB \N{MIDDLE DOT} 0:16 left"


def test_minutes_of_pause_do_not_count() -> None:
    clock = Clock()
    telling = Telling(clock)
    telling.update(Transfer("Fetching", 0, 9_000_000))
    clock.now = 1.0
    telling.update(Transfer("Fetching", 1_000_000, 9_000_000))
    telling.set_paused(paused=True)
    assert telling.sentence().endswith("paused")
    clock.now = 301.0
    telling.set_paused(paused=False)
    clock.now = 302.0
    telling.update(Transfer("Fetching", 2_000_000, 9_000_000))
    assert telling.sentence().endswith("0:07 left")


def test_what_comes_next_has_a_pace_of_its_own() -> None:
    clock = Clock()
    telling = Telling(clock)
    telling.update(Progress("Looking", 0, 100))
    clock.now = 1.0
    telling.update(Progress("Looking", 50, 100))
    telling.update(Progress("Checking", 10, 20))
    assert telling.sentence() == "Checking: 10 of 20"


def test_a_length_that_nobody_knows_is_not_told() -> None:
    telling = Telling()
    telling.update(Transfer("Fetching", 700_000, None))
    assert telling.sentence() == f"Fetching: 700{_SPACE}kB"


@pytest.mark.usefixtures("qapp")
def test_the_bar_takes_files_larger_than_its_numbers(qapp: QApplication) -> None:
    assert qapp
    bar = QProgressBar()
    show_share(bar, Transfer("Reading", 3 * 10**9, 12 * 10**9))
    assert bar.value() / bar.maximum() == pytest.approx(0.25, abs=1e-6)
    show_share(bar, Progress("Looking", 3, None))
    assert (bar.minimum(), bar.maximum()) == (0, 0)
