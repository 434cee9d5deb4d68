"""Folders as people have them, made by chance: names of many scripts, clashes, copies, links, several files a shot."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from photosort.core.companions import suffix_of
from photosort.core.imaging.formats import PHOTO_SUFFIXES

FOLDERS = (
    "",
    "DCIM/100APPLE",
    "Camera",
    "Italy 2019",
    "Italy 2019/day 1",
    unicodedata.normalize("NFC", "Été à Zürich"),
    unicodedata.normalize("NFD", "Été à Zürich"),
    "Фото/море",
    "写真",
    "صور",
    "a/b/c/d",
    "New folder (3)",
    "Sorted/sea",
    "sea",
    "Sea",
    "linked",
    "linked/deep",
)
"""``linked`` is a link to a folder beside the root: see `elsewhere`."""

STEMS = (
    "IMG_1",
    "img_1",
    "IMG_1 (2)",
    unicodedata.normalize("NFC", "mère"),
    unicodedata.normalize("NFD", "mère"),
    "Straße",
    "STRASSE",
    "море",
    "海",
    "emoji 🐈",
    "with\nnewline",
    ".hidden",
    "dot.dot",
    "-dash",
    "x" * 200,
)
SHOTS = (
    (".jpg",),
    (".jpg",),
    (".JPG",),
    (".jpeg",),
    (".png",),
    (".heic", ".mov"),
    (".jpg", ".cr2"),
    (".JPG", ".CR2", ".xmp"),
    (".cr2", ".xmp"),
    (".jpg", ".jpg.xmp", ".xmp"),
    (".jpg", ".png", ".xmp"),
    (".HEIC", ".aae", ".MOV"),
    (".mov",),
    (".txt",),
)
"""The suffixes of one stem; with ``.jpg``, ``.png`` and ``.xmp`` the sidecar belongs to two photos."""
LABELS = (
    "sea",
    "Sea",
    "forest",
    unicodedata.normalize("NFC", "Café"),
    unicodedata.normalize("NFD", "Café"),
    "..",
    "a/b",
    "CON",
    "trailing. ",
    "new\nline",
    "🌊",
    "very long " * 30,
)
_SPAN_NS = 20 * 365 * 86_400 * 10**9


@dataclass(frozen=True, slots=True)
class File:
    """A file of a generated tree.

    Attributes:
        folder: relative, POSIX.
        name: of the file.
        content: number of its content: files of one number are copies.
        age_ns: time since the epoch.
        mode: permission bits.
        kind: "file"; "twin" for another name of the file made before it; "link" for a symbolic link to that one.
        label: the word that the person said of it; None for none.
    """

    folder: str
    name: str
    content: int
    age_ns: int
    mode: int
    kind: str
    label: str | None

    @property
    def path(self) -> str:
        """Relative, POSIX."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


@dataclass(frozen=True, slots=True)
class Tree:
    """A generated tree; `build` makes it.

    Attributes:
        files: in the order in which they are made; of two of one name the first counts.
        empty: folders with nothing in them.
        there: files that lie in the destination before.
    """

    files: tuple[File, ...]
    empty: tuple[str, ...] = ()
    there: tuple[File, ...] = field(default=())

    @property
    def labels(self) -> dict[str, str]:
        """Path -> the word said of it."""
        return {file.path: file.label for file in self.files if file.label is not None}

    def build(self, root: Path, destination: Path) -> None:
        """Make it, with all times set, so that every change of one is seen."""
        root.mkdir(parents=True)
        elsewhere(root).mkdir()
        if any(file.folder.startswith("linked") for file in self.files):
            (root / "linked").symlink_to(elsewhere(root))
        for folder in self.empty:
            (root / folder).mkdir(parents=True, exist_ok=True)
        _make(root, self.files)
        if self.there:
            destination.mkdir(parents=True, exist_ok=True)
            _make(destination, self.there)
        for top in (root, elsewhere(root), destination):
            for above, _folders, _names in os.walk(top, topdown=False):
                age = 10**18 + sum(os.fsencode(above)) * 1_000_000_007
                os.utime(above, ns=(age, age))


def elsewhere(root: Path) -> Path:
    """The folder beside the root that a link in it leads to."""
    return root.with_name("elsewhere")


def _make(top: Path, files: tuple[File, ...]) -> None:
    before: Path | None = None
    for file in files:
        path = top / file.folder / file.name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(path):
                continue
            if file.kind == "twin" and before is not None:
                os.link(before, path)
                continue
            if file.kind == "link" and before is not None:
                path.symlink_to(before)
                continue
            path.write_bytes(_content(file))
        except OSError:
            # A name that this file system does not take, or a file where a folder shall be.
            continue
        path.chmod(file.mode)
        os.utime(path, ns=(file.age_ns, file.age_ns))
        before = path


def _content(file: File) -> bytes:
    """Twelve contents of three sizes; sidecars and pictures have none in common."""
    kind = b"picture" if suffix_of(file.name) in PHOTO_SUFFIXES else b"other"
    return kind + bytes([file.content]) * (1000 + 1000 * (file.content % 3))


def _files(folders: tuple[str, ...]) -> st.SearchStrategy[list[File]]:
    """The files of one shot: a picture with or without companions, or something else of that name."""
    return st.builds(
        _shot,
        folder=st.sampled_from(folders),
        stem=st.sampled_from(STEMS[:3]) | st.sampled_from(STEMS),
        suffixes=st.sampled_from(SHOTS),
        content=st.integers(0, 7),
        age_ns=st.integers(0, _SPAN_NS),
        mode=st.sampled_from((0o644, 0o600, 0o444, 0o755)),
        kind=st.sampled_from(("file", "file", "file", "file", "twin", "link")),
        label=st.sampled_from((None, "sea", "sea", "Sea", *LABELS)),
    )


def _shot(folder: str, stem: str, suffixes: tuple[str, ...], kind: str, **others: object) -> list[File]:
    return [
        File(folder=folder, name=stem + suffix, kind="file" if number else kind, **others)  # type: ignore[arg-type]
        for number, suffix in enumerate(suffixes)
    ]


def trees() -> st.SearchStrategy[Tree]:
    """Trees of up to some dozens of files."""

    def together(shots: list[list[File]]) -> tuple[File, ...]:
        return tuple(file for shot in shots for file in shot)

    return st.builds(
        Tree,
        files=st.lists(_files(FOLDERS), min_size=4, max_size=20).map(together),
        empty=st.lists(st.sampled_from(("nothing", "nothing/in/here", "sea/also nothing")), max_size=2).map(tuple),
        there=st.lists(_files(("", "sea", "Sea", "forest")), max_size=3).map(together),
    )
