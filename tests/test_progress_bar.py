"""Progress of a command, on a terminal and in a log."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Generator, Iterator

import pytest

from photosort.core.photo import Progress, Transfer
from photosort.progress_bar import ProgressBar, drive_between_steps


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_lines_and_no_control_characters() -> None:
    log = io.StringIO()
    with ProgressBar(log) as bar:
        bar.show(Progress("Scanning", 300, None))
        bar.show(Progress("Scanning", 301, None))  # too soon after the first
        bar.show(Progress("Looking at photos", 50, 200))
    lines = log.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0] == "Scanning: 300"
    assert "50 of 200" in lines[1]
    assert "\r" not in log.getvalue()


def test_a_terminal_is_left_clean() -> None:
    terminal = _Terminal()
    with ProgressBar(terminal) as bar:
        bar.show(Progress("Looking at photos", 1, 4))
    shown = terminal.getvalue()
    assert "[######                  ]" in shown
    last = shown.split("\r")
    assert last[-1] == ""
    assert last[-2].strip() == ""


def test_bytes_are_told_as_people_read_them() -> None:
    log = io.StringIO()
    with ProgressBar(log) as bar:
        bar.show(Transfer("Copying", 2_100_000, 8_400_000))
    assert "2.1 of 8.4 MB" in log.getvalue()


@pytest.fixture
def listening() -> Iterator[None]:
    """As in a terminal: what is started in the background is deaf to Ctrl+C, and stays so."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("listening")
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_waits_for_the_end_of_a_step() -> None:
    done: list[str] = []

    def steps() -> Generator[Progress, None, None]:
        try:
            for number in range(3):
                done.append(f"begin {number}")
                os.kill(os.getpid(), signal.SIGINT)
                done.append(f"end {number}")
                yield Progress("Moving", number, 3)
        finally:
            done.append("clean")

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        drive_between_steps(steps())
    assert done == ["begin 0", "end 0", "clean"]
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.usefixtures("listening")
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_the_second_ctrl_c_acts_at_once() -> None:
    done: list[str] = []

    def steps() -> Generator[Progress, None, None]:
        os.kill(os.getpid(), signal.SIGINT)
        done.append("begin")
        os.kill(os.getpid(), signal.SIGINT)
        done.append("end")
        yield Progress("Moving", 0, None)

    with pytest.raises(KeyboardInterrupt):
        drive_between_steps(steps())
    assert done == ["begin"]


def test_a_result_that_came_before_ctrl_c_is_kept() -> None:
    def steps() -> Generator[Progress, None, str]:
        yield Progress("Moving", 0, 1)
        return "whole"

    assert drive_between_steps(steps()) == "whole"
