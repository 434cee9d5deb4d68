"""A folder of photos, a destination and a catalog, in which whole runs are tried and compared byte for byte."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photosort.core.catalog import Catalog
from photosort.core.columns import PhotoColumns
from photosort.core.imaging.measures import content_key
from photosort.core.scan import scan
from photosort.core.sorting.plans.planning import resolve
from photosort.core.sorting.plans.rules import place
from photosort.core.sorting.plans.survey import survey
from photosort.core.sorting.values import How, MovePlan, Rule, SortRequest
from tests.core.sorting.desk import finished

JOURNALS = ".photosort"
LABELS = (Rule.parse("labels"),)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the disk, as it can be compared.

    Attributes:
        kind: "file", "folder" or "link".
        content: SHA-256 of a file, the text of a link.
        mtime_ns: modification time.
        mode: permission bits.
    """

    kind: str
    content: str
    mtime_ns: int
    mode: int


def snapshot(folder: Path, *, folder_times: bool = True, journals: bool = True) -> dict[str, Entry]:
    """Everything in a folder and the folder itself, by path; empty where it is not there.

    Args:
        folder: of any depth; links are not followed.
        folder_times: False to leave out when folders were modified.
        journals: False to leave out the journals that runs leave in their destination.
    """
    found: dict[str, Entry] = {}

    def look(path: Path, name: str) -> None:
        status = path.lstat()
        mode = stat.S_IMODE(status.st_mode)
        if stat.S_ISLNK(status.st_mode):
            found[name] = Entry("link", str(path.readlink()), 0, 0)
        elif stat.S_ISDIR(status.st_mode):
            found[name] = Entry("folder", "", status.st_mtime_ns if folder_times else 0, mode)
            for entry in sorted(os.listdir(path)):  # noqa: PTH208 - as the system has the names
                if journals or entry != JOURNALS:
                    look(path / entry, f"{name}/{entry}")
        else:
            found[name] = Entry("file", _digest(path), status.st_mtime_ns, mode)

    if os.path.lexists(folder):
        look(folder, "")
    return found


def contents(*folders: Path) -> Counter[str]:
    """How often each content lies in some folders; those that lie in one another count once. Links are none."""
    digests: Counter[str] = Counter()
    seen: set[str] = set()
    for folder in folders:
        for above, folders_here, names in os.walk(folder):
            if JOURNALS in folders_here:
                folders_here.remove(JOURNALS)
            for name in names:
                path = Path(above, name)
                real = os.path.realpath(path.parent) + os.sep + name
                if real not in seen and not path.is_symlink():
                    seen.add(real)
                    digests[_digest(path)] += 1
    return digests


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def scanned(catalog: Catalog, root: Path) -> int:
    """Bring the catalog up to date with a folder; gives the id of it."""
    root_id = catalog.open_root(root)
    catalog.reconcile(finished(scan(root)), root_id, key_of=content_key)
    return root_id


def labelled(catalog: Catalog, root_id: int, words: Mapping[str, str]) -> None:
    """Say words of photos, by path."""
    ids = {photo.relpath: photo.id for photo in catalog.photos(root_id)}
    catalog.set_labels(root_id, "labels", {ids[path]: word for path, word in words.items() if path in ids})


def planned(catalog: Catalog, root_id: int, destination: Path, how: How, **options: Any) -> MovePlan:
    """The plan that puts every labelled photo into the folder of its label."""
    request = SortRequest(LABELS, destination, how, **options)
    columns = PhotoColumns.from_listing(catalog.listing(root_id))
    columns.with_labels("labels", catalog.labels(root_id, "labels"))
    found = finished(
        survey(catalog.root_path(root_id), catalog.photos(root_id), destination, failures=catalog.failures(root_id))
    )
    return resolve(columns, place(columns, request), found, request)
