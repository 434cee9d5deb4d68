"""Whether a file is the one that a step is about, and whether two paths lead to one file, or even to one name of it."""

from __future__ import annotations

import os
from pathlib import Path

from photosort.core.files import modified_ns, openable
from photosort.core.sorting.files.placing import Identity
from photosort.core.sorting.files.volumes import case_insensitive
from photosort.core.sorting.plans.names import collision_key
from photosort.core.sorting.runs.steps import Step

_COARSEST_NS = 2_000_000_000
"""FAT keeps times to two seconds."""
_COARSE_NS = 10_000_000


def is_ours(step: Step, path: Path, found: Identity, *, loose: bool) -> bool:
    """Whether a file has the size and time that the plan wrote down.

    Args:
        step: of the file.
        path: where something lies.
        found: what lies there.
        loose: any file will do: for sidecars, which programs write again at any time.
    """
    if found.size == step.size and same_time(found.mtime_ns, step.mtime_ns):
        return True
    if loose:
        return path.is_file()
    # A plan may have looked through a link.
    if not path.is_symlink():
        return False
    try:
        status = os.stat(openable(path))  # noqa: PTH116 - long names on Windows
    except OSError:
        return False
    return status.st_size == step.size and same_time(modified_ns(status), step.mtime_ns)


def same_time(found: int, wanted: int) -> bool:
    """Whether two times are one, where the file system of the first may have kept it less finely."""
    return found == wanted or (found % _COARSE_NS == 0 and abs(found - wanted) < _COARSEST_NS)


def is_one_file(one: Identity, other: Identity | None) -> bool:
    """Whether two looks were at one file: under two names, or twice at one."""
    return other is not None and bool(one.inode) and (one.inode, one.device) == (other.inode, other.device)


def is_one_entry(one: Path, other: Path) -> bool:
    """Whether two paths lead to one entry of one folder, by links or mounts: taking one away takes the only name away.

    Where it cannot be known it is said to be so.
    """
    try:
        if os.lstat(openable(one)).st_nlink < 2:
            return True
    except OSError:
        return True
    return leads_to_one_place(one, other)


def leads_to_one_place(one: Path, other: Path) -> bool:
    """Whether two paths are one, but for links on their ways, and for case where the drive knows none."""
    here, there = _real(one), _real(other)
    if here == there:
        return True
    return collision_key(here) == collision_key(there) and case_insensitive(one.parent)


def leads_to_one_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file when links are followed: then its content is there once, not twice."""
    try:
        return os.path.samestat(os.stat(openable(one)), os.stat(openable(other)))  # noqa: PTH116 - long names on Windows
    except OSError:
        return False


def _real(path: Path) -> str:
    return os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118 - as realpath gives it
