"""What a rule would do with photos that are new in a watched folder. Knows no Qt."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import dataclass, replace
from pathlib import Path

from photosort.core.catalog import Catalog
from photosort.core.photo import Photo, PhotoState, Progress
from photosort.core.sorting.values import STAY, MovePlan, RuleKind, SortRequest, Status


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What to do with new photos.

    Attributes:
        plan: files those that may be filed without asking; None where there are none.
        proposed: ids of those that the rule would place, and that the person is to be asked about.
    """

    plan: MovePlan | None
    proposed: tuple[int, ...]


def plan_arrivals(
    catalog: Catalog, root_id: int, request: SortRequest, photo_ids: Collection[int], *, file_sure: bool
) -> Generator[Progress, None, Arrivals]:
    """Find out which of some new photos the rule of their folder places.

    What photosort itself made is no news: its copies, and whatever lies in the rule's own destination.

    Args:
        catalog: where all of it is.
        root_id: the watched folder.
        request: its rule.
        photo_ids: of new photos, looked at by now.
        file_sure: file those without asking of which the rule is sure.

    Yields:
        progress.

    Returns:
        what to do; nothing where the rule places none of them.
    """
    # With the window it would come too early: few folders are watched.
    from photosort.pipeline.sorting import make_plan

    # As the catalog tells paths: without links.
    destination = request.destination.resolve()
    news = {photo.id: photo for photo in catalog.photos_of(photo_ids).values() if _is_news(photo, destination)}
    ours = catalog.runs.copies() if news else frozenset()
    left = {photo_id for photo_id, photo in news.items() if photo.path not in ours}
    plan: MovePlan | None = None
    if file_sure and left:
        careful = replace(request, min_confidence=None, unsure=STAY)
        plan = yield from make_plan(catalog, root_id, careful, photo_ids=left, as_shown=True)
        doubtful = {one for one in _placed(plan, RuleKind.DATE) if news[one].taken_source.uncertain}
        if doubtful:
            # The time of a file is no date of a photo: copying changes it.
            plan = yield from make_plan(catalog, root_id, careful, photo_ids=left - doubtful, as_shown=True)
        sure = frozenset() if plan.refusals else _placed(plan)
        plan = plan if sure else None
        left -= sure
    proposed: frozenset[int] = frozenset()
    if left:
        proposed = _placed((yield from make_plan(catalog, root_id, request, photo_ids=left, as_shown=True)))
    return Arrivals(plan, tuple(sorted(proposed)))


def _is_news(photo: Photo, destination: Path) -> bool:
    return photo.state is PhotoState.PRESENT and destination not in photo.path.parents


def _placed(plan: MovePlan, rule: RuleKind | None = None) -> frozenset[int]:
    """Ids of the photos that a plan places, all of them or those that one kind of rule does."""
    return frozenset(
        photo.photo_id
        for photo in plan.photos
        if photo.status is Status.SORTED and photo.photo_id is not None and rule in (None, photo.rule)
    )
