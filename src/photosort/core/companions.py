"""Which files of one folder are one shot: RAW beside JPEG, Live Photo video, sidecars, Takeout's JSON."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from photosort.core.imaging.formats import PHOTO_SUFFIXES, RAW_SUFFIXES

VIDEO_SUFFIXES: Final = frozenset(
    {".3gp", ".avi", ".m4v", ".mkv", ".mov", ".mp", ".mp4", ".mpg", ".mts", ".webm", ".wmv"}
)
"""Names of videos, lower case; ``.mp`` is what Google calls the video of a motion photo."""

SIDECAR_SUFFIXES: Final = frozenset({".aae", ".json", ".thm", ".xmp"})
"""Names of files that say something of a photo, lower case."""

_LIVE_VIDEOS = frozenset({".mov", ".mp4", ".mp"})
_SPEED = {".jpg": 0, ".jpeg": 0, ".jpe": 0, ".heic": 1, ".heif": 1, ".hif": 1}
"""Pictures that cameras write beside a RAW file, the quickest to decode first."""

_SUPPLEMENT = "supplemental-metadata"
_TAKEOUT_NAME_LENGTH = 40
"""Takeout cuts names (46 characters, fewer for some scripts); shorter ones are whole and must match exactly."""

_NUMBER = re.compile(r"\((\d+)\)$")
_PHOTOS_LIBRARY_VIDEO = re.compile(r"_3$")
_APPLE_EDIT = re.compile(r"^IMG_[EO](?=\d)", re.IGNORECASE)
_EDITED = re.compile(r"-(edited|bearbeitet|modifié|editado|modificato|bewerkt|edytowane|編集済み)$", re.IGNORECASE)


@dataclass(slots=True)
class Group:
    """The files of one shot, by name.

    Attributes:
        picture: the file that is decoded: the quickest.
        companions: the others.
        takeout: the Takeout JSON that tells the date; may belong to another shot (that this one is an edit of).
    """

    picture: str
    companions: list[str] = field(default_factory=list)
    takeout: str | None = None


def suffix_of(name: str) -> str:
    """The suffix of a file's name with its dot, lower case; empty for a name without."""
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""


def original_of(stem: str) -> str:
    """The stem of the picture that an edit exported by Takeout (``a-edited``) was made of; itself for any other."""
    return _EDITED.sub("", stem)


def group_files(names: Sequence[str]) -> tuple[list[Group], list[str]]:
    """Put the files of one folder together.

    Names are compared without case. A RAW file joins the JPEG (else HEIC) of its stem; other pictures of one stem are
    shots of their own (an edit as TIFF or PNG is not the camera's picture). Videos (``.mov``, ``.mp4``) join a picture
    of their stem. Sidecars join the file that they name (``a.jpg.xmp``), or the shot of their stem (``a.xmp``).

    Args:
        names: pictures, videos and sidecars of one folder.

    Returns:
        the shots, and the names that belong to none.
    """
    pictures = sorted(name for name in names if suffix_of(name) in PHOTO_SUFFIXES)
    folder = _Folder(_group_pictures(pictures))
    others = [name for name in names if suffix_of(name) not in PHOTO_SUFFIXES]
    lonely: list[str] = []
    # Videos first: sidecars may name them.
    for name in sorted(others, key=lambda other: (suffix_of(other) not in VIDEO_SUFFIXES, other)):
        group = folder.owner(name)
        if group is None:
            lonely.append(name)
        else:
            folder.add(group, name)
    folder.lend_dates()
    return folder.groups, lonely


def _group_pictures(pictures: Iterable[str]) -> list[Group]:
    by_stem: dict[str, list[str]] = {}
    for name in pictures:
        by_stem.setdefault(_stem(name), []).append(name)
    groups: list[Group] = []
    for names in by_stem.values():
        raws = [name for name in names if suffix_of(name) in RAW_SUFFIXES]
        rest = sorted((n for n in names if suffix_of(n) not in RAW_SUFFIXES), key=lambda n: _SPEED.get(suffix_of(n), 9))
        shots = [Group(name) for name in rest]
        if raws and rest and suffix_of(rest[0]) in _SPEED:
            shots[0].companions.extend(raws)
        elif raws:
            shots.insert(0, Group(raws[0], raws[1:]))
        groups.extend(shots)
    return groups


class _Folder:
    """The shots of a folder, and by which names they are found."""

    def __init__(self, groups: list[Group]) -> None:
        self.groups = groups
        self._by_name: dict[str, Group] = {}
        self._by_stem: dict[str, Group] = {}
        self._sorted_names: list[str] | None = None
        for group in groups:
            for name in (group.picture, *group.companions):
                self._by_name[name.casefold()] = group
            self._by_stem.setdefault(_stem(group.picture), group)

    def add(self, group: Group, name: str) -> None:
        group.companions.append(name)
        self._by_name[name.casefold()] = group
        if suffix_of(name) == ".json":
            group.takeout = group.takeout or name

    def owner(self, name: str) -> Group | None:
        """The shot that a video or sidecar belongs to."""
        suffix, stem = suffix_of(name), _stem(name)
        if suffix in VIDEO_SUFFIXES:
            return self._video_owner(name, stem) if suffix in _LIVE_VIDEOS else None
        if suffix == ".json":
            return self._json_owner(stem)
        named = self._by_name.get(stem) or self._by_stem.get(stem)
        if named is None and suffix == ".aae":
            named = self._by_stem.get(_APPLE_EDIT.sub("img_", stem))
        return named

    def lend_dates(self) -> None:
        """Let edits that Takeout exported (``a-edited.jpg``) take the date of their original."""
        for group in self.groups:
            stem = _stem(group.picture)
            if group.takeout is None and _EDITED.search(stem):
                original = self._by_stem.get(_EDITED.sub("", stem))
                group.takeout = original.takeout if original else None

    def _video_owner(self, name: str, stem: str) -> Group | None:
        # PXL_1.MP belongs to PXL_1.MP.jpg; in a Photos library, A_3.mov to A.heic.
        return (
            self._by_stem.get(stem)
            or self._by_stem.get(name.casefold())
            or self._by_stem.get(_PHOTOS_LIBRARY_VIDEO.sub("", stem))
        )

    def _json_owner(self, stem: str) -> Group | None:
        """The shot of a Takeout JSON: a.jpg.json, a.jpg.supplemental-metadata.json, cut names, a.jpg(1).json."""
        number = _NUMBER.search(stem)
        core = stem[: number.start()] if number else stem
        named, dot, tail = core.rpartition(".")
        if not (dot and _SUPPLEMENT.startswith(tail)):
            named = core
        if number:
            inner, dot, suffix = named.rpartition(".")
            numbered = f"{inner}{number[0]}{dot}{suffix}" if dot else f"{named}{number[0]}"
            return self._by_name.get(numbered) or self._by_stem.get(numbered)
        return self._by_name.get(named) or self._by_name.get(core) or self._by_stem.get(core) or self._cut(core)

    def _cut(self, core: str) -> Group | None:
        """The only shot with a file whose name begins with a cut one."""
        if len(core) < _TAKEOUT_NAME_LENGTH:
            return None
        if self._sorted_names is None:
            self._sorted_names = sorted(self._by_name)
        names = self._sorted_names
        found: list[Group] = []
        for name in names[bisect_left(names, core) :]:
            if not name.startswith(core):
                break
            if self._by_name[name] not in found:
                found.append(self._by_name[name])
        return found[0] if len(found) == 1 else None


def _stem(name: str) -> str:
    """A name without its suffix, for comparing."""
    dot = name.rfind(".")
    return (name[:dot] if dot > 0 else name).casefold()
