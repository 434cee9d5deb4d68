"""Which sidecar speaks of a photo, and which one is written to.

digiKam and darktable name a sidecar after the whole file (``a.jpg.xmp``); Lightroom names one beside a RAW file after
its stem (``a.xmp``), and ignores sidecars of all other files. Both are read. A sidecar that is there is added to; a new
one is named as Lightroom does for a RAW file, and as the others do for everything else.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Final

from photosort.core.companions import suffix_of
from photosort.core.errors import SidecarError
from photosort.core.files import openable
from photosort.core.imaging.formats import RAW_SUFFIXES
from photosort.core.photo import Photo

SUFFIX: Final = ".xmp"

MAX_SIDECAR_BYTES: Final = 64 * 1024 * 1024
"""The largest that is read: Lightroom's masks make some of several megabytes."""


def is_sidecar(relpath: str) -> bool:
    """True for the name of an XMP sidecar."""
    return suffix_of(relpath.rpartition("/")[2]) == SUFFIX


def in_turn(picture: str, companions: tuple[str, ...]) -> tuple[str, ...]:
    """The XMP sidecars among a photo's files, the one that is believed first: the one that would be written.

    Args:
        picture: path of the picture file, POSIX.
        companions: paths of the other files.
    """
    wanted = _new_name(picture, companions).casefold()
    by_picture = f"{picture}{SUFFIX}".casefold()

    def turn(path: str) -> tuple[bool, bool, str]:
        return path.casefold() != wanted, path.casefold() != by_picture, path

    return tuple(sorted((path for path in companions if is_sidecar(path)), key=turn))


def sidecars_of(photo: Photo) -> tuple[Path, ...]:
    """The XMP sidecars that a photo had at the last scan, the one that is believed first."""
    return tuple(photo.root / path for path in in_turn(photo.relpath, photo.companions))


def sidecar_to_write(photo: Photo) -> Path:
    """The sidecar that keywords of a photo go into: one that is there, else the name of a new one."""
    there = sidecars_of(photo)
    return there[0] if there else photo.root / _new_name(photo.relpath, photo.companions)


def read_sidecar(path: Path) -> bytes | None:
    """The bytes of a sidecar; None where there is no such file.

    Raises:
        SidecarError: it is too large to be one.
        OSError: it could not be read.
    """
    try:
        with open(openable(path), "rb") as stream:  # noqa: PTH123 - long names on Windows
            data = stream.read(MAX_SIDECAR_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(data) > MAX_SIDECAR_BYTES:
        raise SidecarError(f"it is larger than {MAX_SIDECAR_BYTES // 1024**2} MB, too large for a sidecar")
    return data


def _new_name(picture: str, companions: tuple[str, ...]) -> str:
    """The path of a new sidecar."""
    raws = [path for path in (picture, *companions) if suffix_of(path.rpartition("/")[2]) in RAW_SUFFIXES]
    return PurePosixPath(raws[0]).with_suffix(SUFFIX).as_posix() if raws else f"{picture}{SUFFIX}"
