"""Which classifier is asked of which photos: first what kind of photo it is, then of places which scene."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskedOf:
    """The photos that a classifier is asked of: those that another one puts under certain labels.

    Attributes:
        classifier: the other classifier's name.
        labels: its labels; photos under any other label are not asked.
    """

    classifier: str
    labels: tuple[str, ...]


def dependents(rules: Mapping[str, AskedOf], classifier: str) -> tuple[str, ...]:
    """The classifiers, this one first, whose answers on screen change with an answer of ``classifier``."""
    found = [classifier]
    for name in found:
        found += [other for other, rule in rules.items() if rule.classifier == name and other not in found]
    return tuple(found)


def without_circles(rules: Mapping[str, AskedOf]) -> dict[str, AskedOf]:
    """The rules but those of classifiers that wait for themselves: such a one is asked of every photo."""
    return {name: rule for name, rule in rules.items() if name not in _asked_before(rules, name)}


def in_order(rules: Mapping[str, AskedOf], classifiers: Iterable[str]) -> tuple[str, ...]:
    """Classifiers with those that decide for others first; the rest keep their order."""
    deciding = {rule.classifier for rule in rules.values()}
    last = len(rules)
    return tuple(
        sorted(classifiers, key=lambda name: len(_asked_before(rules, name)) if name in deciding else last + 1)
    )


def _asked_before(rules: Mapping[str, AskedOf], classifier: str) -> list[str]:
    """The classifiers that have to answer before this one does."""
    found: list[str] = []
    rule = rules.get(classifier)
    while rule is not None and rule.classifier not in found:
        found.append(rule.classifier)
        rule = rules.get(rule.classifier)
    return found
