"""Where each photo of a plan shall go, before anybody looks at names and contents: by hand, by rule, or nowhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from photosort.core.photo import Failure, Photo
from photosort.core.sorting.plans.facts import IN_DESTINATION, SourceFolder, Survey, folder_of, in_library, why_settled
from photosort.core.sorting.plans.keeping import Keeper
from photosort.core.sorting.plans.rules import Placements
from photosort.core.sorting.plans.templates import safe_folder
from photosort.core.sorting.values import How, PlannedFile, PlannedPhoto, SortRequest, Status

BY_HAND = "by hand"
UNSURE = "unsure"
"""What stands in `PlannedPhoto.rule` for photos that no rule placed."""


_STAYS = "“{}” is a folder of yours: it stays as it is"

_CHANGING = frozenset({How.MOVE, How.KEYWORDS})
"""What changes the folder that a photo lies in."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a person changed in the preview.

    Attributes:
        out: ids of photos that stay.
        elsewhere: photo id -> folder relative to the destination, POSIX; empty for the destination itself.
    """

    out: frozenset[int] = frozenset()
    elsewhere: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class Wish:
    """Where one photo shall go, before names are looked at."""

    photo: Photo
    home: SourceFolder
    status: Status
    reason: str
    folder: str = ""
    rule: str = ""
    confidence: float | None = None
    keyword: str = ""
    kept_in: str | None = None
    holds: bool = False
    """It stays, and is one of those that are sorted already."""


def by_hand(survey: Survey, how: How, photo: Photo) -> Wish:
    """That a person files a photo into the destination itself."""
    home = survey.folders[folder_of(photo.relpath)]
    obstacle = _obstacle(survey, how, photo, home)
    return obstacle or _permitted(Wish(photo, home, Status.SORTED, "filed by hand", rule=BY_HAND), how)


def _obstacle(survey: Survey, how: How, photo: Photo, home: SourceFolder) -> Wish | None:
    """Why a photo cannot be sorted whatever anybody wants; None where it can."""
    facts = survey.files.get(photo.relpath)
    if facts is None:
        return Wish(photo, home, Status.FAILED, "it is no longer there")
    if how in _CHANGING and in_library(photo.relpath):
        return Wish(photo, home, Status.LEFT, "in a library of Apple Photos: nothing is changed in there")
    if how is not How.KEYWORDS:
        if facts.link:
            return Wish(photo, home, Status.LEFT, "a link to a file elsewhere")
        if any(survey.files[path].link for path in photo.companions if path in survey.files):
            return Wish(photo, home, Status.LEFT, "one of its files is a link to a file elsewhere")
    return None


def _permitted(wish: Wish, how: How) -> Wish:
    """The wish, failed where it would change a folder that may not be changed."""
    if wish.status is Status.SORTED and how in _CHANGING and not wish.home.writable:
        return Wish(wish.photo, wish.home, Status.FAILED, "there is no permission to change its folder")
    return wish


class Judge:
    """Says of every photo where it shall go, and why."""

    def __init__(self, placements: Placements, survey: Survey, request: SortRequest, changes: Changes) -> None:
        self._placements = placements
        self._survey = survey
        self._request = request
        self._changes = changes
        self._keeper = Keeper(request.keep)

    def wish(self, photo: Photo, row: int) -> Wish:
        """Where a photo shall go; its row is that of the placements, -1 where they do not know it."""
        survey = self._survey
        home = survey.folders[folder_of(photo.relpath)]
        obstacle = _obstacle(survey, self._request.how, photo, home)
        if obstacle is not None:
            return obstacle
        if photo.id in self._changes.out:
            return Wish(photo, home, Status.LEFT, "taken out by hand")
        elsewhere = self._changes.elsewhere.get(photo.id)
        if elsewhere is None and home.link and self._request.how.takes_away:
            return Wish(
                photo, home, Status.LEFT, "in a folder elsewhere, which a link leads to: nothing is taken from there"
            )
        if elsewhere is not None:
            folder = elsewhere if elsewhere in survey.place.names else safe_folder(elsewhere)
            keyword = elsewhere.replace("/", "|")
            wish = Wish(photo, home, Status.SORTED, "sent there by hand", folder, BY_HAND, keyword=keyword)
        else:
            wish = self._by_rule(photo, row, home)
        return _permitted(wish, self._request.how)

    def unreadable(self, failure: Failure) -> PlannedPhoto:
        """What becomes of a file that is no photo since it could not be read: where nobody looks, it is left."""
        files = (PlannedFile(failure.relpath, None, 0, 0),)
        folder = folder_of(failure.relpath)
        kept = self._keeper.kept(folder)
        if kept is not None or self._in_destination(folder):
            why = _STAYS.format(kept) if kept is not None else IN_DESTINATION
            return PlannedPhoto(None, files, Status.LEFT, f"{why} ({failure.reason})")
        return PlannedPhoto(None, files, Status.FAILED, failure.reason)

    def _in_destination(self, folder: str) -> bool:
        place = self._survey.place
        path = Path(os.path.realpath(self._survey.root / folder))
        return not place.contains_root and path.is_relative_to(place.path)

    def _by_rule(self, photo: Photo, row: int, home: SourceFolder) -> Wish:
        survey, placements = self._survey, self._placements
        settled = self._why_settled(photo, home)
        if settled:
            # A copy that lies elsewhere keeps nobody out of this destination.
            holds = home.in_destination is not None or photo.id in survey.past.folders
            return Wish(photo, home, Status.LEFT, settled, holds=holds)
        # A folder of the destination was made by no person, whatever it is called.
        sorted_to = home.in_destination is not None and not survey.place.contains_root
        kept = None if sorted_to else self._keeper.kept(folder_of(photo.relpath))
        if kept is not None:
            return Wish(photo, home, Status.LEFT, _STAYS.format(kept), kept_in=kept)
        code = int(placements.code[row]) if row >= 0 else -1
        if code >= 0:
            index = int(placements.rule_index[row])
            return Wish(
                photo,
                home,
                Status.SORTED,
                placements.reason(row),
                placements.folders[code],
                str(self._request.rules[index]) if index >= 0 else UNSURE,
                float(placements.confidence[row]) if placements.by_guess[row] else None,
                placements.keywords[code],
            )
        if photo.id in survey.why_failed:
            return Wish(photo, home, Status.FAILED, survey.why_failed[photo.id])
        return Wish(photo, home, Status.LEFT, placements.reason(row) if row >= 0 else "not looked at yet")

    def _why_settled(self, photo: Photo, home: SourceFolder) -> str:
        if self._request.how is How.KEYWORDS:
            past = self._survey.past
            done = photo.id in past.keyworded and photo.id not in past.relabelled
            return "its keywords were written before" if done else ""
        return why_settled(photo, home, self._survey.place, self._survey.past)
