"""Whether 8-bit integers take the place of floats: only where they compute nearly the same, and faster."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photosort.core.errors import ModelError
from photosort.ml import converting
from photosort.ml.cards import BackboneCard
from photosort.ml.runtime import Network


@pytest.fixture
def card(tiny_folder, tmp_path) -> BackboneCard:
    """A float16 network that may be replaced, under an id of its weights."""
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "made"))
    return replace(BackboneCard.read(folder), identity="ab" * 32, variant="f16")


@pytest.fixture
def batch(pixels) -> np.ndarray:
    return pixels.astype(np.float32) / np.float32(127.5) - 1


def speeds(monkeypatch, half: float, integers: float) -> None:
    monkeypatch.setattr(converting, "_photos_per_second", lambda *_: (half, integers))


def test_what_is_alike_and_faster_is_taken_under_an_id_of_its_own(card, batch, monkeypatch) -> None:
    speeds(monkeypatch, 10.0, 25.0)
    content = card.network.read_bytes() + b"\0\0\0\0"
    used, judged = converting._judge_i8(card, content, Network(card.network), batch)
    assert judged["kept"]
    assert judged["times_as_fast"] == 2.5
    assert judged["cosine_to_floats"] == pytest.approx(1)
    assert used.network.read_bytes() == content
    assert used.variant == "i8"
    assert used.id != card.id
    assert used.id == f"{card.name}-{used.sha256[:12]}-16-p1-i8"
    Network(used.network, sha256=used.sha256)
    assert [path.name for path in used.folder.glob("*.tflite")] == [BackboneCard.NETWORK]


def test_what_is_no_faster_is_not_taken(card, batch, monkeypatch) -> None:
    speeds(monkeypatch, 10.0, 10.5)
    used, judged = converting._judge_i8(card, card.network.read_bytes(), Network(card.network), batch)
    assert not judged["kept"]
    assert used == card


def test_what_sees_something_else_is_not_taken(card, batch, monkeypatch) -> None:
    speeds(monkeypatch, 10.0, 25.0)
    before = card.network.read_bytes()
    network = Network(card.network)

    def otherwise(pictures: np.ndarray) -> np.ndarray:
        return network(pictures) * np.linspace(1.0, 3.0, 8, dtype=np.float32)

    used, judged = converting._judge_i8(card, before, otherwise, batch)
    assert not judged["kept"]
    assert judged["cosine_to_floats"] < converting.LEAST_COSINE_I8
    assert (used, card.network.read_bytes()) == (card, before)
    assert [path.name for path in card.folder.glob("*.tflite")] == [BackboneCard.NETWORK]


def test_what_cannot_be_opened_is_not_taken(card, batch, two_outputs) -> None:
    used, judged = converting._judge_i8(card, two_outputs.read_bytes(), Network(card.network), batch)
    assert used == card
    assert not judged["kept"]
    assert "outputs" in judged["error"]


def test_weights_that_float16_cannot_hold_are_kept_as_float32(card) -> None:
    content = card.network.read_bytes()
    steps = []

    def check(network: Network) -> dict[str, float]:
        if network.sha256 == card.sha256:
            raise ModelError("differs")
        return {"cosine_to_keras": 1.0}

    def make(half: bool) -> bytes:
        return content if half else content + bytes(4)

    used, network, measured = converting._in_floats(make, check, card, steps.append, half_only=False)
    assert used.variant == "f32"
    assert used.sha256 == network.sha256
    assert used.network.read_bytes() == content + bytes(4)
    assert measured == {"cosine_to_keras": 1.0}
    assert steps.count("Converting the network") == 2
    with pytest.raises(ModelError, match="differs"):
        converting._in_floats(make, check, card, steps.append, half_only=True)


def test_two_speeds_are_measured_in_turns(card, batch) -> None:
    network = Network(card.network)
    slow_calls = []

    def slow(pictures: np.ndarray) -> np.ndarray:
        slow_calls.append(len(pictures))
        for _ in range(30):
            network(pictures)
        return network(pictures)

    first, second = converting._photos_per_second(slow, network, batch)
    assert slow_calls == [12, 12, 12]
    assert 0 < first < second


def test_a_network_that_differs_from_keras_is_refused() -> None:
    expected = np.random.default_rng(1).normal(size=(4, 50)).astype(np.float32)
    assert converting._check_alike(expected, expected * 1.01) == pytest.approx(1)
    for found in (expected[:, ::-1], expected * 1.2, np.full_like(expected, np.nan)):
        with pytest.raises(ModelError):
            converting._check_alike(expected, found)


def test_a_card_keeps_what_was_measured(card) -> None:
    noted = replace(card, size=card.network.stat().st_size, notes={"measured": {"int8": {"kept": False}}})
    noted.write()
    assert BackboneCard.read(card.folder) == noted
    assert json.loads((card.folder / BackboneCard.CARD).read_text("utf-8"))["identity"] == "ab" * 32
