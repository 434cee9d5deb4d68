"""The program as a process: it starts lazily, obeys Ctrl+C, opens what it is given, and tells of defects."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photosort.core.paths import UserPaths
from photosort.gui import app as program
from photosort.gui.app import OpenRequests
from photosort.gui.dropping import Target, target_of
from photosort.gui.faults import Faults
from photosort.gui.main_window import MainWindow
from tests.gui.conftest import make_album

START = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from photosort.core.paths import UserPaths
from photosort.gui import app
from photosort.gui.main_window import MainWindow

shown = MainWindow.showEvent
def on_shown(self, event):
    shown(self, event)
    heavy = {"tensorflow", "keras", "sklearn", "ai_edge_litert", "scipy"} & set(sys.modules)
    print("shown", sorted(heavy), flush=True)
MainWindow.showEvent = on_shown
done = app.run(UserPaths.below(Path(sys.argv[1])), [Path(path) for path in sys.argv[2:]])
print("ended", done, [thread.name for thread in threading.enumerate()][1:], flush=True)
"""


def start(*arguments: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
def test_a_signal_closes_the_window_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    with start(tmp_path / "catalog", make_album(tmp_path / "Album")) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "shown []\n"
        process.send_signal(number)
        try:
            out, err = process.communicate(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert out == "ended 0 []\n", err
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "QThread" not in err


def test_run_opens_what_it_is_given_and_ends_when_the_window_is_closed(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = make_album(tmp_path / "Album")
    seen: list[object] = []

    def as_a_person() -> int:
        [window] = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
        qtbot.waitUntil(
            lambda: window.session is not None and window.session.scanned and not window.session.busy, timeout=60_000
        )
        assert window.session is not None
        seen.append(window.session.folder)
        seen.append(len(window.session.columns))
        window.close()
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=60_000)
        window.deleteLater()
        return 0

    monkeypatch.setattr(QApplication, "exec", staticmethod(as_a_person))
    before = signal.getsignal(signal.SIGINT)
    assert program.run(UserPaths.below(tmp_path / "catalog"), [album]) == 0
    assert seen == [album, 13]
    assert signal.getsignal(signal.SIGINT) is before
    assert sys.excepthook is sys.__excepthook__ or "Faults" not in repr(sys.excepthook)


def test_open_with_comes_as_an_event(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    requests = OpenRequests(qapp)
    with qtbot.waitSignal(requests.requested) as blocker:
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(tmp_path / "a.jpg"))))
    assert blocker.args == [tmp_path / "a.jpg"]
    qapp.removeEventFilter(requests)
    requests.deleteLater()


def test_what_several_paths_mean(tmp_path: Path) -> None:
    album = make_album(tmp_path / "Album")
    assert target_of([]) is None
    assert target_of([album]) == Target(album)
    assert target_of([tmp_path / "not there"]) == Target(tmp_path / "not there")
    one = album / "summer" / "s1.jpg"
    assert target_of([one]) == Target(album / "summer", (one,))
    assert target_of([one, album / "winter"]) == Target(album, (one, album / "winter"))
    assert target_of([album / "summer", album / "winter"]) == Target(album, (album / "summer", album / "winter"))


def test_what_nobody_caught_is_logged_and_told(qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    before = sys.excepthook, threading.excepthook
    with Faults() as faults, caplog.at_level(logging.ERROR):
        error = ValueError("torn")
        with qtbot.waitSignal(faults.caught) as blocker:
            sys.excepthook(ValueError, error, None)
        assert blocker.args == [error]
        with qtbot.waitSignal(faults.interrupted), qtbot.assertNotEmitted(faults.caught):
            sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

        def fail() -> None:
            raise OSError("in a thread")

        with qtbot.waitSignal(faults.caught) as blocker:
            thread = threading.Thread(target=fail, name="doomed")
            thread.start()
        thread.join()
        assert str(blocker.args[0]) == "in a thread"
    assert "torn" in caplog.text
    assert "doomed" in caplog.text
    assert (sys.excepthook, threading.excepthook) == before


def test_a_catalog_that_cannot_be_opened_is_told_and_ends_the_program(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    told: list[str] = []
    monkeypatch.setattr(program.QMessageBox, "critical", staticmethod(lambda *arguments: told.append(arguments[2])))
    assert program.run(UserPaths.below(tmp_path / "file" / "catalog")) == 1
    assert str(tmp_path / "file" / "catalog") in told[0]
