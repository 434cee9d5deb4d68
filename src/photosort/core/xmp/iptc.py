"""The keywords of an IPTC block, which programs wrote before there was XMP, and many still write beside it.

Source: IPTC-NAA Information Interchange Model 4.2, chapters 1 and 6.
"""

from __future__ import annotations

from photosort.core.xmp.facts import distinct, normal_keyword

_KEYWORDS = (2, 25)
_CHARACTER_SET = (1, 90)
_UTF_8 = b"\x1b%G"
_MOST_DATASETS = 5000


def read_keywords(block: bytes) -> tuple[str, ...]:
    """The keywords of a block; what is damaged, and all behind it, is passed over.

    The block says whether it is in UTF-8. Many that say nothing are all the same; the others are taken for Latin-1.
    """
    declared = False
    values: list[bytes] = []
    at = 0
    for _ in range(_MOST_DATASETS):
        if block[at : at + 1] != b"\x1c" or at + 5 > len(block):
            break
        dataset = block[at + 1], block[at + 2]
        length = int.from_bytes(block[at + 3 : at + 5], "big")
        at += 5
        if length & 0x8000:  # a long one: the length of its length
            size = length & 0x7FFF
            length = int.from_bytes(block[at : at + size], "big")
            at += size
        value = block[at : at + length]
        if len(value) < length:
            break
        at += length
        if dataset == _CHARACTER_SET:
            declared = value == _UTF_8
        elif dataset == _KEYWORDS:
            values.append(value)
    return distinct(normal_keyword(_decoded(value, declared=declared)) for value in values)


def _decoded(value: bytes, *, declared: bool) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("utf-8", "replace") if declared else value.decode("latin-1")
