"""An XML document whose elements know where they stand in it, so that something can be added without rewriting it.

A parser that builds a tree and writes it anew loses what a tree does not hold: processing instructions, comments, the
prefixes somebody chose, entities, white space. Here the text itself is kept, and pieces are put into it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from photosort.core.errors import SidecarError

_BOMS: Final = (
    # The marks of UTF-32 begin with those of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml[^>]*?\bencoding\s*=\s*["']([\w.-]+)["']""")
_PLAIN_ENCODINGS = re.compile(r"(us-)?ascii|iso-8859-\d{1,2}|windows-125\d", re.IGNORECASE)
"""Encodings besides Unicode's that are understood; Python knows others that are none of text."""

_START_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_BLANK = b" \t\r\n"
_XML = "http://www.w3.org/XML/1998/namespace"
_DEEPEST = 200
_MOST_ELEMENTS = 500_000
"""Of a document that could be somebody's work, brush strokes included; an element takes half a kilobyte."""


@dataclass(slots=True)
class Element:
    """One element, and the places of its tags in `Document.data`.

    Attributes:
        tag: its name as it is written, with the prefix.
        name: (namespace, local name).
        attributes: values by (namespace, local name), without the declarations of namespaces.
        scope: the namespace of every prefix that is known inside it; the empty prefix is the default.
        start: where its start tag begins.
        opened: where its start tag ends.
        closing: where its end tag begins; ``opened`` where it has none (``<a/>``).
        end: where it ends.
        children: the elements in it.
        text: the text directly in it.
    """

    tag: str
    name: tuple[str, str]
    attributes: dict[tuple[str, str], str]
    scope: Mapping[str, str]
    start: int
    opened: int
    closing: int = 0
    end: int = 0
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def bare(self) -> bool:
        """True for an element without an end tag: ``<a/>``."""
        return self.end == self.opened

    def everything(self) -> Iterator[Element]:
        """Itself and all elements below, in the order of the document."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(element.children))

    def prefix(self, namespace: str) -> str | None:
        """A prefix that stands for a namespace inside this element; None where there is none."""
        return next((prefix for prefix, uri in self.scope.items() if uri == namespace), None)

    def tag_of(self, namespace: str, local: str) -> str | None:
        """How an element of a namespace is written inside this one; None where the namespace has no prefix here."""
        prefix = self.prefix(namespace)
        return None if prefix is None else f"{prefix}:{local}" if prefix else local


@dataclass(frozen=True, slots=True)
class Document:
    """A document that can be added to.

    Attributes:
        root: its outermost element.
        data: its text as UTF-8, to which all places refer.
        encoding: of the bytes that it came in.
        mark: the byte order mark that it came with.
    """

    root: Element
    data: bytes
    encoding: str
    mark: bytes

    def spaces_before(self, place: int) -> bytes:
        """The white space right before a place: how the line that begins there is indented."""
        start = place
        while start > 0 and self.data[start - 1] in _BLANK:
            start -= 1
        return self.data[start:place]

    def edited(self, edits: list[tuple[int, int, bytes]]) -> bytes:
        """The document in its own encoding with other pieces in it.

        Args:
            edits: (start, end, what stands there instead); none overlap, and those at one place stay in their order.
        """
        pieces: list[bytes] = []
        at = 0
        for start, end, piece in sorted(edits, key=lambda edit: edit[:2]):
            pieces += [self.data[at:start], piece]
            at = end
        text = b"".join([*pieces, self.data[at:]]).decode()
        # What an old encoding cannot say, XML says by number.
        return self.mark + text.encode(self.encoding, "xmlcharrefreplace")


def parse(data: bytes) -> Document:
    """Take a document apart.

    Nothing outside is ever looked at, and no entity but XML's own five is expanded: a document with a DOCTYPE, which
    XMP forbids, is refused.

    Raises:
        SidecarError: it is no well-formed XML, or in an encoding that is not known.
    """
    mark, encoding = _encoding(data)
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise SidecarError(f"it is damaged: it should be {encoding.upper()} text and is not") from error
    utf8 = text.encode()
    return Document(_Parser(utf8).run(), utf8, encoding, mark)


def _encoding(data: bytes) -> tuple[bytes, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return mark, encoding
    if data[:2] == b"<\0":
        return b"", "utf-16-le"
    if data[:2] == b"\0<":
        return b"", "utf-16-be"
    declared = _DECLARED.match(data)
    name = declared[1].decode("ascii", "replace") if declared else "utf-8"
    if name.lower().startswith("utf"):
        # Whoever declares UTF-16 in single bytes has converted the text and forgotten the declaration.
        return b"", "utf-8"
    if not _PLAIN_ENCODINGS.fullmatch(name):
        raise SidecarError(f"it is in the encoding {name}, which photosort does not know")
    return b"", name.lower()


class _Parser:
    """Builds the elements of one document with expat."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._root: Element | None = None
        self._count = 0
        # Without expat's namespaces: names must be written again as they are.
        self._expat = expat.ParserCreate("utf-8")
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._on_doctype
        self._expat.StartElementHandler = self._on_start
        self._expat.EndElementHandler = self._on_end
        self._expat.CharacterDataHandler = self._on_text

    def run(self) -> Element:
        if not self._data.strip(_BLANK + b"\0"):
            raise SidecarError("it is empty")
        try:
            self._expat.Parse(self._data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code) or "it cannot be read"
            raise SidecarError(f"it is damaged: {reason} in line {error.lineno}") from error
        assert self._root is not None
        return self._root

    def _on_doctype(self, *_what: object) -> None:
        raise SidecarError("it declares a document type, which XMP forbids and which can hide a trap")

    def _on_start(self, tag: str, written: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise SidecarError(f"it is damaged: more than {_DEEPEST} elements lie in one another")
        self._count += 1
        if self._count > _MOST_ELEMENTS:
            raise SidecarError(f"it is damaged: it has more than {_MOST_ELEMENTS:,} elements")
        scope = self._open[-1].scope if self._open else {"xml": _XML}
        declared = {
            name.partition(":")[2]: uri for name, uri in written.items() if name == "xmlns" or name.startswith("xmlns:")
        }
        if declared:
            scope = {**scope, **declared}
        attributes = {
            _expanded(name, scope, attribute=True): value
            for name, value in written.items()
            if name != "xmlns" and not name.startswith("xmlns:")
        }
        start = self._expat.CurrentByteIndex
        opening = _START_TAG.match(self._data, start)
        assert opening is not None
        element = Element(tag, _expanded(tag, scope), attributes, scope, start, opening.end())
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)
        self._texts.append([])

    def _on_end(self, _tag: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._texts.pop())
        if self._data[element.opened - 2 : element.opened] == b"/>":
            element.closing = element.end = element.opened
        else:
            element.closing = self._expat.CurrentByteIndex
            element.end = self._data.index(b">", element.closing) + 1

    def _on_text(self, text: str) -> None:
        self._texts[-1].append(text)


def _expanded(name: str, scope: Mapping[str, str], *, attribute: bool = False) -> tuple[str, str]:
    prefix, colon, local = name.rpartition(":")
    if not colon and attribute:
        return "", local
    if prefix not in scope:
        if not prefix:
            return "", local
        raise SidecarError(f"it is damaged: nothing says what {prefix} in {name} stands for")
    return scope[prefix], local
