"""The journal that a run leaves in its destination, so that it can be undone without the catalog that made it.

``.photosort/<name>.jsonl``: one JSON object a line. First the run (``photosort``: version of this form), then its
folders, then its photos with their steps: all of it is on the drive before the first file is touched. At the end one
line with what is known only then. Whatever the last line says or lacks, an undo reads from the disk where each file is.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from photosort.core.errors import SortingError
from photosort.core.files import openable
from photosort.core.scan import JOURNALS
from photosort.core.sorting import placing, system_calls
from photosort.core.sorting.attributes import Carried
from photosort.core.sorting.problems import require_inside
from photosort.core.sorting.steps import FolderRole, Mark, RunFile, RunFolder, RunPhoto, RunRecord, Side, Step, StepKind
from photosort.core.sorting.values import How, Run, RunState, Status

_VERSION = 1
_BASES = ("destination", "root")


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


def read(file: Path) -> RunRecord:
    """A run as its journal tells it, with places as they are on this computer.

    The destination is where the journal lies. The root is where it was, or else where it lies as seen from there.

    Raises:
        SortingError: it cannot be read, or is no journal of photosort.
    """
    try:
        with open(openable(file), encoding="ascii") as stream:  # noqa: PTH123 - long names on Windows
            lines = [_parsed(line) for line in stream]
        # A last line that was cut off by a sudden end is no loss.
        return _record(file.absolute(), [line for line in lines if line is not None])
    except OSError as error:
        raise SortingError(f"the journal {file} cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise SortingError(f"{file} is no journal of photosort, or a damaged one ({error})") from error


def _lines(record: RunRecord) -> Iterator[Mapping[str, object]]:
    run = record.run
    home = home_of(run)
    yield {
        "photosort": _VERSION,
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
    for base in _BASES:
        place: Path = getattr(run, base)
        if path == place or place in path.parents:
            found.append((base, path.relative_to(place).as_posix()))
    return min(found, key=lambda one: len(one[1]), default=("", os.fspath(path)))


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _record(file: Path, lines: list[dict[str, Any]]) -> RunRecord:
    head = lines[0]
    if head["photosort"] != _VERSION:
        message = f"its form {head['photosort']} was made by a newer photosort; this one knows {_VERSION}"
        raise ValueError(message)
    home = file.parent.parent
    run = Run(
        id=0,
        name=str(head["name"]),
        root_id=0,
        root=_place(head["root"], head["root from here"], home),
        destination=_place(head["destination"], head["destination from here"], home, here_first=True),
        how=How(head["how"]),
        title=str(head["title"]),
        state=RunState.APPLIED,
        started_at=float(head["started_at"]),
        ended_at=None,
    )
    record = RunRecord(run, [], [], [])
    for line in lines[1:]:
        if "folder" in line:
            record.folders.append(_folder(line, run))
        elif "photo" in line:
            photo = _photo(line["photo"])
            record.photos.append(photo)
            record.steps += [_step(told, photo.position) for told in line["steps"]]
        elif "end" in line:
            _take_end(record, line["end"])
    record.steps.sort(key=lambda step: step.number)
    return record


def _place(told: str, from_here: str | None, home: Path, *, here_first: bool = False) -> Path:
    """Where a folder lies now: as it was called, or as seen from the journal, on a drive that is mounted elsewhere."""
    seen = None if from_here is None else Path(os.path.normpath(home / from_here))
    if seen is not None and (here_first or not Path(told).is_dir()):
        return seen
    return Path(told)


def _folder(line: Mapping[str, Any], run: Run) -> RunFolder:
    base: Path = getattr(run, line["of"]) if line["of"] in _BASES else Path()
    return RunFolder(base / line["folder"], FolderRole(line["role"]), line["mtime_ns"], line["mode"])


def _photo(told: Mapping[str, Any]) -> RunPhoto:
    return RunPhoto(
        position=int(told["position"]),
        photo_id=None,
        source=told["source"],
        target=told["target"],
        folder=told["folder"],
        rule=told["rule"],
        status=Status(told["status"]),
        reason=told["reason"],
        companions=tuple(RunFile(*file) for file in told["companions"]),
        size=told["size"],
        mtime_ns=told["mtime_ns"],
        goal=Side(told["goal"]),
        standing=told["status"] == Status.SORTED.value,
    )


def _step(told: Mapping[str, Any], position: int) -> Step:
    def content(name: str) -> bytes | None:
        return None if told[name] is None else base64.b64decode(told[name])

    kind = StepKind(told["kind"])
    for path in (told["source"], None if kind is StepKind.DISCARD else told["target"]):
        # It may come from anywhere.
        require_inside(path)
    return Step(
        number=int(told["number"]),
        position=position,
        kind=kind,
        source=told["source"],
        target=told["target"],
        size=told["size"],
        mtime_ns=told["mtime_ns"],
        inode=told["inode"],
        device=told["device"],
        before=content("before"),
        after=content("after"),
        needs=tuple(told["needs"]),
        carried=None if told["carried"] is None else Carried.from_json(told["carried"]),
        mark=Mark.NONE,
    )


def _take_end(record: RunRecord, end: Mapping[str, Any]) -> None:
    steps = {step.number: step for step in record.steps}
    for number, digest in end["digests"].items():
        steps[int(number)].digest = bytes.fromhex(digest)
    for number, place in end["places"].items():
        steps[int(number)].target = place
    photos = {photo.position: photo for photo in record.photos}
    for position, (status, reason) in end["not sorted"].items():
        photos[int(position)].status, photos[int(position)].reason = Status(status), reason
        photos[int(position)].standing = False
