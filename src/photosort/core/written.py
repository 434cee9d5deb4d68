"""What is written of the photos of a folder, as columns: what is counted and filtered by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from photosort.core.textkeys import natural_ranks
from photosort.core.xmp.facts import REJECTED, SEPARATOR, WrittenFacts, key_of

_NOBODY = np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class WrittenColumns:
    """Stars, colours and keywords of the photos that have any.

    Attributes:
        photo_ids: shape (m,), int64.
        rating: shape (m,), int8: 1 to 5 stars, 0 for none, -1 for rejected.
        colours: the colour labels that occur, by the alphabet.
        colour: shape (m,), int16: which of them, -1 for none.
        keywords: every keyword that occurs and every wider one above those, in natural order, so that the narrower ones
            follow theirs.
        starts: shape (k + 1,), int64: the photos of keyword i are ``members[starts[i]:starts[i + 1]]``.
        members: which of ``photo_ids``, int64; of a keyword, those that have it or a narrower one.
    """

    photo_ids: NDArray[np.int64]
    rating: NDArray[np.int8]
    colours: tuple[str, ...]
    colour: NDArray[np.int16]
    keywords: tuple[str, ...]
    starts: NDArray[np.int64]
    members: NDArray[np.int64]

    @classmethod
    def of(cls, facts: Iterable[tuple[int, WrittenFacts]]) -> WrittenColumns:
        """Columns of what is written of photos, by id; keywords that differ in case only are one."""
        found = [(photo_id, one) for photo_id, one in facts if not one.empty]
        colours = sorted({one.colour for _id, one in found if one.colour})
        code_of = {colour: code for code, colour in enumerate(colours)}
        words, keyword, member = _memberships([one.keywords for _id, one in found])
        ranks = natural_ranks([_by_level(word) for word in words])
        keyword = ranks[keyword].astype(np.int64)
        order = np.lexsort((member, keyword))
        counts = np.bincount(keyword, minlength=len(words))
        return cls(
            photo_ids=np.array([photo_id for photo_id, _one in found], np.int64),
            rating=np.array([one.rating or 0 for _id, one in found], np.int8),
            colours=tuple(colours),
            colour=np.array([code_of.get(one.colour, -1) for _id, one in found], np.int16),
            keywords=tuple(word for _rank, word in sorted(zip(ranks.tolist(), words, strict=True))),
            starts=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
            members=member[order],
        )

    def rated(self, least: int) -> NDArray[np.int64]:
        """Ids of the photos with at least so many stars; with `REJECTED`, of those that are rejected."""
        wanted: NDArray[np.bool_]
        wanted = self.rating == REJECTED if least == REJECTED else (self.rating >= least) & (self.rating > 0)
        return self.photo_ids[wanted]

    def coloured(self, colour: str) -> NDArray[np.int64]:
        """Ids of the photos with a colour label."""
        if colour not in self.colours:
            return _NOBODY
        wanted: NDArray[np.bool_] = self.colour == self.colours.index(colour)
        return self.photo_ids[wanted]

    def with_keyword(self, keyword: str) -> NDArray[np.int64]:
        """Ids of the photos that have a keyword or a narrower one, case aside."""
        key = key_of(keyword)
        at = next((i for i, word in enumerate(self.keywords) if key_of(word) == key), None)
        return _NOBODY if at is None else self._of_keyword(at)

    def by_keyword(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """(keyword, ids of the photos that have it or a narrower one), wider ones before theirs."""
        for at, keyword in enumerate(self.keywords):
            yield keyword, self._of_keyword(at)

    def _of_keyword(self, at: int) -> NDArray[np.int64]:
        return self.photo_ids[self.members[self.starts[at] : self.starts[at + 1]]]


def _memberships(lists: list[tuple[str, ...]]) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """All keywords with their wider ones, and (which keyword, which list) pairs, each once."""
    words: dict[str, str] = {}
    numbers: dict[str, int] = {}
    codes_of: dict[tuple[str, ...], list[int]] = {}
    keyword: list[int] = []
    member: list[int] = []
    for row, keywords in enumerate(lists):
        codes = codes_of.get(keywords)
        if codes is None:
            found = set()
            for one in keywords:
                levels = one.split(SEPARATOR)
                for depth in range(1, len(levels) + 1):
                    wider = SEPARATOR.join(levels[:depth])
                    key = key_of(wider)
                    words.setdefault(key, wider)
                    found.add(numbers.setdefault(key, len(numbers)))
            codes = codes_of[keywords] = sorted(found)
        keyword += codes
        member += [row] * len(codes)
    return list(words.values()), np.array(keyword, np.int64), np.array(member, np.int64)


def _by_level(keyword: str) -> str:
    """Sorts below its wider keyword, before everything that only begins alike."""
    return keyword.replace(SEPARATOR, "\x01")


NOTHING_WRITTEN: Final = WrittenColumns.of(())
"""Of no photo."""
