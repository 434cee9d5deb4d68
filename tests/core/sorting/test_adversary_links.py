"""Links that somebody makes between two looks: what lies at two places may be one file, and there once only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.sorting.values import How
from tests.core.sorting.plans import Album, age, files, tree, write


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """One photo with a companion."""
    with Catalog(tmp_path / "catalog") as catalog:
        found = Album(tmp_path / "in", tmp_path / "out", catalog)
        write(found.root / "a.jpg", "a")
        write(found.root / "a.mov", "a moves")
        age(found.root)
        yield found


def test_a_copy_is_not_taken_away_when_its_original_is_a_link_to_it(album: Album) -> None:
    run = album.apply(album.plan({"a.jpg": "A"}, how=How.COPY))
    for name in ("a.jpg", "a.mov"):
        (album.root / name).unlink()
        (album.root / name).symlink_to(album.destination / "A" / name)
    undone = album.undo(run)
    assert undone.restored == 0
    assert "one file" in undone.items[0].reason
    assert files(album.destination) == {"A/a.jpg": "a", "A/a.mov": "a moves"}


def test_a_copy_that_became_a_second_name_of_its_original_is_taken_away(album: Album) -> None:
    before = tree(album.root)
    run = album.apply(album.plan({"a.jpg": "A"}, how=How.COPY))
    copy = album.destination / "A" / "a.jpg"
    copy.unlink()
    os.link(album.root / "a.jpg", copy)
    assert album.undo(run).restored == 1
    assert tree(album.root) == before
    assert not album.destination.exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_in_the_place_of_an_original_is_not_waited_for(album: Album) -> None:
    run = album.apply(album.plan({"a.jpg": "A"}, how=How.COPY))
    (album.root / "a.jpg").unlink()
    os.mkfifo(album.root / "a.jpg")
    undone = album.undo(run)
    assert undone.restored == 0
    assert "no longer a file" in undone.items[0].reason
    assert files(album.destination) == {"A/a.jpg": "a", "A/a.mov": "a moves"}
