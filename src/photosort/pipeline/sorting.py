"""From what is known of photos to a plan of where their files go; applying it is the matter of `runs.engine`."""

from __future__ import annotations

import time
from collections.abc import Collection, Generator, Mapping

from photosort.core.catalog import Catalog
from photosort.core.catalog.rules import Said
from photosort.core.columns import PhotoColumns
from photosort.core.photo import Progress
from photosort.core.sorting.files import run_lock
from photosort.core.sorting.plans.facts import History
from photosort.core.sorting.plans.planning import Changes, resolve
from photosort.core.sorting.plans.rules import place
from photosort.core.sorting.plans.survey import survey
from photosort.core.sorting.values import How, MovePlan, SortRequest
from photosort.ml import heads

_PLANNING = Progress("Planning", 0, None)
_LOOK_EVERY = 0.1
"""Seconds between two looks whether somebody else is done."""


def wait_for_others(catalog: Catalog) -> Generator[Progress, None, None]:
    """Wait until nobody else changes files.

    Yields:
        who does, ten times a second.
    """
    while (holder := run_lock.holder(catalog.directory)) is not None:
        yield Progress(f"Waiting for {holder.command or 'another program'} (pid {holder.pid})", 0, None)
        time.sleep(_LOOK_EVERY)


def unread(catalog: Catalog, root_id: int) -> bool:
    """Whether there are photos that nobody has tried to read yet: their own date is not known."""
    failed = catalog.failed_photos(root_id)
    return any(photo.content_id is None and photo.id not in failed for photo in catalog.photos(root_id))


def sort_columns(
    catalog: Catalog, root_id: int, classifiers: Mapping[str, int] | None, *, as_shown: bool
) -> PhotoColumns:
    """What rules go by: paths, dates, guesses, labels and groups of the photos of a folder.

    Args:
        catalog: where all of it is.
        root_id: the folder.
        classifiers: the catalog's ids of the classifiers whose guesses count, by name; None for those that serve.
        as_shown: as the window shows guesses, where a scene is told only of places; else as they were made.
    """
    columns = PhotoColumns.from_listing(catalog.listing(root_id))
    if classifiers is None:
        classifiers = {row.name: row.id for row in catalog.serving(root_id).classifiers}
    if as_shown:
        columns.with_asking(heads.asked_of())
    read = catalog.shown_predictions if as_shown else catalog.predictions
    for name, classifier_id in classifiers.items():
        columns.with_predictions(name, read(root_id, classifier_id))
    for name, labels in catalog.all_labels(root_id).items():
        columns.with_labels(name, labels)
    columns.with_clusters(catalog.clustering(root_id), catalog.rules.cluster_names(root_id))
    return columns


def history_of(catalog: Catalog, root_id: int, said: Mapping[int, Said]) -> History:
    """What was done with the photos of a folder before.

    Args:
        catalog: where its runs are.
        root_id: the folder.
        said: what a person said last of photos, by their ids.
    """
    return History(
        sorted_before=catalog.runs.sorted_before(root_id),
        said_at={photo_id: one.at for photo_id, one in said.items()},
        copies=catalog.runs.copies(),
    )


def make_plan(
    catalog: Catalog,
    root_id: int,
    request: SortRequest,
    *,
    photo_ids: Collection[int] | None = None,
    classifiers: Mapping[str, int] | None = None,
    as_shown: bool,
    changes: Changes | None = None,
) -> Generator[Progress, None, MovePlan]:
    """Plan from what the catalog knows and from what the disk says. Changes nothing.

    Args:
        catalog: where photos, guesses, labels and groups are.
        root_id: the folder.
        request: what is asked for.
        photo_ids: just these photos; None for all, and for the files that could not be read.
        classifiers: see `sort_columns`.
        as_shown: likewise.
        changes: what a person changed by hand.

    Yields:
        what is being done.

    Returns:
        the plan; where it cannot be applied, it says why.
    """
    yield _PLANNING
    catalog.flush()
    columns = sort_columns(catalog, root_id, classifiers, as_shown=as_shown)
    yield _PLANNING
    photos, failures = catalog.photos(root_id), catalog.failures(root_id)
    if photo_ids is not None:
        wanted = frozenset(photo_ids)
        photos = [photo for photo in photos if photo.id in wanted]
        paths = {photo.relpath for photo in photos}
        failures = [failure for failure in failures if failure.relpath in paths]
    said = catalog.rules.said(root_id)
    yield _PLANNING
    surveyed = yield from survey(
        catalog.root_path(root_id),
        photos,
        request.destination,
        failures=failures,
        history=history_of(catalog, root_id, said),
        compare=request.how is not How.KEYWORDS,
    )
    yield _PLANNING
    placements = place(
        columns,
        request,
        cluster_names=catalog.rules.cluster_names(root_id),
        said_last={photo_id: one.label for photo_id, one in said.items()},
    )
    return resolve(columns, placements, surveyed, request, changes)
