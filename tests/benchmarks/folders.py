"""Folders: scanning one, scanning it again, and reading an analysed one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from figures import Figure, of_repeats, timed
from generators import finish, opened
from setting import Setting

from photosort.core.catalog import AnalysedPhoto, Catalog
from photosort.core.scan import scan
from photosort.ml.backbones import load_compact
from photosort.ml.heads import bundled

_CHUNK = 2000


def measure(setting: Setting) -> Iterator[Figure]:
    """Scan 10,000 photos, for the first time and again."""
    count = 2_000 if setting.quick else 10_000
    folder = setting.many_photos("ten thousand", count)
    seconds = [timed(lambda: finish(scan(folder))) for _ in range(setting.repeats)]
    yield of_repeats("scan alone", [count / one for one in seconds], "photos/s", note=f"{count:,} photos")
    with Catalog(setting.scratch / "scans") as catalog:
        first = timed(lambda: opened(catalog, folder))
        yield of_repeats("scan into the catalog, first time", [count / first], "photos/s")
        again = [timed(lambda: opened(catalog, folder)) * 10_000 / count for _ in range(setting.repeats)]
    yield of_repeats("scan of 10,000 unchanged photos", again, "s", aim=1.0, note="with the catalog brought up to date")


def analysed_folder(directory: Path, folder: Path) -> float:
    """Fill a catalog as if every photo of a folder had been analysed; returns the seconds that storing took."""
    random = np.random.default_rng(3)
    backbone = load_compact("cpu")
    heads = bundled(backbone.id)
    seconds = 0.0
    with Catalog(directory) as catalog:
        root_id = opened(catalog, folder).root_id
        photos = catalog.photos(root_id)
        classifiers = [
            catalog.register_classifier(head.name, head.version, head.backbone_id, head.labels, head.title)
            for head in heads
        ]
        for start in range(0, len(photos), _CHUNK):
            some = photos[start : start + _CHUNK]
            vectors = random.random((len(some), backbone.dimension), np.float32)
            rows = [
                AnalysedPhoto(
                    photo_id=photo.id,
                    size=photo.size,
                    mtime_ns=photo.mtime_ns,
                    key=f"{photo.size}-{photo.id:032x}",
                    width=320,
                    height=240,
                    sharpness=float(photo.id % 977),
                    perceptual_hash=photo.id,
                    taken=1.3e9 + photo.id * 3600.0,
                    embedding=vector.astype(np.float16),
                )
                for photo, vector in zip(some, vectors, strict=True)
            ]
            outputs = [head.predict(vectors) for head in heads]
            ids = np.array([photo.id for photo in some], np.int64)
            begun = time.perf_counter()
            catalog.store_analysis(root_id, rows, backbone.id)
            for classifier, output in zip(classifiers, outputs, strict=True):
                catalog.store_predictions(classifier, ids, output)
            seconds += time.perf_counter() - begun
        begun = time.perf_counter()
        catalog.flush()
        seconds += time.perf_counter() - begun
    backbone.close()
    return seconds
