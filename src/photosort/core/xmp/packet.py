"""XMP packets: what is written of a photo is read out of one, and keywords are put into one.

`merged` puts pieces into the text of a packet and leaves all of it that it does not add to as it is, byte for byte:
what other programs keep there (a darktable history, Lightroom's settings), comments, prefixes, the order of things.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from photosort.core.errors import SidecarError
from photosort.core.xmp.document import Document, Element, parse
from photosort.core.xmp.facts import (
    MOST_STARS,
    REJECTED,
    SEPARATOR,
    WrittenFacts,
    distinct,
    key_of,
    normal_keyword,
)

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_XMP = "http://ns.adobe.com/xap/1.0/"
_LIGHTROOM = "http://ns.adobe.com/lightroom/1.0/"
_DIGIKAM = "http://www.digikam.org/ns/1.0/"
_DARKTABLE = "http://darktable.sf.net/"
_MICROSOFT = "http://ns.microsoft.com/photo/1.0/"
_MICROSOFT_OLD = "http://ns.microsoft.com/photo/1.0"
_MEDIAPRO = "http://ns.iview-multimedia.com/mediapro/1.0/"

_MOST_KEYWORDS = 1000
"""Keywords that are read of one photo: more is no work of a person."""
_LONGEST = 500
"""Characters of a keyword or a colour label; what is longer is passed over."""

_CONTAINERS = frozenset({(_RDF, "Bag"), (_RDF, "Seq"), (_RDF, "Alt")})
_TAGS_OF_DARKTABLE = "darktable|"
"""Old versions wrote tags that are the program's own among the person's."""

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


@dataclass(frozen=True, slots=True)
class _List:
    """A property that holds keywords.

    Attributes:
        namespace: of the property.
        local: its name there.
        prefix: how the namespace is called where it has no name yet.
        container: what holds the items.
        separator: what divides the levels of a keyword; empty for a property of single words.
        always: written where it is not there yet; others are kept up to date where they are.
    """

    namespace: str
    local: str
    prefix: str
    container: str = "Bag"
    separator: str = SEPARATOR
    always: bool = False

    @property
    def name(self) -> tuple[str, str]:
        return self.namespace, self.local


_SUBJECT = _List(_DC, "subject", "dc", separator="", always=True)
_HIERARCHICAL = _List(_LIGHTROOM, "hierarchicalSubject", "lr", always=True)
_PATHS = (
    _HIERARCHICAL,
    _List(_DIGIKAM, "TagsList", "digiKam", container="Seq", separator="/"),
    _List(_MICROSOFT, "LastKeywordXMP", "MicrosoftPhoto", separator="/"),
    _List(_MICROSOFT_OLD, "LastKeywordXMP", "MicrosoftPhoto", separator="/"),
    _List(_MEDIAPRO, "CatalogSets", "mediapro"),
)
"""Where programs keep keywords with the wider ones above them. digiKam believes its own list before all others."""


def read(packet: bytes) -> WrittenFacts:
    """What a packet says of its photo.

    Stars come from xmp:Rating, else from MicrosoftPhoto:Rating (99 is five stars); the colour from xmp:Label, else from
    digiKam's or darktable's number; keywords from the first list with levels that has any, and from dc:subject what is
    no level of one of those. Values may be attributes or elements, lists of any kind.

    Raises:
        SidecarError: it is damaged, or no XMP at all.
    """
    descriptions = _descriptions(_rdf(parse(_trimmed(packet))))
    keywords = [keyword for keyword in _keywords(descriptions) if len(keyword) <= _LONGEST]
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
    editor = _Editor(document)
    wanted = distinct(normal_keyword(keyword) for keyword in add)
    levels = distinct(level for keyword in wanted for level in keyword.split(SEPARATOR))
    editor.add(_SUBJECT, levels)
    for kept in _PATHS:
        editor.add(kept, wanted)
    if before is not None and not editor.changed:
        return before
    return editor.result()


# -- reading ---------------------------------------------------------------------------------------------


def _trimmed(packet: bytes) -> bytes:
    """Without the zero bytes that some programs leave behind the packet in a file."""
    return packet if packet[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<") else packet.strip(b"\0 \t\r\n")


def _rdf(document: Document) -> Element:
    found = next((element for element in document.root.everything() if element.name == (_RDF, "RDF")), None)
    if found is None:
        raise SidecarError("it is no XMP: it holds no rdf:RDF")
    return found


def _descriptions(rdf: Element) -> list[Element]:
    return [child for child in rdf.children if child.name == (_RDF, "Description")]


def _text(descriptions: list[Element], namespace: str, local: str) -> str:
    """A simple property, as an attribute or as an element; empty where it is not there."""
    name = (namespace, local)
    for description in descriptions:
        if name in description.attributes:
            return description.attributes[name].strip()
        for child in description.children:
            if child.name == name:
                return _value(child).strip()
    return ""


def _items(descriptions: list[Element], name: tuple[str, str]) -> list[str]:
    """The items of a list, or its one value where somebody wrote it without a list."""
    found: list[str] = []
    for description in descriptions:
        found += [value for one, value in description.attributes.items() if one == name]
        for child in description.children:
            if child.name == name:
                containers = [inner for inner in child.children if inner.name in _CONTAINERS]
                found += [_value(item) for container in containers for item in container.children]
                found += [] if containers else [_value(child)]
    return found


def _value(element: Element) -> str:
    """The text of a value; one with qualifiers keeps it in rdf:value."""
    for holder in (element, *element.children):
        if (_RDF, "value") in holder.attributes:
            return holder.attributes[_RDF, "value"]
        for child in holder.children:
            if child.name == (_RDF, "value"):
                return child.text
    return element.text


def _rating(descriptions: list[Element]) -> int | None:
    stars = _number(_text(descriptions, _XMP, "Rating"))
    if stars is not None:
        return min(max(round(stars), REJECTED), MOST_STARS)
    for namespace in (_MICROSOFT, _MICROSOFT_OLD):
        percent = _number(_text(descriptions, namespace, "Rating"))
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
    label = " ".join(_text(descriptions, _XMP, "Label").split())
    if 0 < len(label) <= _LONGEST:
        return label.lower() if label.lower() in _COLOURS else label
    number = _number(_text(descriptions, _DIGIKAM, "ColorLabel"))
    if number is not None and 0 < number < len(_DIGIKAM_COLOURS):
        return _DIGIKAM_COLOURS[int(number)]
    # A photo can have several in darktable: the first one speaks.
    for number in map(_number, _items(descriptions, (_DARKTABLE, "colorlabels"))):
        if number is not None and 0 <= number < len(_DARKTABLE_COLOURS):
            return _DARKTABLE_COLOURS[int(number)]
    return ""


def _keywords(descriptions: list[Element]) -> tuple[str, ...]:
    paths: tuple[str, ...] = ()
    for kept in _PATHS:
        found = (normal_keyword(item, kept.separator) for item in _items(descriptions, kept.name))
        paths = paths or distinct(path for path in found if not path.startswith(_TAGS_OF_DARKTABLE))
    levels = {key_of(level) for path in paths for level in path.split(SEPARATOR)}
    words = (normal_keyword(item) for item in _items(descriptions, _SUBJECT.name))
    words = (word for word in words if not word.startswith(_TAGS_OF_DARKTABLE) and key_of(word) not in levels)
    return distinct((*paths, *words))


# -- adding ----------------------------------------------------------------------------------------------


class _Editor:
    """Collects what is put into one packet."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._rdf = _rdf(document)
        self._descriptions = _descriptions(self._rdf)
        self._edits: list[tuple[int, int, bytes]] = []
        self._new: list[tuple[_List, list[str]]] = []

    @property
    def changed(self) -> bool:
        """True where anything is put in."""
        return bool(self._edits or self._new)

    def add(self, kept: _List, keywords: Sequence[str]) -> None:
        """Put keywords into a list, those that it lacks."""
        there = _items(self._descriptions, kept.name)
        had = {key_of(normal_keyword(item, kept.separator or SEPARATOR)) for item in there}
        written = distinct(_written(keyword, kept) for keyword in keywords)
        lacking = [word for word in written if key_of(normal_keyword(word, kept.separator or SEPARATOR)) not in had]
        holder = self._holder(kept)
        if not lacking or (holder is None and not kept.always):
            return
        if holder is None:
            # Whoever finds a list with levels looks no further: the words that are elsewhere must be in it.
            before = _keywords(self._descriptions) if kept is _HIERARCHICAL else ()
            self._new.append((kept, list(distinct((*before, *lacking)))))
        elif holder.name == kept.name:
            self._add_to(holder, kept, lacking)
        else:
            self._unfold(holder, kept, lacking)

    def result(self) -> bytes:
        """The packet with all of it."""
        if self._new:
            self._add_properties()
        return self._document.edited(self._edits)

    def _holder(self, kept: _List) -> Element | None:
        """The property itself, or the description that it is an attribute of."""
        for description in self._descriptions:
            for child in description.children:
                if child.name == kept.name:
                    return child
        return next((one for one in self._descriptions if kept.name in one.attributes), None)

    def _add_to(self, element: Element, kept: _List, words: list[str]) -> None:
        """Put words into a property that is an element."""
        containers = [child for child in element.children if child.name in _CONTAINERS]
        if containers:
            self._add_items(containers[0], words)
            return
        if element.children or any(namespace == _RDF for namespace, _local in element.attributes):
            raise SidecarError(f"it keeps {element.tag} in a form that photosort does not understand")
        # One value without a list: it becomes the first item.
        bag = element.tag_of(_RDF, kept.container)
        item = element.tag_of(_RDF, "li")
        if element.text.strip():
            before, after = f"<{bag}><{item}>", f"</{item}>{_items_text(element, words)}</{bag}>"
        else:
            before, after = "", f"<{bag}>{_items_text(element, words)}</{bag}>"
        if element.bare:
            self._open(element, after)
        else:
            self._edits.append((element.opened, element.opened, before.encode()))
            self._edits.append((element.closing, element.closing, after.encode()))

    def _add_items(self, container: Element, words: list[str]) -> None:
        if container.bare:
            self._open(container, _items_text(container, words))
            return
        last = container.children[-1] if container.children else None
        place = container.opened if last is None else last.end
        indent = "" if last is None else self._document.spaces_before(last.start).decode()
        self._edits.append((place, place, _items_text(container, words, indent).encode()))

    def _open(self, element: Element, content: str) -> None:
        """Give an element without an end tag some content."""
        self._edits.append((element.opened - 2, element.opened, f">{content}</{element.tag}>".encode()))

    def _unfold(self, description: Element, kept: _List, words: list[str]) -> None:
        """Make a list of a property that is an attribute: nothing may be both."""
        data, at = self._document.data, description.start + 1 + len(description.tag.encode())
        while True:
            start = at
            while data[at] in b" \t\r\n":
                at += 1
            equals = data.index(b"=", at)
            quote = min(place for place in (data.find(b'"', equals), data.find(b"'", equals)) if place >= 0)
            end = data.index(data[quote : quote + 1], quote + 1) + 1
            prefix, _colon, local = data[at:equals].decode().strip().rpartition(":")
            if (description.scope.get(prefix), local) == kept.name:
                break
            at = end
        self._edits.append((start, end, b""))
        self._new.append((kept, [description.attributes[kept.name], *words]))

    def _add_properties(self) -> None:
        document, descriptions = self._document, self._descriptions
        if not descriptions:
            self._add_description()
            return
        # Beside what the same programs wrote, where they keep their namespaces apart.
        known = [one for one in descriptions if all(one.prefix(kept.namespace) is not None for kept, _ in self._new)]
        description = (known or descriptions)[0]
        last = description.children[-1] if description.children else None
        if last is not None:
            indent = document.spaces_before(last.start).decode()
        else:
            indent = document.spaces_before(description.start).decode()
            indent += " " if indent else ""
        text = "".join(_property(description, kept, words, indent) for kept, words in self._new)
        if description.bare:
            self._open(description, text + indent[:-1])
        else:
            place = description.opened if last is None else last.end
            self._edits.append((place, place, text.encode()))

    def _add_description(self) -> None:
        rdf = self._rdf
        tag = rdf.tag_of(_RDF, "Description")
        prefix = next((name for name, uri in rdf.scope.items() if name and uri == _RDF), "")
        declared = "" if prefix else f' xmlns:rdf="{_RDF}"'
        text = "".join(_property(rdf, kept, words, "") for kept, words in self._new)
        text = f'<{tag}{declared} {prefix or "rdf"}:about="">{text}</{tag}>'
        if rdf.bare:
            self._open(rdf, text)
        else:
            self._edits.append((rdf.opened, rdf.opened, text.encode()))


def _written(keyword: str, kept: _List) -> str:
    """A keyword as a list has it."""
    if kept.separator in ("", SEPARATOR):
        return keyword
    # What divides levels there cannot stand in one.
    return kept.separator.join(level.replace(kept.separator, "-") for level in keyword.split(SEPARATOR))


def _property(inside: Element, kept: _List, words: list[str], indent: str) -> str:
    """A new property with its list, indented like its neighbours."""
    tag, declared = inside.tag_of(kept.namespace, kept.local), ""
    if tag is None:
        prefix = kept.prefix
        while prefix in inside.scope:
            prefix += "_"
        tag, declared = f"{prefix}:{kept.local}", f' xmlns:{prefix}="{kept.namespace}"'
    bag = inside.tag_of(_RDF, kept.container)
    deeper, deepest = (indent + " ", indent + "  ") if indent else ("", "")
    items = _items_text(inside, words, deepest)
    return f"{indent}<{tag}{declared}>{deeper}<{bag}>{items}{deeper}</{bag}>{indent}</{tag}>"


def _items_text(inside: Element, words: list[str], indent: str = "") -> str:
    item = inside.tag_of(_RDF, "li")
    return "".join(f"{indent}<{item}>{escape(word, quote=False)}</{item}>" for word in words)
