"""A small file manager, for tests that drag between two programs: ``file_manager.py GIVES FOLDER X Y``.

It gives the file GIVES to whoever it is dragged to, and copies or moves what is dropped on it into FOLDER, as the drop
proposes. On its output it says when it stands, and what became of every drag.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

BOTH = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


class FileManager(QLabel):
    """One window with one file in it."""

    def __init__(self, gives: Path, folder: Path) -> None:
        super().__init__("file manager")
        self._gives, self._folder = gives, folder
        self.setAcceptDrops(True)
        self.resize(300, 200)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            drag, data = QDrag(self), QMimeData()
            data.setUrls([QUrl.fromLocalFile(str(self._gives))])
            drag.setMimeData(data)
            done = drag.exec(BOTH, Qt.DropAction.MoveAction)
            if done is Qt.DropAction.MoveAction:
                # As the rules of dragging ask of whoever gave something away.
                self._gives.unlink(missing_ok=True)
            _say(f"gave {done.name}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        put = shutil.move if event.dropAction() is Qt.DropAction.MoveAction else shutil.copy2
        for url in event.mimeData().urls():
            put(url.toLocalFile(), self._folder)
        _say(f"took {event.dropAction().name}")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    app = QApplication([])
    window = FileManager(Path(sys.argv[1]), Path(sys.argv[2]))
    window.move(int(sys.argv[3]), int(sys.argv[4]))
    window.show()
    QTimer.singleShot(500, lambda: _say("stands"))
    sys.exit(app.exec())
