"""XMP packets: what is written of a photo is read out of one, and keywords are put into one.

`merged` puts pieces into the text of a packet and leaves all of it that it does not add to as it is, byte for byte:
what other programs keep there (a darktable history, Lightroom's settings), comments, prefixes, the order of things.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from photosort.core.xmp.document import Element, parse
from photosort.core.xmp.editor import Editor
from photosort.core.xmp.facts import MOST_STARS, REJECTED, SEPARATOR, WrittenFacts, distinct, normal_keyword
from photosort.core.xmp.properties import (
    DARKTABLE,
    DIGIKAM,
    MICROSOFT,
    MICROSOFT_OLD,
    PATHS,
    SUBJECT,
    XMP,
    descriptions_of,
    items_of,
    keywords_of,
    rdf_of,
    text_of,
)

_MOST_KEYWORDS = 1000
"""Keywords that are read of one photo: more is no work of a person."""
_LONGEST = 500
"""Characters of a keyword or a colour label; what is longer is passed over."""

_DIGIKAM_COLOURS = ("", "red", "orange", "yellow", "green", "blue", "magenta", "gray", "black", "white")
_DARKTABLE_COLOURS = ("red", "yellow", "green", "blue", "purple")
_COLOURS = frozenset({*_DIGIKAM_COLOURS, *_DARKTABLE_COLOURS, "pink", "cyan", "grey", "brown", "violet"})

_EMPTY: Final = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="photosort">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:lr="http://ns.adobe.com/lightroom/1.0/"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""
"""A packet that says nothing yet."""


def read(packet: bytes) -> WrittenFacts:
    """What a packet says of its photo.

    Stars come from xmp:Rating, else from MicrosoftPhoto:Rating (99 is five stars); the colour from xmp:Label, else from
    digiKam's or darktable's number; keywords from the first list with levels that has any, and from dc:subject what is
    no level of one of those. Values may be attributes or elements, lists of any kind.

    Raises:
        SidecarError: it is damaged, or no XMP at all.
    """
    descriptions = descriptions_of(rdf_of(parse(_trimmed(packet))))
    keywords = [keyword for keyword in keywords_of(descriptions) if len(keyword) <= _LONGEST]
    return WrittenFacts(_rating(descriptions), _colour(descriptions), tuple(keywords[:_MOST_KEYWORDS]))


def merged(before: bytes | None, add: Sequence[str]) -> bytes:
    """A packet with keywords added to dc:subject and lr:hierarchicalSubject; twice is once.

    A keyword with levels (``Places|Italy``) goes into lr:hierarchicalSubject whole and into dc:subject level by level,
    as Lightroom and darktable do. Where digiKam, Windows or Media Pro keep a list of their own in the packet it gets
    the keyword too, for they believe that one first. Keywords that are there already, case aside, stay as they are.

    Args:
        before: the packet as it is; None for a new one.
        add: keywords; those of which nothing is left (see `normal_keyword`) are passed over.

    Returns:
        the packet: ``before`` itself where it says all of it already.

    Raises:
        SidecarError: ``before`` is damaged, or keeps keywords in a form that is not understood: it must stay as it is.
    """
    document = parse(_EMPTY if before is None else before)
    editor = Editor(document)
    wanted = distinct(normal_keyword(keyword) for keyword in add)
    levels = distinct(level for keyword in wanted for level in keyword.split(SEPARATOR))
    editor.add(SUBJECT, levels)
    for kept in PATHS:
        editor.add(kept, wanted)
    if before is not None and not editor.changed:
        return before
    return editor.result()


def _trimmed(packet: bytes) -> bytes:
    """Without the zero bytes that some programs leave behind the packet in a file."""
    return packet if packet[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<") else packet.strip(b"\0 \t\r\n")


def _rating(descriptions: list[Element]) -> int | None:
    stars = _number(text_of(descriptions, XMP, "Rating"))
    if stars is not None:
        return min(max(round(stars), REJECTED), MOST_STARS)
    for namespace in (MICROSOFT, MICROSOFT_OLD):
        percent = _number(text_of(descriptions, namespace, "Rating"))
        if percent is not None:
            # 1, 25, 50, 75 and 99 are one to five stars.
            return 0 if percent <= 0 else min(1 + round(percent / 25), MOST_STARS)
    return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _colour(descriptions: list[Element]) -> str:
    label = " ".join(text_of(descriptions, XMP, "Label").split())
    if 0 < len(label) <= _LONGEST:
        return label.lower() if label.lower() in _COLOURS else label
    number = _number(text_of(descriptions, DIGIKAM, "ColorLabel"))
    if number is not None and 0 < number < len(_DIGIKAM_COLOURS):
        return _DIGIKAM_COLOURS[int(number)]
    # A photo can have several in darktable: the first one speaks.
    for number in map(_number, items_of(descriptions, (DARKTABLE, "colorlabels"))):
        if number is not None and 0 <= number < len(_DARKTABLE_COLOURS):
            return _DARKTABLE_COLOURS[int(number)]
    return ""
