"""Fixtures of the tests about networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photosort.ml.cards import BackboneCard

DATA = Path(__file__).resolve().parent.parent / "data"


@pytest.fixture(scope="session")
def tiny_folder() -> Path:
    """A stored backbone of random weights: 16 x 16 pixels to 8 numbers; never written to."""
    return DATA / "tiny_backbone"


@pytest.fixture(scope="session")
def tiny_card(tiny_folder: Path) -> BackboneCard:
    """Its card."""
    return BackboneCard.read(tiny_folder)


@pytest.fixture(scope="session")
def two_outputs() -> Path:
    """A valid network of a form that is of no use here."""
    return DATA / "two_outputs.tflite"


@pytest.fixture(scope="session")
def pixels() -> NDArray[np.uint8]:
    """Twelve noise pictures for the tiny backbone."""
    return np.random.default_rng(1).integers(0, 256, (12, 16, 16, 3), dtype=np.uint8)
