"""From a file of weights to a converted network in the cache: whole and checked, or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.ml import backbones, preparing
from photosort.ml.network_facts import facts_of
from photosort.ml.weights import sha256_of
from tests.ml.helper import WEIGHTS, pretended

FACTS = facts_of("xception")


@pytest.fixture
def converted(tiny_folder, tmp_path) -> UserPaths:
    """A cache with a converted network in it, and the weights that it was made of."""
    paths = UserPaths.below(tmp_path)
    paths.weights.mkdir(parents=True)
    weights = paths.weights / FACTS.weights_file
    weights.write_bytes(WEIGHTS)
    shutil.copytree(tiny_folder, paths.converted / f"xception-{sha256_of(weights)[:16]}")
    return paths


@pytest.fixture
def no_helper(monkeypatch) -> None:
    """Whoever starts a helper process fails."""
    monkeypatch.setattr(preparing, "KerasProcess", None)


def help_with(monkeypatch, folder: Path, **how) -> None:
    monkeypatch.setattr(preparing, "KerasProcess", lambda: pretended(folder, **how))


def result_of(generator):
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return stop.value


def test_what_was_converted_once_is_not_converted_again(converted, no_helper) -> None:
    prepared = result_of(preparing.prepare("xception", converted))
    assert prepared.card.folder.parent == converted.converted
    assert prepared.weights == converted.weights / FACTS.weights_file
    assert len(list(converted.weights.iterdir())) == 1


def test_the_converted_network_serves_without_its_weights(converted, no_helper) -> None:
    shutil.rmtree(converted.weights)
    prepared = result_of(preparing.prepare("xception", converted))
    assert (prepared.card.name, prepared.weights) == ("tiny", None)


def test_a_damaged_conversion_is_made_again(converted, tiny_folder, monkeypatch) -> None:
    help_with(monkeypatch, tiny_folder)
    network = next(converted.converted.glob("*/backbone.tflite"))
    whole = network.read_bytes()
    for damaged in (whole[:1000], whole[:-1] + bytes([whole[-1] ^ 1])):
        network.write_bytes(damaged)
        result_of(preparing.prepare("xception", converted))
        assert network.read_bytes() == whole
        assert len(list(converted.converted.iterdir())) == 1


def test_a_stopped_conversion_leaves_nothing(tiny_folder, tmp_path, monkeypatch) -> None:
    help_with(monkeypatch, tiny_folder, slow=True)
    weights = tmp_path / "mine.h5"
    weights.write_bytes(WEIGHTS)
    paths = UserPaths.below(tmp_path / "user")
    steps = preparing.prepare("xception", paths, weights)
    while not list(paths.converted.glob(".converting-*/made")):
        next(steps)
    steps.close()
    assert [path for path in paths.data.rglob("*") if path.is_file()] == []
    assert list(paths.converted.iterdir()) == []


def test_what_a_killed_program_left_is_removed_in_the_end(converted, tiny_folder, monkeypatch) -> None:
    help_with(monkeypatch, tiny_folder)
    old, new = converted.converted / ".converting-old", converted.converted / ".converting-new"
    for leftover in (old, new):
        leftover.mkdir()
    os.utime(old, (0, 0))
    shutil.rmtree(next(converted.converted.glob("xception-*")))
    result_of(preparing.prepare("xception", converted))
    assert not old.exists()
    assert new.exists()


def test_two_that_convert_at_once_both_end_with_a_network(tiny_folder, tmp_path, monkeypatch) -> None:
    weights = tmp_path / "mine.h5"
    weights.write_bytes(WEIGHTS)
    paths = UserPaths.below(tmp_path / "user")
    others = []

    def helper():
        if not others:
            # While this one converts, another begins and ends.
            others.append(None)
            others[0] = result_of(preparing.prepare("xception", paths, weights))
        return pretended(tiny_folder)

    monkeypatch.setattr(preparing, "KerasProcess", helper)
    mine = result_of(preparing.prepare("xception", paths, weights))
    assert mine.card == others[0].card
    assert [path.name for path in paths.converted.iterdir()] == [mine.card.folder.name]


def test_what_keras_has_fetched_for_others_is_taken(tmp_path, tiny_folder, monkeypatch) -> None:
    help_with(monkeypatch, tiny_folder)
    theirs = tmp_path / "keras" / "models" / FACTS.weights_file
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(WEIGHTS)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    prepared = result_of(preparing.prepare("xception", UserPaths.below(tmp_path / "user")))
    assert prepared.weights.parent == tmp_path / "user" / "weights"
    assert prepared.weights.read_bytes() == WEIGHTS


def test_what_was_given_last_is_what_is_used(tmp_path, tiny_folder, monkeypatch) -> None:
    help_with(monkeypatch, tiny_folder)
    paths = UserPaths.below(tmp_path / "user")
    first, second = tmp_path / "first.h5", tmp_path / "second.h5"
    first.write_bytes(WEIGHTS)
    second.write_bytes(WEIGHTS + b"other")
    cards = [result_of(preparing.prepare("xception", paths, file)).card for file in (first, second)]
    for age, card in ((200, cards[0]), (100, cards[1])):
        path = card.folder / card.CARD
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    monkeypatch.setattr(preparing, "KerasProcess", None)
    assert result_of(preparing.prepare("xception", paths)).card == cards[1]
    assert result_of(preparing.prepare("xception", paths, first)).card == cards[0]
    assert result_of(preparing.prepare("xception", paths)).card == cards[0]
    assert result_of(preparing.prepare("xception", paths)).weights.read_bytes() == WEIGHTS


def test_a_network_that_is_not_here_says_how_to_get_it(tmp_path, no_helper, monkeypatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(ModelError, match=r"models get efficientnetb0 .*17 MB.* models import efficientnetb0 FILE"):
        backbones.load("efficientnetb0", UserPaths.below(tmp_path))


@pytest.mark.parametrize(("content", "message"), [(b"", "is empty"), (b"no weights", "expected HDF5")])
def test_what_cannot_be_weights_starts_no_helper(tmp_path, no_helper, content, message) -> None:
    weights = tmp_path / "mine.h5"
    weights.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        backbones.load("xception", UserPaths.below(tmp_path / "user"), weights)


def test_mobilenetv2_of_another_id_does_not_count(tmp_path, tiny_folder) -> None:
    """Heads are shipped for one MobileNetV2; one of other weights that lies in the cache must not pass for it."""
    paths = UserPaths.below(tmp_path)
    shutil.copytree(tiny_folder, paths.converted / "mobilenetv2-0123456789abcdef")
    shutil.copytree(tiny_folder, paths.converted / "xception-0123456789abcdef")
    assert preparing.find_converted(facts_of("mobilenetv2"), paths) is None
    assert preparing.find_converted(FACTS, paths) is not None
