"""Cards of stored backbones."""

from __future__ import annotations

import dataclasses
import json
import shutil

import pytest

from photosort.core.errors import ModelError
from photosort.ml.cards import BackboneCard


def test_a_card_tells_what_makes_embeddings_comparable(tiny_card) -> None:
    assert tiny_card.id == f"tiny-{tiny_card.sha256[:12]}-16-p1-f16"
    other = dataclasses.replace(tiny_card, preprocessing_version=2)
    assert other.id != tiny_card.id


def test_an_id_may_stand_for_the_weights_whatever_they_were_converted_to(tiny_card) -> None:
    first = dataclasses.replace(tiny_card, identity="ab" * 32)
    second = dataclasses.replace(first, sha256="cd" * 32)
    assert first.id == second.id == "tiny-abababababab-16-p1-f16"
    assert dataclasses.replace(tiny_card, sha256="cd" * 32).id != tiny_card.id


def test_a_card_survives_writing_and_reading(tiny_card, tmp_path) -> None:
    shutil.copy(tiny_card.network, tmp_path)
    card = dataclasses.replace(
        tiny_card,
        folder=tmp_path,
        framing="stretch",
        scale=0.25,
        name="other",
        identity="ab" * 32,
        notes={"weights": {"file": "other.h5"}, "measured": {"cosine_to_keras": 0.9999}},
    )
    card.write()
    assert BackboneCard.read(tmp_path) == card


def test_a_missing_card_is_named(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"card\.json is missing"):
        BackboneCard.read(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"name": "x"}', "\x00", "[" * 100_000])
def test_what_is_no_card_is_refused(tmp_path, text) -> None:
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(ModelError, match="the network's card"):
        BackboneCard.read(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("input_size", "big"),
        ("preprocessing", 3),
        ("files", {}),
        ("files", {"backbone.tflite": "../../etc"}),
        ("identity", "ab"),
    ],
)
def test_a_wrong_value_is_refused(tiny_folder, tmp_path, key, value) -> None:
    card = json.loads((tiny_folder / "card.json").read_text())
    card[key] = value
    (tmp_path / "card.json").write_text(json.dumps(card))
    with pytest.raises(ModelError, match="the network's card"):
        BackboneCard.read(tmp_path)
