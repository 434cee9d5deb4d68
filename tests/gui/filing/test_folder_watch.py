"""A watched folder tells that something happened in it, also in folders that were made since."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from photosort.gui.filing.folder_watch import FolderWatch

WAIT_MS = 10_000


@pytest.fixture
def watch(qapp: QApplication) -> Iterator[FolderWatch]:
    owner = QObject(qapp)
    result = FolderWatch(owner, quiet_ms=50, every_ms=3_600_000)
    yield result
    result.stop()
    owner.deleteLater()


def test_new_files_are_told_wherever_they_come(watch: FolderWatch, tmp_path: Path, qtbot: QtBot) -> None:
    inner = tmp_path / "2019" / "July" / "Beach"
    inner.mkdir(parents=True)
    watch.watch(tmp_path, ["2019/July/Beach"])
    for folder in (tmp_path, tmp_path / "2019" / "July", inner):
        with qtbot.waitSignal(watch.changed, timeout=WAIT_MS):
            (folder / "new.jpg").write_bytes(b"new")


def test_a_folder_made_later_is_watched_too(watch: FolderWatch, tmp_path: Path, qtbot: QtBot) -> None:
    watch.watch(tmp_path, [])
    with qtbot.waitSignal(watch.changed, timeout=WAIT_MS):
        (tmp_path / "DCIM").mkdir()
    with qtbot.waitSignal(watch.changed, timeout=WAIT_MS):
        (tmp_path / "DCIM" / "a.jpg").write_bytes(b"new")


def test_a_folder_that_goes_away_is_told_and_nothing_breaks(watch: FolderWatch, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "drive" / "photos").mkdir(parents=True)
    watch.watch(tmp_path / "drive", ["photos"])
    with qtbot.waitSignal(watch.changed, timeout=WAIT_MS):
        shutil.rmtree(tmp_path / "drive")


def test_what_is_watched_no_longer_is_told_no_longer(watch: FolderWatch, tmp_path: Path, qtbot: QtBot) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    watch.watch(one, [])
    watch.watch(other, [])
    told: list[None] = []
    watch.changed.connect(lambda: told.append(None))
    (one / "a.jpg").write_bytes(b"new")
    with qtbot.waitSignal(watch.changed, timeout=WAIT_MS):
        (other / "a.jpg").write_bytes(b"new")
    watch.stop()
    assert len(told) == 1
    assert not watch.on


def test_it_looks_now_and_then_without_being_told(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> None:
    owner = QObject(qapp)
    watch = FolderWatch(owner, quiet_ms=50, every_ms=20)
    with qtbot.waitSignals([watch.changed, watch.changed], timeout=WAIT_MS):
        watch.watch(tmp_path / "a network drive that tells nothing", [])
    watch.stop()
    owner.deleteLater()
