"""A classifier's figures in sentences that need no statistics."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from photosort.gui import text
from photosort.gui.about.card_facts import CardFacts, Confusion, Share

_SEEN, _SEEN_TOLD = " (seen labels)", ", of the sets that it learnt from"
"""What cards say of photos whose like was learnt from, and what a person understands."""
_IN_THE_TABLE = "of the photos measured."
"""How sentences end that tell a cell of the table of confusions."""
_MOST_CONFUSED = 3
_LEAST_CONFUSED = 0.02
"""Share of a label's photos from which it is worth a word that they are taken for another."""
_SPELLED_OUT = 3
"""Classes of a set up to which each is named."""


def of_hundred(share: float) -> str:
    """A share as photos of 100: "91 of 100"; never all or none of them for what is only close to it."""
    whole = round(share * 100)
    if whole == 100 and share < 1:
        return "more than 99 of 100"
    if whole == 0 and share > 0:
        return "fewer than 1 of 100"
    return f"{whole} of 100"


def accuracy(share: Share) -> str:
    """How often a classifier is right."""
    told = f"Right for {of_hundred(share.value)} photos that it had never seen"
    if share.margin is None:
        return f"{told}."
    return f"{told}, give or take {_points(share.margin)}."


def measured(facts: CardFacts) -> str:
    """Which photos that was measured on, and what another camera changes."""
    parts = []
    if facts.accuracy is not None and facts.accuracy.photos is not None:
        on = (facts.measured_on or "photos kept out of all training").replace(_SEEN, _SEEN_TOLD)
        parts.append(f"Measured on {text.number(facts.accuracy.photos)} {on}.")
    if facts.other_camera is not None:
        parts.append(f"The same photos as another camera would take them: {of_hundred(facts.other_camera.value)}.")
    if facts.where_sure is not None:
        parts.append(f"Where it does not say unsure, it is right for {of_hundred(facts.where_sure.value)}.")
    return " ".join(parts)


def doubts(facts: CardFacts) -> list[str]:
    """How often it does not know, and how well it knows that."""
    found = []
    if facts.unsure is not None:
        found.append(f"Of photos that show what it knows, it is unsure of {of_hundred(facts.unsure)}.")
    if facts.left_out is not None:
        found.append(f"It takes {of_hundred(facts.left_out)} of those for something else.")
    for what, share in facts.recognised:
        count = "" if share.photos is None else f"{text.number(share.photos)} "
        found.append(f"Of {count}photos {what}, it says something else to {of_hundred(share.value)}.")
    if facts.mixed_album is not None:
        count = "" if facts.mixed_album.photos is None else f" of {text.photos(facts.mixed_album.photos)}"
        unsure = facts.mixed_album.unsure
        doubt = "" if unsure is None else f"is unsure of {of_hundred(unsure)} and "
        found.append(
            f"In a mixed album{count}, it {doubt}says something else to {of_hundred(facts.mixed_album.left_out)}."
        )
    return found


def unseen(facts: CardFacts) -> list[str]:
    """What it makes of things that it was never shown."""
    return [
        f"Of {'' if share.photos is None else text.number(share.photos) + ' '}photos of {what}, which it was never "
        f"shown, {of_hundred(share.value)} are called {called}."
        for what, called, share in facts.unseen
    ]


def reliability(facts: CardFacts) -> str:
    """How to read the diagram."""
    told = "Each dot stands for photos of which it was about equally sure; on the line it is right as often as it says."
    if facts.calibration_error is None:
        return told
    return f"{told} Its percentages are {_points(facts.calibration_error)} points off in the mean."


def confusions(confusion: Confusion) -> str:
    """What is most often taken for what; empty where nothing is worth a word."""
    shares = confusion.shares
    np.fill_diagonal(shares, 0.0)
    order = np.argsort(-shares, axis=None, kind="stable")[:_MOST_CONFUSED]
    places = [divmod(int(place), len(confusion.labels)) for place in order]
    told = [
        f"{confusion.labels[true]} for {confusion.labels[said]} ({of_hundred(float(shares[true, said]))})"
        for true, said in places
        if shares[true, said] >= _LEAST_CONFUSED
    ]
    return f"Most often mistaken: {text.listed(told)}." if told else ""


def failures(facts: CardFacts) -> list[str]:
    """Where it errs, without what the table of confusions shows."""
    if facts.confusion is None:
        return list(facts.failures)
    return [failure for failure in facts.failures if not failure.endswith(_IN_THE_TABLE)]


def learnt_from(facts: CardFacts) -> str:
    """How many photos it was fitted on, and of which sets."""
    counts = [one.fitted_on for one in facts.by_label if one.fitted_on is not None]
    parts = []
    if counts:
        told = f"Learnt from {text.photos(sum(counts))} with these labels"
        if facts.others_fitted:
            told += f" and {text.number(facts.others_fitted)} of other things"
        parts.append(f"{told}.")
    if facts.calibration_photos is not None:
        parts.append(f"Its percentages were settled on {text.number(facts.calibration_photos)} others.")
    if facts.sets:
        parts.append(f"They come from the sets {text.listed(facts.sets)}.")
    return " ".join(parts)


def held_out(entries: Sequence[str]) -> str:
    """What was kept out of all training, set by set; classes by name only where they are few."""
    classes: dict[str, list[str]] = {}
    for entry in entries:
        name, _slash, label = entry.partition("/")
        classes.setdefault(name, []).append(label)
    counts = Counter({name: len(labels) for name, labels in classes.items()})
    told = []
    for name, labels in classes.items():
        named = [label.replace("_*", " of any sort").replace("_", " ") for label in labels if label]
        if named and len(named) <= _SPELLED_OUT:
            told.append(f"{name} ({', '.join(named)})")
        else:
            told.append(f"{name} ({counts[name]} classes)" if named else name)
    return f"Never shown to it, so that it can be judged by them: {text.listed(told)}." if told else ""


def _points(share: float) -> str:
    """A difference of shares in photos of 100, to one digit."""
    points = math.floor(share * 1000 + 0.5) / 10
    return f"{points:.1f}".removesuffix(".0")
