"""What the preview says, in sentences; knows no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from photosort.core.sorting.plans.requests import rules_in_words
from photosort.core.sorting.values import STAY, How, MovePlan, PlannedPhoto, Rule, SpaceNeed, Status
from photosort.gui import text

HOW_WORDS: Final = {
    How.MOVE: "moving",
    How.COPY: "copying",
    How.HARDLINK: "linking",
    How.SYMLINK: "linking",
    How.KEYWORDS: "touching no photo",
}
_VERBS: Final = {
    How.MOVE: "Move",
    How.COPY: "Copy",
    How.HARDLINK: "Link",
    How.SYMLINK: "Link",
    How.KEYWORDS: "Write keywords for",
}

_KEYWORDS_TOLD: Final = (
    "No photo is touched: the folder's name goes into a small file beside each (XMP), where digiKam and darktable find "
    "it. Lightroom reads it for RAW files, but not for JPEGs."
)


def rule_words(rule: Rule) -> str:
    """What one rule is called: "my labels", "animals", "dates"."""
    return rules_in_words((rule,))


def unsure_words(unsure: str, how: How) -> str:
    """What becomes of those that no rule places."""
    if how is How.KEYWORDS:
        return "gets none" if unsure == STAY else f"gets {unsure}"
    return "stays where it is" if unsure == STAY else f"goes to {unsure}"


def careful_words(position: int) -> str:
    """Where the slider stands, from 0 (careful) to 100 (bold)."""
    for least, words in ((85, "very bold"), (60, "bold"), (41, "a little bold"), (40, "careful"), (15, "very careful")):
        if position >= least:
            return words
    return "as careful as can be"


def guesses_words(by_guess: int, odds: str) -> str:
    """How many photos guesses place, and how many of those will be wrong: "17,900 placed by guesses, about ..."."""
    if by_guess == 0:
        return "No photo is placed by a guess."
    return f"{by_guess:,} placed by guess{'' if by_guess == 1 else 'es'}, {odds} wrong"


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan comes to, in words.

    Attributes:
        primary: what the one button does: "Move 1,204 photos".
        summary: what happens, in numbers that add up.
        more: how clashes of names are resolved, and which folders go; may be empty.
        obstacle: why there is nothing to do; empty where there is.
    """

    primary: str
    summary: str
    more: str
    obstacle: str = ""


def tell(plan: MovePlan) -> Told:
    """Put a plan into words; goes through all of its photos."""
    placed = [photo for photo in plan.photos if photo.status is Status.SORTED]
    more = " ".join(filter(None, (conflict_words(placed), empties_words(plan.empties))))
    primary = f"{_VERBS[plan.request.how]} {text.photos(len(placed))}" if placed else "Nothing to sort"
    obstacle = "" if placed else _nothing_to_do(plan)
    return Told(primary, summary_words(plan, placed), more, obstacle)


def _nothing_to_do(plan: MovePlan) -> str:
    left = [photo for photo in plan.photos if photo.status is Status.LEFT]
    if not left:
        return "There is nothing to sort."
    if all(photo.reason.startswith(("sorted before", "at its place", "it lies in")) for photo in left):
        return "Everything is sorted: nothing is new, and nothing was labelled since."
    return "No photo would go anywhere: be bolder, add another rule, or include a folder that is kept."


def summary_words(plan: MovePlan, placed: Sequence[PlannedPhoto]) -> str:
    """What happens, in numbers that add up."""
    folders = len({photo.folder for photo in placed})
    size = sum(file.size for photo in placed for file in photo.files if file.target is not None)
    by_keyword = plan.request.how is How.KEYWORDS
    into = _many(folders, "keyword" if by_keyword else "folder")
    parts = [f"{text.photos(len(placed))}, {into}"]
    if untouched := len(plan.photos) - len(placed):
        parts.append(f"{untouched:,} not touched")
    if not by_keyword:
        parts += [text.file_size(size), space_words(plan.space)]
    return " \N{MIDDLE DOT} ".join(parts)


def space_words(space: Sequence[SpaceNeed]) -> str:
    """What it needs: "needs 82 GB, 140 GB free"; that it needs nothing where it does."""
    needed = [one for one in space if one.needed]
    if not needed:
        return "needs no space"
    told = [f"needs {text.file_size(one.needed)}, {text.file_size(one.free)} free" for one in needed]
    if len(needed) > 1:
        told = [f"{words} on {one.place}" for words, one in zip(told, needed, strict=True)]
    return "; ".join(told)


def conflict_words(placed: Sequence[PlannedPhoto]) -> str:
    """How clashes of names are resolved; empty where there are none."""
    renamed = sum(1 for photo in placed if photo.conflict)
    if not renamed:
        return ""
    many = f"{text.photos(renamed)} get" if renamed > 1 else "1 photo gets"
    return f"{many} another name, since theirs is taken. Nothing is overwritten."


def empties_words(empties: Sequence[str]) -> str:
    """Which folders go; empty where none does."""
    if not empties:
        return ""
    if len(empties) == 1:
        return f"The folder {empties[0]} becomes empty and is removed; undo brings it back."
    return f"{len(empties):,} folders become empty and are removed; undo brings them back."


def photo_words(photo: PlannedPhoto) -> str:
    """Where one photo goes, and why."""
    lines = [photo.source]
    if photo.target is not None:
        lines.append(f"\N{RIGHTWARDS ARROW} {photo.target}")
    lines += [f"{line[:1].upper()}{line[1:]}" for line in (photo.reason, photo.conflict) if line]
    return "\n".join(lines)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def how_choices(*, same_disk: bool, needed: int, free: int) -> Mapping[How, tuple[str, str]]:
    """What can be done with the files: a title and what it costs, for each.

    Args:
        same_disk: source and destination are on one file system.
        needed: bytes that copies take.
        free: bytes that are free at the destination.
    """
    cost = f"Needs {text.file_size(needed)}, {text.file_size(free)} free."
    moved = "At once, and needs no space." if same_disk else f"Copied, compared, then removed here. {cost}"
    return {
        How.MOVE: ("Move them", f"{moved} Can be undone."),
        How.COPY: ("Copy them", f"Every photo stays where it is too. {cost}"),
        How.KEYWORDS: (
            "Write keywords only",
            _KEYWORDS_TOLD,
        ),
        How.HARDLINK: (
            "Link them (hard links)",
            "Each photo gets a second name on the same disk, without space. Whoever edits one, edits both.",
        ),
        How.SYMLINK: (
            "Link them (symbolic links)",
            "Small files that point to the photos. They point to nothing once a photo is moved.",
        ),
    }
