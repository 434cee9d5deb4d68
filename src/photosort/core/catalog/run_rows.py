"""Runs, their photos, steps and folders as rows, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from photosort.core.catalog.textcodes import from_column, legible, to_column
from photosort.core.sorting.files.attributes import Carried
from photosort.core.sorting.runs.steps import FolderRole, Mark, RunFile, RunFolder, RunPhoto, Side, Step, StepKind
from photosort.core.sorting.values import How, Run, RunState, Status

_RUN = (
    "SELECT id, name, root_id, root, destination, how, title, state, started_at, ended_at, counts, standing, folders,"
    " total_bytes, seconds FROM runs"
)
_AT_WORK = tuple(state.value for state in RunState if state.at_work)


def insert_run(connection: sqlite3.Connection, run: Run, request: str) -> int:
    """Write a run; returns its id."""
    run_id = connection.execute(
        "INSERT INTO runs (name, root_id, root, destination, how, title, request, state, started_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run.name,
            run.root_id,
            to_column(str(run.root)),
            to_column(str(run.destination)),
            run.how.value,
            legible(run.title),
            request,
            run.state.value,
            run.started_at,
        ),
    ).lastrowid
    assert run_id is not None
    return run_id


def select_runs(connection: sqlite3.Connection, where: str = "", parameters: tuple[object, ...] = ()) -> list[Run]:
    """Runs, newest first; the sums of those at work are of this moment."""
    rows = connection.execute(f"{_RUN} {where} ORDER BY id DESC", parameters).fetchall()
    return [_run(connection, row) for row in rows]


def _run(connection: sqlite3.Connection, row: tuple[Any, ...]) -> Run:
    run_id, name, root_id, root, destination, how, title, state, started_at, ended_at, *sums, seconds = row
    if state in _AT_WORK:
        sums = list(sums_of(connection, run_id))
    counts, standing, folders, total_bytes = sums
    return Run(
        id=run_id,
        name=name,
        root_id=root_id,
        root=Path(from_column(root)),
        destination=Path(from_column(destination)),
        how=How(how),
        title=title,
        state=RunState(state),
        started_at=started_at,
        ended_at=ended_at,
        counts=_counts(json.loads(counts)),
        standing=standing,
        folders=folders,
        total_bytes=total_bytes,
        seconds=seconds,
    )


def _counts(found: Mapping[str, int]) -> Mapping[Status, int]:
    return MappingProxyType({status: found.get(status.value, 0) for status in Status})


def sums_of(connection: sqlite3.Connection, run_id: int) -> tuple[str, int, int, int]:
    """The counts of a run as JSON, photos that stand, folders that got photos, and bytes that were placed."""
    counts = connection.execute(
        "SELECT status, count(*) FROM run_photos WHERE run_id = ? GROUP BY status", (run_id,)
    ).fetchall()
    standing, folders = connection.execute(
        "SELECT ifnull(sum(standing), 0), count(DISTINCT CASE WHEN status = 'sorted' THEN folder END)"
        " FROM run_photos WHERE run_id = ?",
        (run_id,),
    ).fetchone()
    total_bytes = connection.execute(
        "SELECT ifnull(sum(s.size), 0) FROM run_steps AS s JOIN run_photos AS p"
        " ON p.run_id = s.run_id AND p.position = s.position WHERE s.run_id = ? AND p.status = 'sorted'",
        (run_id,),
    ).fetchone()[0]
    return json.dumps(dict(counts)), standing, folders, total_bytes


def insert_photos(connection: sqlite3.Connection, run_id: int, photos: Iterable[RunPhoto]) -> None:
    """Write the photos of a run."""
    connection.executemany(
        "INSERT INTO run_photos (run_id, position, photo_id, source, target, folder, rule, status, reason, companions,"
        " size, mtime_ns, goal, standing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                run_id,
                photo.position,
                photo.photo_id,
                to_column(photo.source),
                None if photo.target is None else to_column(photo.target),
                to_column(photo.folder),
                photo.rule,
                photo.status.value,
                legible(photo.reason),
                json.dumps(photo.companions, separators=(",", ":")) if photo.companions else None,
                photo.size,
                photo.mtime_ns,
                photo.goal.value,
                photo.standing,
            )
            for photo in photos
        ],
    )


def select_photos(connection: sqlite3.Connection, run_id: int) -> list[RunPhoto]:
    """The photos of a run, in the order of the plan."""
    rows = connection.execute(
        "SELECT position, photo_id, source, target, folder, rule, status, reason, companions, size, mtime_ns, goal,"
        " standing FROM run_photos WHERE run_id = ? ORDER BY position",
        (run_id,),
    )
    return [_photo(row) for row in rows]


def _photo(row: tuple[Any, ...]) -> RunPhoto:
    position, photo_id, source, target, folder, rule, status, reason, companions, size, mtime_ns, goal, standing = row
    return RunPhoto(
        position,
        photo_id,
        from_column(source),
        None if target is None else from_column(target),
        from_column(folder),
        rule,
        Status(status),
        reason,
        tuple(RunFile(*file) for file in json.loads(companions)) if companions else (),
        size,
        mtime_ns,
        Side(goal),
        bool(standing),
    )


def insert_steps(connection: sqlite3.Connection, run_id: int, steps: Iterable[Step]) -> None:
    """Write the steps of a run."""
    connection.executemany(
        "INSERT INTO run_steps (run_id, number, position, kind, source, target, size, mtime_ns, inode, device, digest,"
        " before, after, needs, carried, mark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                run_id,
                step.number,
                step.position,
                step.kind.value,
                to_column(step.source),
                to_column(step.target),
                step.size,
                step.mtime_ns,
                _signed(step.inode),
                _signed(step.device),
                step.digest,
                step.before,
                step.after,
                json.dumps(step.needs) if step.needs else None,
                None if step.carried is None else step.carried.to_json(),
                step.mark.value,
            )
            for step in steps
        ],
    )


def select_steps(connection: sqlite3.Connection, run_id: int) -> list[Step]:
    """The steps of a run, in their order."""
    rows = connection.execute(
        "SELECT number, position, kind, source, target, size, mtime_ns, inode, device, digest, before, after, needs,"
        " carried, mark FROM run_steps WHERE run_id = ? ORDER BY number",
        (run_id,),
    )
    return [_step(row) for row in rows]


def _step(row: tuple[Any, ...]) -> Step:
    (number, position, kind, source, target, size, mtime_ns, inode, device, digest, before, after, *others) = row
    needs, carried, mark = others
    return Step(
        number,
        position,
        StepKind(kind),
        from_column(source),
        from_column(target),
        size,
        mtime_ns,
        _unsigned(inode),
        _unsigned(device),
        digest,
        before,
        after,
        tuple(json.loads(needs)) if needs else (),
        None if carried is None else Carried.from_json(carried),
        Mark(mark),
    )


def shared_that_stayed(connection: sqlite3.Connection, run_id: int) -> frozenset[str]:
    """Sources of files of several photos that never went: one of the photos was not reached, or failed."""
    rows = connection.execute(
        "SELECT source FROM run_steps WHERE run_id = ? AND needs IS NOT NULL AND mark = ?", (run_id, Mark.NONE.value)
    )
    return frozenset(from_column(source) for (source,) in rows)


def insert_folders(connection: sqlite3.Connection, run_id: int, folders: Iterable[RunFolder]) -> None:
    """Write the folders of a run."""
    connection.executemany(
        "INSERT INTO run_folders (run_id, path, role, mtime_ns, mode) VALUES (?, ?, ?, ?, ?)",
        [(run_id, to_column(str(one.path)), one.role.value, one.mtime_ns, one.mode) for one in folders],
    )


def select_folders(connection: sqlite3.Connection, run_id: int) -> list[RunFolder]:
    """The folders of a run, ordered by path."""
    rows = connection.execute(
        "SELECT path, role, mtime_ns, mode FROM run_folders WHERE run_id = ? ORDER BY path", (run_id,)
    )
    return [RunFolder(Path(from_column(path)), FolderRole(role), mtime, mode) for path, role, mtime, mode in rows]


def _signed(number: int) -> int:
    """File systems number with 64 bits, SQLite with 63 and a sign."""
    return number - 2**64 if number >= 2**63 else number


def _unsigned(number: int) -> int:
    return number + 2**64 if number < 0 else number
