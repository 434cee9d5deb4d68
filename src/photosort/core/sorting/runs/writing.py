"""Give a sidecar other content, so that no moment loses the old one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from photosort.core.files import openable
from photosort.core.sorting.files import attributes, placing, system_calls
from photosort.core.sorting.runs.problems import ChangedStepError
from photosort.core.sorting.runs.steps import Side, Step

_MODE = 0o644
"""Of a new sidecar; one that is written again keeps its own."""


def rewrite(step: Step, path: Path, temporary: Path, side: Side) -> None:
    """Bring a sidecar to the content of a side, if it has that of the other.

    Args:
        step: of kind WRITE.
        path: of the sidecar.
        temporary: a name beside it that nothing else has.
        side: which content it gets.

    Raises:
        ChangedStepError: it has neither content.
        OSError: the system refused; the sidecar is as it was.
    """
    aside = temporary.with_name(f"{temporary.stem}.old.part")
    _mend(step, path, temporary, aside)
    wanted, other = (step.after, step.before) if side is Side.AFTER else (step.before, step.after)
    found = _content(path)
    if found == wanted:
        return
    if found != other:
        raise ChangedStepError(path)
    if wanted is None:
        _remove(path, found)
        return
    _write(temporary, wanted)
    try:
        if found is not None:
            attributes.keep(path, temporary)
        _set_time(temporary, step.mtime_ns if side is Side.BEFORE else None)
        _exchange(path, temporary, aside, found)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            system_calls.unlink(temporary)
        raise
    placing.sync_folder(path.parent)


def _mend(step: Step, path: Path, temporary: Path, aside: Path) -> None:
    """Undo an exchange that died in the middle."""
    if placing.identify(aside) is not None:
        if placing.identify(path) is None:
            placing.place(aside, path)
        elif _content(aside) in {step.before, step.after}:
            system_calls.unlink(aside)
        else:
            raise ChangedStepError(path)
    if placing.identify(temporary) is not None:
        system_calls.unlink(temporary)


def _exchange(path: Path, temporary: Path, aside: Path, found: bytes | None) -> None:
    """Put the new content in the place of the old one, which steps aside and is looked at once more."""
    if found is None:
        placing.place(temporary, path)
        return
    placing.place(path, aside)
    try:
        _require(aside, found)
        placing.place(temporary, path)
    except BaseException:
        if placing.identify(path) is None:
            placing.place(aside, path)
        raise
    system_calls.unlink(aside)


def _require(path: Path, content: bytes) -> None:
    if _content(path) != content:
        raise ChangedStepError(path)


def _content(path: Path) -> bytes | None:
    try:
        with open(openable(path), "rb") as stream:  # noqa: PTH123 - long names on Windows
            return stream.read()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    descriptor = system_calls.create(path)
    try:
        system_calls.write(descriptor, memoryview(content))
        system_calls.set_mode(path, _MODE)
        system_calls.sync(descriptor)
    finally:
        os.close(descriptor)


def _set_time(path: Path, mtime_ns: int | None) -> None:
    """Of a sidecar that gets its old content back, the old time; else now."""
    if mtime_ns is None:
        os.utime(openable(path))
    else:
        system_calls.set_times(path, mtime_ns, mtime_ns)


def _remove(path: Path, content: bytes | None) -> None:
    identity = placing.identify(path)
    if identity is not None and _content(path) == content:
        placing.remove_verified(path, identity, None)
