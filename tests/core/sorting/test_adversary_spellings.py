"""Drives that know no case, and whose drivers number a file anew for each spelling of its name, as exFAT's does.

One folder is mounted a second time under another spelling. Only who may mount can try it.
"""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.sorting.plans import destinations
from photosort.core.sorting.plans.facts import FileFacts
from photosort.core.sorting.runs import engine, likeness, still_twins
from photosort.core.sorting.values import How, Run, RunState, Status
from tests.core.sorting.worlds import finished, labelled, planned, scanned


@pytest.fixture
def album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """A folder of two photos, and the same folder as it is spelled otherwise."""
    folder, alias = tmp_path / "photos", tmp_path / "PHOTOS"
    (folder / "sea").mkdir(parents=True)
    (folder / "a.jpg").write_text("a")
    (folder / "sea" / "b.jpg").write_text("b")
    try:
        alias.mkdir()
        mounted = subprocess.run(["mount", "--bind", str(folder), str(alias)], check=False, capture_output=True)
    except FileExistsError:
        pytest.skip("this system has such folders itself")
    except FileNotFoundError:
        pytest.skip("nothing can be mounted here")
    if mounted.returncode:
        pytest.skip("nothing may be mounted here")

    def numbered(path: str | Path) -> FileFacts | None:
        found = look(path)
        return found and replace(found, inode=zlib.crc32(str(path).encode()))

    look, identity = destinations.facts_of, destinations._identity
    monkeypatch.setattr(destinations, "_identity", lambda path: identity(path) and (1, zlib.crc32(str(path).encode())))
    monkeypatch.setattr(destinations, "case_insensitive", lambda folder: True)
    monkeypatch.setattr(likeness, "case_insensitive", lambda folder: True)
    monkeypatch.setattr(still_twins, "facts_of", numbered)
    yield folder, alias
    subprocess.run(["umount", str(alias)], check=True)


def test_a_photo_is_no_duplicate_of_itself_in_another_spelling(album: tuple[Path, Path], tmp_path: Path) -> None:
    folder, alias = album
    with Catalog(tmp_path / "catalog") as catalog:
        root_id = scanned(catalog, folder)
        labelled(catalog, root_id, {"a.jpg": "lake", "sea/b.jpg": "sea"})
        plan = planned(catalog, root_id, alias, How.MOVE)
        assert {photo.source: photo.status for photo in plan.photos} == {
            "a.jpg": Status.SORTED,
            "sea/b.jpg": Status.LEFT,
        }
        inner = planned(catalog, root_id, alias / "sea", How.COPY)
        assert {photo.source: photo.status for photo in inner.photos} == {
            "a.jpg": Status.SORTED,
            "sea/b.jpg": Status.LEFT,
        }


def test_the_last_copy_is_no_duplicate_by_another_spelling(album: tuple[Path, Path], tmp_path: Path) -> None:
    folder, alias = album
    with Catalog(tmp_path / "catalog") as catalog:
        root_id = scanned(catalog, folder)
        photos = catalog.photos(root_id)
        run = Run(1, "r", root_id, folder, alias, How.COPY, "copy", RunState.APPLIED, 0.0, None)
        labelled(catalog, root_id, {"a.jpg": "lake"})
        done = finished(engine.apply(catalog, planned(catalog, root_id, tmp_path / "out", How.COPY)))
        account = catalog.runs.account(done.id)
        assert finished(still_twins.still_duplicates(run, account, photos)) == ()


def test_two_spellings_lead_to_one_place(album: tuple[Path, Path]) -> None:
    folder, _ = album
    assert likeness.leads_to_one_place(folder / "a.jpg", folder / "A.JPG")
    assert not likeness.leads_to_one_place(folder / "a.jpg", folder / "b.jpg")
