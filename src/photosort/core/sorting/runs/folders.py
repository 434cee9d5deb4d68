"""The folders of a run: made when a file needs them, removed when empty, and what they were like before."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from photosort.core.sorting.files import attributes, placing, system_calls, volumes
from photosort.core.sorting.files.attributes import FolderTimes
from photosort.core.sorting.runs import journal_file
from photosort.core.sorting.runs.steps import FolderRole, RunFolder, RunRecord, Side, Step, StepKind

_WHILE_AT_WORK = 0o700
"""Permissions of a folder that is made again, until its files are back."""


def folders_of(record: RunRecord, emptied: Iterable[Path]) -> list[RunFolder]:
    """What the folders that a run will change are like now.

    Args:
        record: the run, without its folders.
        emptied: folders that a move leaves empty, absolute.
    """
    going = set(emptied)
    found: dict[Path, RunFolder] = {}

    def touch(folder: Path) -> None:
        if folder in found:
            return
        times = attributes.read_times(folder)
        if times is None:
            found[folder] = RunFolder(folder, FolderRole.MADE)
            if folder.parent != folder:
                touch(folder.parent)
            return
        role = FolderRole.EMPTIED if folder in going else FolderRole.TOUCHED
        found[folder] = RunFolder(folder, role, times.mtime_ns, times.mode)

    for folder in going:
        if folder.is_dir():
            touch(folder)
            touch(folder.parent)
    if record.steps:
        touch(journal_file.home_of(record.run))
    for folder in changed_by(record, record.steps):
        touch(folder)
    for base in (record.run.root, journal_file.home_of(record.run)):
        mount = volumes.mount_of(base)
        if mount is not None:
            known = found.get(mount, RunFolder(mount, FolderRole.MOUNT))
            found[mount] = replace(known, role=FolderRole.MOUNT)
    return sorted(found.values(), key=lambda one: one.path)


def changed_by(record: RunRecord, steps: Iterable[Step]) -> set[Path]:
    """The folders whose entries steps change."""
    run = record.run
    sources: set[str] = set()
    targets: set[str] = set()
    # As text, until it is known which there are: ten thousand files lie in a few folders.
    for step in steps:
        if step.kind in {StepKind.MOVE, StepKind.DISCARD, StepKind.WRITE}:
            sources.add(step.source.rpartition("/")[0])
        if step.kind not in {StepKind.DISCARD, StepKind.WRITE}:
            targets.add(step.target.rpartition("/")[0])
    return {run.root / folder for folder in sources} | {run.destination / folder for folder in targets}


class Folders:
    """Makes and removes the folders of one run.

    Args:
        record: the run, with its folders.
    """

    def __init__(self, record: RunRecord) -> None:
        self._record = record
        self._there: set[Path] = set()
        self._modes = {one.path: one.mode for one in record.folders if one.role is FolderRole.EMPTIED}
        self._made_again: set[Path] = set()
        # A drive that goes away in the middle may leave an empty folder behind, on another one.
        self._devices = {base: _device(base) for base in (record.run.destination, record.run.root)}

    def open(self, home: Path) -> None:
        """Make the folder that the run's files go to; OSError if it cannot be."""
        home.mkdir(parents=True, exist_ok=True)

    def ensure(self, folder: Path) -> None:
        """Make a folder below the root or the destination, if it is not there.

        Raises:
            OSError: it cannot be made, or what it belongs to has vanished: a drive that was unplugged must not be
                built anew on the disk that its mount point lies on.
        """
        if folder in self._there:
            return
        if not folder.is_dir():
            self._require_base(folder)
            for missing in reversed([one for one in (folder, *folder.parents) if not os.path.lexists(one)]):
                mode = _WHILE_AT_WORK if missing in self._modes else 0o777
                with contextlib.suppress(FileExistsError):
                    system_calls.make_folder(missing, mode)
                    if missing in self._modes:
                        self._made_again.add(missing)
            if not folder.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "a file lies where a folder is needed", os.fspath(folder))
        self._there.add(folder)

    def settle(self, side: Side, busy: Collection[Path]) -> None:
        """Remove what is empty and shall not be, make again what shall be, and give folders their old times.

        Args:
            side: to which the files were driven.
            busy: folders that differ from what they were before, because files of the run are not where they were.
        """
        self._there.clear()
        # Also after applying: a folder may have been made for files that could not be placed then.
        roles = {FolderRole.MADE} | ({FolderRole.EMPTIED} if side is Side.AFTER else set())
        for one in self._deepest_first(roles):
            # Something else may lie in it: then it stays.
            with contextlib.suppress(OSError):
                system_calls.remove_folder(one.path)
        if side is Side.BEFORE:
            self._restore(busy)
        self._open_again()

    def _restore(self, busy: Collection[Path]) -> None:
        there_before = {FolderRole.EMPTIED, FolderRole.TOUCHED, FolderRole.MOUNT}
        calm = [one for one in self._deepest_first(there_before) if one.path not in busy]
        for one in calm:
            if one.role is FolderRole.EMPTIED:
                with contextlib.suppress(OSError):
                    self.ensure(one.path)
        for one in calm:
            now = attributes.read_times(one.path)
            if now is not None and one.mtime_ns is not None and one.mode is not None:
                # A run changes no permissions: what a person has changed since stays so.
                mode = one.mode if self._waits_for_mode(one.path, now.mode) else now.mode
                attributes.restore_times(one.path, FolderTimes(one.mtime_ns, mode))

    def _waits_for_mode(self, folder: Path, mode: int) -> bool:
        """Whether a folder was made again, also by a program that was killed, and has not got its permissions yet."""
        killed = mode == _WHILE_AT_WORK and folder in self._modes and self._record.run.id != 0
        return killed or folder in self._made_again

    def _open_again(self) -> None:
        """Folders that were made again let in whom they let in before, also while not all of it is as it was."""
        for path in sorted(self._made_again, reverse=True):
            mode = self._modes[path]
            with contextlib.suppress(OSError):
                if mode is not None and stat.S_IMODE(path.stat().st_mode) == _WHILE_AT_WORK:
                    system_calls.set_mode(path, mode)
        self._made_again.clear()

    def _deepest_first(self, roles: Collection[FolderRole]) -> list[RunFolder]:
        found = [one for one in self._record.folders if one.role in roles]
        return sorted(found, key=lambda one: len(one.path.parts), reverse=True)

    def _require_base(self, folder: Path) -> None:
        run = self._record.run
        base = next((one for one in (run.destination, run.root) if one == folder or one in folder.parents), None)
        if base is None or (base.is_dir() and self._devices[base] in {None, _device(base)}):
            return
        # A root that was itself removed, empty, may come back where its files have never left the file system.
        if base == run.root and run.destination.is_dir():
            device = placing.device_of(run.destination)
            if device == placing.device_of(base) and any(step.device == device for step in self._record.steps):
                return
        raise FileNotFoundError(errno.ENOENT, "the folder has vanished", os.fspath(base))


def _device(folder: Path) -> int | None:
    """The number of the file system of a folder; None where there is no such folder now."""
    try:
        return folder.stat().st_dev
    except OSError:
        return None
