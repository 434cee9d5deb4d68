"""Job: the thread that drives one of the pipeline's generators, and what the window hears of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal, Slot

from photosort.core.errors import PhotosortError

_logger = logging.getLogger(__name__)

_DELIVERY_MS = 50
"""At least this long between two deliveries: a fast generator must not flood the event loop."""


class Job(QObject):
    """Runs a generator on a thread of its own and tells the GUI thread how it goes.

    Create it in the GUI thread and keep it until `finished` has arrived. All signals are emitted in the GUI thread, in
    this order: `yielded` and `progressed` any number of times, then `returned` or `failed` or (cancelled) neither,
    then `finished` exactly once. What a cancelled generator yields or returns is dropped, also what was on its way
    when `cancel` was called. Between two yields it can be paused; a cancelled generator is closed, so that its
    ``finally`` runs.

    Args:
        make_generator: makes the generator; called on the job's thread, so that it may load what is heavy.
        name: what the job does, in words; the name of its thread.
        parent: who keeps the job.
    """

    yielded = Signal(object)
    """tuple: everything the generator has yielded since the last time; at most 20 times a second."""
    progressed = Signal(object)
    """The last of what was `yielded`."""
    returned = Signal(object)
    """What the generator returned."""
    failed = Signal(object)
    """The exception that ended the generator (also one raised while a cancelled generator was closed)."""
    finished = Signal()
    """The thread has ended; the last signal of a job."""
    state_changed = Signal()
    """The job was started, paused, resumed, cancelled, or has finished."""

    _arrived = Signal()
    _ended = Signal()

    def __init__(
        self,
        make_generator: Callable[[], Generator[Any, None, Any]],
        *,
        name: str = "job",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.name = name
        self._make_generator = make_generator
        self._thread = threading.Thread(target=self._drive, name=name, daemon=False)
        self._lock = threading.Lock()
        self._pending: list[object] = []
        self._go = threading.Event()
        self._go.set()
        self._stop = threading.Event()
        self._result: object = None
        self._completed = False
        self._error: Exception | None = None
        self._started = False
        self._over = False
        self._since_delivery = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._deliver)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """True from `start` until `finished`; also while paused."""
        return self._started and not self._over

    @property
    def paused(self) -> bool:
        """True while the generator is held, or about to be, between two yields."""
        return self.running and not self._go.is_set()

    @property
    def cancelled(self) -> bool:
        """True from `cancel` on."""
        return self._stop.is_set()

    def start(self) -> None:
        """Start the thread.

        Raises:
            RuntimeError: the job was started before; a job runs once.
        """
        self._thread.start()
        self._started = True
        self.state_changed.emit()

    def pause(self) -> None:
        """Hold the generator at its next yield."""
        if self.running and not self.cancelled and self._go.is_set():
            self._go.clear()
            self.state_changed.emit()

    def resume(self) -> None:
        """Let a paused generator go on."""
        if not self._go.is_set():
            self._go.set()
            self.state_changed.emit()

    def cancel(self) -> None:
        """Close the generator at its next yield and drop what it has not delivered. `finished` still arrives."""
        if self.cancelled or self._over:
            return
        self._stop.set()
        self._go.set()
        if self._started:
            self.state_changed.emit()

    def wait(self, milliseconds: int | None = None) -> bool:
        """Block until the thread has ended; what it has to say is then delivered before this returns.

        For tests and for an end that cannot show a window; a window waits for `finished` instead.

        Returns:
            False when the thread still ran after ``milliseconds``.
        """
        if not self._started:
            return True
        self._thread.join(None if milliseconds is None else milliseconds / 1000)
        if self._thread.is_alive():
            return False
        self._on_ended()
        return True

    def _drive(self) -> None:
        """Runs on the job's thread."""
        try:
            self._exhaust()
        except PhotosortError as error:
            # Foreseen, and told to the person in its own words.
            _logger.info("%s: %s", self.name, error, exc_info=True)
            self._error = error
        except Exception as error:
            _logger.exception("The job %r failed", self.name)
            self._error = error
        self._ended.emit()

    def _exhaust(self) -> None:
        if self._stop.is_set():
            return
        generator = self._make_generator()
        try:
            while not self._stop.is_set():
                try:
                    value = next(generator)
                except StopIteration as stop:
                    self._result, self._completed = stop.value, True
                    return
                self._hand_over(value)
                self._go.wait()
        finally:
            generator.close()

    def _hand_over(self, value: object) -> None:
        with self._lock:
            first = not self._pending
            self._pending.append(value)
        if first:
            self._arrived.emit()

    @Slot()
    def _on_arrived(self) -> None:
        if self._timer.isActive() or self._over:
            return
        passed = self._since_delivery.elapsed() if self._since_delivery.isValid() else _DELIVERY_MS
        if passed >= _DELIVERY_MS:
            self._deliver()
        else:
            self._timer.start(int(_DELIVERY_MS - passed))

    @Slot()
    def _deliver(self) -> None:
        with self._lock:
            values, self._pending = tuple(self._pending), []
        self._since_delivery.start()
        if not values or self.cancelled:
            return
        self.yielded.emit(values)
        # A receiver may have cancelled the job.
        if not self.cancelled:
            self.progressed.emit(values[-1])

    @Slot()
    def _on_ended(self) -> None:
        if self._over:
            return
        self._thread.join()
        self._timer.stop()
        self._deliver()
        self._over = True
        if self._error is not None:
            self.failed.emit(self._error)
        elif self._completed and not self.cancelled:
            self.returned.emit(self._result)
        self._result = None
        self.state_changed.emit()
        self.finished.emit()
