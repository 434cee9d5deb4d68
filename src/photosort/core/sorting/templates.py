"""What a photo's folder is called: templates like ``{label}/{year}``, filled and made safe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from photosort.core.sorting.names import safe_name

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
        levels = [text for segment in self.segments if (text := _fill(segment, values))]
        return Filled("/".join(safe_name(text) for text in levels), "|".join(_keyword(text) for text in levels))


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


def _fill(segment: Sequence[str], values: dict[str, str]) -> str:
    fields = segment[1::2]
    if fields and not any(values.get(field) for field in fields):
        return ""
    return "".join(values.get(part, "") if index % 2 else part for index, part in enumerate(segment)).strip()


def _keyword(text: str) -> str:
    """One level of a keyword: the stroke separates levels, and a comma would separate keywords in some programs."""
    return text.replace("|", "/").replace(",", " ").strip()
