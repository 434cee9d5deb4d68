"""What a terminal says of sorting: what would be done, what was done, what was put back, what there was before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from types import MappingProxyType

from photosort.core.sorting.values import Account, How, MovePlan, Run, RunState, Status
from photosort.core.textkeys import natural_ranks
from photosort.core.wording import duration, file_size, photos, plain

_REASONS = 8
"""How many different reasons are told one by one; the JSON tells all."""

_HOW_SURE = re.compile(r", \d+ %$")
"""What differs between the reasons of photos that a classifier is unsure of in the same way."""

_EXAMPLES = 8
"""How many single photos are named under a heading."""

_WOULD: Mapping[How, str] = MappingProxyType(
    {
        How.MOVE: "Would move",
        How.COPY: "Would copy",
        How.HARDLINK: "Would make hard links of",
        How.SYMLINK: "Would make symbolic links to",
        How.KEYWORDS: "Would write keywords beside",
    }
)
_DID: Mapping[How, str] = MappingProxyType(
    {
        How.MOVE: "Moved",
        How.COPY: "Copied",
        How.HARDLINK: "Made hard links of",
        How.SYMLINK: "Made symbolic links to",
        How.KEYWORDS: "Wrote keywords beside",
    }
)
_TOOK_BACK: Mapping[How, str] = MappingProxyType(
    {
        How.MOVE: "Put back {}.",
        How.COPY: "Removed the copies of {}.",
        How.HARDLINK: "Removed the links of {}.",
        How.SYMLINK: "Removed the links to {}.",
        How.KEYWORDS: "Took back the keywords of {}.",
    }
)


_WORDS: Mapping[RunState, str] = MappingProxyType(
    {
        **{state: state.value for state in RunState},
        RunState.APPLIED: "done",
        RunState.STOPPED: "stopped half-way",
        RunState.APPLYING: "at work",
        RunState.UNDOING: "being undone",
        RunState.ROLLING_BACK: "being rolled back",
    }
)


def plan_lines(plan: MovePlan, *, folders: int | None = None) -> list[str]:
    """What a plan would do, for a person who is to say yes or no.

    Args:
        plan: the plan.
        folders: show at most so many of the folders; None for all.
    """
    placed = [photo for photo in plan.photos if photo.status is Status.SORTED]
    tree = Counter(photo.folder for photo in placed)
    size = sum(file.size for photo in placed for file in photo.files if file.target is not None)
    where = "" if plan.request.how is How.KEYWORDS else f", {plain(file_size(size))}, {_into(tree)}{plan.destination}"
    if placed:
        lines = [f"{_WOULD[plan.request.how]} {len(placed):,} of {photos(len(plan.photos))}{where}"]
    else:
        lines = [f"Nothing to do for {photos(len(plan.photos))}" if plan.photos else "There are no photos here"]
    lines += _tree_lines(tree, folders)
    renamed = [f"{photo.source}: {photo.conflict}" for photo in placed if photo.conflict]
    lines += _examples("Where a name is taken", renamed)
    lines += _others((photo.status, photo.source, photo.reason) for photo in plan.photos)
    lines += _examples("Folders that would be empty, and go", plan.empties)
    lines += [
        f"Needs {plain(file_size(need.needed))} on the disk of {need.place}; {plain(file_size(need.free))} are free"
        for need in plan.space
        if need.needed
    ]
    lines += note_lines(plan)
    return lines


def note_lines(plan: MovePlan) -> list[str]:
    """What a person should know of a plan in any case."""
    return [plain(f"Note: {note}") for note in plan.notes]


def run_lines(run: Run, account: Account) -> list[str]:
    """What a run has done; the last line says how to undo it."""
    counts = Counter(item.status for item in account.items)
    tree = Counter(
        _folder_of(item.target) for item in account.items if item.status is Status.SORTED and item.target is not None
    )
    done = f"{_DID[run.how]} {photos(counts[Status.SORTED])}"
    if run.how is not How.KEYWORDS:
        done += f" {_into(tree)}{run.destination} ({plain(file_size(run.total_bytes))}, {duration(run.seconds)})"
    lines = [f"{done}."]
    if run.state is RunState.STOPPED:
        lines.append("That was not all: it was stopped. What was done is whole, the rest was not touched.")
    lines += _others((item.status, item.source, item.reason) for item in account.items)
    return lines + _way_back(run)


def undo_lines(how: How, restored: int, left: Sequence[tuple[str, str]]) -> list[str]:
    """What was put back.

    Args:
        how: what the run had done.
        restored: how many photos are as they were before it.
        left: (source, reason) of those that are not.
    """
    lines = [_TOOK_BACK[how].format(photos(restored))]
    if left:
        lines.append(f"{photos(len(left))} left as {'it is' if len(left) == 1 else 'they are'}:")
        lines += [f"  {source}: {reason}" for source, reason in left]
    return lines


def recovered_lines(run: Run, account: Account) -> list[str]:
    """How an interrupted run came out in the end."""
    lines = [f"Run {run.id} ({run.title}) is {_WORDS[run.state]}."]
    if run.state in {RunState.APPLIED, RunState.STOPPED}:
        return [*lines, *_others((item.status, item.source, item.reason) for item in account.items), *_way_back(run)]
    if run.standing:
        stuck = [f"{item.source}: {item.reason}" for item in account.items if item.status is Status.SORTED]
        return lines + _examples("Could not be put back", stuck)
    return [*lines, "Everything is as it was before it."]


def history_lines(runs: Sequence[Run], interrupted: Iterable[int]) -> list[str]:
    """A table of runs: number, when, what, how it stands; and from where to where, on a line of its own."""
    open_runs = frozenset(interrupted)
    rows = [(str(run.id), _when(run.started_at), run.title, _standing(run, run.id in open_runs)) for run in runs]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = []
    for run, row in zip(runs, rows, strict=True):
        number, *cells = (f"{cell:<{width}}" for cell, width in zip(row[:3], widths, strict=True))
        lines.append("  ".join((number.strip().rjust(widths[0]), *cells, row[3])))
        beside = " " * (widths[0] + 2)
        lines.append(f"{beside}{run.root}" + (f" -> {run.destination}" if run.destination != run.root else ""))
    return lines


def state_of(run: Run, interrupted: bool) -> str:
    """How a run stands, in one word or two: as `RunState` has it, or "interrupted"."""
    return "interrupted" if interrupted else run.state.value


def _standing(run: Run, interrupted: bool) -> str:
    if interrupted:
        return "interrupted: photosort recover"
    if run.state in {RunState.APPLIED, RunState.STOPPED}:
        placed = run.counts.get(Status.SORTED, 0)
        word = _WORDS[run.state]
        return word if run.standing == placed else f"{word}, {run.standing:,} of {placed:,} not undone"
    if run.state in {RunState.UNDONE, RunState.ROLLED_BACK} and run.standing:
        return f"{_WORDS[run.state]} but for {photos(run.standing)}"
    return _WORDS[run.state]


# -- parts -----------------------------------------------------------------------------------------


def _way_back(run: Run) -> list[str]:
    return [f"Undo: photosort undo {run.id}"] if run.standing else []


def _into(tree: Counter[str]) -> str:
    return f"into {len(tree):,} folder{'' if len(tree) == 1 else 's'} of " if any(tree) else "into "


def _tree_lines(tree: Counter[str], limit: int | None) -> list[str]:
    """Folders below each other with how many photos come into each, those without a folder first."""
    if not tree:
        return []
    names = list(tree)
    ranks = natural_ranks(names)
    ordered = [names[i] for i in sorted(range(len(names)), key=ranks.__getitem__)]
    rows: list[tuple[str, str]] = []
    open_parts: tuple[str, ...] = ()
    for folder in ordered[:limit]:
        parts = PurePosixPath(folder).parts
        same = next((i for i, (a, b) in enumerate(zip(parts, open_parts, strict=False)) if a != b), None)
        start = min(len(parts), len(open_parts)) if same is None else same
        rows += [("  " * (depth + 1) + parts[depth], "") for depth in range(start, len(parts) - 1)]
        rows.append(("  " * max(len(parts), 1) + (parts[-1] if parts else "(no folder)"), f"{tree[folder]:,}"))
        open_parts = parts
    width = max(len(name) for name, _count in rows)
    lines = [f"{name:<{width}}  {count:>7}".rstrip() for name, count in rows]
    rest = ordered[limit:] if limit is not None else []
    if rest:
        lines.append(f"  and {len(rest):,} more with {photos(sum(tree[folder] for folder in rest))}")
    return lines


def _others(items: Iterable[tuple[Status, str, str]]) -> list[str]:
    """What is not sorted, and why."""
    duplicates: list[str] = []
    failed: list[str] = []
    left: Counter[str] = Counter()
    for status, source, reason in items:
        if status is Status.DUPLICATE:
            duplicates.append(f"{source}: {reason}")
        elif status is Status.FAILED:
            failed.append(f"{source}: {reason}")
        elif status is Status.LEFT:
            left[_HOW_SURE.sub("", reason)] += 1
    lines = []
    if left:
        lines.append(f"Left where they are ({left.total():,})")
        lines += [f"  {count:>6,}  {reason}" for reason, count in left.most_common(_REASONS)]
        rest = left.total() - sum(count for _reason, count in left.most_common(_REASONS))
        if rest:
            lines.append(f"  {rest:>6,}  for other reasons")
    return lines + _examples("Duplicates, which stay", duplicates) + _examples("Failed", failed)


def _examples(heading: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    shown = [f"  {line}" for line in lines[:_EXAMPLES]]
    rest = len(lines) - len(shown)
    return [f"{heading} ({len(lines):,})", *shown, *([f"  and {rest:,} more"] if rest else [])]


def _folder_of(target: str) -> str:
    parent = PurePosixPath(target).parent.as_posix()
    return "" if parent == "." else parent


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
