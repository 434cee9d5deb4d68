"""Reaches the scripts by which the bundled models are made."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

MODEL_SCRIPTS = Path(__file__).resolve().parents[1] / "packaging" / "models"


def model_script(name: str) -> ModuleType:
    """Import one of `packaging/models`, which import one another by their plain names."""
    before = list(sys.path)
    sys.path.insert(0, str(MODEL_SCRIPTS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path[:] = before
