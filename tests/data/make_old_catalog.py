"""Makes old_catalog/: what the program before the table of serving classifiers left of a small album, with labels.

The test that opens it sees a person's catalog go through an update. Run it with that program, not with this one:

    git worktree add /tmp/before 5dbfeb7
    PYTHONPATH=/tmp/before/src python tests/data/make_old_catalog.py
    git worktree remove /tmp/before
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

from PIL import Image

from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui import steps
from photosort.pipeline import Priority, cluster, open_folder

_HERE = Path(__file__).resolve().parent
_ALBUM = _HERE.parent.parent / "resources" / "album"
_TARGET = _HERE / "old_catalog"
_SIDE = 300
_WRITTEN = 1_600_000_000
"""When all the files were written, seconds since the epoch: the test sets it again, since no checkout keeps it."""

_PICTURES = (
    "DCIM/100SAMPL/SMPL0101.JPG",
    "DCIM/100SAMPL/SMPL0107.JPG",
    "DCIM/100SAMPL/SMPL0116.JPG",
    "Lake trip/P1010021.JPG",
    "Lake trip/P1010034.JPG",
    "Lake trip/P1010044.JPG",
    "New folder (3)/SMPL0251.JPG",
    "Phone/PXL_20230401_084541004.jpg",
    "Sea 2021/DSC_0412.JPG",
    "Sea 2021/DSC_0431.JPG",
)


def _drive(generator: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return stop.value


def _small_copies(folder: Path) -> None:
    for number, relpath in enumerate(_PICTURES):
        target = folder / Path(relpath).with_suffix(".jpg")
        target.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(_ALBUM / relpath) as image:
            image.thumbnail((_SIDE, _SIDE))
            image.convert("RGB").save(target, quality=80)
        os.utime(target, (_WRITTEN + number, _WRITTEN + number))
    for number, path in enumerate(sorted(folder.rglob("*.jpg"))):
        os.utime(path, (_WRITTEN + number, _WRITTEN + number))


def _look_and_label(folder: Path, paths: UserPaths) -> None:
    with Catalog(paths.data) as catalog:
        root_id = _drive(open_folder(catalog, folder)).root_id
        _drive(steps.look_at_photos(catalog, root_id, paths, ThumbnailCache(paths.thumbnails), Priority(), "cpu"))
        [backbone_id] = {row.backbone_id for row in catalog.classifiers()}
        _drive(cluster(catalog, root_id, backbone_id, 3))
        id_of = {photo.relpath: photo.id for photo in catalog.photos(root_id)}
        catalog.set_labels(root_id, "scenes", {id_of["Sea 2021/DSC_0412.jpg"]: "sea"})
        catalog.set_labels(root_id, "scenes", {id_of["Lake trip/P1010021.jpg"]: "our lake"})
        catalog.set_labels(root_id, "animals", {id_of["Lake trip/P1010034.jpg"]: "cat"})
        catalog.undo(root_id)


def main() -> None:
    """Make the folder anew."""
    shutil.rmtree(_TARGET, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        paths = UserPaths.below(Path(temporary) / "catalog")
        _small_copies(_TARGET / "photos")
        _look_and_label(_TARGET / "photos", paths)
        made = paths.data / "catalog.sqlite3"
        with closing(sqlite3.connect(made, isolation_level=None)) as connection:
            # The test puts the place of its own copy of the photos here.
            connection.execute("UPDATE roots SET path = '/photos'")
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("VACUUM")
        shutil.copy(made, _TARGET / made.name)


if __name__ == "__main__":
    main()
