"""Two file systems to try things on, and file systems that are other than this machine's."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from photosort.core.sorting.files import system_calls

_IN_MEMORY = Path("/dev/shm")


@contextmanager
def other_file_system(than: Path) -> Iterator[Path]:
    """An empty folder on another file system than that of ``than``; the test is skipped where there is none."""
    if not _IN_MEMORY.is_dir() or not os.access(_IN_MEMORY, os.W_OK):
        pytest.skip("there is no file system in memory here")
    if _IN_MEMORY.stat().st_dev == than.stat().st_dev:
        pytest.skip("there is only one file system here")
    folder = Path(tempfile.mkdtemp(prefix="photosort-test-", dir=_IN_MEMORY))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def without_exclusive_rename(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on NFS: the kernel refuses."""

    def refuse(source: Path, target: Path) -> None:
        raise system_calls.Unsupported(errno.EINVAL, "no such operation", str(source), None, str(target))

    monkeypatch.setattr(system_calls, "rename_exclusively", refuse)


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on exFAT."""

    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "no such operation", str(source), None, str(target))

    monkeypatch.setattr(system_calls, "link", refuse)
