"""Names as a person compares and finds them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosort.core.textkeys import fold, fold_all, natural_ranks

_texts = st.lists(st.text(alphabet=st.sampled_from("aAbé0019 ._-\n\udcff北"), max_size=12), max_size=20)


def _plain_key(text: str) -> list[tuple[int, int, str]]:
    """The plain way: numbers by their value, one part after the other."""
    parts = re.split(r"([0-9]+)", fold(text))
    return [(1, len(part.lstrip("0")), part.lstrip("0")) if part.isdigit() else (0, 0, part) for part in parts]


@pytest.mark.parametrize(
    ("text", "folded"),
    [("ÉTÉ", "ete"), ("Straße", "strasse"), ("Ångström", "angstrom"), ("ﬁn", "fin"), ("İ", "i"), ("a\u0301b", "ab"),
     ("हिन्दी", "हिन्दी"), ("\udcff", "\udcff"), ("IMG_7", "img_7"), ("", "")],
)  # fmt: skip
def test_fold(text, folded):
    assert fold(text) == folded


@given(_texts)
def test_folding_all_is_folding_each(texts):
    assert fold_all(texts) == [fold(text) for text in texts]


def test_natural_order():
    texts = [
        "IMG_10",
        "img_9",
        "IMG_009",
        "IMG_",
        "IMG_2b",
        "IMG_2",
        "1.0",
        "1.00",
        "10",
        "2",
        "a100000000000000000000",
        "a9",
    ]
    ranks = natural_ranks(texts)
    assert [texts[list(ranks).index(place)] for place in range(len(texts))] == [
        "1.0", "1.00", "2", "10", "a9", "a100000000000000000000",
        "IMG_", "IMG_2", "IMG_2b", "img_9", "IMG_009", "IMG_10",
    ]  # fmt: skip


@given(st.lists(st.from_regex(r"\A[a-c]{1,2}[0-9]{1,5}(-[0-9]{1,3})?\Z"), max_size=25))
def test_natural_order_is_that_of_numbers_read_as_numbers(texts):
    ranks = natural_ranks(texts)
    ordered = sorted(range(len(texts)), key=lambda row: ranks[row])
    assert ordered == sorted(range(len(texts)), key=lambda row: _plain_key(texts[row]))


@given(_texts)
def test_ranks_are_a_permutation_whatever_the_names(texts):
    assert sorted(natural_ranks(texts).tolist()) == list(range(len(texts)))
