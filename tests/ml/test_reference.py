"""A network from elsewhere is known by what it makes of the sample album."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from photosort.core.errors import ModelError
from photosort.core.paths import resources
from photosort.ml.reference import (
    Reference,
    album_inputs,
    album_pictures,
    album_sha256,
    bundled_reference,
    lowest_cosine,
    pack,
    unpack,
    weights_sha256,
)

_FOLDER = resources() / "models" / "mobilenetv2"


@pytest.fixture(scope="module")
def reference() -> Reference:
    found = bundled_reference("mobilenetv2")
    assert found is not None
    return found


@pytest.fixture
def copy(tmp_path) -> Path:
    return Path(shutil.copytree(_FOLDER, tmp_path / "copy"))


def test_the_reference_is_of_the_album_as_it_is(reference) -> None:
    """Whoever changes a picture of the album makes the reference again: packaging/models/make_reference.py."""
    assert reference.pictures == album_pictures()
    card = json.loads((_FOLDER / "card.json").read_text("utf-8"))
    assert card["album_sha256"] == album_sha256()


def test_the_id_stands_for_the_weights(reference) -> None:
    assert reference.backbone_id == f"mobilenetv2-{reference.weights_sha256[:12]}-192-p1-f16"
    assert reference.embeddings.shape == (len(reference.pictures), 1280)
    assert np.isfinite(reference.embeddings).all()


def test_only_networks_that_heads_are_shipped_for_have_one() -> None:
    assert bundled_reference("compact") is None
    assert bundled_reference("xception") is None


def test_what_agrees_is_taken_and_one_picture_that_does_not_is_enough(reference) -> None:
    noise = np.random.default_rng(1).normal(size=reference.embeddings.shape).astype(np.float32)
    lengths = np.linalg.norm(reference.embeddings, axis=1, keepdims=True) / np.linalg.norm(noise, axis=1, keepdims=True)
    assert reference.check(3 * (reference.embeddings + 0.02 * lengths * noise)) > 0.999
    other = reference.embeddings.copy()
    other[7] += 0.06 * lengths[7] * noise[7]
    with pytest.raises(ModelError, match=r"not the ones .* classifiers were made for"):
        reference.check(other)
    other[7] = np.nan
    with pytest.raises(ModelError, match="cosine -1"):
        reference.check(other)
    with pytest.raises(ModelError, match="shape"):
        reference.check(other[:, :5])


@pytest.mark.parametrize("damage", ["gone", "cut", "another", "card", "kind"])
def test_a_damaged_reference_is_told(copy, damage) -> None:
    arrays, card = copy / Reference.ARRAYS, copy / Reference.CARD
    if damage == "gone":
        arrays.unlink()
    elif damage == "cut":
        arrays.write_bytes(arrays.read_bytes()[:1000])
    elif damage == "another":
        arrays.write_bytes(pack(("a.jpg",), np.zeros((1, 1280))))
    elif damage == "card":
        card.write_text("[]")
    else:
        card.write_text(card.read_text("utf-8").replace('"reference"', '"head"'), "utf-8")
    with pytest.raises(ModelError):
        Reference.read(copy)


def test_weights_have_one_hash_whatever_their_layout() -> None:
    kernel = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert weights_sha256([kernel, kernel[0]]) == weights_sha256([np.asfortranarray(kernel), kernel[0].astype(">f4")])
    assert weights_sha256([kernel]) != weights_sha256([kernel.T])
    assert weights_sha256([kernel]) != weights_sha256([kernel + 1e-3])


def test_embeddings_are_packed_alike_every_time_and_come_back() -> None:
    names, vectors = ("a.jpg", "b/c.jpg"), np.array([[1.5, -2.0], [0.0, 0.25]])
    content = pack(names, vectors)
    assert content == pack(names, vectors)
    found, numbers = unpack(content)
    assert found == names
    np.testing.assert_array_equal(numbers, vectors.astype(np.float32))
    with pytest.raises(ValueError):
        unpack(content[:50])


def test_album_pictures_are_decoded_as_an_analysis_does() -> None:
    names = album_pictures()[:3]
    whole, middle = album_inputs(names, 96, "stretch"), album_inputs(names, 96, "crop")
    assert whole.shape == middle.shape == (3, 96, 96, 3)
    assert whole.dtype == np.uint8
    assert len(np.unique(whole.reshape(3, -1), axis=0)) == 3
    assert not np.array_equal(whole, middle)
    with pytest.raises(ModelError, match=r"missing\.jpg cannot be read"):
        album_inputs(["missing.jpg"], 96, "crop")


def test_the_lowest_cosine_is_that_of_the_worst_row() -> None:
    rows = np.array([[1, 0], [0, 2], [3, 4]], np.float32)
    turned = np.array([[2, 0], [0, 1], [4, 3]], np.float32)
    assert lowest_cosine(rows, turned) == pytest.approx(0.96)
    assert lowest_cosine(rows, np.array([[1, 0], [0, np.inf], [1, 1]], np.float32)) == -1
