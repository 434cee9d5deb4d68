"""The properties of a packet: where they stand, and the lists of keywords that programs keep among them."""

from __future__ import annotations

from dataclasses import dataclass

from photosort.core.errors import SidecarError
from photosort.core.xmp.document import Document, Element
from photosort.core.xmp.facts import SEPARATOR, distinct, key_of, normal_keyword

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
XMP = "http://ns.adobe.com/xap/1.0/"
LIGHTROOM = "http://ns.adobe.com/lightroom/1.0/"
DIGIKAM = "http://www.digikam.org/ns/1.0/"
DARKTABLE = "http://darktable.sf.net/"
MICROSOFT = "http://ns.microsoft.com/photo/1.0/"
MICROSOFT_OLD = "http://ns.microsoft.com/photo/1.0"
MEDIAPRO = "http://ns.iview-multimedia.com/mediapro/1.0/"

CONTAINERS = frozenset({(RDF, "Bag"), (RDF, "Seq"), (RDF, "Alt")})
"""What holds the items of a list."""

_TAGS_OF_DARKTABLE = "darktable|"
"""Old versions wrote tags that are the program's own among the person's."""


@dataclass(frozen=True, slots=True)
class KeywordList:
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
        """Namespace and local name."""
        return self.namespace, self.local


SUBJECT = KeywordList(DC, "subject", "dc", separator="", always=True)
HIERARCHICAL = KeywordList(LIGHTROOM, "hierarchicalSubject", "lr", always=True)
PATHS = (
    HIERARCHICAL,
    KeywordList(DIGIKAM, "TagsList", "digiKam", container="Seq", separator="/"),
    KeywordList(MICROSOFT, "LastKeywordXMP", "MicrosoftPhoto", separator="/"),
    KeywordList(MICROSOFT_OLD, "LastKeywordXMP", "MicrosoftPhoto", separator="/"),
    KeywordList(MEDIAPRO, "CatalogSets", "mediapro"),
)
"""Where programs keep keywords with the wider ones above them. digiKam believes its own list before all others."""


def rdf_of(document: Document) -> Element:
    """The element that all properties lie in.

    Raises:
        SidecarError: there is none: the document is no XMP.
    """
    found = next((element for element in document.root.everything() if element.name == (RDF, "RDF")), None)
    if found is None:
        raise SidecarError("it is no XMP: it holds no rdf:RDF")
    return found


def descriptions_of(rdf: Element) -> list[Element]:
    """The elements whose attributes and children are the properties; some programs write one for each namespace."""
    return [child for child in rdf.children if child.name == (RDF, "Description")]


def text_of(descriptions: list[Element], namespace: str, local: str) -> str:
    """A simple property, as an attribute or as an element; empty where it is not there."""
    name = (namespace, local)
    for description in descriptions:
        if name in description.attributes:
            return description.attributes[name].strip()
        for child in description.children:
            if child.name == name:
                return _value(child).strip()
    return ""


def items_of(descriptions: list[Element], name: tuple[str, str]) -> list[str]:
    """The items of a list, or its one value where somebody wrote it without a list."""
    found: list[str] = []
    for description in descriptions:
        found += [value for one, value in description.attributes.items() if one == name]
        for child in description.children:
            if child.name == name:
                containers = [inner for inner in child.children if inner.name in CONTAINERS]
                found += [_value(item) for container in containers for item in container.children]
                found += [] if containers else [_value(child)]
    return found


def _value(element: Element) -> str:
    """The text of a value; one with qualifiers keeps it in rdf:value."""
    for holder in (element, *element.children):
        if (RDF, "value") in holder.attributes:
            return holder.attributes[RDF, "value"]
        for child in holder.children:
            if child.name == (RDF, "value"):
                return child.text
    return element.text


def keywords_of(descriptions: list[Element]) -> tuple[str, ...]:
    """The first list of keywords with levels that has any, and the plain words that are no level of one of those."""
    paths: tuple[str, ...] = ()
    for kept in PATHS:
        found = (normal_keyword(item, kept.separator) for item in items_of(descriptions, kept.name))
        paths = paths or distinct(path for path in found if not path.startswith(_TAGS_OF_DARKTABLE))
    levels = {key_of(level) for path in paths for level in path.split(SEPARATOR)}
    words = (normal_keyword(item) for item in items_of(descriptions, SUBJECT.name))
    words = (word for word in words if not word.startswith(_TAGS_OF_DARKTABLE) and key_of(word) not in levels)
    return distinct((*paths, *words))
