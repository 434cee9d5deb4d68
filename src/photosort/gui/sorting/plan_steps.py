"""What a preview is made of, as generators for jobs: catalog, rules, disk, plan. Knows no Qt."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photosort.core.catalog import Catalog
from photosort.core.columns import PhotoColumns
from photosort.core.errors import SortingError
from photosort.core.photo import VERDICTS, Failure, Photo, Progress, Verdict
from photosort.core.sorting.plans.facts import History
from photosort.core.sorting.plans.planning import Changes, resolve
from photosort.core.sorting.plans.requests import proposed
from photosort.core.sorting.plans.rules import Placements, place
from photosort.core.sorting.plans.survey import Survey, survey
from photosort.core.sorting.values import How, MovePlan, PlannedPhoto, SortRequest
from photosort.gui.sorting.fates import Fates, fates_of_plan
from photosort.gui.sorting.words import Told, tell
from photosort.pipeline.sorting import history_of, sort_columns

_READING = Progress("Reading what is known of the photos", 0, None)
_PLANNING = Progress("Looking at where photos go", 0, None)
_SURE = VERDICTS.index(Verdict.SURE)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the catalog knows of the photos that are asked about; read once.

    Attributes:
        root: the folder that they lie in.
        columns: all photos of the folder, a copy of the preview's own.
        photos: those that are asked about, by id.
        failures: what could not be read of them.
        history: what was done with them before.
        cluster_names: names that the person gave to groups of look-alikes.
        said_last: photo id -> the word that the person said last of it.
        usual: from which confidence on the classifiers call a guess sure, on the whole.
        order: shape (n,): rows by date, as photos stand in a folder.
        shuffled: shape (n,): rows in an order without meaning that is always the same.
        kept: a rule is kept for the folder.
    """

    root: Path
    columns: PhotoColumns
    photos: Mapping[int, Photo]
    failures: tuple[Failure, ...]
    history: History
    cluster_names: Mapping[int, str]
    said_last: Mapping[int, str]
    usual: float
    order: NDArray[np.intp]
    shuffled: NDArray[np.intp]
    kept: bool


@dataclass(frozen=True, slots=True)
class Known(Progress):
    """The catalog was read: from here on it can be shown what rules would do.

    Attributes:
        ground: what is known.
        request: what was asked for, or is proposed.
    """

    ground: Ground
    request: SortRequest


@dataclass(frozen=True, slots=True)
class Made:
    """A preview.

    Attributes:
        ground: what the catalog knows.
        survey: what the disk says of the photos and of the request's destination.
        request: what was asked for, or is proposed.
        placements: what the rules do.
        plan: what comes of it.
        planned: the plan's photos by id.
        fates: the same for each row of the columns.
        told: the same in words.
    """

    ground: Ground
    survey: Survey
    request: SortRequest
    placements: Placements
    plan: MovePlan
    planned: Mapping[int, PlannedPhoto]
    fates: Fates
    told: Told


def read_and_plan(
    catalog: Catalog, root: Path, only: Collection[int] | None, request: SortRequest | None, changes: Changes
) -> Generator[Progress, None, Made]:
    """Read the catalog, ask the disk, and make a plan.

    Args:
        catalog: where everything is kept.
        root: the folder.
        only: ids of the photos that are asked about; None for all.
        request: what is asked for; None for what the folder was sorted by before, or else for a proposal.
        changes: made by hand.

    Yields:
        what is being done; `Known` as soon as it can be shown what the rules would do.

    Returns:
        the preview.

    Raises:
        SortingError: the catalog does not know the folder.
    """
    yield _READING
    catalog.flush()
    root_id = catalog.find_root(root)
    if root_id is None:
        message = f"{root} was not looked through yet, so there is nothing to sort."
        raise SortingError(message)
    columns = sort_columns(catalog, root_id, None, as_shown=True)
    yield _READING
    kept = catalog.rules.rule(root_id)
    if request is None:
        request = proposed(columns, root) if kept is None else kept.request
    photos, failures = catalog.photos(root_id), catalog.failures(root_id)
    yield _READING
    if only is not None:
        photos = [photo for photo in photos if photo.id in only]
        paths = {photo.relpath for photo in photos}
        failures = [failure for failure in failures if failure.relpath in paths]
    said = catalog.rules.said(root_id)
    ground = Ground(
        root=root,
        columns=columns,
        photos={photo.id: photo for photo in photos},
        failures=tuple(failures),
        history=history_of(catalog, root_id, said),
        cluster_names=catalog.rules.cluster_names(root_id),
        said_last={photo_id: one.label for photo_id, one in said.items()},
        usual=usual_confidence(columns),
        order=np.lexsort((columns.name_ranks, np.nan_to_num(columns.taken))),
        shuffled=np.random.default_rng(7).permutation(len(columns)),
        kept=kept is not None,
    )
    # Both are computed when first asked for: here, and not while somebody watches.
    placed(ground, request)
    _ = columns.folder_codes
    yield Known(_PLANNING.what, 0, None, ground, request)
    return (yield from look_and_plan(ground, request, changes))


def look_and_plan(ground: Ground, request: SortRequest, changes: Changes) -> Generator[Progress, None, Made]:
    """Ask the disk, and make a plan.

    Args:
        ground: what the catalog knows.
        request: what is asked for.
        changes: made by hand.

    Yields:
        what is being done.

    Returns:
        the preview.
    """
    found = yield from survey(
        ground.root,
        tuple(ground.photos.values()),
        request.destination,
        failures=ground.failures,
        history=ground.history,
        compare=request.how is not How.KEYWORDS,
    )
    return (yield from plan_again(ground, found, request, changes))


def plan_again(
    ground: Ground, found: Survey, request: SortRequest, changes: Changes
) -> Generator[Progress, None, Made]:
    """Make another plan of what is known of catalog and disk.

    Args:
        ground: what the catalog knows.
        found: what the disk says, also of the request's destination.
        request: what is asked for.
        changes: made by hand.

    Yields:
        what is being done.

    Returns:
        the preview.
    """
    yield _PLANNING
    placements = placed(ground, request)
    yield _PLANNING
    plan = resolve(ground.columns, placements, found, request, changes)
    yield _PLANNING
    planned = {photo.photo_id: photo for photo in plan.photos if photo.photo_id is not None}
    fates = fates_of_plan(ground.columns, plan, changes.out)
    return Made(ground, found, request, placements, plan, planned, fates, tell(plan))


def placed(ground: Ground, request: SortRequest) -> Placements:
    """Where the rules put the photos; arithmetic, quick enough for every step of a slider."""
    return place(ground.columns, request, cluster_names=ground.cluster_names, said_last=ground.said_last)


def usual_confidence(columns: PhotoColumns) -> float:
    """From which confidence on the classifiers of some photos call a guess sure, on the whole."""
    least = []
    for guesses in columns.predictions.values():
        sure = (guesses.label_index >= 0) & (guesses.verdict == _SURE)
        if sure.any():
            least.append(float(guesses.confidence[sure].min()))
    return min(max(float(np.median(least)), 0.3), 0.98) if least else 0.8
