"""Driving the pipeline's generators to their end."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

from photosort.core.catalog import Catalog
from photosort.core.photo import Progress
from photosort.pipeline import Opened, open_folder

Result = TypeVar("Result")


def finish(steps: Generator[Progress, None, Result]) -> Result:
    """Run a step to its end and return its result."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: Result = stop.value
            return result


def opened(catalog: Catalog, folder: Path) -> Opened:
    """Scan a folder into the catalog."""
    return finish(open_folder(catalog, folder))
