"""Names that are no text, as Linux allows them, and sidecars that are links."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.sorting.values import Status
from tests.core.sorting.plans import OLD_NS, Album, age, files, keyworded, tree, write


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """Two photos."""
    with Catalog(tmp_path / "catalog") as catalog:
        found = Album(tmp_path / "in", tmp_path / "out", catalog)
        write(found.root / "a.jpg", "a")
        write(found.root / "b.jpg", "b")
        age(found.root)
        yield found


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, all names are text")
def test_photos_go_to_a_folder_whose_name_is_no_text_and_come_back(album: Album, tmp_path: Path) -> None:
    before = tree(album.root)
    destination = tmp_path / os.fsdecode(b"out\xff")
    folders = {"a.jpg": os.fsdecode(b"A\xfe"), "b.jpg": "B"}
    plan = album.plan(folders, destination=destination)
    # One of them fails, with the name of the folder in its reason, and one gives its folder's name to the title.
    write(destination / "B" / "b.jpg", "somebody's")
    run = album.apply(plan)
    assert run.title == r"move 1 photo to A\udcfe"
    account = {item.source: item for item in album.catalog.runs.account(run.id).items}
    assert account["b.jpg"].status is Status.FAILED
    assert r"out\udcff/B/b.jpg" in account["b.jpg"].reason
    assert album.undo(run).restored == 1
    assert tree(album.root) == before
    assert files(destination) == {"B/b.jpg": "somebody's"}


def test_no_keyword_is_written_through_a_link(album: Album, tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere.xmp", "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", OLD_NS)
    (album.root / "a.xmp").symlink_to(elsewhere)
    before = tree(album.root, elsewhere)
    run = album.apply(keyworded(album.plan({"a.jpg": "A", "b.jpg": "B"}), "sea"))
    account = {item.source: item for item in album.catalog.runs.account(run.id).items}
    assert account["a.jpg"].status is Status.FAILED
    assert "link" in account["a.jpg"].reason
    assert account["b.jpg"].status is Status.SORTED
    album.undo(run)
    assert tree(album.root, elsewhere) == before
