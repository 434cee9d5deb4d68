"""What importing photosort must not drag in: the window has to be there in under a second."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parent.parent / "src" / "photosort"

HEAVY = ("tensorflow", "keras", "sklearn", "scipy", "ai_edge_litert", "h5py", "torch")

_TELL = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"


def loaded_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{_TELL}"], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", ["photosort.__main__", "photosort.cli"])
def test_a_start_loads_no_engine(module) -> None:
    assert loaded_after(f"import {module}").isdisjoint(HEAVY)


def test_no_module_of_ml_loads_an_engine_by_being_imported() -> None:
    modules = [f"photosort.ml.{path.stem}" for path in sorted((SRC / "ml").glob("*.py")) if path.stem != "__init__"]
    assert {"photosort.ml.runtime", "photosort.ml.backbones", "photosort.ml.clusters"} <= set(modules)
    assert loaded_after("import " + ", ".join(modules)).isdisjoint(HEAVY)


def test_embedding_and_grouping_on_the_cpu_never_load_tensorflow() -> None:
    card = SRC.parent.parent / "tests" / "data" / "tiny_backbone"
    code = f"""
from pathlib import Path
import numpy as np
from photosort.ml.backbones import LiteRTBackbone, BackboneCard
from photosort.ml.clusters import kmeans, propose_k
backbone = LiteRTBackbone(BackboneCard.read(Path({str(card)!r})))
vectors = backbone.embed(np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3), dtype=np.uint8))
list(kmeans(vectors, propose_k(vectors)))
"""
    loaded = loaded_after(code)
    assert {"ai_edge_litert", "sklearn"} <= loaded, "what this is about did not happen"
    assert loaded.isdisjoint({"tensorflow", "keras", "torch", "h5py"})
