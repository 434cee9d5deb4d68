"""What the left panel lists, as values: lines under headings, and what is offered for them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done with the photos of a line or of a section.

    Attributes:
        title: what the menu calls it.
        what: what is to be done; whoever made the line knows.
    """

    title: str
    what: Hashable


@dataclass(frozen=True, slots=True)
class NameGroup:
    """What is offered for a group of look-alikes: to name it.

    Attributes:
        cluster: its number.
    """

    cluster: int


@dataclass(frozen=True, slots=True)
class Line:
    """One thing there is.

    Attributes:
        key: unique in the panel and lasting, so that what is chosen stays chosen when counts change.
        title: what it is called.
        count: how many photos.
        choice: what the photos are filtered by when the line is clicked.
        about: the count was reckoned from a sample.
        quiet: said more softly (unsure, something else).
        children: lines below it (months of a year, folders of a folder).
        words: what it is called in words, where the title is none (stars).
        dot: the colour of a dot before the title, ``#rrggbb``; empty for none.
        offers: what its menu offers.
    """

    key: str
    title: str
    count: int
    choice: Hashable
    about: bool = False
    quiet: bool = False
    children: tuple[Line, ...] = ()
    words: str = ""
    dot: str = ""
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of one kind under a heading; a section without a title is a bare line.

    Attributes:
        key: unique in the panel and lasting.
        title: the heading.
        lines: what there is.
        about: the classifier that the lines are guesses of; empty for none.
        offers: what the heading's menu offers.
    """

    key: str
    title: str
    lines: tuple[Line, ...]
    about: str = ""
    offers: tuple[Offer, ...] = ()


def all_lines(sections: Iterable[Section]) -> Iterator[Line]:
    """Every line of every section, in no particular order."""
    waiting = [line for section in sections for line in section.lines]
    while waiting:
        line = waiting.pop()
        yield line
        waiting.extend(line.children)


def skeleton(sections: Iterable[Section]) -> object:
    """What stays the same while nothing but counts changes."""

    def of(line: Line) -> object:
        return line.key, tuple(of(child) for child in line.children)

    return tuple((section.key, section.title, tuple(of(line) for line in section.lines)) for section in sections)
