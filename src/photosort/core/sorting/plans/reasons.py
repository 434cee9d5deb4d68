"""Why rules put a photo where they do, and how sure of it one can be, in words for a person."""

from __future__ import annotations

from photosort.core.columns import PhotoColumns
from photosort.core.photo import wall_clock
from photosort.core.sorting.values import Rule, RuleKind, SortRequest
from photosort.core.wording import listed

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def why_placed(columns: PhotoColumns, rule: Rule, row: int, word: str, guess: float | None) -> str:
    """Why a rule places a photo.

    Args:
        columns: the photos.
        rule: which.
        row: of the photo.
        word: what the rule found; empty for a date.
        guess: confidence, 0 to 1; None where the word is no guess.
    """
    match rule.kind:
        case RuleKind.DATE:
            return _dated(columns, row)
        case RuleKind.CLUSTERS:
            return f"in the group of look-alikes “{word}”"
        case _:
            return f"your label: {word}" if guess is None else f"guess: {word}, {percent(guess)}"


def why_unplaced(columns: PhotoColumns, request: SortRequest, row: int) -> str:
    """Why no rule of a request places a photo."""
    about = [why for rule in request.rules if (why := _why_not(columns, rule, row))]
    if about:
        # What is nearest to a place is told, not what is furthest from one.
        return min(about)[1]
    kinds = {rule.kind for rule in request.rules}
    if kinds == {RuleKind.LABELS}:
        return "it has no label"
    return "in no group of look-alikes" if kinds == {RuleKind.CLUSTERS} else "no rule applies to it"


def _why_not(columns: PhotoColumns, rule: Rule, row: int) -> tuple[int, str] | None:
    """Why a classifier does not place a photo, with a number that is smaller the nearer it is to placing it."""
    if rule.kind is not RuleKind.CLASSIFIER:
        return None
    shown = columns.shown(rule.classifier)
    code = int(shown.code[row])
    if shown.leaning[row] >= 0 and (code == shown.unsure or code < len(shown.words)):
        guess = float(shown.confidence[row])
        return 0, f"unsure: perhaps {shown.words[shown.leaning[row]]}, {percent(guess)}"
    if columns.failed[row]:
        return 1, "it could not be read"
    if code == shown.something_else:
        return 2, "something else: none of the labels"
    if code == shown.not_asked and shown.asked_of is not None:
        return 3, f"{rule.classifier} are told of {listed(shown.asked_of.labels)} only"
    return (4, "not looked at yet") if code == shown.not_seen else None


def _dated(columns: PhotoColumns, row: int) -> str:
    try:
        moment = wall_clock(float(columns.taken[row]))
    except (ValueError, OverflowError, OSError):
        return "by its date"
    month = f"{_MONTHS[moment.month - 1]} {moment.year}"
    if columns.taken_uncertain[row]:
        return f"file dated {month}: it tells no date of its own"
    return f"taken in {month}"


def odds_in_words(placed: int, wrong: float) -> str:
    """How many of those that were placed are wrong: "about 1 in 60" for 298 of 17,900; empty for nothing placed."""
    if placed == 0:
        return ""
    share = wrong / placed
    if share < 1e-4:
        return "fewer than 1 in 10,000"
    one_in = 1.0 / share
    return f"about 1 in {_round(one_in):,}" if one_in >= 1.5 else "most of them"


def percent(confidence: float) -> str:
    """A confidence for reading: "97 %", and never 100 % for what is no certainty."""
    return f"{min(int(confidence * 100 + 0.5), 99)} %" if confidence < 1.0 else "100 %"


def _round(number: float) -> int:
    """As one would say it: 7, 60, 340, 1,200."""
    if number < 20:
        return round(number)
    step = 10 ** (len(str(int(number))) - (1 if number < 100 else 2))
    return int(round(number / step) * step)
