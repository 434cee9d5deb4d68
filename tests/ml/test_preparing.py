"""From a file of weights to embeddings, once for every kind of network with the real TensorFlow."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.ml import backbones, xception
from photosort.ml.acceleration import GpuPlan, Way, open_gpu
from photosort.ml.keras_process import KerasProcess

pytestmark = pytest.mark.timeout(600)

# Batch norms that shift and stretch, so that pictures come out different and every weight counts.
_MAKE = """
import sys
from pathlib import Path
import h5py, keras, numpy as np
from keras.src.legacy.saving import legacy_h5_format

folder = Path(sys.argv[1])
keras.utils.set_random_seed(11)
model = keras.applications.Xception(include_top=False, weights=None, pooling="avg", input_shape=(299, 299, 3))
random = np.random.default_rng(11)
for layer in model.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        size = layer.gamma.shape
        layer.set_weights([random.uniform(1, 3, size), random.normal(0, 0.02, size), random.normal(0, 0.02, size),
                           random.uniform(0.5, 1.5, size)])
model.save_weights(folder / "new.weights.h5")
with h5py.File(folder / "old.h5", "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, model)
keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save_weights(folder / "other.weights.h5")
pictures = random.integers(0, 256, (3, 5, 5, 3)).repeat(60, 1).repeat(60, 2)[:, :299, :299]
pictures = (pictures * [[[[1, 0.1, 0.1]]], [[[0.1, 0.2, 1]]], [[[0.9, 1, 0.8]]]]).astype(np.uint8)
np.save(folder / "pictures.npy", pictures)
np.save(folder / "expected.npy", model.predict(pictures.astype(np.float32) / 127.5 - 1, verbose=0))
"""


class Made(NamedTuple):
    """An Xception of random weights, in both of Keras' layouts, and what it makes of three pictures."""

    new: Path
    old: Path
    other: Path
    pictures: np.ndarray
    expected: np.ndarray


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Made:
    folder = tmp_path_factory.mktemp("xception")
    environment = os.environ | {"KERAS_BACKEND": "tensorflow", "KERAS_HOME": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, "-c", _MAKE, str(folder)], env=environment, check=True, capture_output=True)
    files = [folder / name for name in ("new.weights.h5", "old.h5", "other.weights.h5")]
    return Made(*files, np.load(folder / "pictures.npy"), np.load(folder / "expected.npy"))


def alike(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest relative difference of the rows."""
    return float((np.linalg.norm(found - expected, axis=1) / np.linalg.norm(expected, axis=1)).max())


@pytest.mark.tensorflow
def test_from_a_file_of_weights_to_the_embeddings_that_keras_gives(made, tmp_path, monkeypatch) -> None:
    assert alike(made.expected[[1, 2, 0]], made.expected) > 0.1, "different pictures must give different embeddings"
    paths = UserPaths.below(tmp_path)

    with pytest.raises(ModelError, match="does not hold the weights of Xception"):
        backbones.load("xception", paths, made.other)
    assert not list(tmp_path.rglob("*.h5"))
    assert not list(tmp_path.rglob("*.tflite"))

    steps = list(backbones.open_xception(paths, made.old, "cpu"))
    assert {"Starting TensorFlow", "Converting the network"} <= {step.what for step in steps}
    assert [path.name.partition("-")[0] for path in paths.weights.iterdir()] == ["xception"]
    assert len(list(paths.converted.iterdir())) == 1

    # The file that was given may go away, it is remembered; and nothing is converted a second time.
    with monkeypatch.context() as without_helper:
        without_helper.setattr(xception, "KerasProcess", None)
        backbone = backbones.load("xception", paths, wanted="cpu")
    assert (backbone.input_size, backbone.dimension, backbone.framing) == (299, 2048, "crop")
    assert alike(backbone.embed(made.pictures), made.expected) < 0.01

    # A GPU takes the same way through the helper process, here with TensorFlow's CPU in its place.
    card = backbones.BackboneCard.read(next(paths.converted.iterdir()))
    plan = GpuPlan(Way.TENSORFLOW, made.new, card)
    gpu = open_gpu(plan, KerasProcess(), backbone.embed, require_gpu=False)
    try:
        assert alike(gpu.embed(made.pictures), made.expected) < 1e-4
    finally:
        gpu.close()


@pytest.fixture
def converted(tiny_folder, tmp_path) -> UserPaths:
    """A cache with a converted network in it, and the weights that it was made of."""
    paths = UserPaths.below(tmp_path)
    paths.weights.mkdir(parents=True)
    weights = paths.weights / xception.WEIGHTS_FILE
    weights.write_bytes(b"pretended weights")
    folder = paths.converted / f"xception-{xception.sha256_of(weights)[:16]}"
    shutil.copytree(tiny_folder, folder)
    return paths


def result_of(generator):
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return stop.value


def test_what_was_converted_once_is_not_converted_again(converted, monkeypatch) -> None:
    monkeypatch.setattr(xception, "KerasProcess", None)
    prepared = result_of(xception.prepare(converted))
    assert prepared.card.folder.parent == converted.converted
    assert prepared.weights == converted.weights / xception.WEIGHTS_FILE
    assert len(list(converted.weights.iterdir())) == 1


def test_the_converted_network_serves_without_its_weights(converted, monkeypatch) -> None:
    monkeypatch.setattr(xception, "KerasProcess", None)
    shutil.rmtree(converted.weights)
    prepared = result_of(xception.prepare(converted))
    assert (prepared.card.name, prepared.weights) == ("tiny", None)


_CONVERTER = """
import json, shutil, sys, time
for line in sys.stdin:
    request = json.loads(line)
    if {slow}:
        from pathlib import Path
        Path(request["folder"]).mkdir(parents=True)
        time.sleep(600)
    shutil.copytree({source!r}, request["folder"])
    print(json.dumps({{"id": request["id"], "answer": {{}}}}), flush=True)
"""


def test_a_damaged_conversion_is_made_again(converted, tiny_folder, monkeypatch) -> None:
    code = _CONVERTER.format(slow=False, source=str(tiny_folder))
    monkeypatch.setattr(xception, "KerasProcess", lambda: KerasProcess(command=[sys.executable, "-c", code]))
    network = next(converted.converted.glob("*/backbone.tflite"))
    whole = network.read_bytes()
    network.write_bytes(whole[:1000])
    result_of(xception.prepare(converted))
    assert network.read_bytes() == whole
    assert len(list(converted.converted.iterdir())) == 1


def test_a_stopped_conversion_leaves_nothing(tiny_folder, tmp_path, monkeypatch) -> None:
    code = _CONVERTER.format(slow=True, source=str(tiny_folder))
    monkeypatch.setattr(xception, "KerasProcess", lambda: KerasProcess(command=[sys.executable, "-c", code]))
    weights = tmp_path / "mine.h5"
    weights.write_bytes(b"pretended weights")
    paths = UserPaths.below(tmp_path / "user")
    preparing = xception.prepare(paths, weights)
    while not list(paths.converted.glob(".converting-*/made")):
        next(preparing)
    preparing.close()
    assert [path for path in paths.data.rglob("*") if path.is_file()] == []
    assert list(paths.converted.iterdir()) == []


def test_what_a_killed_program_left_is_removed_in_the_end(converted, tiny_folder, monkeypatch) -> None:
    code = _CONVERTER.format(slow=False, source=str(tiny_folder))
    monkeypatch.setattr(xception, "KerasProcess", lambda: KerasProcess(command=[sys.executable, "-c", code]))
    old, new = converted.converted / ".converting-old", converted.converted / ".converting-new"
    for leftover in (old, new):
        leftover.mkdir()
    os.utime(old, (0, 0))
    shutil.rmtree(next(converted.converted.glob("xception-*")))
    result_of(xception.prepare(converted))
    assert not old.exists()
    assert new.exists()


def test_what_keras_has_fetched_for_others_is_taken(tmp_path, tiny_folder, monkeypatch) -> None:
    code = _CONVERTER.format(slow=False, source=str(tiny_folder))
    monkeypatch.setattr(xception, "KerasProcess", lambda: KerasProcess(command=[sys.executable, "-c", code]))
    theirs = tmp_path / "keras" / "models" / xception.WEIGHTS_FILE
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"pretended weights")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    prepared = result_of(xception.prepare(UserPaths.below(tmp_path / "user")))
    assert prepared.weights.parent == tmp_path / "user" / "weights"
    assert prepared.weights.read_bytes() == b"pretended weights"


def test_fetched_weights_are_found_by_name(tmp_path, monkeypatch) -> None:
    """What Keras says of its file goes to the downloader, and the file to where `prepare` looks."""
    told = {"url": "https://example.invalid/xception_notop.h5", "algorithm": "md5", "digest": "0" * 32}
    code = f"""
import json, sys
for line in sys.stdin:
    print(json.dumps({{"id": json.loads(line)["id"], "answer": json.loads({json.dumps(told)!r})}}), flush=True)
"""
    asked = []

    def fetch(source, target):
        asked.append((source, target))
        yield from ()
        return target

    monkeypatch.setattr(xception, "KerasProcess", lambda: KerasProcess(command=[sys.executable, "-c", code]))
    monkeypatch.setattr(xception, "fetch", fetch)
    paths = UserPaths.below(tmp_path)
    with pytest.raises(ModelError, match=r"notop\.h5 is missing"):  # Nothing was written by this fetch.
        backbones.load("xception", paths, xception.DOWNLOAD)
    target = asked[0][1]
    assert target == paths.weights / xception.WEIGHTS_FILE
    assert asked == [(xception.Source(told["url"], "md5", told["digest"]), target)]
