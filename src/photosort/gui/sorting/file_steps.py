"""What a file job does, as generators, where it is more than one step of the sorting room. Knows no Qt."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from pathlib import Path

from photosort.core.catalog import Catalog
from photosort.core.errors import SortingError
from photosort.core.photo import Photo, Progress
from photosort.core.sorting import engine
from photosort.core.sorting.planning import file_into
from photosort.core.sorting.survey import survey
from photosort.core.sorting.values import How, Run


def file_photos(
    catalog: Catalog, root: Path, photos: Sequence[Photo], folder: Path, how: How, command: str
) -> Generator[Progress, None, Run]:
    """File photos into one folder by hand: look at the disk, plan, apply.

    Args:
        catalog: where the run is kept.
        root: the folder that the photos are of.
        photos: what to file.
        folder: where to, absolute.
        how: move or copy.
        command: who does it, for another process that wants to.

    Yields:
        progress of looking, then of moving.

    Returns:
        the run.

    Raises:
        SortingError: it cannot be done at all; nothing was touched.
    """
    found = yield from survey(root, photos, folder)
    plan = file_into(root, photos, folder, how, found)
    if plan.refusals:
        raise SortingError(" ".join(plan.refusals))
    return (yield from engine.apply(catalog, plan, command=command))
