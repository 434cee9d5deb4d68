"""A helper process that pretends: it converts nothing, but answers as the real one does."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from photosort.ml.keras_process import KerasProcess

WEIGHTS = b"\x89HDF\r\n\x1a\n" + bytes(range(256)) * 2000
"""Passes for a file of weights at a glance."""

_CODE = """
import json, shutil, sys, time
from pathlib import Path

source, network, slow, refusal = json.loads(sys.argv[1])
for line in sys.stdin:
    request = json.loads(line)
    answer = {"answer": source or {}}
    if request["task"] == "convert" and refusal:
        answer = {"error": refusal, "kind": "model"}
    elif request["task"] == "convert":
        folder = Path(request["folder"])
        if slow:
            folder.mkdir(parents=True)
            time.sleep(600)
        shutil.copytree(network, folder)
        card = json.loads((folder / "card.json").read_text("utf-8"))
        card |= {"name": request["name"], "weights": request["made_of"], "quantised": request["quantise"]}
        (folder / "card.json").write_text(json.dumps(card), "utf-8")
        answer = {"answer": {}}
    print(json.dumps({"id": request["id"], **answer}), flush=True)
"""


def pretended(
    network: Path, *, source: Mapping[str, Any] | None = None, slow: bool = False, refusal: str = ""
) -> KerasProcess:
    """A process that passes for `KerasProcess()`.

    Args:
        network: folder that every conversion results in.
        source: where Keras would have the weights.
        slow: begin a conversion and never end it.
        refusal: in place of a conversion.
    """
    told = json.dumps([dict(source or {}), str(network), slow, refusal])
    return KerasProcess(command=[sys.executable, "-c", _CODE, told])
