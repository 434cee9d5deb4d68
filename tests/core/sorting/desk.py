"""A folder of files, what is said of them, and the plan that comes of it, without a catalog."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from photosort.core.columns import PhotoColumns
from photosort.core.photo import Failure, Photo, PhotoState
from photosort.core.scan import scan
from photosort.core.sorting.plans.planning import Changes, resolve
from photosort.core.sorting.plans.rules import place
from photosort.core.sorting.plans.survey import History, Survey, survey
from photosort.core.sorting.values import How, MovePlan, PlannedPhoto, Rule, SortRequest

T = TypeVar("T")


def finished(steps: Generator[Any, None, T]) -> T:
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: T = stop.value
            return result


class Desk:
    """Files below ``root``, and words for the photos among them.

    Args:
        base: an empty folder.
        files: path below the root -> content; an empty content is written as the path itself, so that all differ.
        labels: path of a photo -> what a person said of it.
        taken: path of a photo -> when it was taken, wall clock seconds.
    """

    def __init__(
        self,
        base: Path,
        files: Mapping[str, bytes],
        labels: Mapping[str, str] | None = None,
        taken: Mapping[str, float] | None = None,
    ) -> None:
        self.root = base / "root"
        self.destination = base / "destination"
        self.root.mkdir(exist_ok=True)
        for path, content in files.items():
            self.write(path, content)
        self.labels = dict(labels or {})
        self.taken = dict(taken or {})
        self.failures: list[Failure] = []
        self.history = History()

    def write(self, path: str, content: bytes = b"") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content or path.encode())
        return file

    def photos(self) -> list[Photo]:
        """What the scan finds; ids count from 1 in the order of the paths."""
        found = finished(scan(self.root))
        self.failures = list(found.failures)
        return [
            Photo(
                number,
                self.root,
                shot.file.relpath,
                tuple(file.relpath for file in shot.companions),
                shot.file.size,
                shot.file.mtime_ns,
                PhotoState.PRESENT,
                self.taken.get(shot.file.relpath, shot.taken),
                shot.taken_source,
            )
            for number, shot in enumerate(found.shots, 1)
        ]

    def ids(self) -> dict[str, int]:
        return {photo.relpath: photo.id for photo in self.photos()}

    def columns(self) -> PhotoColumns:
        photos = self.photos()
        words = {photo.id: self.labels[photo.relpath] for photo in photos if photo.relpath in self.labels}
        return PhotoColumns.from_photos(photos).with_labels("words", words)

    def request(self, **options: Any) -> SortRequest:
        given = {"rules": (Rule.parse("labels"),), "destination": self.destination, "how": How.MOVE, **options}
        return SortRequest(**given)

    def survey(self, destination: Path | None = None, **options: Any) -> Survey:
        photos = self.photos()
        given = {"failures": self.failures, "history": self.history, **options}
        return finished(survey(self.root, photos, destination or self.destination, **given))

    def plan(self, changes: Changes | None = None, **options: Any) -> MovePlan:
        request = self.request(**options)
        columns = self.columns()
        return resolve(columns, place(columns, request), self.survey(request.destination), request, changes)


def by_path(plan: MovePlan) -> dict[str, PlannedPhoto]:
    """The photos of a plan by where they lie."""
    return {photo.source: photo for photo in plan.photos}


def targets(plan: MovePlan) -> dict[str, str | None]:
    """Where every file goes."""
    return {file.source: file.target for photo in plan.photos for file in photo.files}


def reasons(plan: MovePlan) -> dict[str, str]:
    """Why photos go there or stay."""
    return {photo.source: photo.reason for photo in plan.photos}
