"""Is there room? Asked before a download and a conversion start, not when the disk is full."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photosort.core.errors import ModelError

_logger = logging.getLogger(__name__)

_MARGIN = 16 * 1024 * 1024
"""Bytes that are left free for everybody else."""


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that are going to be written.

    Attributes:
        folder: where to; need not exist yet.
        size: how many, bytes.
    """

    folder: Path
    size: int


def check_space(what: str, needs: Sequence[Need]) -> None:
    """Refuse to start what would fill a disk.

    Folders on one file system share its space. Where the system does not tell how much is free, it is tried.

    Args:
        what: what needs the space, for the message.
        needs: what is to be written where.

    Raises:
        ModelError: one of the file systems has too little; the message has both figures.
    """
    wanted: dict[int, tuple[Path, int]] = {}
    for need in needs:
        place = _existing(need.folder)
        device = place.stat().st_dev
        first, size = wanted.get(device, (place, 0))
        wanted[device] = first, size + need.size
    for place, size in wanted.values():
        try:
            free = shutil.disk_usage(place).free
        except OSError as error:
            _logger.info("Nobody knows how much is free in %s: %s", place, error)
            continue
        if free < size + _MARGIN:
            message = (
                f"there is too little space for {what}: it needs {_megabytes(size + _MARGIN)} where {place} is, "
                f"and {_megabytes(free)} are free"
            )
            raise ModelError(message)


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    return next(place for place in (folder, *folder.parents) if place.exists())


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
