"""The trash of the window's toolkit: what is put there can be found again, or stays where it is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from photosort.gui.history.window_trash import WindowTrash, best_trash


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it would be the person's own trash")
def test_a_discarded_file_lies_at_the_place_that_is_told(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qapp is not None
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    file = tmp_path / "a.jpg"
    file.write_bytes(b"sea")
    place = WindowTrash().discard(file)
    assert not file.exists()
    assert place is not None
    assert place != file
    assert place.read_bytes() == b"sea"


def test_what_cannot_be_discarded_is_told(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp is not None
    with pytest.raises(OSError, match=r"a\.jpg"):
        WindowTrash().discard(tmp_path / "a.jpg")


@pytest.mark.skipif(sys.platform != "linux", reason="of the desktops of Linux")
def test_on_linux_the_system_tells_the_places() -> None:
    assert best_trash().tells_places
