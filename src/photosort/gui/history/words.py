"""What was done, in words: titles, states, days. Knows no Qt."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from photosort.core.sorting.values import How, Run, RunState, Status
from photosort.gui import text

MUCH = 20
"""A step of more files than this is shown before it is undone or done again."""

_PAST = {
    "move": "Moved",
    "copy": "Copied",
    "link": "Linked",
    "put": "Put",
    "write": "Wrote",
    "file": "Filed",
    "sort": "Sorted",
}
_DOING = {
    "move": "Moving",
    "copy": "Copying",
    "link": "Linking",
    "put": "Putting",
    "write": "Writing",
    "file": "Filing",
    "sort": "Sorting",
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ARROW = "\N{RIGHTWARDS ARROW}"


def done(title: str) -> str:
    """What was done as a sentence tells it: "move 12 photos to Sea" as "Moved 12 photos to Sea"."""
    return _turned(title, _PAST)


def doing(title: str) -> str:
    """What was being done: "move 12 photos to Sea" as "Moving 12 photos to Sea"."""
    return _turned(title, _DOING)


def named(run: Run) -> str:
    """What it did, or is about to do, as its title on a page."""
    return doing(run.title) if run.state is RunState.APPLYING else done(run.title)


def _turned(title: str, verbs: dict[str, str]) -> str:
    verb, space, rest = title.partition(" ")
    return f"{verbs.get(verb, verb[:1].upper() + verb[1:])}{space}{rest}"


def way(run: Run) -> str:
    """From where to where: "Pictures -> Pictures/Sorted" with an arrow."""
    if into_trash(run):
        return f"{place(run.root)} {_ARROW} the trash"
    if run.how is How.KEYWORDS:
        return place(run.root)
    return f"{place(run.root)} {_ARROW} {beside(run.destination, run.root)}"


def into_trash(run: Run) -> bool:
    """True where photos were discarded, which nothing does again by itself."""
    return run.destination == run.root and run.title.startswith("put ")


def without_folders(run: Run) -> bool:
    """True where no photo went into any folder: they stayed and got keywords, or were discarded."""
    return run.how is How.KEYWORDS or into_trash(run)


def place(folder: Path) -> str:
    """A folder as a person calls it."""
    return folder.name or str(folder)


def beside(folder: Path, root: Path) -> str:
    """A folder as a person who knows ``root`` calls it: below it by its path in it, elsewhere by its own path."""
    if folder == root:
        return place(root)
    if folder.is_relative_to(root):
        return f"{place(root)}/{folder.relative_to(root).as_posix()}"
    return place(folder) if folder.parent == root.parent else str(folder)


def day(seconds: float, now: datetime | None = None) -> str:
    """The day of a moment: "Today", "Yesterday", "3 May", "3 May 2024"."""
    moment, today = datetime.fromtimestamp(seconds), (now or datetime.now())  # noqa: DTZ005, DTZ006  (the person's)
    if moment.date() == today.date():
        return "Today"
    if moment.date() == today.date() - timedelta(days=1):
        return "Yesterday"
    named = f"{moment.day} {_MONTHS[moment.month - 1]}"
    return named if moment.year == today.year else f"{named} {moment.year}"


def clock(seconds: float) -> str:
    """The time of day of a moment: "14:05"."""
    return f"{datetime.fromtimestamp(seconds):%H:%M}"  # noqa: DTZ006  (the person's)


def full_day(seconds: float) -> str:
    """The day of a moment, to be read in any year: "3 May 2026"."""
    moment = datetime.fromtimestamp(seconds)  # noqa: DTZ006  (the person's)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def on_day(seconds: float, now: datetime | None = None) -> str:
    """The day of a moment within a sentence: "today", "yesterday", "on 3 May"."""
    named = day(seconds, now)
    return named.lower() if named in {"Today", "Yesterday"} else f"on {named}"


def took(seconds: float) -> str:
    """How long it took: "0.4 s", "12 s", "3:05"."""
    if seconds < 9.95:
        return f"{max(seconds, 0.1):.1f}\N{NO-BREAK SPACE}s"
    return f"{seconds:.0f}\N{NO-BREAK SPACE}s" if seconds < 60 else text.duration(seconds)


def sorted_count(run: Run) -> int:
    """How many photos it placed."""
    return run.counts.get(Status.SORTED, 0)


def can_undo(run: Run) -> bool:
    """True where photos stand that can be put back."""
    return run.state in {RunState.APPLIED, RunState.STOPPED} and run.standing > 0


def can_redo(run: Run) -> bool:
    """True where photos of it were put back and can be sorted again."""
    return put_back(run) > 0 and not into_trash(run)


def put_back(run: Run) -> int:
    """How many of its photos were put back since."""
    ended = run.state in {RunState.APPLIED, RunState.STOPPED, RunState.UNDONE}
    return max(sorted_count(run) - run.standing, 0) if ended else 0


def state(run: Run, *, at_work: bool = False) -> str:
    """How far it is; empty where it stands as a whole; ``at_work`` while somebody still works on it."""
    if at_work:
        return "At work"
    placed = sorted_count(run)
    match run.state:
        case RunState.UNDONE | RunState.ROLLED_BACK:
            return "Undone"
        case RunState.STOPPED if run.standing == placed:
            return f"Stopped after {text.photos(placed)}"
        case RunState.APPLYING | RunState.UNDOING | RunState.ROLLING_BACK:
            return "Interrupted"
    if run.standing < placed:
        return f"{placed - run.standing:,} of {placed:,} put back" if run.standing else "Undone"
    return ""


def facts(run: Run) -> str:
    """What it came to, in a line: "17,900 photos in 14 folders, 82 GB, 12 s"."""
    placed = sorted_count(run)
    parts = [text.photos(placed)]
    if run.folders and not without_folders(run):
        parts[0] += f" in {run.folders:,} folder{'' if run.folders == 1 else 's'}"
    parts += [f"{run.counts.get(status, 0):,} {name}" for status, name in _OTHERS if run.counts.get(status, 0)]
    if run.total_bytes:
        parts.append(text.file_size(run.total_bytes))
    if run.seconds:
        parts.append(took(run.seconds))
    return " \N{MIDDLE DOT} ".join(parts)


_OTHERS = ((Status.DUPLICATE, "duplicates"), (Status.LEFT, "left"), (Status.FAILED, "failed"))
STATUS_NAMES = {
    Status.SORTED: "Sorted",
    Status.DUPLICATE: "Duplicate",
    Status.LEFT: "Left",
    Status.FAILED: "Failed",
}


def sum_of(run: Run) -> str:
    """The sum that must come out: "18,212 photos = 17,900 sorted + 12 duplicates + 300 left + 0 failed"."""
    counts = [run.counts.get(status, 0) for status in Status]
    names = ("sorted", "duplicates", "left", "failed")
    told = " + ".join(f"{count:,} {name}" for count, name in zip(counts, names, strict=True))
    return f"{text.photos(sum(counts))} = {told}"


def told_when_done(run: Run) -> str:
    """The sentence that stays below the window: "Moved 17,900 photos to Sorted."."""
    failed = run.counts.get(Status.FAILED, 0)
    if run.state is RunState.STOPPED and not run.standing:
        return "Stopped: every photo is as it was."
    if run.state is RunState.STOPPED:
        # Not what was sorted once: doing it again may have been stopped before it came so far.
        return f"Stopped: {text.photos(run.standing)} done, the others are as they were."
    if failed and not sorted_count(run):
        return f"{text.photos(failed)} could not be sorted."
    return f"{done(run.title)}." + (f" {text.photos(failed)} failed." if failed else "")


def told_when_opened(run: Run, now: datetime | None = None) -> str:
    """What is said of a folder that was sorted before: "Sorted on 3 May: moved 17,900 photos to Sorted"."""
    what = done(run.title)
    told = f"Sorted {on_day(run.started_at, now)}: {what[:1].lower()}{what[1:]}"
    # Who closed the window meanwhile should not take it for all of them.
    return f"{told}, then stopped" if run.state is RunState.STOPPED else told


def offered_when_interrupted(run: Run) -> str:
    """What is said of an interrupted run: "Moving 1,204 photos to Sorted was interrupted."."""
    what = doing(run.title)
    if run.state is RunState.APPLYING:
        return f"{what} was interrupted."
    return f"Putting back was interrupted ({run.title})."


def day_of_file(seconds: float) -> str:
    """A moment as part of a file's name, that sorts: "2026-05-03 14.05"."""
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H.%M}"  # noqa: DTZ006  (the person's)
