"""What is written of one photo, from everywhere that it can be: its sidecars, and inside its picture file.

Where several say something, the sidecar wins: of the stars and of the colour the first that speaks counts, as Lightroom
and darktable do for RAW files. Keywords add up: a sidecar that was begun with one word, by photosort or by a program
that leaves pictures alone, must not hide those in the file.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from photosort.core.errors import ImageError, SidecarError
from photosort.core.imaging.packets import read_packets
from photosort.core.xmp import iptc, packet
from photosort.core.xmp.facts import SEPARATOR, WrittenFacts, distinct, key_of, normal_keyword
from photosort.core.xmp.sidecars import read_sidecar

_logger = logging.getLogger(__name__)

_TELLING = (b"Rating", b"Label", b"ubject", b"colorlabels", b"TagsList", b"LastKeywordXMP", b"CatalogSets")
"""A packet without any of these says nothing that is looked for: most of what cameras write."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a photo's files.

    Attributes:
        facts: what is written of the photo.
        problems: which sidecars say nothing and why, in words for a person.
    """

    facts: WrittenFacts = field(default_factory=WrittenFacts)
    problems: tuple[str, ...] = ()


def read_photo(picture: Path, sidecars: Sequence[Path]) -> Reading:
    """What is written of a photo; what is damaged says nothing.

    Args:
        picture: its picture file.
        sidecars: its XMP sidecars, the one that is believed first (see `sidecars.in_turn`).

    Raises:
        OSError: a file could not be read.
    """
    said: list[WrittenFacts] = []
    problems: list[str] = []
    for path in sidecars:
        try:
            data = read_sidecar(path)
            said.append(WrittenFacts() if data is None else packet.read(data))
        except SidecarError as error:
            problems.append(f"{path.name} says nothing: {error}")
    return Reading(combined([*said, embedded(picture)]), tuple(problems))


def embedded(picture: Path) -> WrittenFacts:
    """What is written inside a picture file: XMP, and the keywords of IPTC where XMP has none.

    Raises:
        OSError: the file could not be read.
    """
    try:
        found = read_packets(picture)
    except ImageError as error:
        _logger.debug("%s: %s", picture, error)
        return WrittenFacts()
    facts = WrittenFacts() if found.xmp is None else _of_packet(found.xmp, picture)
    if facts.keywords or found.iptc is None:
        return facts
    return WrittenFacts(facts.rating, facts.colour, iptc.read_keywords(found.iptc))


def with_keywords(picture: Path, before: bytes | None, add: Sequence[str]) -> bytes | None:
    """The sidecar of a picture with keywords added; as `packet.merged`, but a new one says what the file says too.

    Programs that find keywords in a sidecar do not look for any in the file.

    Args:
        picture: its picture file.
        before: the sidecar as it is; None where there is none.
        add: keywords.

    Returns:
        the sidecar; None where there is none, and none is needed because the file itself says all of it.

    Raises:
        SidecarError: the sidecar must stay as it is (see `packet.merged`).
        OSError: the picture file could not be read.
    """
    if before is not None:
        return packet.merged(before, add)
    there = embedded(picture).keywords
    said = {key_of(keyword) for keyword in there}
    if all(key_of(normal_keyword(keyword)) in said for keyword in add):
        return None
    return packet.merged(None, (*there, *add))


def combined(sources: Iterable[WrittenFacts]) -> WrittenFacts:
    """What several sources say together, the one that wins first."""
    rating: int | None = None
    colour = ""
    keywords: tuple[str, ...] = ()
    for source in sources:
        rating = source.rating if rating is None else rating
        colour = colour or source.colour
        # A plain word that is a level of a keyword that is there already says the same with less.
        levels = {key_of(level) for keyword in keywords for level in keyword.split(SEPARATOR)}
        keywords = distinct((*keywords, *(word for word in source.keywords if key_of(word) not in levels)))
    return WrittenFacts(rating, colour, keywords)


def _of_packet(data: bytes, where: Path) -> WrittenFacts:
    """What a packet inside a file says; many cameras and programs write damaged ones, which nobody can mend here."""
    if b"\0" not in data[:4] and not any(word in data for word in _TELLING):
        return WrittenFacts()
    try:
        return packet.read(data)
    except SidecarError as error:
        _logger.debug("%s: what is written of the photo is passed over: %s", where, error)
        return WrittenFacts()
