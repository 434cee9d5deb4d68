"""What the window asks of the desktop around it: show a file in the file manager, open it in its program."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

_logger = logging.getLogger(__name__)


def show_in_file_manager(path: Path) -> bool:
    """Open the file manager on ``path``, selected where the file manager can do that.

    Returns:
        False when no file manager could be started.
    """
    if sys.platform == "win32":
        return _start("explorer.exe", [f"/select,{path}"])
    if sys.platform == "darwin":
        return _start("open", ["-R", str(path)])
    return _ask_file_manager(path) or _open(path.parent)


def open_in_program(path: Path) -> bool:
    """Open ``path`` in the program that the system has for it.

    Returns:
        False when there is none.
    """
    return _open(path)


def copy_paths(paths: list[Path]) -> None:
    """Put paths on the clipboard as text, one per line."""
    # Text alone: some platforms free the clipboard's data after Python has ended, which a QMimeData made here does not
    # survive.
    QGuiApplication.clipboard().setText("\n".join(str(path) for path in paths))


def _ask_file_manager(path: Path) -> bool:
    """Ask whatever file manager answers to the desktop's common interface to select the file."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False
    url = QUrl.fromLocalFile(str(path)).toString(QUrl.ComponentFormattingOption.FullyEncoded)
    arguments = [
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.FileManager1",
        "/org/freedesktop/FileManager1",
        "org.freedesktop.FileManager1.ShowItems",
        f"array:string:{url.replace(',', '%2C')}",
        "string:",
    ]
    return _start("dbus-send", arguments)


def _start(program: str, arguments: list[str]) -> bool:
    started = QProcess.startDetached(program, arguments)
    # PySide gives back the process id beside the answer.
    done = bool(started[0]) if isinstance(started, tuple) else bool(started)
    if not done:
        _logger.info("%s could not be started", program)
    return done


def _open(path: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
