"""Measure the sharpness that a photo's small preview could not tell: last, since it needs the full picture."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import numpy as np

from photosort.core.catalog import Catalog
from photosort.core.errors import ImageError
from photosort.core.imaging import measure_sharpness
from photosort.core.photo import Photo, Progress
from photosort.pipeline.news import Analysed

_logger = logging.getLogger(__name__)

_HEARTBEAT = 0.1
"""Seconds after which the step yields although nothing is done, so that it can be stopped."""


def measure_missing(catalog: Catalog, root_id: int, workers: int) -> Generator[Analysed, None, None]:
    """Measure every photo of a folder that was read but whose sharpness is not known.

    Args:
        catalog: where the values go.
        root_id: the folder.
        workers: threads.

    Yields:
        what was measured since the last yield, at least every 0.1 s or so.
    """
    todo = [p for p in catalog.photos(root_id) if p.content_id is not None and p.sharpness is None]
    if not todo:
        return
    waiting = deque(todo)
    running: dict[Future[float | None], Photo] = {}
    pool = ThreadPoolExecutor(workers, thread_name_prefix="photosort-sharpness")
    try:
        while waiting or running:
            while waiting and len(running) <= workers:
                photo = waiting.popleft()
                running[pool.submit(_sharpness_of, photo)] = photo
            done, _ = wait(running, timeout=_HEARTBEAT, return_when=FIRST_COMPLETED)
            measured = {running.pop(future): future.result() for future in done}
            progress = Progress("Measuring sharpness", len(todo) - len(waiting) - len(running), len(todo))
            yield _store(catalog, measured, progress)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _store(catalog: Catalog, measured: Mapping[Photo, float | None], progress: Progress) -> Analysed:
    values = {photo: value for photo, value in measured.items() if value is not None}
    if values:
        catalog.set_sharpness({p.content_id: v for p, v in values.items() if p.content_id is not None})
    return Analysed.about(
        progress,
        np.array([photo.id for photo in values], np.int64),
        sharpness=np.array(list(values.values()), np.float32),
    )


def _sharpness_of(photo: Photo) -> float | None:
    try:
        return measure_sharpness(photo.path)
    except (ImageError, OSError) as error:
        _logger.info("%s: sharpness not measured: %s", photo.relpath, error)
        return None
