"""Fixtures that every test may use: the photos that lie beside a developer's checkout, and nothing global."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before Qt is imported anywhere: the suite needs no display.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared_photos() -> Path:
    """The folder of labelled and real photos beside the checkout; the test is skipped where it is absent."""
    folder = _SHARED / "photos"
    if not folder.is_dir():
        pytest.skip("the photo sets (../shared/photos) are not here")
    return folder


@pytest.fixture(scope="session")
def real_photos(shared_photos: Path) -> Path:
    """Real camera files, broken files and oddities."""
    return shared_photos / "real"
