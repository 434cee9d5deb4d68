"""Read the journal that a run left in its destination; see `journal_file`.

It may come from anywhere, on a drive that somebody handed on, and undoing it moves, writes and removes files. So it is
held to what a run of photosort could have written: it lies where the run put it, its files lie below the two folders
and are photos and what belongs to photos, only sidecars are written, and only what is in a trash is taken out of it.
"""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path, PurePath
from typing import Any, Final

from photosort.core.companions import SIDECAR_SUFFIXES, VIDEO_SUFFIXES, suffix_of
from photosort.core.errors import SortingError
from photosort.core.files import openable
from photosort.core.imaging.formats import PHOTO_SUFFIXES
from photosort.core.scan import JOURNALS
from photosort.core.sorting.files.attributes import Carried
from photosort.core.sorting.files.trash import is_in_trash
from photosort.core.sorting.runs.journal_file import BASES, VERSION
from photosort.core.sorting.runs.problems import require_inside
from photosort.core.sorting.runs.steps import (
    FolderRole,
    Mark,
    RunFile,
    RunFolder,
    RunPhoto,
    RunRecord,
    Side,
    Step,
    StepKind,
)
from photosort.core.sorting.values import How, Run, RunState, Status

_NAME: Final = re.compile(r"[0-9A-Za-z-]{1,100}")
_SUFFIXES: Final = PHOTO_SUFFIXES | VIDEO_SUFFIXES | SIDECAR_SUFFIXES
_LARGEST: Final = (1 << 63) - 1
_LARGEST_MODE: Final = 0o7777


def read(file: Path) -> RunRecord:
    """A run as its journal tells it, with places as they are on this computer.

    The destination is where the journal lies. The root is where it was, or else where it lies as seen from there.

    Raises:
        SortingError: it cannot be read, is no journal of photosort, or reaches for what no run could have touched.
    """
    file = file.absolute()
    try:
        with open(openable(file), encoding="ascii") as stream:  # noqa: PTH123 - long names on Windows
            lines = [_parsed(line) for line in stream]
        # A last line that was cut off by a sudden end is no loss.
        return _record(file, [line for line in lines if line is not None])
    except OSError as error:
        raise SortingError(f"the journal {file} cannot be read: {error.strerror or error}") from error
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise SortingError(f"{file} is no journal of photosort, or a damaged one ({error})") from error


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _record(file: Path, lines: list[dict[str, Any]]) -> RunRecord:
    head = lines[0]
    if head["photosort"] != VERSION:
        message = f"its form {head['photosort']} was made by a newer photosort; this one knows {VERSION}"
        raise ValueError(message)
    if file.parent.name != JOURNALS:
        raise SortingError(f"{file} is read where it was left, in {JOURNALS} of the sorted folder: put it back there")
    run = _run(head, file.parent.parent)
    record = RunRecord(run, [], [], [])
    for line in lines[1:]:
        if "folder" in line:
            folder = _folder(line, run)
            if folder is not None:
                record.folders.append(folder)
        elif "photo" in line:
            photo = _photo(line["photo"])
            if photo.position != len(record.photos):
                message = f"photo {photo.position} stands where {len(record.photos)} is expected"
                raise ValueError(message)
            record.photos.append(photo)
            record.steps += [_step(told, photo.position, run.how) for told in line["steps"]]
        elif "end" in line:
            _take_end(record, line["end"])
    record.steps.sort(key=lambda step: step.number)
    for step in record.steps:
        # Of photos whose lines were lost nobody knows.
        step.needs = tuple(position for position in step.needs if 0 <= position < len(record.photos))
    return record


def _run(head: Mapping[str, Any], home: Path) -> Run:
    how, name = How(head["how"]), str(head["name"])
    if not _NAME.fullmatch(name):
        message = f"{name!r} is no name of a run"
        raise ValueError(message)
    root = home if how is How.KEYWORDS else _root(head["root"], head["root from here"], home)
    return Run(
        id=0,
        name=name,
        root_id=0,
        root=root,
        destination=home,
        how=how,
        title=str(head["title"]),
        state=RunState.APPLIED,
        started_at=float(head["started_at"]),
        ended_at=None,
    )


def _root(told: str, from_here: str | None, home: Path) -> Path:
    """Where the root lies now: as it was called, or as seen from the journal, on a drive that is mounted elsewhere."""
    root = Path(told)
    if "\0" in told or not root.is_absolute() or ".." in root.parts:
        message = f"{told!r} is no full path of a folder"
        raise ValueError(message)
    if from_here is None or root.is_dir():
        return root
    return Path(os.path.normpath(home / from_here))


def _folder(line: Mapping[str, Any], run: Run) -> RunFolder | None:
    """A folder of the run; None for one that has nothing to do with where its files lie on this computer."""
    base: Path = getattr(run, line["of"]) if line["of"] in BASES else Path()
    path = base / line["folder"]
    if "\0" in line["folder"] or ".." in PurePath(line["folder"]).parts:
        message = f"expected a folder; got {line['folder']!r}"
        raise ValueError(message)
    mtime_ns, mode = (None if line[key] is None else int(line[key]) for key in ("mtime_ns", "mode"))
    if abs(mtime_ns or 0) > _LARGEST or not 0 <= (mode or 0) <= _LARGEST_MODE:
        message = f"{path} cannot have had the time {mtime_ns} and the permissions {mode}"
        raise ValueError(message)
    places = (run.destination, run.root)
    near = any(path.is_relative_to(place) or place.is_relative_to(path) for place in places)
    return RunFolder(path, FolderRole(line["role"]), mtime_ns, mode) if near else None


def _photo(told: Mapping[str, Any]) -> RunPhoto:
    return RunPhoto(
        position=int(told["position"]),
        photo_id=None,
        source=str(told["source"]),
        target=told["target"],
        folder=str(told["folder"]),
        rule=str(told["rule"]),
        status=Status(told["status"]),
        reason=str(told["reason"]),
        companions=tuple(RunFile(*file) for file in told["companions"]),
        size=int(told["size"]),
        mtime_ns=int(told["mtime_ns"]),
        goal=Side(told["goal"]),
        standing=told["status"] == Status.SORTED.value,
    )


def _step(told: Mapping[str, Any], position: int, how: How) -> Step:
    def content(name: str) -> bytes | None:
        return None if told[name] is None else base64.b64decode(told[name])

    kind = StepKind(told["kind"])
    if kind is not StepKind.of(how) and (kind, how) != (StepKind.DISCARD, How.MOVE):
        message = f"a step of the kind {kind} in a run that is to {how}"
        raise ValueError(message)
    source, target = str(told["source"]), str(told["target"])
    _require_file(source, {".xmp"} if kind is StepKind.WRITE else _SUFFIXES)
    # Where a file lies in the trash is told at the end.
    if kind is not StepKind.DISCARD:
        _require_file(target, _SUFFIXES)
    size, mtime_ns = int(told["size"]), int(told["mtime_ns"])
    if not (0 <= size <= _LARGEST and abs(mtime_ns) <= _LARGEST):
        message = f"{source} cannot have had {size} bytes and the time {mtime_ns}"
        raise ValueError(message)
    return Step(
        number=int(told["number"]),
        position=position,
        kind=kind,
        source=source,
        target="" if kind is StepKind.DISCARD else target,
        size=size,
        mtime_ns=mtime_ns,
        inode=int(told["inode"]),
        device=int(told["device"]),
        before=content("before"),
        after=content("after"),
        needs=tuple(int(one) for one in told["needs"]),
        carried=None if told["carried"] is None else Carried.from_json(told["carried"]),
        mark=Mark.NONE,
    )


def _require_file(path: str, suffixes: Collection[str]) -> None:
    require_inside(path)
    if suffix_of(path.rpartition("/")[2]) not in suffixes:
        raise SortingError(f"expected a photo or what belongs to one; got {path!r}")


def _take_end(record: RunRecord, end: Mapping[str, Any]) -> None:
    steps = {step.number: step for step in record.steps}
    for number, digest in end["digests"].items():
        steps[int(number)].digest = bytes.fromhex(digest)
    for number, place in end["places"].items():
        step = steps[int(number)]
        if step.kind is not StepKind.DISCARD or not is_in_trash(Path(place)):
            raise SortingError(f"expected a place in the trash; got {place!r}")
        step.target = place
    photos = {photo.position: photo for photo in record.photos}
    for position, (status, reason) in end["not sorted"].items():
        photo = photos[int(position)]
        photo.status, photo.reason, photo.standing = Status(status), str(reason), False
