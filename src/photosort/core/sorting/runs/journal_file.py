"""The journal that a run leaves in its destination, so that it can be undone without the catalog that made it.

``.photosort/<name>.jsonl``: one JSON object a line. First the run (``photosort``: version of this form), then its
folders, then its photos with their steps: all of it is on the drive before the first file is touched. At the end one
line with what is known only then. Whatever the last line says or lacks, an undo reads from the disk where each file is.
What is read back comes from anywhere: see `journal_reading`.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from photosort.core.files import openable
from photosort.core.scan import JOURNALS
from photosort.core.sorting.files import placing, system_calls
from photosort.core.sorting.runs.steps import RunPhoto, RunRecord, Step, StepKind
from photosort.core.sorting.values import How, Run, RunState, Status

VERSION = 1
"""Of the form of these files."""

BASES = ("destination", "root")
"""What folders are told from; in full, where they lie in neither."""


def home_of(run: Run) -> Path:
    """The folder in which a run leaves its journal: its destination, or the root where nothing goes anywhere."""
    return run.root if run.how is How.KEYWORDS else run.destination


def path_of(run: Run) -> Path:
    """Where the journal of a run lies."""
    return home_of(run) / JOURNALS / f"{run.name}.jsonl"


def write(record: RunRecord) -> None:
    """Leave the journal of a run, which has not begun; it is on the drive when this returns.

    Raises:
        OSError: it cannot be written there; nothing of it is left.
    """
    path = path_of(record.run)
    with contextlib.suppress(FileExistsError):
        system_calls.make_folder(path.parent)
    descriptor = system_calls.create(path)
    try:
        try:
            text = "".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in _lines(record))
            system_calls.write(descriptor, memoryview(text.encode("ascii")))
            system_calls.sync(descriptor)
        finally:
            os.close(descriptor)
        placing.sync_folder(path.parent)
        placing.sync_folder(path.parent.parent)
    except BaseException:
        remove(record.run)
        raise


def close(record: RunRecord, state: RunState) -> None:
    """Add what is known at the end: how photos came out, and the hashes of copies.

    A journal that cannot be added to, or that somebody took away, is left as it is: it serves as well without.
    """
    end = {
        "state": state.value,
        "digests": {str(step.number): step.digest.hex() for step in record.steps if step.digest is not None},
        "places": {
            str(step.number): step.target for step in record.steps if step.kind is StepKind.DISCARD and step.target
        },
        "not sorted": {
            str(photo.position): [photo.status.value, photo.reason]
            for photo in record.photos
            if photo.status is not Status.SORTED
        },
    }
    line = json.dumps({"end": end}, separators=(",", ":"))
    with contextlib.suppress(OSError):
        # Not to be made anew, on whatever lies where the drive was.
        descriptor = os.open(openable(path_of(record.run)), os.O_WRONLY | os.O_APPEND)
        try:
            system_calls.write(descriptor, memoryview(f"{line}\n".encode("ascii")))
            system_calls.sync(descriptor)
        finally:
            os.close(descriptor)


def remove(run: Run) -> None:
    """Take the journal of a run away, and its folder with the last of them."""
    path = path_of(run)
    with contextlib.suppress(OSError):
        system_calls.unlink(path)
    with contextlib.suppress(OSError):
        system_calls.remove_folder(path.parent)


def _lines(record: RunRecord) -> Iterator[Mapping[str, object]]:
    run = record.run
    home = home_of(run)
    yield {
        "photosort": VERSION,
        "name": run.name,
        "root": os.fspath(run.root),
        "root from here": _relative(run.root, home),
        "destination": os.fspath(run.destination),
        "destination from here": _relative(run.destination, home),
        "how": run.how.value,
        "title": run.title,
        "started_at": run.started_at,
    }
    for folder in record.folders:
        base, path = _based(folder.path, run)
        yield {"folder": path, "of": base, "role": folder.role.value, "mtime_ns": folder.mtime_ns, "mode": folder.mode}
    steps = record.steps_of()
    for photo in record.photos:
        yield {"photo": _photo_line(photo), "steps": [_step_line(step) for step in steps[photo.position]]}


def _photo_line(photo: RunPhoto) -> Mapping[str, object]:
    """Without its id, which is of one catalog only."""
    return {
        "position": photo.position,
        "source": photo.source,
        "target": photo.target,
        "folder": photo.folder,
        "rule": photo.rule,
        "status": photo.status.value,
        "reason": photo.reason,
        "companions": photo.companions,
        "size": photo.size,
        "mtime_ns": photo.mtime_ns,
        "goal": photo.goal.value,
    }


def _step_line(step: Step) -> Mapping[str, object]:
    return {
        "number": step.number,
        "kind": step.kind.value,
        "source": step.source,
        "target": step.target,
        "size": step.size,
        "mtime_ns": step.mtime_ns,
        "inode": step.inode,
        "device": step.device,
        "before": None if step.before is None else base64.b64encode(step.before).decode("ascii"),
        "after": None if step.after is None else base64.b64encode(step.after).decode("ascii"),
        "needs": step.needs,
        "carried": None if step.carried is None else step.carried.to_json(),
    }


def _relative(path: Path, start: Path) -> str | None:
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:
        # Two drives of Windows.
        return None


def _based(path: Path, run: Run) -> tuple[str, str]:
    """A folder as told from the destination or the root, whichever is nearer; else in full."""
    found = []
    for base in BASES:
        place: Path = getattr(run, base)
        if path == place or place in path.parents:
            found.append((base, path.relative_to(place).as_posix()))
    return min(found, key=lambda one: len(one[1]), default=("", os.fspath(path)))
