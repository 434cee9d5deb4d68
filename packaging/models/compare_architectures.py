#!/usr/bin/env python3
"""Train two architectures for the same time, and compare what they see and how fast they are.

    python packaging/models/compare_architectures.py --minutes 6

Both learn what `train_backbone.py` teaches, from scratch and by the clock; their embeddings of the pack's photos are
then judged by linear probes on validation photos. Speed is LiteRT's at 128 px, on one thread, in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from train_backbone import ROOT, SIDE, Lessons, Pack, Recipe, boxes, build, make_other_pack, make_pack, teach, train

_PROBED = ("scenes", "cats-dogs", "birds")
_MOST = 1500


def main() -> int:
    """Train and measure; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "photos")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "photosort-training")
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--only", choices=["xception", "inverted"])
    parser.add_argument("--speed", action="store_true", help="measure the speed alone (needs TensorFlow)")
    options = parser.parse_args()
    names = [options.only] if options.only else ["xception", "inverted"]
    if options.speed:
        for name in names:
            print(json.dumps({name: _speed(name)}))
        return 0
    os.environ.setdefault("KERAS_BACKEND", "torch")
    pack = make_pack(options.photos, options.work)
    targets = teach(pack, Path(), options.work, os.cpu_count() or 1)
    lessons = Lessons(pack, make_other_pack(pack, options.work), boxes(pack), targets)
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            recipe = Recipe(minutes=options.minutes, architecture=name, ema=0.995)
            weights = train(lessons, recipe, work, os.cpu_count() or 1, checkpoint=work / "first.npz")
            cycle = json.loads((work / "first.json").read_text("utf-8"))
            print(json.dumps({name: {**cycle, **_probes(pack, _embed(name, weights, pack))}}), flush=True)
    return 0


def _rows(pack: Pack, set_name: str, split: Any) -> NDArray[np.int64]:
    rows = np.array([i for i in pack.rows(split) if pack.entries[i].set_name == set_name])
    return np.random.default_rng(0).permutation(rows)[:_MOST]


def _embed(name: str, weights: Path, pack: Pack) -> dict[int, NDArray[np.float32]]:
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    # As in training: the fused batch norm that train_backbone.py puts in place wants channels first.
    model = build(name)(SIDE, data_format="channels_first", rescale=False)
    model.load_weights(weights)
    found: dict[int, NDArray[np.float32]] = {}
    rows = np.concatenate([_rows(pack, s, split) for s in _PROBED for split in ("train", "validation")])
    with torch.no_grad():
        for start in range(0, len(rows), 64):
            chunk = rows[start : start + 64]
            pixels = torch.from_numpy(np.ascontiguousarray(pack.pixels[chunk])).permute(0, 3, 1, 2)
            vectors = model(pixels / 127.5 - 1, training=False).numpy()
            found.update(zip(chunk.tolist(), vectors, strict=True))
    return found


def _probes(pack: Pack, vectors: dict[int, NDArray[np.float32]]) -> dict[str, float]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer, StandardScaler

    results = {}
    for set_name in _PROBED:
        parts = {}
        for split in ("train", "validation"):
            rows = _rows(pack, set_name, split)
            parts[split] = np.stack([vectors[i] for i in rows.tolist()]), [pack.entries[i].label for i in rows]
        model = make_pipeline(Normalizer(), StandardScaler(), LogisticRegression(C=0.03, max_iter=300, tol=1e-3))
        results[set_name] = round(float(model.fit(*parts["train"]).score(*parts["validation"])), 4)
    return results


def _speed(name: str) -> dict[str, float]:
    os.environ["KERAS_BACKEND"] = "tensorflow"
    from ai_edge_litert.interpreter import Interpreter
    from train_backbone import to_litert

    model = build(name)(SIDE)
    interpreter = Interpreter(model_content=to_litert(model), num_threads=1)
    interpreter.allocate_tensors()
    given = interpreter.get_input_details()[0]["index"]
    interpreter.set_tensor(given, np.zeros((1, SIDE, SIDE, 3), np.float32))
    times = []
    for _ in range(200):
        started = time.perf_counter()
        interpreter.invoke()
        times.append(time.perf_counter() - started)
    return {"photos_per_second_of_a_thread": round(1 / float(np.median(times)), 1), "parameters": model.count_params()}


if __name__ == "__main__":
    sys.exit(main())
