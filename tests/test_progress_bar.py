"""Progress of a command, on a terminal and in a log."""

from __future__ import annotations

import io

from photosort.core.photo import Progress
from photosort.progress_bar import ProgressBar


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
