"""All that a page of History shows of one run, read on a job's thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage

from photosort.core.catalog import Catalog
from photosort.core.photo import Photo, Progress
from photosort.core.sorting.values import Account, AccountItem, Run, Status
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui.sorting.file_steps import interrupted
from photosort.gui.thumbnail_loader import image_of_pixels

HEAP = 26
"""Photos of the heap that it was before."""
SHOWN_FOLDERS = 8
SAMPLES = 10
"""Photos shown of a folder, at most."""
SAMPLE_SIDE = 144
"""Pixels of the square pictures of them."""

_READING = Progress("Reading what was done", 0, None)
_LOOK_EVERY = 500


@dataclass(frozen=True, slots=True)
class FolderShare:
    """What came into a folder.

    Attributes:
        folder: relative to the destination, POSIX; empty for the destination itself.
        photos: how many.
        samples: some of them, square.
    """

    folder: str
    photos: int
    samples: tuple[QImage, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One run as its page shows it.

    Attributes:
        run: the run.
        account: what became of every photo.
        standing: places in the account of the photos that are where they were put, as far as photosort knows.
        heap: pictures of photos from all over the folder that was sorted.
        folders_before: how many folders the sorted photos lay in.
        folders: where they went, most photos first; the first `SHOWN_FOLDERS` with samples.
        lost: sorted photos that lie neither where they were nor where they went.
        at_work: somebody still works on it.
        duplicates: photos that are there as well elsewhere, and still lie where they did.
    """

    run: Run
    account: Account
    standing: frozenset[int] = frozenset()
    heap: tuple[QImage, ...] = ()
    folders_before: int = 0
    folders: tuple[FolderShare, ...] = ()
    lost: int = 0
    at_work: bool = False
    duplicates: tuple[Photo, ...] = ()


def read_report(catalog: Catalog, thumbnails: ThumbnailCache, run_id: int) -> Generator[Progress, None, Report]:
    """Read a run with its account, look where its photos are, and fetch some of their pictures.

    Yields:
        between the parts.

    Raises:
        CatalogError: there is no such run.
    """
    yield _READING
    run, account, standing = catalog.runs.run(run_id), catalog.runs.account(run_id), catalog.runs.standing(run_id)
    placed = [item for item in account.items if item.status is Status.SORTED]
    lost = yield from _count_lost(run, placed)
    into: dict[str, list[AccountItem]] = {}
    for item in placed:
        into.setdefault(_folder_of(item.target or ""), []).append(item)
    most = sorted(into.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    heaped = _spread(placed, HEAP)
    wanted = {folder: _spread(items, SAMPLES) for folder, items in most[:SHOWN_FOLDERS]}
    ids = [item.photo_id for some in (heaped, *wanted.values()) for item in some if item.photo_id is not None]
    photos = catalog.photos_of(ids)
    yield _READING
    pictures: dict[int, QImage] = {}
    for photo in photos.values():
        if (picture := _square(thumbnails, photo)) is not None:
            pictures[photo.id] = picture
        yield _READING
    shares = tuple(
        FolderShare(folder, len(items), _pictured(wanted.get(folder, ()), pictures)) for folder, items in most
    )
    before = len(Counter(_folder_of(item.source) for item in placed))
    duplicates = yield from _duplicates(catalog, account)
    at_work = run.state.at_work and all(one.id != run_id for one in interrupted(catalog))
    return Report(run, account, standing, _pictured(heaped, pictures), before, shares, lost, at_work, duplicates)


def _count_lost(run: Run, placed: Sequence[AccountItem]) -> Generator[Progress, None, int]:
    """Sorted photos whose file lies at neither of its two places."""
    lost = 0
    for number, item in enumerate(placed):
        # In the trash, a place may not be known.
        if item.target is not None:
            lost += not any(_there(place) for place in (run.destination / item.target, run.root / item.source))
        if number % _LOOK_EVERY == 0:
            yield _READING
    return lost


def _there(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True


def _duplicates(catalog: Catalog, account: Account) -> Generator[Progress, None, tuple[Photo, ...]]:
    ids = [item.photo_id for item in account.items if item.status is Status.DUPLICATE and item.photo_id is not None]
    known = catalog.photos_of(ids)
    found = []
    for number, photo_id in enumerate(ids):
        if (photo := known.get(photo_id)) is not None and _there(photo.path):
            found.append(photo)
        if number % _LOOK_EVERY == 0:
            yield _READING
    return tuple(found)


def _folder_of(relpath: str) -> str:
    parent = PurePosixPath(relpath).parent.as_posix()
    return "" if parent == "." else parent


def _spread(items: Sequence[AccountItem], count: int) -> list[AccountItem]:
    """Some of many, from all over."""
    if len(items) <= count:
        return list(items)
    step = len(items) / count
    return [items[int(number * step)] for number in range(count)]


def _pictured(items: Iterable[AccountItem], pictures: dict[int, QImage]) -> tuple[QImage, ...]:
    return tuple(pictures[item.photo_id] for item in items if item.photo_id in pictures)


def _square(thumbnails: ThumbnailCache, photo: Photo) -> QImage | None:
    pixels = None if photo.content_key is None else thumbnails.view(photo.content_key)
    if pixels is None:
        return None
    image = image_of_pixels(pixels)
    side = min(image.width(), image.height())
    cut = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    small = QSize(SAMPLE_SIDE, SAMPLE_SIDE)
    return image.copy(cut).scaled(
        small, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
