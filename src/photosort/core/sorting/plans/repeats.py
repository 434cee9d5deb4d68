"""Photos that are there twice: of one content only one is sorted, and only if the destination does not have it."""

from __future__ import annotations

from collections.abc import Sequence

from photosort.core.photo import Photo
from photosort.core.sorting.plans.facts import Survey, folder_of, is_weighty, name_of
from photosort.core.sorting.plans.wishes import Wish
from photosort.core.sorting.values import Status

_Contents = frozenset[bytes | None]


def hold_repeats(survey: Survey, wishes: Sequence[Wish], *, own_folder_only: bool) -> None:
    """Let all photos stay that equal another one: one that the person labelled goes, else the first.

    A photo equals another if its picture does and each of its RAW files and videos equals one of the other's: whoever
    throws duplicates away loses nothing that was taken by a camera.

    Args:
        survey: with the contents that lie at several places.
        wishes: where photos shall go; those that turn out to be duplicates are changed.
        own_folder_only: in the destination, only photos of the folder that a photo goes to count.
    """
    holders: dict[bytes, list[tuple[str, _Contents]]] = {}
    for wish in wishes:
        picture = survey.digests.get(wish.photo.relpath)
        if wish.holds and picture is not None:
            holders.setdefault(picture, []).append((wish.photo.relpath, _other_contents(survey, wish.photo)))
    candidates = [wish for wish in wishes if wish.status is Status.SORTED and wish.photo.relpath in survey.digests]
    for wish in sorted(candidates, key=lambda wish: (wish.confidence is not None, wish.photo.relpath)):
        picture = survey.digests[wish.photo.relpath]
        others = _other_contents(survey, wish.photo)
        there = _in_destination(survey, wish, picture, others, own_folder_only=own_folder_only)
        twin = _twin(survey, wish, others, holders.get(picture, ()))
        if there is not None:
            wish.status, wish.reason = Status.DUPLICATE, f"the destination has it already, as “{there}”"
        elif twin is not None:
            wish.status, wish.reason = Status.DUPLICATE, f"the same picture as “{twin}”"
        else:
            holders.setdefault(picture, []).append((wish.photo.relpath, others))


def _other_contents(survey: Survey, photo: Photo) -> _Contents:
    """SHA-256 of the RAW files and videos that belong to a photo, None for one that nothing equals."""
    if not photo.companions:
        return frozenset()
    return frozenset(survey.digests.get(path) for path in photo.companions if is_weighty(path) and path in survey.files)


def _twin(survey: Survey, wish: Wish, others: _Contents, holders: Sequence[tuple[str, _Contents]]) -> str | None:
    """A photo of the plan that a photo equals; None where there is none."""
    if None in others:
        return None
    for path, has in holders:
        folder = survey.folders.get(folder_of(path))
        if others <= has and (folder is None or not _put_there_before(survey, wish, folder.in_destination)):
            return path
    return None


def _in_destination(
    survey: Survey, wish: Wish, picture: bytes, others: _Contents, *, own_folder_only: bool
) -> str | None:
    """Where the destination has a photo already, with all its files; None where it does not."""
    found = survey.there.get(picture, ())
    if not found or any(other is None or other not in survey.there for other in others):
        return None
    home = wish.home.in_destination
    itself = None if home is None else f"{home}/{name_of(wish.photo.relpath)}".lstrip("/")
    for path in found:
        if path == itself or _put_there_before(survey, wish, folder_of(path)):
            continue
        if not own_folder_only or folder_of(path) == wish.folder:
            return path
    return None


def _put_there_before(survey: Survey, wish: Wish, folder: str | None) -> bool:
    """Whether a folder of the destination is the one that a photo was put into before a person said something else.

    What lies there does not stand in the way of putting it elsewhere now.
    """
    return folder is not None and survey.past.folders.get(wish.photo.id) == folder
