"""Backbones: pixels to embeddings, and what happens when their files or a GPU fail."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sys

import numpy as np
import pytest

from photosort.core.errors import EngineError, ModelError
from photosort.core.paths import UserPaths
from photosort.ml import backbones
from photosort.ml.backbones import LiteRTBackbone
from photosort.ml.runtime import Network


def test_pixels_are_scaled_as_the_card_says(tiny_card, pixels) -> None:
    expected = Network(tiny_card.network)(pixels.astype(np.float32) / 127.5 - 1)
    np.testing.assert_allclose(LiteRTBackbone(tiny_card).embed(pixels), expected, rtol=1e-4, atol=1e-5)


def test_a_backbone_tells_its_facts(tiny_card) -> None:
    backbone = LiteRTBackbone(tiny_card, reason="no GPU in tests")
    assert (backbone.name, backbone.input_size, backbone.dimension, backbone.framing) == ("tiny", 16, 8, "crop")
    assert backbone.id == tiny_card.id
    assert (backbone.device.kind, backbone.device.reason) == ("cpu", "no GPU in tests")
    assert backbone.workers >= 1


def test_embedding_leaves_the_pixels_as_they_were(tiny_card, pixels) -> None:
    before = pixels.copy()
    LiteRTBackbone(tiny_card).embed(pixels)
    np.testing.assert_array_equal(pixels, before)


@pytest.mark.parametrize("wrong", [np.zeros((1, 8, 8, 3), np.uint8), np.zeros((1, 16, 16, 3), np.float32)])
def test_other_pixels_are_refused(tiny_card, wrong) -> None:
    with pytest.raises(ValueError, match="expected uint8 pixels"):
        LiteRTBackbone(tiny_card).embed(wrong)


def test_a_card_that_does_not_fit_its_network_is_refused(tiny_card) -> None:
    with pytest.raises(ModelError, match="its card says"):
        LiteRTBackbone(dataclasses.replace(tiny_card, dimension=9))


def test_a_network_that_was_exchanged_is_refused(tiny_card, two_outputs, tmp_path) -> None:
    shutil.copy(two_outputs, tmp_path / "backbone.tflite")
    with pytest.raises(ModelError, match="not the expected file"):
        LiteRTBackbone(dataclasses.replace(tiny_card, folder=tmp_path))


def test_an_unknown_name_is_told_the_known_ones(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"'resnet'.*compact, mobilenetv2, efficientnetb0, xception"):
        backbones.load("resnet", UserPaths.below(tmp_path))


def test_compact_takes_no_weights(tmp_path) -> None:
    with pytest.raises(ModelError, match="brings its own weights"):
        backbones.load("compact", UserPaths.below(tmp_path), tmp_path / "some.h5")


def test_without_weights_xception_says_how_to_get_them(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "nobody's"))
    with pytest.raises(ModelError, match="photosort models import xception FILE"):
        backbones.load("xception", UserPaths.below(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_not_there_are_named(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"gone\.h5 is missing"):
        backbones.load("xception", UserPaths.below(tmp_path), tmp_path / "gone.h5")


@pytest.mark.skipif(
    not (backbones.places.resources() / "models" / "compact" / "card.json").exists(), reason="not trained yet"
)
def test_the_bundled_backbone_works(tmp_path) -> None:
    backbone = backbones.load("compact", UserPaths.below(tmp_path), wanted="cpu")
    shape = (2, backbone.input_size, backbone.input_size, 3)
    vectors = backbone.embed(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8))
    assert vectors.shape == (2, backbone.dimension)
    assert np.linalg.norm(vectors[0] - vectors[1]) > 0
    assert backbone.device.reason == "the CPU was asked for"


def test_a_missing_engine_is_an_engine_error(tiny_card, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    with pytest.raises(EngineError, match="LiteRT"):
        LiteRTBackbone(tiny_card)


def test_cards_of_the_program_name_what_lies_there() -> None:
    """Every bundled backbone's card fits its files, whatever is bundled."""
    for path in (backbones.places.resources() / "models").glob("*/card.json"):
        if json.loads(path.read_text("utf-8")).get("kind") == "backbone":
            LiteRTBackbone(backbones.BackboneCard.read(path.parent)).close()
