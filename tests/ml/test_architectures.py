"""The network that photosort trains, and its stored weights, from which fine-tuning starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from photosort.core.paths import resources
from photosort.ml.architectures import build_compact
from photosort.ml.backbones import load_compact


def test_importing_the_module_and_refusing_nonsense_needs_no_keras() -> None:
    script = (
        "import sys; from photosort.ml.architectures import build_compact\n"
        "for arguments in ({'input_size': 16}, {'middle_blocks': -1}):\n"
        "    try: build_compact(**arguments)\n"
        "    except ValueError as error: print(error)\n"
        "assert not {'keras', 'tensorflow', 'torch'} & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert "at least 32 pixels" in done.stdout
    assert "must not be negative, got -1" in done.stdout


def test_an_input_that_halves_away_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at least 32 pixels .*, got 31"):
        build_compact(31)


@pytest.mark.tensorflow
def test_the_stored_weights_are_the_network_that_predicts_and_load_at_any_size(tmp_path: Path) -> None:
    backbone = load_compact()
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 256, (4, 8, 8, 3), np.uint8)
    pixels = coarse.repeat(16, axis=1).repeat(16, axis=2)
    expected = backbone.embed(pixels)
    backbone.close()
    np.save(tmp_path / "pixels.npy", pixels)
    script = (
        "import sys, numpy as np; from photosort.ml.architectures import build_compact\n"
        "pixels = np.load(sys.argv[2]).astype('float32')\n"
        "for size, given in ((128, pixels), (96, pixels[:, 16:112, 16:112])):\n"
        "    model = build_compact(size); model.load_weights(sys.argv[1])\n"
        "    np.save(f'{sys.argv[3]}/{size}.npy', model.predict(given, verbose=0))"
    )
    weights = resources() / "models" / "compact" / "backbone.weights.h5"
    subprocess.run(
        [sys.executable, "-c", script, str(weights), str(tmp_path / "pixels.npy"), str(tmp_path)],
        check=True,
        env=os.environ | {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
    )
    found = np.load(tmp_path / "128.npy")
    cosine = (found * expected).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(expected, axis=1)
    assert cosine.min() >= 0.999
    smaller = np.load(tmp_path / "96.npy")
    assert smaller.shape == (4, 512)
    assert np.isfinite(smaller).all()
