"""Progress of a command: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from types import FrameType, TracebackType
from typing import Any, Self, TextIO, TypeVar

from photosort.core.photo import Progress, Transfer
from photosort.core.wording import duration, file_sizes, plain

_REDRAW_SECONDS = 0.1
_LINE_SECONDS = 5.0
_BAR_WIDTH = 24

_Result = TypeVar("_Result")


class ProgressBar:
    """Shows progress on a stream; a context manager that leaves the stream on a fresh line.

    Args:
        stream: standard error, usually.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._shown_at = 0.0
        self._what = ""
        self._started = time.monotonic()
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._terminal and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()

    def show(self, progress: Progress) -> None:
        """Show how far a step is; calls that come too quickly are passed over."""
        now = time.monotonic()
        if progress.what != self._what:
            self._what, self._started, self._shown_at = progress.what, now, 0.0
        if now - self._shown_at < (_REDRAW_SECONDS if self._terminal else _LINE_SECONDS):
            return
        self._shown_at = now
        text = _describe(progress, now - self._started)
        if self._terminal:
            text = text[: shutil.get_terminal_size().columns - 1]
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            self._stream.write(text + "\n")
        self._stream.flush()


@contextmanager
def between_steps() -> Iterator[Callable[[], bool]]:
    """Have Ctrl+C, and a request to end, wait for a good moment; the second one acts at once.

    Outside the main thread, where no signal arrives, nothing is changed.

    Yields:
        tells whether there was one.
    """
    asked = False
    before: dict[int, Any] = {}

    def restore() -> None:
        while before:
            signal.signal(*before.popitem())

    def remember(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        restore()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) not in {signal.SIG_IGN, None}:
                before[number] = signal.signal(number, remember)
    try:
        yield lambda: asked
    finally:
        restore()


def drive_between_steps(steps: Generator[Progress, None, _Result]) -> _Result:
    """Run a generator like `drive`; Ctrl+C is heard between two of its steps, so that none is left half done.

    Raises:
        KeyboardInterrupt: the generator was stopped and has cleaned up.
    """
    with ProgressBar(sys.stderr) as bar, between_steps() as asked, closing(steps):
        while not asked():
            try:
                bar.show(next(steps))
            except StopIteration as stop:
                result: _Result = stop.value
                return result
    raise KeyboardInterrupt


def drive(steps: Generator[Progress, None, _Result]) -> _Result:
    """Run a generator to its end, showing its progress on standard error; Ctrl+C lets it clean up."""
    with ProgressBar(sys.stderr) as bar:
        try:
            while True:
                bar.show(next(steps))
        except StopIteration as stop:
            result: _Result = stop.value
            return result
        finally:
            steps.close()


def _describe(progress: Progress, seconds: float) -> str:
    if not progress.total:
        return f"{progress.what}: {progress.done:,}" if progress.done else progress.what
    share = progress.done / progress.total
    bar = "#" * round(share * _BAR_WIDTH)
    left = f" - {duration(seconds * (1 - share) / share)} left" if progress.done and share < 1 else ""
    if isinstance(progress, Transfer):
        amount = plain(file_sizes(progress.done, progress.total))
    else:
        amount = f"{progress.done:,} of {progress.total:,}"
    return f"{progress.what} [{bar:<{_BAR_WIDTH}}] {amount}{left}"
