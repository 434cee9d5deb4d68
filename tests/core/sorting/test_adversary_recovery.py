"""What a person does between a sudden end and the recovery."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import RunState, Status
from tests.core.sorting.plans import Album, age, files, finish, tree, write

PLACES = {"a.jpg": "A", "b.jpg": "B", "c.jpg": "C"}


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """Three photos, one with a companion."""
    with Catalog(tmp_path / "catalog") as catalog:
        found = Album(tmp_path / "in", tmp_path / "out", catalog)
        for name in (*PLACES, "b.xmp"):
            write(found.root / name, name)
        age(found.root)
        yield found


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a program is made to end suddenly")
def test_photos_that_were_away_while_a_run_was_rolled_back_come_back_later(album: Album, tmp_path: Path) -> None:
    """Where they had been put was not noted any more when the program ended."""
    before = tree(album.root)
    plan = album.plan(PLACES)
    child = os.fork()
    if child == 0:
        with Catalog(tmp_path / "catalog") as catalog:
            for _ in engine.apply(catalog, plan):
                if (album.destination / "B" / "b.jpg").exists():
                    os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    (run,) = engine.interrupted(album.catalog)
    aside = album.destination.rename(tmp_path / "aside")
    run = finish(engine.roll_back(album.catalog, run.id))
    assert run.state is RunState.ROLLED_BACK
    statuses = {item.source: item.status for item in album.catalog.runs.account(run.id).items}
    assert statuses == {"a.jpg": Status.FAILED, "b.jpg": Status.FAILED, "c.jpg": Status.LEFT}
    aside.rename(album.destination)
    assert album.undo(run).restored == 2
    assert tree(album.root) == before
    assert not files(album.destination)
