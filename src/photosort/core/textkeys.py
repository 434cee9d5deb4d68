"""Keys by which names are compared and found as a person would: case and accents aside, numbers by their value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Never part of a file name, and nothing folds into it. Many names at once are much quicker than one by one.
_SEPARATOR = "\0"
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_LONGEST_NUMBER = 70


def fold(text: str) -> str:
    """The text without case and accents: ``fold("Été")`` is ``"ete"``."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of every text; no text may contain a NUL."""
    return fold(_SEPARATOR.join(texts)).split(_SEPARATOR) if texts else []


def natural_ranks(texts: Sequence[str]) -> NDArray[np.int32]:
    """The place of each text in natural order: ``IMG_2`` before ``IMG_10``, case and accents aside.

    Args:
        texts: n texts without NULs; equal ones keep their order.

    Returns:
        shape (n,), int32, a permutation of 0..n-1.
    """
    if not texts:
        return np.zeros(0, np.int32)
    keys = _numbers_by_value(fold(_SEPARATOR.join(texts)))
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int32)
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return ranks


def _numbers_by_value(joined: str) -> list[str]:
    """Put before every run of digits a character that says how long the number is, and drop its leading zeros."""
    characters = np.frombuffer(joined.encode("utf-8", "surrogatepass"), np.uint8)
    digit = (characters >= ord("0")) & (characters <= ord("9"))
    edges = np.diff(digit.astype(np.int8), prepend=0, append=0)
    starts = np.flatnonzero(edges == 1)
    ends = np.flatnonzero(edges == -1)
    # How many digits other than zero lie before each character: zeros where a run has seen none are leading ones.
    nonzero = np.cumsum(np.concatenate(([0], digit & (characters != ord("0")))))
    run = np.cumsum(edges[:-1] == 1) - 1
    leading = digit & (characters == ord("0"))
    if len(starts):
        leading &= nonzero[:-1] == nonzero[starts][np.maximum(run, 0)]
    zeros = np.concatenate(([0], np.cumsum(leading)))
    lengths = (ends - starts) - (zeros[ends] - zeros[starts])
    marks = (ord("0") + np.minimum(lengths, _LONGEST_NUMBER)).astype(np.uint8)
    keep = ~leading
    # `leading` shifts every later place; the marks go where their runs start after that.
    marked = np.insert(characters[keep], starts - zeros[starts], marks)
    return marked.tobytes().decode("utf-8", "surrogatepass").split(_SEPARATOR)
