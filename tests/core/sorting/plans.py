"""Real files in a folder, plans made by hand for them, and what the disk shows: for tests of what changes files."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from photosort.core.catalog import Catalog
from photosort.core.photo import Photo
from photosort.core.scan import scan
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import (
    How,
    MovePlan,
    PlannedFile,
    PlannedPhoto,
    Rule,
    RuleKind,
    Run,
    SortRequest,
    Status,
)

_T = TypeVar("_T")

OLD_NS = 1_262_304_000_123_456_789
"""A time long before any test, nanoseconds since the epoch, that no clock gives by chance."""


def finish(work: Generator[object, None, _T]) -> _T:
    """Drive a generator to its end."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            result: _T = end.value
            return result


def write(path: Path, content: bytes | str, mtime_ns: int = OLD_NS) -> Path:
    """A file with an old time, in folders that are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    return path


def age(*folders: Path) -> None:
    """Give folders, and all below them, times of their own that are long past."""
    for folder in folders:
        everything = [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]
        for number, path in enumerate(sorted(everything, key=lambda one: len(one.parts), reverse=True)):
            os.utime(path, ns=(OLD_NS + number, OLD_NS + number))


@dataclass(frozen=True)
class Seen:
    """What lies at a path: all that an undo has to bring back."""

    kind: str
    content: str
    mtime_ns: int
    mode: int


def tree(*folders: Path) -> dict[str, Seen]:
    """Everything in folders, themselves included, byte for byte and with times and permissions."""
    found: dict[str, Seen] = {}
    for folder in folders:
        for path in [folder, *sorted(folder.rglob("*"))]:
            try:
                status = path.lstat()
            except FileNotFoundError:
                continue
            if stat.S_ISLNK(status.st_mode):
                kind, content = "link", str(path.readlink())
            elif stat.S_ISDIR(status.st_mode):
                kind, content = "folder", ""
            else:
                kind, content = "file", hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path)] = Seen(kind, content, status.st_mtime_ns, stat.S_IMODE(status.st_mode))
    return found


def files(folder: Path) -> dict[str, str]:
    """Path below a folder -> text, of every file but photosort's own journal."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".photosort" not in path.parts
    }


def planned_file(root: Path, source: str, target: str | None, *, shared: bool = False) -> PlannedFile:
    """A file as a plan has it, by what the disk says."""
    status = (root / source).lstat()
    return PlannedFile(source, target, status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev, shared)


@dataclass
class Album:
    """A folder of photos, a place to sort them to, and the catalog that knows them.

    Attributes:
        root: the folder.
        destination: where photos go; not made.
        catalog: knows what `scan` has seen.
    """

    root: Path
    destination: Path
    catalog: Catalog
    root_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self.root_id = self.catalog.open_root(self.root)

    def scan(self, root: Path | None = None) -> dict[str, Photo]:
        """Let the catalog know what lies there now; path -> photo."""
        folder = self.root if root is None else root
        root_id = self.catalog.open_root(folder)
        self.catalog.reconcile(finish(scan(folder)), root_id, key_of=_key)
        return {photo.relpath: photo for photo in self.catalog.photos(root_id)}

    def plan(
        self,
        folders: Mapping[str, str | None] | Callable[[Photo], str | None],
        *,
        how: How = How.MOVE,
        empties: Sequence[str] = (),
        destination: Path | None = None,
    ) -> MovePlan:
        """Put each photo, with its companions, into a folder of the destination; None leaves it.

        Args:
            folders: by path of the photo, or by the photo.
            how: what is done.
            empties: folders that are removed with it.
            destination: another one.
        """
        planned = []
        for relpath, photo in sorted(self.scan().items()):
            folder = folders(photo) if callable(folders) else folders.get(relpath)
            names = [relpath, *photo.companions]
            planned.append(
                PlannedPhoto(
                    photo.id,
                    tuple(
                        planned_file(self.root, name, None if folder is None else _into(folder, name)) for name in names
                    ),
                    Status.LEFT if folder is None else Status.SORTED,
                    "no rule is sure" if folder is None else "by a test",
                    folder=folder or "",
                    rule="" if folder is None else "by hand",
                )
            )
        request = SortRequest((Rule(RuleKind.LABELS),), destination or self.destination, how)
        return MovePlan(self.root, request, tuple(planned), empties=tuple(empties))

    def apply(self, plan: MovePlan) -> Run:
        """Apply a plan to its end."""
        return finish(engine.apply(self.catalog, plan, command="a test"))

    def undo(self, run: Run, photo_ids: Iterable[int] | None = None) -> engine.Undone:
        """Undo a run, or some photos of it."""
        ids = None if photo_ids is None else list(photo_ids)
        return finish(engine.undo(self.catalog, run.id, photo_ids=ids, command="a test"))


def _into(folder: str, name: str) -> str:
    last = name.rpartition("/")[2]
    return f"{folder}/{last}" if folder else last


def _key(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def keyworded(plan: MovePlan, *keywords: str) -> MovePlan:
    """The plan, for keywords instead of files."""
    photos = tuple(
        replace(
            photo,
            keywords=keywords if photo.status is Status.SORTED else (),
            files=tuple(replace(file, target=None) for file in photo.files),
        )
        for photo in plan.photos
    )
    return replace(plan, photos=photos, request=replace(plan.request, how=How.KEYWORDS))
