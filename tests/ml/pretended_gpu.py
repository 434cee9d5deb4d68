"""A helper process of ours in the place of the real one: a "GPU" that computes on the CPU, or fails as asked."""

from __future__ import annotations

import sys

from photosort.ml.cards import BackboneCard

NAME = "Pretended GPU"

_CODE = """
import json, os, sys, time
import numpy as np
from photosort.ml.runtime import Network
from pathlib import Path
network, mode = Network(Path(sys.argv[1])), sys.argv[2]
embedded = 0
half = False
for line in sys.stdin:
    request = json.loads(line)
    answer = {"device": "Pretended GPU"}
    if request["task"] == "open":
        half = request["half"]
        if mode == "absent":
            print(json.dumps({"id": request["id"], "error": "no adapters", "kind": "engine"}), flush=True)
            continue
    if request["task"] == "embed":
        embedded += 1
        if mode == "dies" and embedded == 2:
            os._exit(7)
        if mode == "hangs" and embedded == 2:
            time.sleep(600)
        vectors = network(np.load(request["pixels"]).astype(np.float32) / 127.5 - 1)
        if mode == "wrong" or (mode == "wrong in half" and half):
            vectors = vectors[:, ::-1]
        np.save(request["vectors"], vectors)
        answer = {}
    print(json.dumps({"id": request["id"], "answer": answer}), flush=True)
"""


def command(card: BackboneCard, mode: str) -> list[str]:
    """How to start it.

    Args:
        card: of the tiny backbone, which it runs.
        mode: "works"; "absent", no GPU is found; "wrong", it computes something else, or does so "wrong in half"
            precision; "dies" or "hangs" with the second batch, the first being the comparison with the CPU.
    """
    return [sys.executable, "-c", _CODE, str(card.network), mode]
