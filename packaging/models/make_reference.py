#!/usr/bin/env python3
"""Make the reference embeddings by which a fetched or imported MobileNetV2 is known.

    python packaging/models/make_reference.py

Writes `resources/models/mobilenetv2/card.json` and `reference.npz`: what Keras makes of the pictures of the sample
album with the weights that the heads on MobileNetV2 are fitted on, and the backbone id that follows from those weights.
The weights themselves are Keras' own and do not lie in the repository. To be run again whenever the album changes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from photosort.core.paths import resources
from photosort.ml.network_facts import facts_of
from photosort.ml.reference import Reference, album_inputs, album_pictures, album_sha256, pack, weights_sha256

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT.parent / "shared" / "weights" / "mobilenetv2_imagenet_notop.weights.h5"
COMMAND = "python packaging/models/make_reference.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write card and embeddings; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="Keras' MobileNetV2 without its classifier")
    parser.add_argument("--out", type=Path, default=resources() / "models" / "mobilenetv2")
    options = parser.parse_args(arguments)

    import keras

    facts = facts_of("mobilenetv2")
    shape = (facts.input_size, facts.input_size, 3)
    model = keras.applications.MobileNetV2(include_top=False, weights=None, pooling="avg", input_shape=shape)
    model.load_weights(str(options.weights))
    digest = weights_sha256(model.get_weights())

    pictures = album_pictures()
    pixels = album_inputs(pictures, facts.input_size, facts.framing)
    batch = pixels.astype(np.float32) * np.float32(facts.scale) + np.float32(facts.offset)
    embeddings = np.asarray(model.predict(batch, verbose=0), np.float16)

    arrays = pack(pictures, embeddings)
    card = {
        "schema": 1,
        "kind": "reference",
        "name": facts.name,
        "title": facts.title,
        "date": datetime.now(UTC).date().isoformat(),
        "about": "Embeddings of the sample album, by which the network that the heads were fitted on is known again.",
        "command": COMMAND,
        "backbone_id": f"{facts.name}-{digest[:12]}-{facts.input_size}-p1-f16",
        "weights_sha256": digest,
        "weights_licence": facts.licence,
        "input_size": facts.input_size,
        "preprocessing": {"name": f"{facts.framing}_rgb", "version": 1, "scale": facts.scale, "offset": facts.offset},
        "embedding_dim": int(embeddings.shape[1]),
        "files": {Reference.ARRAYS: {"sha256": hashlib.sha256(arrays).hexdigest(), "bytes": len(arrays)}},
        "album_sha256": album_sha256(),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / Reference.ARRAYS).write_bytes(arrays)
    (options.out / Reference.CARD).write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    print(f"{card['backbone_id']}: {len(pictures)} pictures, {len(arrays):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
