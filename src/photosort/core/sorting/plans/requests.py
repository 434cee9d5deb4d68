"""What a person asks for: as JSON, as a sentence, as words of a command, and as what the window proposes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from photosort.core.errors import SortingError
from photosort.core.sorting.files.placing import can_rename
from photosort.core.sorting.plans.templates import Template
from photosort.core.sorting.values import STAY, How, KeepFolders, Rule, RuleKind, SortRequest

if TYPE_CHECKING:
    # The catalog keeps requests, and columns are made of the catalog's values.
    from photosort.core.columns import PhotoColumns

SORTED: Final = "Sorted"
"""The folder below the root that the window proposes."""

_PROPOSED = ("animals", "scenes")
"""Classifiers whose words are folders that people would make; "place" and "document" are none."""

_DOING = {
    How.MOVE: "moving them",
    How.COPY: "copying them",
    How.HARDLINK: "as hard links",
    How.SYMLINK: "as links",
    How.KEYWORDS: "writing keywords, no file is touched",
}


def to_json(request: SortRequest) -> str:
    """A request as text that `from_json` reads."""
    return json.dumps(
        {
            "rules": [{"kind": rule.kind.value, "classifier": rule.classifier} for rule in request.rules],
            "destination": str(request.destination),
            "how": request.how.value,
            "template": request.template,
            "min_confidence": request.min_confidence,
            "unsure": request.unsure,
            "keep": {
                "auto": request.keep.auto,
                "names": list(request.keep.names),
                "included": list(request.keep.included),
            },
        }
    )


def from_json(text: str) -> SortRequest:
    """The request that `to_json` wrote.

    Raises:
        SortingError: it was written by something else.
    """
    try:
        stored: dict[str, Any] = json.loads(text)
        keep = stored["keep"]
        least = stored["min_confidence"]
        return SortRequest(
            rules=tuple(Rule(RuleKind(rule["kind"]), str(rule["classifier"])) for rule in stored["rules"]),
            destination=Path(stored["destination"]),
            how=How(stored["how"]),
            template=str(stored["template"]),
            min_confidence=None if least is None else float(least),
            unsure=str(stored["unsure"]),
            keep=KeepFolders(bool(keep["auto"]), tuple(keep["names"]), tuple(keep["included"])),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise SortingError(f"What was kept of a sorting could not be read: {error}.") from error


def parse_rules(text: str) -> tuple[Rule, ...]:
    """The rules of ``labels,animals,date``, each once.

    Raises:
        ValueError: one of them is empty.
    """
    return tuple(dict.fromkeys(Rule.parse(part) for part in text.split(",")))


def parse_template(text: str) -> str:
    """A template that can be used, tidied; empty for none.

    Raises:
        ValueError: it names a field that there is not, or a brace stands alone.
    """
    return str(Template.parse(text)) if text.strip() else ""


def parse_keep(words: Sequence[str]) -> KeepFolders:
    """``auto``, ``none``, or names and relative paths of folders that stay as they are."""
    lowered = [word.casefold() for word in words]
    names = tuple(word for word, low in zip(words, lowered, strict=True) if low not in {"auto", "none"})
    return KeepFolders(auto="auto" in lowered, names=names)


def rules_in_words(rules: Sequence[Rule], titles: Mapping[str, str] | None = None) -> str:
    """Rules as the sentence says them: "my labels, then animals, then scenes, then dates".

    Args:
        rules: in their order.
        titles: name of a classifier -> how it is called on screen; those that are missing are called by name.
    """
    words = {RuleKind.LABELS: "my labels", RuleKind.CLUSTERS: "groups", RuleKind.DATE: "dates"}
    known = titles or {}
    return ", then ".join(words.get(rule.kind) or known.get(rule.classifier, rule.classifier) for rule in rules)


def place_in_words(destination: Path, root: Path) -> str:
    """A destination as a person knows it: "Pictures/Sorted" where it lies in or beside the folder that is sorted."""
    if destination.is_relative_to(root.parent) and root.parent != root:
        return destination.relative_to(root.parent).as_posix()
    return str(destination)


def sentence(request: SortRequest, root: Path, titles: Mapping[str, str] | None = None) -> str:
    """A request as one sentence: "Put my labels, then dates into Pictures/Sorted, moving them."."""
    rules = rules_in_words(request.rules, titles) or "nothing"
    if request.how is How.KEYWORDS:
        return f"Write {rules} as keywords; no file is touched."
    unsure = f"; unsure ones go to {request.unsure}" if request.unsure != STAY else ""
    return f"Put {rules} into {place_in_words(request.destination, root)}, {_DOING[request.how]}{unsure}."


def proposed(columns: PhotoColumns, root: Path, destination: Path | None = None) -> SortRequest:
    """What the window proposes: my labels, then animals, then scenes, then dates, as far as there are any.

    Args:
        columns: the photos with what is known of them.
        root: the folder that they lie in, absolute.
        destination: where to; None for the folder `SORTED` below the root.
    """
    rules: list[Rule] = []
    if any(columns.shown(name).by_person.any() for name in columns.classifiers):
        rules.append(Rule(RuleKind.LABELS))
    rules += [Rule(RuleKind.CLASSIFIER, name) for name in _PROPOSED if name in columns.predictions]
    rules.append(Rule(RuleKind.DATE))
    where = root / SORTED if destination is None else destination
    return SortRequest(rules=tuple(rules), destination=where, how=default_how(root, where), keep=KeepFolders(auto=True))


def default_how(root: Path, destination: Path) -> How:
    """Moving on one disk, which takes no time and no space; copying to another."""
    try:
        return How.MOVE if can_rename(root, destination) else How.COPY
    except OSError:
        return How.COPY
