"""Puts keywords into the text of a packet, and leaves all else of it as it is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from photosort.core.errors import SidecarError
from photosort.core.xmp.document import Document, Element
from photosort.core.xmp.facts import SEPARATOR, distinct, key_of, normal_keyword
from photosort.core.xmp.properties import (
    CONTAINERS,
    HIERARCHICAL,
    RDF,
    KeywordList,
    descriptions_of,
    items_of,
    keywords_of,
    rdf_of,
)


class Editor:
    """Collects what is put into one packet.

    Args:
        document: the packet.

    Raises:
        SidecarError: it is no XMP.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._rdf = rdf_of(document)
        self._descriptions = descriptions_of(self._rdf)
        self._edits: list[tuple[int, int, bytes]] = []
        self._new: list[tuple[KeywordList, list[str]]] = []

    @property
    def changed(self) -> bool:
        """True where anything is put in."""
        return bool(self._edits or self._new)

    def add(self, kept: KeywordList, keywords: Sequence[str]) -> None:
        """Put keywords into a list, those that it lacks."""
        there = items_of(self._descriptions, kept.name)
        had = {key_of(normal_keyword(item, kept.separator or SEPARATOR)) for item in there}
        written = distinct(_written(keyword, kept) for keyword in keywords)
        lacking = [word for word in written if key_of(normal_keyword(word, kept.separator or SEPARATOR)) not in had]
        holder = self._holder(kept)
        if not lacking or (holder is None and not kept.always):
            return
        if holder is None:
            # Whoever finds a list with levels looks no further: the words that are elsewhere must be in it.
            before = keywords_of(self._descriptions) if kept is HIERARCHICAL else ()
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

    def _holder(self, kept: KeywordList) -> Element | None:
        """The property itself, or the description that it is an attribute of."""
        for description in self._descriptions:
            for child in description.children:
                if child.name == kept.name:
                    return child
        return next((one for one in self._descriptions if kept.name in one.attributes), None)

    def _add_to(self, element: Element, kept: KeywordList, words: list[str]) -> None:
        """Put words into a property that is an element."""
        containers = [child for child in element.children if child.name in CONTAINERS]
        if containers:
            self._add_items(containers[0], words)
            return
        if element.children or any(namespace == RDF for namespace, _local in element.attributes):
            raise SidecarError(f"it keeps {element.tag} in a form that photosort does not understand")
        # One value without a list: it becomes the first item.
        bag = element.tag_of(RDF, kept.container)
        item = element.tag_of(RDF, "li")
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

    def _unfold(self, description: Element, kept: KeywordList, words: list[str]) -> None:
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
        tag = rdf.tag_of(RDF, "Description")
        prefix = next((name for name, uri in rdf.scope.items() if name and uri == RDF), "")
        declared = "" if prefix else f' xmlns:rdf="{RDF}"'
        text = "".join(_property(rdf, kept, words, "") for kept, words in self._new)
        text = f'<{tag}{declared} {prefix or "rdf"}:about="">{text}</{tag}>'
        if rdf.bare:
            self._open(rdf, text)
        else:
            self._edits.append((rdf.opened, rdf.opened, text.encode()))


def _written(keyword: str, kept: KeywordList) -> str:
    """A keyword as a list has it."""
    if kept.separator in ("", SEPARATOR):
        return keyword
    # What divides levels there cannot stand in one.
    return kept.separator.join(level.replace(kept.separator, "-") for level in keyword.split(SEPARATOR))


def _property(inside: Element, kept: KeywordList, words: list[str], indent: str) -> str:
    """A new property with its list, indented like its neighbours."""
    tag, declared = inside.tag_of(kept.namespace, kept.local), ""
    if tag is None:
        prefix = kept.prefix
        while prefix in inside.scope:
            prefix += "_"
        tag, declared = f"{prefix}:{kept.local}", f' xmlns:{prefix}="{kept.namespace}"'
    bag = inside.tag_of(RDF, kept.container)
    deeper, deepest = (indent + " ", indent + "  ") if indent else ("", "")
    items = _items_text(inside, words, deepest)
    return f"{indent}<{tag}{declared}>{deeper}<{bag}>{items}{deeper}</{bag}>{indent}</{tag}>"


def _items_text(inside: Element, words: list[str], indent: str = "") -> str:
    item = inside.tag_of(RDF, "li")
    return "".join(f"{indent}<{item}>{escape(word, quote=False)}</{item}>" for word in words)
