"""What may be dropped on the window, and what opening several things at once means."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData

from photosort.core.files import absolute


@dataclass(frozen=True, slots=True)
class Target:
    """What to open.

    Attributes:
        folder: the folder.
        only: just these files and folders below it; empty for all of it.
    """

    folder: Path
    only: tuple[Path, ...] = ()


def local_paths(data: QMimeData) -> list[Path]:
    """The files and folders of this computer in what is dragged or pasted."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile()]


def target_of(paths: Sequence[Path]) -> Target | None:
    """What to open for some files and folders: the one folder, or the folder that they share and only them in it.

    Things that share no folder (on two drives) cannot be opened together: those on the drive of the first are.
    """
    found = [absolute(path) for path in paths]
    if not found:
        return None
    if len(found) == 1 and not found[0].is_file():
        return Target(found[0])
    together = [path for path in found if path.anchor == found[0].anchor]
    shared = Path(os.path.commonpath([path.parent for path in together]))
    return Target(shared, tuple(together))
