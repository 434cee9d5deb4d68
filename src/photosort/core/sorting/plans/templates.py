"""What a photo's folder is called: templates like ``{label}/{year}``, filled and made safe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, zip_longest
from typing import Final

from photosort.core.sorting.plans.names import safe_name

FIELDS: Final = ("label", "year", "month", "day")
"""What may stand in braces."""

_PART = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A folder of a plan.

    Attributes:
        folder: relative to the destination, POSIX, safe as names of folders.
        keyword: the same in the person's own words, as a keyword's path ("Places|Sea").
    """

    folder: str
    keyword: str


@dataclass(frozen=True, slots=True)
class Template:
    """A folder's name with gaps.

    Attributes:
        segments: one for each level of folders; texts and the names of fields, in turn: text, field, text, ..., text.
    """

    segments: tuple[tuple[str, ...], ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read ``{label}/{year}`` and the like.

        Raises:
            ValueError: a brace stands alone, or holds none of `FIELDS`; or nothing is left as a name.
        """
        segments = tuple(_segment(part.strip()) for part in re.split(r"[/\\]", text) if part.strip())
        if not segments:
            message = f'expected a template such as {{label}}/{{year}}; got "{text}"'
            raise ValueError(message)
        return cls(segments)

    def __str__(self) -> str:
        return "/".join(
            "".join(f"{{{part}}}" if index % 2 else part for index, part in enumerate(segment))
            for segment in self.segments
        )

    @property
    def fields(self) -> frozenset[str]:
        """The fields that it names."""
        return frozenset(field for segment in self.segments for field in segment[1::2])

    def fill(self, values: dict[str, str]) -> Filled:
        """The folder for some values; a level whose fields are all empty is left out.

        Args:
            values: field -> text; those that are missing are empty.

        Returns:
            the folder; an empty one where no level is left.
        """
        levels = [_level(segment, tuple(values.get(field, "") for field in segment[1::2])) for segment in self.segments]
        found = [level for level in levels if level is not None]
        return Filled("/".join(level.folder for level in found), "|".join(level.keyword for level in found))


def safe_folder(path: str) -> str:
    """A folder that a person typed, relative to the destination: safe names joined by slashes; empty for nothing."""
    parts = [part for part in re.split(r"[/\\]", path) if part.strip()]
    return "/".join(safe_name(part) for part in parts)


def _segment(text: str) -> tuple[str, ...]:
    parts = _PART.split(text)
    for field in parts[1::2]:
        if field not in FIELDS:
            message = f"expected one of {', '.join(f'{{{name}}}' for name in FIELDS)} in a template; got {{{field}}}"
            raise ValueError(message)
    if any("{" in literal or "}" in literal for literal in parts[::2]):
        message = f'a brace stands alone in the template "{text}"'
        raise ValueError(message)
    return tuple(parts)


@lru_cache(maxsize=4096)
def _level(segment: Sequence[str], values: Sequence[str]) -> Filled | None:
    """One level of folders; None where all its fields are empty.

    A template is filled for every label and month there is, while few values come again and again on each level.
    """
    if values and not any(values):
        return None
    text = "".join(chain.from_iterable(zip_longest(segment[::2], values, fillvalue=""))).strip()
    # The stroke separates the levels of a keyword, and a comma would separate keywords in some programs.
    keyword = text.replace("|", "/").replace(",", " ").strip()
    return Filled(safe_name(text), keyword) if text else None
