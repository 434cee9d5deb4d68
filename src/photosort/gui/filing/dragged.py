"""What is dragged over the left panel, and what dropping it on a folder would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from PySide6.QtCore import QMimeData, Qt

from photosort.core.columns import PhotoColumns
from photosort.core.sorting.plans.names import safe_name
from photosort.core.sorting.values import How
from photosort.gui import text
from photosort.gui.dropping import local_paths
from photosort.gui.grid_drag import IDS_MIME, ids_of_mime

ROW_MIME: Final = "application/x-photosort-filing-folder"
"""The place, in ASCII digits, of a folder that is dragged to another place of the list."""

_Modifiers = Qt.KeyboardModifier


@dataclass(frozen=True, slots=True)
class Dragged:
    """What a drag carries, as the list of folders sees it.

    Attributes:
        ids: of photos of the open folder.
        files: of this computer, from another program.
        folders: likewise.
        row: the place of one of the list's own folders; None for anything else.
    """

    ids: tuple[int, ...] = ()
    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    row: int | None = None

    @classmethod
    def of(cls, mime: QMimeData) -> Dragged:
        """What lies in a drag's data; looks at the disk, so ask once for each drag."""
        if mime.hasFormat(ROW_MIME):
            return cls(row=int(bytes(mime.data(ROW_MIME).data())))
        if mime.hasFormat(IDS_MIME):
            return cls(ids=tuple(ids_of_mime(mime).tolist()))
        paths = local_paths(mime)
        folders = tuple(path for path in paths if path.is_dir())
        return cls(files=tuple(path for path in paths if path not in set(folders)), folders=folders)

    @property
    def fileable(self) -> bool:
        """True if it can be dropped on a folder."""
        return bool(self.ids or self.files)

    def words(self) -> str:
        """How much it is: "12 photos", "1 file"."""
        if self.ids:
            return text.photos(len(self.ids))
        return f"{len(self.files):,} file{'' if len(self.files) == 1 else 's'}"


def how_of(modifiers: Qt.KeyboardModifier, *, same_disk: bool) -> How:
    """What dropping does: move on one disk, copy to another, as file managers do; Ctrl copies and Shift moves."""
    if modifiers & _Modifiers.ControlModifier:
        return How.COPY
    if modifiers & _Modifiers.ShiftModifier:
        return How.MOVE
    return How.MOVE if same_disk else How.COPY


def action_of(how: How) -> Qt.DropAction:
    """What the pointer shows."""
    return Qt.DropAction.MoveAction if how.takes_away else Qt.DropAction.CopyAction


def sentence(what: str, name: str, how: How) -> str:
    """What is about to happen: "Move 12 photos to Beach"."""
    return f"{'Move' if how.takes_away else 'Copy'} {what} to {name}"


def on_same_disk(first: Path, second: Path) -> bool:
    """True if both paths lie, or would lie, on one file system; True as well where nobody can tell."""
    devices = [_device_of(path) for path in (first, second)]
    return None in devices or devices[0] == devices[1]


def _device_of(path: Path) -> int | None:
    for place in (path, *path.parents):
        try:
            return place.stat().st_dev
        except OSError:
            continue
    return None


def folder_called(text: str, root: Path) -> Path:
    """The folder that a person means by what they typed: in the open folder, unless they give a whole path.

    Args:
        text: a name, or names with slashes between them; names that some system would refuse are mended.
        root: the open folder.
    """
    typed = Path(text).expanduser()
    if typed.is_absolute():
        return typed
    return root.joinpath(*(safe_name(part) for part in text.split("/") if part.strip()))


def known_among(files: Sequence[Path], columns: PhotoColumns, root: Path) -> tuple[list[int], list[Path]]:
    """Which files are photos of the open folder, or belong to one.

    Args:
        files: of this computer, absolute.
        columns: what is known of the open folder.
        root: that folder.

    Returns:
        the ids of the photos, and the files that lie elsewhere.
    """
    inside = {file: file.relative_to(root) for file in files if root in file.parents}
    shots = {(path.parent.as_posix(), path.stem) for path in inside.values()}
    ids = (
        [
            int(photo_id)
            for photo_id, folder, name in zip(columns.ids, columns.folders, columns.names, strict=True)
            if (folder or ".", PurePosixPath(name).stem) in shots
        ]
        if shots
        else []
    )
    return ids, [file for file in files if file not in inside or not ids]


def where(path: Path, root: Path) -> str:
    """Where a folder lies, for the second half of its line: relative to the open folder, or to one's home."""
    parent = path.parent
    if parent == root or root in parent.parents:
        return (Path(root.name) / parent.relative_to(root)).as_posix()
    home = Path.home()
    if parent == home or home in parent.parents:
        return (Path("~") / parent.relative_to(home)).as_posix()
    return str(parent)


def moved_to(paths: Sequence[Path], source: int, target: int) -> list[Path]:
    """``paths`` with the one at ``source`` moved before the one that was at ``target``."""
    result = list(paths)
    taken = result.pop(source)
    result.insert(target - (target > source), taken)
    return result
