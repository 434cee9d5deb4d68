"""What a preview costs: where rules put 100,000 photos at every step of a slider, and a whole plan for 10,000."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from figures import Figure, of_repeats, timed
from generators import finish, opened
from PIL import Image
from setting import Setting

from photosort.core.catalog import Catalog
from photosort.core.catalog.values import PhotoListing, PredictionColumns
from photosort.core.columns import PhotoColumns
from photosort.core.sorting.plans.planning import resolve
from photosort.core.sorting.plans.requests import parse_rules
from photosort.core.sorting.plans.rules import place
from photosort.core.sorting.plans.survey import survey
from photosort.core.sorting.values import How, SortRequest
from photosort.pipeline.sorting import make_plan

_MANY = 100_000


def measure(setting: Setting) -> Iterator[Figure]:
    """The slider at 100,000 photos, then a plan for 10,000 from the catalog to the last name, and its parts."""
    columns = columns_of(_MANY)
    steps = [
        1000 * timed(partial(place, columns, request_for(Path("/sorted"), 0.5 + 0.01 * step)))
        for step in range(4 * setting.repeats)
    ]
    yield of_repeats("100,000 photos: a step of careful - bold", steps, "ms", aim=50.0)
    count = 2_000 if setting.quick else 10_000
    root = _photos(setting.scratch / "planning", count)
    request = request_for(root / "Sorted")
    with Catalog(setting.scratch / "planning catalog") as catalog:
        root_id = opened(catalog, root).root_id
        plans = [
            timed(lambda: finish(make_plan(catalog, root_id, request, as_shown=True))) for _ in range(setting.repeats)
        ]
        yield of_repeats(
            f"{count:,} photos: plan to move them", plans, "s", aim=2.0, note="catalog, rules, disk, names"
        )
        photos = catalog.photos(root_id)
        known = PhotoColumns.from_listing(catalog.listing(root_id))
    asked = [timed(lambda: finish(survey(root, photos, request.destination))) for _ in range(setting.repeats)]
    yield of_repeats(f"{count:,} photos: asking the disk", asked, "s", aim=1.5)
    found = finish(survey(root, photos, request.destination))
    placements = place(known, request)
    names = [timed(lambda: resolve(known, placements, found, request)) for _ in range(setting.repeats)]
    yield of_repeats(f"{count:,} photos: names, duplicates, kept folders", names, "s", aim=0.3)


def _photos(root: Path, count: int) -> Path:
    """Photos as cameras leave them, each of a content of its own, many of one size.

    Every tenth has the name of another, every fifth a sidecar.
    """
    generator = np.random.default_rng(0)
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 150)).save(stream, "JPEG")
    for number in range(count):
        place = root / "DCIM" / f"{100 + number // 1000}APPLE"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        ending = generator.bytes(16 + int(generator.integers(0, 4096)))
        (place / f"IMG_{number % 9000:04}.jpg").write_bytes(stream.getvalue() + ending)
        if number % 5 == 0:
            (place / f"IMG_{number % 9000:04}.jpg.xmp").write_bytes(b"<x/>")
    return root


def request_for(destination: Path, least: float | None = None) -> SortRequest:
    return SortRequest(
        parse_rules("labels,animals,scenes,date"), destination, How.MOVE, "{label}/{year}/{month}", least
    )


def columns_of(count: int) -> PhotoColumns:
    """Photos of 16 years with guesses of two classifiers, and labels of a few thousand."""
    generator = np.random.default_rng(0)
    ids = np.arange(1, count + 1)
    columns = PhotoColumns.from_listing(
        PhotoListing(
            ids=ids,
            relpaths=[f"{number // 1000:03}/IMG_{number:06}.jpg" for number in range(count)],
            sizes=np.full(count, 4_000_000),
            taken=generator.uniform(1.2e9, 1.7e9, count),
            taken_uncertain=np.zeros(count, np.bool_),
            sharpness=np.ones(count, np.float32),
            missing=np.zeros(count, np.bool_),
            failed=np.zeros(count, np.bool_),
        )
    )
    for name, labels in (("scenes", ("buildings", "forest", "mountain", "sea")), ("animals", ("cat", "dog", "wild"))):
        confidence = generator.uniform(0.3, 1.0, count).astype(np.float32)
        guesses = PredictionColumns(
            photo_ids=ids,
            label_index=generator.integers(0, len(labels), count).astype(np.int16),
            confidence=confidence,
            known=np.ones(count, np.float32),
            verdict=(confidence < 0.7).astype(np.uint8),
            labels=labels,
        )
        columns.with_predictions(name, guesses)
    return columns.with_labels("scenes", dict.fromkeys(range(1, count // 30), "home"))
