"""Nothing dies silently: what no code caught is logged and told in the window."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, Signal

_logger = logging.getLogger(__name__)


class Faults(QObject):
    """Takes the place of Python's hooks for uncaught exceptions while it is entered as a context manager.

    Slots and event handlers that raise end up here too: Qt hands their exceptions to ``sys.excepthook``.
    """

    caught = Signal(object)
    """The exception; emitted in the GUI thread, wherever it was raised."""
    interrupted = Signal()
    """Ctrl+C was pressed in the terminal while Python code ran in the GUI thread."""

    def __enter__(self) -> Self:
        """Take over."""
        self._before = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_uncaught
        threading.excepthook = self._on_thread_uncaught
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    def _on_uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.interrupted.emit()
            return
        _logger.error("Uncaught exception", exc_info=(kind, error, trace))
        self.caught.emit(error)

    def _on_thread_uncaught(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is None or issubclass(arguments.exc_type, SystemExit):
            return
        name = arguments.thread.name if arguments.thread is not None else "a thread"
        trace = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        _logger.error("Uncaught exception in %s", name, exc_info=trace)
        self.caught.emit(arguments.exc_value)
