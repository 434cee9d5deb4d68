"""The journal: every run that changed files, written down before the first of them was touched."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from photosort.core.catalog import actions, run_rows
from photosort.core.catalog.following import Follow, Home, follow, make_home
from photosort.core.catalog.rows import chunks
from photosort.core.catalog.store import Store
from photosort.core.catalog.textcodes import from_column, legible, to_column
from photosort.core.errors import CatalogError
from photosort.core.sorting.runs.steps import Mark, RunPhoto, RunRecord, Side, StepKind
from photosort.core.sorting.values import Account, AccountItem, How, Run, RunState, Status

_COPIES = (StepKind.COPY, StepKind.HARDLINK, StepKind.SYMLINK)


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where an earlier run put a photo that still is there, as far as photosort knows.

    Attributes:
        run_id: the newest such run.
        at: when it began, seconds since the epoch.
        folder: absolute.
        how: what it did.
    """

    run_id: int
    at: float
    folder: Path
    how: How


class StepNote(NamedTuple):
    """What a step has come to."""

    number: int
    mark: Mark
    digest: bytes | None
    target: str


class PhotoNote(NamedTuple):
    """What a photo of a run has come to."""

    position: int
    status: Status
    reason: str
    target: str | None
    standing: bool


@dataclass(slots=True)
class Notes:
    """What is written in one transaction while a run is at work."""

    steps: list[StepNote] = field(default_factory=list)
    photos: list[PhotoNote] = field(default_factory=list)
    follows: list[Follow] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.steps or self.photos or self.follows)


class RunJournal:
    """All runs of a catalog; its methods behave as those of `Catalog`.

    Args:
        store: the catalog's file.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    # What History asks

    def run(self, run_id: int) -> Run:
        """One run; CatalogError where there is none of this id."""
        with self._store.read() as connection:
            return _one(connection, run_id)

    def runs(self, root_id: int | None = None) -> list[Run]:
        """The runs of a folder, or of all, newest first."""
        with self._store.read() as connection:
            if root_id is None:
                return run_rows.select_runs(connection)
            return run_rows.select_runs(connection, "WHERE root_id = ?", (root_id,))

    def named(self, name: str) -> Run | None:
        """The run whose journal in a destination has this name; None where another catalog made it."""
        with self._store.read() as connection:
            found = run_rows.select_runs(connection, "WHERE name = ?", (name,))
        return found[0] if found else None

    def account(self, run_id: int) -> Account:
        """What became of every photo of a run, when it was applied; see `standing` for what an undo left."""
        with self._store.read() as connection:
            photos = run_rows.select_photos(connection, run_id)
            stayed = run_rows.shared_that_stayed(connection, run_id)
        return Account(run_id, tuple(_item(photo, stayed) for photo in photos))

    def standing(self, run_id: int) -> frozenset[int]:
        """Places in the account, from 0, of the photos that are still where the run put them, as far as known."""
        with self._store.read() as connection:
            rows = connection.execute("SELECT position FROM run_photos WHERE run_id = ? AND standing = 1", (run_id,))
            return frozenset(position for (position,) in rows)

    def request(self, run_id: int) -> str:
        """The request that a run was made of, as JSON."""
        with self._store.read() as connection:
            row = connection.execute("SELECT request FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise _unknown(run_id)
        return str(row[0])

    def interrupted(self) -> list[Run]:
        """Runs at work, newest first: interrupted ones, unless somebody holds the lock."""
        return [run for run in self.runs() if run.state.at_work]

    def of_action(self, action_id: int) -> int | None:
        """The run that an entry of the undo order is of; None for a label or anything else."""
        with self._store.read() as connection:
            return actions.run_of(connection, action_id)

    # What plans ask

    def sorted_before(self, root_id: int) -> Mapping[int, Earlier]:
        """Photo id -> where the newest run of a folder put it, for photos that still are there."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT p.photo_id, r.id, r.started_at, r.destination, p.folder, r.how FROM run_photos AS p"
                " JOIN runs AS r ON r.id = p.run_id"
                " WHERE r.root_id = ? AND p.standing = 1 AND p.photo_id IS NOT NULL ORDER BY r.id",
                (root_id,),
            ).fetchall()
        return MappingProxyType(
            {
                photo_id: Earlier(run_id, at, Path(from_column(destination)) / from_column(folder), How(how))
                for photo_id, run_id, at, destination, folder, how in rows
            }
        )

    def copies(self) -> frozenset[Path]:
        """Absolute paths of all copies and links that photosort made and that stand, companions among them."""
        with self._store.read() as connection:
            rows = connection.execute(
                # In this very order: steps are found by their run, photos by run and position. SQLite, left to itself,
                # goes through all steps of a run for each of its photos.
                "SELECT r.destination, s.target FROM runs AS r CROSS JOIN run_steps AS s ON s.run_id = r.id"  # noqa: S608
                " CROSS JOIN run_photos AS p ON p.run_id = s.run_id AND p.position = s.position"
                f" WHERE p.standing = 1 AND s.kind IN ({', '.join('?' * len(_COPIES))})",
                [kind.value for kind in _COPIES],
            ).fetchall()
        return frozenset(Path(from_column(destination), from_column(target)) for destination, target in rows)

    # What the engine asks

    def record(self, draft: RunRecord, request: str = "{}") -> RunRecord:
        """Write a whole run down; it is on the drive when this returns, and nothing was touched before.

        Args:
            draft: the run; its id is given here.
            request: what it was made of, as JSON.

        Returns:
            the same with the run's id.
        """

        def write(connection: sqlite3.Connection) -> int:
            run_id = run_rows.insert_run(connection, draft.run, request)
            run_rows.insert_photos(connection, run_id, draft.photos)
            run_rows.insert_steps(connection, run_id, draft.steps)
            run_rows.insert_folders(connection, run_id, draft.folders)
            return run_id

        run_id = self._store.write(write, durable=True)
        return RunRecord(self.run(run_id), draft.photos, draft.steps, draft.folders)

    def load(self, run_id: int) -> RunRecord:
        """All that was written down of a run."""
        with self._store.read() as connection:
            return RunRecord(
                _one(connection, run_id),
                run_rows.select_photos(connection, run_id),
                run_rows.select_steps(connection, run_id),
                run_rows.select_folders(connection, run_id),
            )

    def begin(self, run_id: int, state: RunState, goal: Side, positions: Collection[int]) -> None:
        """Note, durably, to which side photos are driven from now on, before the first is touched."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE runs SET state = ?, ended_at = NULL WHERE id = ?", (state.value, run_id))
            connection.executemany(
                "UPDATE run_photos SET goal = ? WHERE run_id = ? AND position = ?",
                [(goal.value, run_id, position) for position in positions],
            )

        self._store.write(write, durable=True)

    def note(self, run_id: int, notes: Notes, *, durable: bool = False) -> None:
        """Write down what steps and photos have come to; the photos of the catalog follow in the same transaction.

        Args:
            run_id: the run.
            notes: what to write.
            durable: wait until it is on the drive; else it is queued.
        """

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE run_steps SET mark = ?, digest = ?, target = ? WHERE run_id = ? AND number = ?",
                [(one.mark.value, one.digest, to_column(one.target), run_id, one.number) for one in notes.steps],
            )
            connection.executemany(
                "UPDATE run_photos SET status = ?, reason = ?, target = ?, standing = ?"
                " WHERE run_id = ? AND position = ?",
                [
                    (
                        one.status.value,
                        legible(one.reason),
                        None if one.target is None else to_column(one.target),
                        one.standing,
                        run_id,
                        one.position,
                    )
                    for one in notes.photos
                ],
            )
            follow(connection, notes.follows)

        if durable:
            self._store.write(write, durable=True)
        elif notes:
            self._store.queue(write)

    def end(self, run_id: int, state: RunState, title: str, *, seconds: float | None = None) -> Run:
        """Note, durably, how a run came out, and keep the folder's list of what can be undone in step with it.

        Args:
            run_id: the run.
            state: not at work any more.
            title: what it did, in the end.
            seconds: that it took; None to keep what is noted.
        """

        def write(connection: sqlite3.Connection) -> Run:
            counts, standing, folders, total_bytes = run_rows.sums_of(connection, run_id)
            connection.execute(
                "UPDATE runs SET state = ?, title = ?, ended_at = ?, seconds = ifnull(?, seconds), counts = ?,"
                " standing = ?, folders = ?, total_bytes = ? WHERE id = ?",
                (state.value, legible(title), time.time(), seconds, counts, standing, folders, total_bytes, run_id),
            )
            run = _one(connection, run_id)
            actions.follow_run(connection, run)
            return run

        return self._store.write(write, durable=True)

    def home(self, run: Run) -> Home:
        """The known folder to which the photos of a run move; the destination becomes one if it lies in none."""
        return self._store.write(lambda connection: make_home(connection, run.destination, run.root_id, run.root))

    def flush(self) -> None:
        """Wait until all that was noted is written."""
        self._store.flush()

    def photo_ids(self, run_id: int, photo_ids: Iterable[int]) -> dict[int, int]:
        """Photo id -> place in the account, for those of the photos that a run knows."""
        found: dict[int, int] = {}
        with self._store.read() as connection:
            for some in chunks(photo_ids):
                marks = ", ".join("?" * len(some))
                found.update(
                    connection.execute(
                        f"SELECT photo_id, position FROM run_photos WHERE run_id = ? AND photo_id IN ({marks})",  # noqa: S608
                        (run_id, *some),
                    ).fetchall()
                )
        return found


def _one(connection: sqlite3.Connection, run_id: int) -> Run:
    found = run_rows.select_runs(connection, "WHERE id = ?", (run_id,))
    if not found:
        raise _unknown(run_id)
    return found[0]


def _unknown(run_id: int) -> CatalogError:
    return CatalogError(f"The catalog knows no run with the number {run_id}.")


def _item(photo: RunPhoto, stayed: Collection[str]) -> AccountItem:
    went = photo.status is Status.SORTED
    companions = tuple(
        (file.source, file.target if went and file.source not in stayed else None) for file in photo.companions
    )
    target = photo.target if went else None
    return AccountItem(photo.source, target, companions, photo.status, photo.reason, photo.photo_id)
