"""Names of folders and files that every system takes, and the keys by which systems hold two names for one."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_NAME_BYTES: Final = 255
"""Longest name of a file on ext4, APFS and most others, in UTF-8; NTFS and FAT count 255 units of UTF-16."""

MAX_LABEL_BYTES: Final = 200
"""Longest folder that is named after a label: room for a number, and for whole paths on Windows."""

_NOTHING_LEFT = "_"
_SLASHES = str.maketrans({"/": "-", "\\": "-", "|": "-", ":": "-", '"': "'", "<": "_", ">": "_", "?": "_", "*": "_"})
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?=\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices, with any suffix."""

_INVISIBLE = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
"""Controls, marks that turn the direction of writing, lone surrogates; joiners stay, emoji and Persian need them."""

_BLANK = re.compile(r"\s+")
_NUMBER = re.compile(r" \((\d{1,9})\)$")


def safe_name(text: str) -> str:
    """The name of a folder for any text, legal on Linux, macOS, Windows, FAT and NTFS.

    Never empty, never ``.`` or ``..``, never hidden, NFC, at most `MAX_LABEL_BYTES` long; safe names stay as they are.
    """
    plain = _BLANK.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).translate(_SLASHES))
    return _legal_end(unicodedata.normalize("NFC", plain).lstrip(" .") or _NOTHING_LEFT, MAX_LABEL_BYTES)


def legal_name(name: str) -> str:
    """A file's name as FAT, exFAT and NTFS take it: itself where they do, its suffix kept."""
    plain = "".join("_" if character < " " else character for character in name.translate(_SLASHES))
    stem, suffix = split_suffix(plain)
    if suffix.rstrip(" .") != suffix:
        stem, suffix = plain, ""
    if suffix:
        return _reserved_no_more(stem or _NOTHING_LEFT) + suffix
    return _legal_end(stem, MAX_NAME_BYTES)


def numbered(name: str, number: int) -> str:
    """The name with a number before its suffix: ``a (2).jpg``; as long as a name may be."""
    stem, suffix = split_suffix(name)
    return numbered_stem(stem, number, room=MAX_NAME_BYTES - len(_utf8(suffix))) + suffix


def numbered_stem(stem: str, number: int, *, room: int = MAX_NAME_BYTES) -> str:
    """``a (2)`` for ``a``, cut to ``room`` bytes of UTF-8."""
    tail = f" ({number})"
    return cut(stem, room - len(tail)).rstrip(" ") + tail


def split_suffix(name: str) -> tuple[str, str]:
    """Stem and suffix with its dot, as the scan reads them; a name that begins with its only dot has no suffix."""
    dot = name.rfind(".")
    return (name[:dot], name[dot:]) if dot > 0 else (name, "")


def collision_key(name: str) -> str:
    """Equal for names (or paths) that some system holds for one: case and the form of accents aside.

    Canonical caseless matching, Unicode 3.13, D145.
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def cut(text: str, room: int) -> str:
    """The beginning of a text that takes ``room`` bytes of UTF-8 at most; no character is cut from its marks."""
    encoded = _utf8(text)
    if len(encoded) <= room:
        return text
    kept = encoded[: max(room, 0)].decode("utf-8", "ignore")
    end = len(kept)
    while end and _belongs_to_the_one_before(text, end):
        end -= 1
    return text[:end] or kept


def _belongs_to_the_one_before(text: str, at: int) -> bool:
    """Whether the character at a place is an accent, a skin colour or the like of the one before, or joined to it."""
    character, before = text[at], text[at - 1]
    joined = "\u200d" in {character, before}
    flag = "\U0001f1e6" <= character <= "\U0001f1ff" and _flags_before(text, at) % 2 == 1
    modifier = "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f"
    return joined or flag or modifier or unicodedata.category(character) in {"Mn", "Mc", "Me"}


def _flags_before(text: str, at: int) -> int:
    """How many letters of flags stand right before a place: two make a flag."""
    count = 0
    while at - count > 0 and "\U0001f1e6" <= text[at - count - 1] <= "\U0001f1ff":
        count += 1
    return count


def _legal_end(name: str, room: int) -> str:
    # Cutting and stripping may lay a device's name bare; it is short then.
    return _reserved_no_more(cut(_reserved_no_more(name), room).rstrip(" .") or _NOTHING_LEFT)


def _reserved_no_more(name: str) -> str:
    """``CON_`` for ``CON``, ``nul_.tar`` for ``nul.tar``."""
    found = _RESERVED.match(name)
    return name if found is None else f"{name[: found.end(1)]}_{name[found.end() :]}"


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
