"""Keras' networks in the real TensorFlow: where their weights are, and from a file of weights to embeddings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.ml import backbones, networks, preparing
from photosort.ml.acceleration import GpuPlan, Way, open_gpu
from photosort.ml.backbones import BackboneCard
from photosort.ml.keras_process import KerasProcess
from photosort.ml.network_facts import NETWORKS, facts_of
from photosort.ml.networks import State

pytestmark = [pytest.mark.tensorflow, pytest.mark.timeout(1200)]

_REAL = Path(__file__).resolve().parents[3] / "shared" / "weights" / "mobilenetv2_imagenet_notop.weights.h5"

# Batch norms that fit whatever a network is compared on: different pictures come out different, and no rounding is
# blown up, as random weights would.
_MAKE = """
import sys
from pathlib import Path
import h5py, keras, numpy as np
from keras.src.legacy.saving import legacy_h5_format
from photosort.ml.reference import album_inputs, album_pictures
from photosort.ml.samples import sample_pictures

folder, name, size, scale, offset = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *map(float, sys.argv[4:6])
keras.utils.set_random_seed(11)
model = getattr(keras.applications, name)(include_top=False, weights=None, pooling="avg", input_shape=(size, size, 3))
random = np.random.default_rng(11)
pictures = random.integers(0, 256, (4, 5, 5, 3)).repeat(60, 1).repeat(60, 2)[:, :size, :size]
colours = np.array([[1, 0.1, 0.1], [0.1, 0.2, 1], [0.9, 1, 0.8], [0.5, 0.9, 0.1]])
pictures = (pictures * colours[:, None, None]).astype(np.uint8)
norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
for layer in norms:
    shape = layer.gamma.shape
    layer.gamma.assign(random.uniform(0.5, 1.5, shape))
    layer.beta.assign(random.normal(0, 0.3, shape))
    layer.momentum = 0.0
album = album_inputs(album_pictures()[::4], size, "stretch")
batch = np.concatenate([pictures, sample_pictures(size), album]).astype(np.float32) * scale + offset
if name == "EfficientNetB0":
    # With its ImageNet weights, this one divides what it takes by the square root of ImageNet's standard deviations.
    batch = batch / np.sqrt([0.229, 0.224, 0.225]).astype(np.float32)
model(batch, training=True)
model.save_weights(folder / "new.weights.h5")
with h5py.File(folder / "old.h5", "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, model)
np.save(folder / "pictures.npy", pictures)
np.save(folder / "expected.npy", model.predict(batch[: len(pictures)], verbose=0))
"""


class Made(NamedTuple):
    """A network of random weights, in both of Keras' layouts, and what it makes of four pictures."""

    new: Path
    old: Path
    pictures: np.ndarray
    expected: np.ndarray


@pytest.fixture(scope="module")
def make(tmp_path_factory) -> Callable[[str], Made]:
    """Makes the weights of a network, once."""
    made: dict[str, Made] = {}

    def once(name: str) -> Made:
        if name not in made:
            facts = facts_of(name)
            folder = tmp_path_factory.mktemp(name)
            own = {"KERAS_BACKEND": "tensorflow", "KERAS_HOME": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
            numbers = map(str, (facts.input_size, facts.scale, facts.offset))
            command = [sys.executable, "-c", _MAKE, str(folder), facts.keras_name, *numbers]
            subprocess.run(command, env=os.environ | own, check=True, capture_output=True)
            arrays = [np.load(folder / f"{what}.npy") for what in ("pictures", "expected")]
            made[name] = Made(folder / "new.weights.h5", folder / "old.h5", *arrays)
        return made[name]

    return once


@pytest.fixture
def paths(tmp_path, monkeypatch) -> UserPaths:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return UserPaths.below(tmp_path / "user")


def difference(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest relative difference of the rows."""
    return float((np.linalg.norm(found - expected, axis=1) / np.linalg.norm(expected, axis=1)).max())


def result_of(generator):
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return stop.value


def test_keras_says_where_its_weights_are() -> None:
    with KerasProcess() as process:
        told = {facts.name: process.ask("weights_source", name=facts.name) for facts in NETWORKS if not facts.bundled}
    for name, source in told.items():
        assert source["url"].startswith("https://")
        assert source["url"].endswith("/" + facts_of(name).weights_file)
    assert {name: source["algorithm"] for name, source in told.items()} == {
        "mobilenetv2": "",
        "efficientnetb0": "md5",
        "xception": "md5",
    }
    assert all(len(told[name]["digest"]) == 32 for name in ("efficientnetb0", "xception"))


def test_from_a_file_of_weights_to_the_embeddings_that_keras_gives(make, paths, monkeypatch) -> None:
    made = make("xception")
    assert difference(made.expected[[1, 2, 3, 0]], made.expected) > 0.1, "pictures must come out different"
    # As on a computer with a GPU, for which float16 alone is made.
    monkeypatch.setattr(preparing, "nvidia_visible", lambda: True)
    steps = list(backbones.open_network("xception", paths, made.old, "cpu"))
    assert {"Starting TensorFlow", "Converting the network"} <= {step.what for step in steps}

    # The file that was given may go away, it is remembered; and nothing is converted a second time.
    with monkeypatch.context() as without_helper:
        without_helper.setattr(preparing, "KerasProcess", None)
        backbone = backbones.load("xception", paths, wanted="cpu")
    assert (backbone.input_size, backbone.dimension, backbone.framing) == (299, 2048, "crop")
    assert difference(backbone.embed(made.pictures), made.expected) < 0.01
    status = networks.status_of("xception", paths)
    assert (status.state, status.variant, status.backbone_id) == (State.READY, "f16", backbone.id)
    assert result_of(networks.verify("xception", paths)).ok

    # A GPU takes the same way through the helper process, here with TensorFlow's CPU in its place.
    card = BackboneCard.read(next(paths.converted.iterdir()))
    gpu = open_gpu(GpuPlan(Way.TENSORFLOW, made.new, card), KerasProcess(), backbone.embed, require_gpu=False)
    try:
        assert difference(gpu.embed(made.pictures), made.expected) < 1e-3
    finally:
        gpu.close()
    backbone.close()


def test_efficientnet_is_the_one_that_keras_makes_of_imagenet_weights(make, paths) -> None:
    made = make("efficientnetb0")
    backbone = backbones.load("efficientnetb0", paths, made.new, "cpu")
    card = BackboneCard.read(next(paths.converted.iterdir()))
    judged = card.notes["measured"]["int8"]
    found = backbone.embed(made.pictures)
    if judged["kept"]:
        assert card.variant == "i8"
        assert judged["cosine_to_floats"] >= 0.99
        lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(made.expected, axis=1)
        assert ((found * made.expected).sum(1) / lengths).min() > 0.97
    else:
        assert card.variant in {"f16", "f32"}
        assert judged["cosine_to_floats"] < 0.99 or judged["times_as_fast"] < 1.1
        assert difference(found, made.expected) < 0.02
    assert backbone.id == card.id
    backbone.close()


def test_weights_of_something_else_are_refused(make, tmp_path) -> None:
    whole = make("xception").new
    cut = tmp_path / "cut.h5"
    cut.write_bytes(whole.read_bytes()[:5_000_000])
    asked = {"quantise": False, "made_of": {}}
    with KerasProcess() as process:
        for name, weights, message in (
            ("mobilenetv2", whole, "holds more than .* numbers"),
            ("xception", make("efficientnetb0").old, "does not hold the weights of Xception"),
            ("xception", cut, "is no HDF5 file of weights, or damaged"),
        ):
            with pytest.raises(ModelError, match=message):
                process.ask("convert", name=name, weights=str(weights), folder=str(tmp_path / name), **asked)
    assert not list(tmp_path.rglob("card.json"))


def test_another_mobilenetv2_is_refused(make, paths) -> None:
    with pytest.raises(ModelError, match=r"not the ones that photosort's classifiers were made for"):
        backbones.load("mobilenetv2", paths, make("mobilenetv2").new, "cpu")
    assert networks.status_of("mobilenetv2", paths).state is State.ABSENT
    assert [path for path in paths.data.rglob("*") if path.is_file()] == []


@pytest.mark.shared
@pytest.mark.skipif(not _REAL.exists(), reason="the ImageNet weights (../shared/weights) are not here")
def test_the_real_mobilenetv2_gets_the_id_that_heads_are_shipped_for(paths) -> None:
    status = result_of(networks.take_file("mobilenetv2", _REAL, paths))
    assert status.state is State.READY
    assert (status.backbone_id, status.variant) == (preparing.expected_id("mobilenetv2"), "f16")
    assert networks.best(paths) == "mobilenetv2"
    assert result_of(networks.verify("mobilenetv2", paths)).ok
