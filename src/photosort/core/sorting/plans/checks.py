"""What a person should know before a plan is applied, and why it cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from photosort.core.sorting.plans.facts import Survey, in_library
from photosort.core.sorting.values import How, PlannedPhoto, SpaceNeed, Status
from photosort.core.wording import file_size
from photosort.core.wording import photos as count_photos


def space(survey: Survey, how: How, photos: Iterable[PlannedPhoto]) -> tuple[SpaceNeed, ...]:
    """What the files need on the destination's file system; nothing where none is written."""
    if how not in {How.COPY, How.MOVE}:
        return ()
    place = survey.place
    needed = sum(
        file.size
        for photo in photos
        for file in photo.files
        if file.target is not None and (how is How.COPY or file.device != place.device)
    )
    return (SpaceNeed(place.path, needed, place.free),) if needed else ()


def refusals(survey: Survey, how: How, photos: Iterable[PlannedPhoto], needs: Sequence[SpaceNeed]) -> Iterator[str]:
    """Why a plan cannot be applied at all, in sentences."""
    place = survey.place
    if how is How.KEYWORDS:
        return
    if place.problem:
        yield place.problem
        return
    for need in needs:
        if not need.enough:
            yield (
                f"There is not enough space for {need.place}: {file_size(need.needed)} are needed, "
                f"{file_size(need.free)} are free."
            )
    if how in {How.HARDLINK, How.SYMLINK} and not place.links:
        yield f"The disk of {place.path} knows no links: copy the photos."
    elif how is How.HARDLINK:
        strangers = sum(photo.target is not None and photo.files[0].device != place.device for photo in photos)
        if strangers:
            yield f"{_lie(strangers)} on another disk than {place.path}: hard links cannot lead there."


def notes(survey: Survey, how: How, photos: Iterable[PlannedPhoto]) -> Iterator[str]:
    """What other programs would make of it, in sentences."""
    moved = [photo for photo in photos if photo.status is Status.SORTED]
    if how is How.MOVE and moved:
        for program, path in survey.programs:
            yield (
                f"{program} keeps a catalog here ({path.name}) and would lose track of photos that are moved. "
                "Copy them, or write keywords and leave the files where they are."
            )
    kept = sum(photo.status is Status.LEFT and in_library(photo.source) for photo in photos)
    if kept and how in {How.MOVE, How.KEYWORDS}:
        yield f"{_lie(kept)} in a library of Apple Photos, where nothing is changed; copying is possible."


def _lie(count: int) -> str:
    return f"{count_photos(count)} {'lies' if count == 1 else 'lie'}"
