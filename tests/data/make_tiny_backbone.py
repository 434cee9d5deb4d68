"""Make tests/data/tiny_backbone: a backbone of random weights, small enough to be committed.

    KERAS_BACKEND=tensorflow python tests/data/make_tiny_backbone.py

Most tests of the runtime need a network, and none of them needs TensorFlow to get one.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import keras
import tensorflow as tf

SIZE, DIMENSION = 16, 8
OUT = Path(__file__).parent / "tiny_backbone"


def convert(model: keras.Model) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, format="tf_saved_model", verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        return bytes(converter.convert())


def main() -> None:
    keras.utils.set_random_seed(7)
    layers = keras.layers
    pictures = keras.Input((SIZE, SIZE, 3))
    seen = layers.Conv2D(8, 3, strides=2, activation="relu")(pictures)
    seen = layers.Conv2D(8, 3, activation="relu")(seen)
    vector = layers.Dense(DIMENSION)(layers.GlobalAveragePooling2D()(seen))
    network = convert(keras.Model(pictures, vector))
    two_outputs = convert(keras.Model(pictures, [vector, seen]))
    OUT.mkdir(exist_ok=True)
    (OUT / "backbone.tflite").write_bytes(network)
    (OUT.parent / "two_outputs.tflite").write_bytes(two_outputs)
    card = {
        "schema": 1,
        "name": "tiny",
        "input_size": SIZE,
        "preprocessing": {"name": "crop_rgb", "version": 1, "scale": 1 / 127.5, "offset": -1.0},
        "embedding_dim": DIMENSION,
        "files": {"backbone.tflite": {"sha256": hashlib.sha256(network).hexdigest(), "bytes": len(network)}},
    }
    (OUT / "card.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
