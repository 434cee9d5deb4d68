"""Journals that somebody has written to do harm, or that were damaged: nothing but photos of the run is touched."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from photosort.core.catalog import Catalog
from photosort.core.errors import SortingError
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How
from tests.core.sorting.plans import Album, age, files, finish, keyworded, tree, write

Lines = list[dict[str, Any]]


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """Two photos in a folder of their own."""
    with Catalog(tmp_path / "catalog") as catalog:
        found = Album(tmp_path / "in", tmp_path / "out", catalog)
        write(found.root / "trip" / "a.jpg", "a")
        write(found.root / "trip" / "b.jpg", "b")
        age(found.root)
        yield found


def undone_after(album: Album, tmp_path: Path, change: Callable[[Lines], None]) -> engine.Undone:
    """Change the journal of a run, line by line, and undo by it."""
    [journal] = (album.root.parent).glob("*/.photosort/*.jsonl")
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    change(lines)
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return finish(engine.undo_journal(journal, directory=tmp_path / "data"))


def moved(album: Album) -> None:
    album.apply(album.plan({"trip/a.jpg": "A", "trip/b.jpg": "B"}, empties=["trip"]))


def first_step(lines: Lines) -> dict[str, Any]:
    step: dict[str, Any] = next(line for line in lines if "photo" in line)["steps"][0]
    return step


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("source", "/etc/a.jpg"),
        ("source", "trip/../../a.jpg"),
        ("source", ".ssh/authorized_keys"),
        ("source", "a\0.jpg"),
        ("target", "../a.jpg"),
        ("target", "A/passwords"),
        ("kind", "write"),
        ("kind", "copy"),
        ("size", 1e999),
        ("mtime_ns", 10**30),
        ("needs", 7),
        ("carried", "[]"),
    ],
)
def test_a_step_that_no_run_would_make_is_refused(album: Album, tmp_path: Path, what: str, value: object) -> None:
    moved(album)
    before = tree(album.destination)
    with pytest.raises(SortingError):
        undone_after(album, tmp_path, lambda lines: first_step(lines).update({what: value}))
    after = tree(album.destination)
    assert {path for path, seen in after.items() if seen.kind == "file"} == {
        path for path, seen in before.items() if seen.kind == "file"
    }
    assert not files(album.root)


@pytest.mark.parametrize(
    "head",
    [
        {"name": "../../precious"},
        {"name": "a/b"},
        {"photosort": 2},
        {"root": "in"},
        {"root": "/tmp/../etc"},
        {"started_at": "yesterday"},
        {"how": "burn"},
    ],
)
def test_a_run_that_no_photosort_made_is_refused(album: Album, tmp_path: Path, head: dict[str, Any]) -> None:
    moved(album)
    precious = write(tmp_path / "precious.jsonl", "not a journal")
    with pytest.raises(SortingError):
        undone_after(album, tmp_path, lambda lines: lines[0].update(head))
    assert precious.exists()
    assert sorted(files(album.destination)) == ["A/a.jpg", "B/b.jpg"]


def test_the_sorted_folder_is_where_the_journal_lies_whatever_it_says(album: Album, tmp_path: Path) -> None:
    moved(album)
    other = write(tmp_path / "other" / "A" / "a.jpg", "a")
    undone_after(
        album,
        tmp_path,
        lambda lines: lines[0].update({"destination": str(tmp_path), "destination from here": "../other"}),
    )
    assert other.exists()
    assert sorted(files(album.root)) == ["trip/a.jpg", "trip/b.jpg"]


@pytest.mark.parametrize("role", ["touched", "emptied", "made", "mount"])
@pytest.mark.parametrize("of", ["", "root"])
def test_no_permissions_are_given_to_folders_that_are_there(album: Album, tmp_path: Path, role: str, of: str) -> None:
    moved(album)
    private = tmp_path / "in" / "private" if of else tmp_path / "private"
    private.mkdir(mode=0o700)
    mode = stat.S_IMODE(private.stat().st_mode)
    write(private / "diary.txt", "dear")
    line = {"folder": "private" if of else str(private), "of": of, "role": role, "mtime_ns": 1, "mode": 0o777}
    undone_after(album, tmp_path, lambda lines: lines.insert(1, line))
    assert stat.S_IMODE(private.stat().st_mode) == mode
    assert (private / "diary.txt").exists()


def test_a_folder_is_not_reached_by_a_way_out(album: Album, tmp_path: Path) -> None:
    moved(album)
    (tmp_path / "empty").mkdir()
    line = {"folder": "../empty", "of": "root", "role": "made", "mtime_ns": None, "mode": None}
    with pytest.raises(SortingError):
        undone_after(album, tmp_path, lambda lines: lines.insert(1, line))
    assert (tmp_path / "empty").is_dir()


def test_only_sidecars_are_written(album: Album, tmp_path: Path) -> None:
    album.apply(keyworded(album.plan({"trip/a.jpg": "A"}), "sea"))

    def aim(lines: Lines) -> None:
        first_step(lines).update(
            {"source": "trip/.bashrc", "target": "trip/.bashrc", "before": "ZWNobw==", "after": None}
        )

    with pytest.raises(SortingError, match="photo"):
        undone_after(album, tmp_path, aim)
    assert not (album.root / "trip" / ".bashrc").exists()


def test_nothing_is_taken_out_of_a_place_that_is_no_trash(album: Album, tmp_path: Path) -> None:
    secret = write(tmp_path / "secret" / "c.jpg", "c")
    moved(album)

    def aim(lines: Lines) -> None:
        step = first_step(lines)
        step.update(
            {"kind": "discard", "source": "c.jpg", "target": "", "size": 1, "mtime_ns": secret.stat().st_mtime_ns}
        )
        lines[-1]["end"]["places"] = {str(step["number"]): str(secret)}

    with pytest.raises(SortingError, match="trash"):
        undone_after(album, tmp_path, aim)
    assert secret.exists()


def test_a_journal_that_was_carried_away_is_asked_back(album: Album, tmp_path: Path) -> None:
    moved(album)
    [journal] = (album.destination / ".photosort").glob("*.jsonl")
    away = write(tmp_path / "Downloads" / journal.name, journal.read_text())
    with pytest.raises(SortingError, match="put it back"):
        finish(engine.undo_journal(away, directory=tmp_path / "data"))


def test_deeply_nested_words_are_no_journal(album: Album, tmp_path: Path) -> None:
    moved(album)
    [journal] = (album.destination / ".photosort").glob("*.jsonl")
    journal.write_text("[" * 200_000)
    with pytest.raises(SortingError):
        finish(engine.undo_journal(journal, directory=tmp_path / "data"))


@pytest.mark.parametrize("how", [How.MOVE, How.COPY])
def test_a_person_s_permissions_of_a_folder_outlive_an_undo(album: Album, how: How) -> None:
    run = album.apply(album.plan({"trip/a.jpg": "A"}, how=how))
    (album.root / "trip").chmod(0o750)
    mode = stat.S_IMODE((album.root / "trip").stat().st_mode)
    assert album.undo(run).restored == 1
    assert stat.S_IMODE((album.root / "trip").stat().st_mode) == mode
