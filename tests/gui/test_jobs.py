"""Jobs: generators on threads, and signals that arrive in order, in the GUI thread, and once."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QObject, Qt, QThread, Signal
from pytestqt.qtbot import QtBot

from photosort.gui.jobs import Job


class Ear:
    """Writes down every signal of a job, in order, and on which thread it came."""

    def __init__(self, job: Job) -> None:
        self.heard: list[tuple[str, object]] = []
        self.foreign = 0
        job.yielded.connect(lambda values: self._hear("yielded", values))
        job.progressed.connect(lambda value: self._hear("progressed", value))
        job.returned.connect(lambda value: self._hear("returned", value))
        job.failed.connect(lambda error: self._hear("failed", error))
        job.finished.connect(lambda: self._hear("finished", None))

    def _hear(self, name: str, value: object) -> None:
        self.foreign += QThread.currentThread() != QThread.currentThread().thread()
        self.foreign += threading.current_thread() is not threading.main_thread()
        self.heard.append((name, value))

    def names(self) -> list[str]:
        return [name for name, _ in self.heard]

    def yields(self) -> list[object]:
        return [value for name, values in self.heard if name == "yielded" for value in values]


@contextmanager
def finished(qtbot: QtBot, job: Job) -> Iterator[None]:
    with qtbot.waitSignal(job.finished, timeout=10_000):
        yield


class Gate:
    """A generator that yields a number each time it is let through, and says what became of it."""

    def __init__(self) -> None:
        self.through = threading.Semaphore(0)
        self.yielded = threading.Semaphore(0)
        self.closed = threading.Event()
        self.count = 0

    def __call__(self) -> Generator[int, None, str]:
        try:
            while True:
                self.through.acquire()
                self.count += 1
                self.yielded.release()
                yield self.count
        finally:
            self.closed.set()


def counting(n: int) -> Generator[int, None, str]:
    yield from range(n)
    return "done"


def test_delivers_everything_in_order_then_the_result_then_the_end(qtbot: QtBot) -> None:
    job = Job(lambda: counting(1000))
    ear = Ear(job)
    with finished(qtbot, job):
        job.start()
    assert ear.yields() == list(range(1000))
    assert ear.names()[-2:] == ["returned", "finished"]
    assert ear.heard[-2] == ("returned", "done")
    assert ear.names().count("finished") == 1
    assert ear.foreign == 0
    assert not job.running


def test_a_fast_generator_does_not_flood_the_event_loop(qtbot: QtBot) -> None:
    job = Job(lambda: counting(20_000))
    ear = Ear(job)
    with finished(qtbot, job):
        job.start()
    assert ear.yields() == list(range(20_000))
    # Twenty deliveries a second; a machine so slow that this takes a minute still stays far below one per yield.
    assert ear.names().count("yielded") < 2_000
    progress = [value for name, value in ear.heard if name == "progressed"]
    assert progress[-1] == 19_999


def test_the_generator_runs_on_a_thread_of_its_own(qtbot: QtBot) -> None:
    def steps() -> Generator[int, None, str]:
        yield 1
        return threading.current_thread().name

    job = Job(steps, name="Counting")
    ear = Ear(job)
    with finished(qtbot, job):
        job.start()
    assert ear.heard[-2] == ("returned", "Counting")


@pytest.mark.parametrize("where", ["before the first yield", "between two yields"])
def test_an_exception_is_told_and_the_job_ends(qtbot: QtBot, where: str) -> None:
    def steps() -> Generator[int, None, None]:
        if where == "between two yields":
            yield 1
        raise ValueError("torn")

    job = Job(steps)
    ear = Ear(job)
    with finished(qtbot, job):
        job.start()
    assert ear.names()[-2:] == ["failed", "finished"]
    error = ear.heard[-2][1]
    assert isinstance(error, ValueError)
    assert str(error) == "torn"


def test_an_exception_while_the_generator_is_made_is_told(qtbot: QtBot) -> None:
    def make() -> Generator[int, None, None]:
        raise OSError("no such network")

    job = Job(make)
    ear = Ear(job)
    with finished(qtbot, job):
        job.start()
    assert ear.names() == ["failed", "finished"]


def test_cancel_closes_the_generator_and_drops_the_rest(qtbot: QtBot) -> None:
    gate = Gate()
    job = Job(gate)
    ear = Ear(job)
    job.start()
    with qtbot.waitSignal(job.yielded):
        gate.through.release()
    gate.through.release()
    assert gate.yielded.acquire(timeout=10)
    assert gate.yielded.acquire(timeout=10)
    with finished(qtbot, job):
        job.cancel()
        gate.through.release(5)
    assert gate.closed.is_set()
    assert ear.yields() == [1]
    assert "returned" not in ear.names()
    assert "failed" not in ear.names()
    assert ear.names().count("finished") == 1


def test_a_result_that_was_on_its_way_when_the_job_was_cancelled_is_dropped(qtbot: QtBot) -> None:
    job = Job(lambda: counting(3))
    ear = Ear(job)
    job.start()
    job._thread.join()
    job.cancel()
    with finished(qtbot, job):
        pass
    assert ear.names() == ["finished"]


def test_cancel_before_start_runs_nothing(qtbot: QtBot) -> None:
    gate = Gate()
    job = Job(gate)
    job.cancel()
    with finished(qtbot, job):
        job.start()
    assert gate.count == 0


def test_pause_holds_and_resume_goes_on(qtbot: QtBot) -> None:
    gate = Gate()
    job = Job(gate)
    ear = Ear(job)
    job.start()
    with qtbot.waitSignal(job.yielded):
        gate.through.release()
    with qtbot.waitSignal(job.state_changed):
        job.pause()
    assert job.paused
    # One step may be under way; the one after it must wait.
    gate.through.release(3)
    assert gate.yielded.acquire(timeout=10)
    assert gate.yielded.acquire(timeout=10)
    assert not gate.yielded.acquire(timeout=0.2)
    with qtbot.waitSignal(job.yielded, check_params_cb=lambda values: values[-1] >= 4):
        job.resume()
    assert not job.paused
    with finished(qtbot, job):
        job.cancel()
        gate.through.release()
    assert ear.yields()[:4] == [1, 2, 3, 4]


def test_cancel_of_a_paused_job_ends_it(qtbot: QtBot) -> None:
    gate = Gate()
    job = Job(gate)
    job.start()
    with qtbot.waitSignal(job.yielded):
        gate.through.release()
    job.pause()
    gate.through.release()
    with finished(qtbot, job):
        job.cancel()
    assert gate.closed.is_set()
    assert not job.running


def test_an_error_in_the_cleaning_up_of_a_cancelled_job_is_not_lost(qtbot: QtBot) -> None:
    ready = threading.Event()

    def steps() -> Generator[int, None, None]:
        try:
            while True:
                ready.wait()
                yield 1
        finally:
            raise RuntimeError("cleaning up failed")

    job = Job(steps)
    ear = Ear(job)
    job.start()
    with qtbot.waitSignal(job.yielded):
        ready.set()
    with finished(qtbot, job):
        job.cancel()
    assert ear.names()[-2:] == ["failed", "finished"]


def test_cancel_from_a_slot_stops_the_delivery(qtbot: QtBot) -> None:
    job = Job(lambda: counting(100_000))
    ear = Ear(job)
    job.yielded.connect(lambda _: job.cancel())
    with finished(qtbot, job):
        job.start()
    assert ear.names() == ["yielded", "finished"]


def test_wait_delivers_what_is_left(qtbot: QtBot) -> None:
    job = Job(lambda: counting(3))
    ear = Ear(job)
    job.start()
    assert job.wait(10_000)
    assert ear.names()[-2:] == ["returned", "finished"]
    qtbot.wait(1)
    assert ear.names().count("finished") == 1


def test_wait_gives_up_after_its_time(qtbot: QtBot) -> None:
    gate = Gate()
    job = Job(gate)
    job.start()
    assert not job.wait(10)
    job.cancel()
    gate.through.release()
    assert job.wait(10_000)


def test_a_job_runs_once(qtbot: QtBot) -> None:
    job = Job(lambda: counting(1))
    with finished(qtbot, job):
        job.start()
    with pytest.raises(RuntimeError):
        job.start()


class Sender(QObject):
    sent = Signal(object)
    answered = Signal(bool, object)


def test_five_thousand_signals_across_threads_arrive(qtbot: QtBot) -> None:
    """PySide6 6.12.0 aborts the process after some 600 emissions (a bool's reference count reaches zero)."""
    sender, receiver = Sender(), Sender()
    arrived: list[tuple[bool, object]] = []

    def on_sent(value: object) -> None:
        receiver.answered.emit(True, value)

    receiver.answered.connect(lambda flag, value: arrived.append((flag, value)))
    sender.sent.connect(on_sent, Qt.ConnectionType.QueuedConnection)

    def send() -> None:
        for number in range(5_000):
            sender.sent.emit((number, True))

    thread = threading.Thread(target=send)
    thread.start()
    qtbot.waitUntil(lambda: len(arrived) == 5_000, timeout=30_000)
    thread.join()
    assert arrived == [(True, (number, True)) for number in range(5_000)]
