"""The commands ``photosort history``, ``undo`` and ``recover``: what was sorted, and taking it back."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from photosort.cli_steps import (
    INTERRUPTED,
    OK,
    SOME_FAILED,
    WRONG_USAGE,
    UsageError,
    counted,
    find_free,
    say,
    user_paths,
    write,
)
from photosort.core.catalog import Catalog
from photosort.core.files import absolute
from photosort.core.sorting.files.trash import SystemTrash
from photosort.core.sorting.plans import account
from photosort.core.sorting.runs import engine, journal_file, journal_reading
from photosort.core.sorting.runs.engine import Undone, UndoneItem
from photosort.core.sorting.values import Account, Run, RunState, Status
from photosort.progress_bar import drive_between_steps
from photosort.report import write_json
from photosort.sorting_report import history_lines, recovered_lines, state_of, undo_lines

_HISTORY = """\
List what was sorted, newest first: its number, when, what was done, and whether it stands. With FOLDER only what was
sorted from there or into there."""

_HISTORY_JSON = """\
JSON: {"runs": [{"run", "folder", "destination", "how", "title", "state", "started", "ended", "counts", "standing",
"folders", "bytes", "seconds"}]}; "state" is applied, stopped, undone, rolled back, interrupted, or what is being done
now; "counts" are those of the account of sort; "standing" is how many photos are not undone; times are UTC."""

_UNDO = """\
Take back what was sorted: all of it, at any later time. Only photos that still are where they were put are touched; the
others are listed with the reason, and nothing is overwritten."""

_UNDO_JSON = """\
JSON: {"run", "counts": {"in", "restored", "left"}, "items": [{"source", "target", "companions", "status",
"reason"}]}; status is restored or left; "run" is null where there was nothing to undo.

exit status: 0 all is as it was before (or there was nothing to undo), 1 could not be done, 2 there is no such run, 3
some photos were left, 130 stopped."""

_RECOVER = """\
Put right what was interrupted, by a power cut or a killed program: finish it, or roll it back as if it had never been
begun. Without either, say what was interrupted."""

_RECOVER_JSON = """\
JSON: {"run", "state", "counts", "items", "others"}: the account of the run as sort writes it, how it stands now, and
the same of further runs, where several were interrupted; "run" is null where there was nothing to recover.

exit status: 0 done (or nothing to recover), 1 could not be done, 2 say --finish or --roll-back, 3 done but some photos
failed, 130 stopped."""


def add_parsers(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the commands to those of the program.

    Args:
        commands: what `argparse.ArgumentParser.add_subparsers` gave.
        common: the arguments that every command takes.
    """

    def add(name: str, function: Callable[[argparse.Namespace], int], short: str, about: str, more: str) -> Any:
        parser = commands.add_parser(
            name,
            parents=[common],
            help=short,
            description=about,
            epilog=more,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.set_defaults(command=function)
        return parser

    history = add("history", _history, "list what was sorted", _HISTORY, _HISTORY_JSON)
    history.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    undo = add("undo", _undo, "take back what was sorted", _UNDO, _UNDO_JSON)
    which = undo.add_mutually_exclusive_group()
    which.add_argument(
        "run", nargs="?", type=int, metavar="RUN", help="number in the history (default: the newest that stands)"
    )
    which.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="by the file that the run left in .photosort, where it sorted to: works without the catalog that made it",
    )
    recover = add("recover", _recover, "put right what was interrupted", _RECOVER, _RECOVER_JSON)
    ways = recover.add_mutually_exclusive_group()
    ways.add_argument("--finish", action="store_true", help="go on to the end")
    ways.add_argument("--roll-back", action="store_true", help="put everything back")
    for parser in (undo, recover):
        parser.add_argument("--wait", action="store_true", help="wait while somebody else changes files")


def _answer(arguments: argparse.Namespace, document: dict[str, Any], lines: Sequence[str]) -> None:
    if arguments.json:
        write_json(document, arguments.json)
    if arguments.json != "-":
        for line in lines:
            write(line)


# -- history ---------------------------------------------------------------------------------------


def _history(arguments: argparse.Namespace) -> int:
    with Catalog(user_paths(arguments).data) as catalog:
        runs = catalog.runs.runs()
        interrupted = frozenset(run.id for run in engine.interrupted(catalog))
    if arguments.folder is not None:
        folder = absolute(arguments.folder)
        runs = [run for run in runs if folder in {run.root, run.destination}]
    document = {"runs": [_document(run, run.id in interrupted) for run in runs]}
    _answer(arguments, document, history_lines(runs, interrupted) or ["Nothing was sorted yet."])
    return OK


def _document(run: Run, interrupted: bool) -> dict[str, Any]:
    return {
        "run": run.id,
        "folder": str(run.root),
        "destination": str(run.destination),
        "how": run.how.value,
        "title": run.title,
        "state": state_of(run, interrupted),
        "started": _utc(run.started_at),
        "ended": None if run.ended_at is None else _utc(run.ended_at),
        "counts": {
            "in": sum(run.counts.values()),
            "sorted": run.counts.get(Status.SORTED, 0),
            "duplicates": run.counts.get(Status.DUPLICATE, 0),
            "left": run.counts.get(Status.LEFT, 0),
            "failed": run.counts.get(Status.FAILED, 0),
        },
        "standing": run.standing,
        "folders": run.folders,
        "bytes": run.total_bytes,
        "seconds": round(run.seconds, 3),
    }


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


# -- undo ------------------------------------------------------------------------------------------

_COMPLETED = frozenset({RunState.APPLIED, RunState.STOPPED})
_TAKEN_BACK = frozenset({RunState.UNDONE, RunState.ROLLED_BACK})

_Placed = Mapping[str, tuple[str | None, Sequence[tuple[str, str | None]]]]
"""Path of a picture -> where the run put it, and its other files."""


def _undo(arguments: argparse.Namespace) -> int:
    with Catalog(user_paths(arguments).data) as catalog:
        find_free(catalog, "photosort undo", wait=arguments.wait)
        _tell_interrupted(catalog)
        journal: Path | None = arguments.journal
        known = None if journal is None else catalog.runs.named(journal.stem)
        if journal is not None and (known is None or _lies_elsewhere(absolute(journal), known)):
            return _undo_foreign(arguments, catalog, absolute(journal))
        # The catalog that made a journal knows more than it, and has to be kept in step.
        run = known or _run_to_undo(catalog, arguments.run)
        if run is None:
            _answer(arguments, _undone_document(None, (), {}), ["Nothing to undo.", *_partly_undone(catalog)])
            return OK
        command = shlex.join(("photosort", "undo", str(run.id)))
        placed = {item.source: (item.target, item.companions) for item in catalog.runs.account(run.id).items}
        steps = engine.undo(catalog, run.id, command=command, wait=arguments.wait, trash=SystemTrash())
        try:
            undone = drive_between_steps(steps)
        except KeyboardInterrupt:
            rest = catalog.runs.run(run.id).standing
            say(f"photosort: stopped; {counted(rest, 'photo')} still to be put back; go on with: {command}")
            return INTERRUPTED
        return _tell_undone(arguments, undone, placed)


def _lies_elsewhere(journal: Path, run: Run) -> bool:
    """Whether the sorted folder is away from where the catalog knows it, and the journal is where it is now."""
    left = journal_file.path_of(run)
    return journal.parent.name == left.parent.name and journal != left and not left.exists()


def _run_to_undo(catalog: Catalog, asked: int | None) -> Run | None:
    """The run that was asked for, or the newest that stands; None where there is nothing to undo.

    Raises:
        UsageError: there is no such run.
    """
    runs = catalog.runs.runs()
    if asked is None:
        return next((run for run in runs if run.state in _COMPLETED and run.standing), None)
    run = next((run for run in runs if run.id == asked), None)
    if run is None:
        raise UsageError(f"there is no run {asked}; photosort history lists those there are")
    # One that was taken back may have left photos that were elsewhere then, and are not now.
    return run


def _partly_undone(catalog: Catalog) -> list[str]:
    """Runs of which photos were left: what stood in the way may be gone by now."""
    return [
        f"Run {run.id} ({run.title}) was undone but for {counted(run.standing, 'photo')}: photosort undo {run.id}"
        for run in catalog.runs.runs()
        if run.state in _TAKEN_BACK and run.standing
    ]


def _undo_foreign(arguments: argparse.Namespace, catalog: Catalog, journal: Path) -> int:
    """Undo a run of another catalog, by its journal alone."""
    record = journal_reading.read(journal)
    placed = {
        photo.source: (photo.target, [(file.source, file.target) for file in photo.companions])
        for photo in record.photos
    }
    command = shlex.join(("photosort", "undo", "--journal", str(journal)))
    steps = engine.undo_journal(journal, directory=catalog.directory, command=command, wait=arguments.wait)
    try:
        undone = drive_between_steps(steps)
    except KeyboardInterrupt:
        say(f"photosort: stopped; go on with: {command}")
        return INTERRUPTED
    return _tell_undone(arguments, undone, placed)


def _tell_undone(arguments: argparse.Namespace, undone: Undone, placed: _Placed) -> int:
    left = [(item.source, item.reason) for item in undone.items if item.status != _RESTORED]
    # What a run of another catalog is called there is no number of this one.
    run_id = undone.run.id or None if undone.items else None
    document = _undone_document(run_id, undone.items, placed)
    lines = undo_lines(undone.run.how, undone.restored, left) if undone.items else ["Nothing to undo."]
    _answer(arguments, document, lines)
    return SOME_FAILED if left else OK


_RESTORED = "restored"


def _undone_document(run_id: int | None, items: Sequence[UndoneItem], placed: _Placed) -> dict[str, Any]:
    restored = sum(item.status == _RESTORED for item in items)
    rows = []
    for item in items:
        target, companions = placed.get(item.source, (None, ()))
        rows.append(
            {
                "source": item.source,
                "target": target,
                "companions": [{"source": source, "target": at} for source, at in companions],
                "status": item.status,
                "reason": item.reason,
            }
        )
    counts = {"in": len(items), "restored": restored, "left": len(items) - restored}
    return {"run": run_id, "counts": counts, "items": rows}


# -- recover ---------------------------------------------------------------------------------------


def _recover(arguments: argparse.Namespace) -> int:
    with Catalog(user_paths(arguments).data) as catalog:
        find_free(catalog, "photosort recover", wait=arguments.wait)
        found = engine.interrupted(catalog)
        if not found:
            _answer(arguments, _recovered_document(catalog, ()), ["Nothing to recover."])
            return OK
        if not (arguments.finish or arguments.roll_back):
            _answer(arguments, _recovered_document(catalog, found), [])
            _tell_interrupted(catalog)
            return WRONG_USAGE
        return _recover_all(arguments, catalog, found)


def _recover_all(arguments: argparse.Namespace, catalog: Catalog, found: Sequence[Run]) -> int:
    go = engine.roll_back if arguments.roll_back else engine.finish
    command = f"photosort recover {'--roll-back' if arguments.roll_back else '--finish'}"
    done: list[Run] = []
    # In the order in which they were begun, or back: one may stand on what another has made.
    for run in sorted(found, key=lambda one: one.id, reverse=arguments.roll_back):
        steps = go(catalog, run.id, command=command, wait=arguments.wait, trash=SystemTrash())
        try:
            done.append(drive_between_steps(steps))
        except KeyboardInterrupt:
            at_work = catalog.runs.run(run.id).state.at_work
            go_on = f"go on with: {command}" if at_work else f"take it back with: photosort undo {run.id}"
            say(f"photosort: stopped; what was done is kept; {go_on}")
            return INTERRUPTED
    accounts = [catalog.runs.account(run.id) for run in done]
    lines = [line for run, what in zip(done, accounts, strict=True) for line in recovered_lines(run, what)]
    _answer(arguments, _recovered_document(catalog, done), lines)
    failed = any(item.status is Status.FAILED for what in accounts for item in what.items)
    stuck = any(run.standing for run in done if run.state in _TAKEN_BACK)
    return SOME_FAILED if failed or stuck else OK


def _recovered_document(catalog: Catalog, runs: Sequence[Run]) -> dict[str, Any]:
    documents = [
        {**account.document(catalog.runs.account(run.id)), "state": state_of(run, run.state.at_work)} for run in runs
    ] or [{**account.document(Account(None, ())), "state": None}]
    return {**documents[0], "others": documents[1:]}


def _tell_interrupted(catalog: Catalog) -> None:
    for run in engine.interrupted(catalog):
        say(
            f"photosort: run {run.id} ({run.title}) was interrupted;"
            " photosort recover --finish goes on with it, photosort recover --roll-back takes it back"
        )
