"""Sorting on the command line: what it asks, does, tells and takes back, on true files."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from photosort import cli
from photosort.core.catalog import Catalog
from tests.eyes import Eyes
from tests.pictures import save_photo
from tests.trees import tree_of


class Terminal:
    """Runs commands on one catalog; nobody sits there to be asked."""

    def __init__(self, catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.catalog = catalog
        self._capsys = capsys

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        status = cli.run([*map(str, arguments), "--catalog", str(self.catalog)])
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err

    def document(self, *arguments: str | Path, status: int = cli.OK) -> dict[str, Any]:
        came, out, err = self.run(*arguments, "--json", "-")
        assert came == status, err
        document: dict[str, Any] = json.loads(out)
        return document


@pytest.fixture(autouse=True)
def eyes(monkeypatch: pytest.MonkeyPatch) -> Eyes:
    """A network whose classifiers call every scene a sea and every animal a dog."""
    eyes = Eyes()
    eyes.add("compact", "0123456789ab", {"scenes": "sea"})
    eyes.says("animals", "dog", eyes.there["compact"].id, ("cat", "dog"))
    eyes.put_on(monkeypatch)
    return eyes


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path / "catalog", capsys)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Six photos of two years; one is a copy of another, one has a sidecar and a video, one cannot be read."""
    folder = tmp_path / "photos"
    for n in range(3):
        save_photo(folder / "DCIM" / f"IMG_{n}.jpg", n, taken=f"2019:07:{n + 1:02} 10:00:00")
    save_photo(folder / "other" / "IMG_0.jpg", 7, taken="2019:07:09 10:00:00")
    save_photo(folder / "last.jpg", 8, taken="2021:02:03 10:00:00")
    (folder / "the last again.jpg").write_bytes((folder / "last.jpg").read_bytes())
    (folder / "DCIM" / "IMG_1.xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    (folder / "DCIM" / "IMG_1.MOV").write_bytes(b"\0\0\0\x14ftypqt  not really")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no picture")
    for path in folder.rglob("*"):
        os.utime(path, ns=(1_500_000_000_000_000_000, 1_500_000_000_123_456_789))
    return folder


def _adds_up(document: dict[str, Any]) -> None:
    counts, items = document["counts"], document["items"]
    words = {"sorted": "sorted", "duplicates": "duplicate", "left": "left", "failed": "failed"}
    assert counts["in"] == len(items) == sum(counts[name] for name in words)
    for name, status in words.items():
        assert counts[name] == sum(item["status"] == status for item in items)
    assert all(item["reason"] for item in items)
    assert all((item["target"] is not None) == (item["status"] == "sorted") for item in items)


def _targets(document: dict[str, Any]) -> dict[str, str | None]:
    return {item["source"]: item["target"] for item in document["items"]}


# -- what is done ----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["--copy", "--move", "--hardlink", "--symlink"])
def test_sorting_and_undoing_gives_back_every_byte_and_every_time(
    way: str, photos: Path, tmp_path: Path, terminal: Terminal
) -> None:
    before = tree_of(photos)
    sort = ("sort", photos, "--to", tmp_path / "sorted", "--by", "date", way, "--yes")
    document = terminal.document(*sort, status=cli.SOME_FAILED)
    _adds_up(document)
    assert document["counts"] == {"in": 7, "sorted": 5, "duplicates": 1, "left": 0, "failed": 1}
    assert isinstance(document["run"], int)
    by_source = {item["source"]: item for item in document["items"]}
    assert by_source["broken.jpg"]["status"] == "failed"
    with_files = by_source["DCIM/IMG_1.jpg"]
    assert with_files["target"] == "2019/07/IMG_1.jpg"
    assert {one["source"]: one["target"] for one in with_files["companions"]} == {
        "DCIM/IMG_1.MOV": "2019/07/IMG_1.MOV",
        "DCIM/IMG_1.xmp": "2019/07/IMG_1.xmp",
    }
    for item in document["items"]:
        for one in (item, *item["companions"]):
            if one["target"] is not None:
                assert (tmp_path / "sorted" / one["target"]).read_bytes() == before[one["source"]][0]
    if way == "--move":
        assert not (photos / "DCIM").exists()
    else:
        assert tree_of(photos) == before

    undone = terminal.document("undo")
    assert undone["run"] == document["run"]
    assert undone["counts"] == {"in": 5, "restored": 5, "left": 0}
    assert {item["source"] for item in undone["items"]} == {
        item["source"] for item in document["items"] if item["status"] == "sorted"
    }
    assert tree_of(photos) == before
    assert not (tmp_path / "sorted").exists()


def test_a_destination_inside_the_folder_takes_in_nothing_of_itself(photos: Path, terminal: Terminal) -> None:
    before = tree_of(photos)
    sort = ("sort", photos, "--to", photos / "Sorted", "--by", "date", "--move", "--yes")
    first = terminal.document(*sort, status=cli.SOME_FAILED)
    assert first["counts"]["sorted"] == 5
    new = save_photo(photos / "new.jpg", 20, taken="2022:05:05 10:00:00")
    second = terminal.document(*sort, status=cli.SOME_FAILED)
    assert {source: target for source, target in _targets(second).items() if target is not None} == {
        "new.jpg": "2022/05/new.jpg"
    }
    _adds_up(second)
    terminal.document("undo")
    assert new.is_file()
    new.unlink()
    terminal.document("undo")
    os.utime(photos, ns=(1, 1))
    assert {path: what for path, what in tree_of(photos).items() if path != "."} == before


def test_a_dry_run_tells_what_would_be_and_touches_nothing(photos: Path, tmp_path: Path, terminal: Terminal) -> None:
    before = tree_of(photos)
    sort = ("sort", photos, "--to", tmp_path / "sorted", "--by", "date")
    would = terminal.document(*sort, "--dry-run", status=cli.SOME_FAILED)
    assert would["run"] is None
    _adds_up(would)
    assert tree_of(photos) == before
    assert not (tmp_path / "sorted").exists()
    assert terminal.document("history")["runs"] == []
    did = terminal.document(*sort, "--yes", status=cli.SOME_FAILED)
    assert did["items"] == would["items"]


def test_rules_are_tried_in_order_and_what_a_person_said_comes_first(
    photos: Path, tmp_path: Path, terminal: Terminal
) -> None:
    terminal.run("analyze", photos)
    with Catalog(terminal.catalog) as catalog:
        root = catalog.find_root(photos)
        assert root is not None
        ids = {photo.relpath: photo.id for photo in catalog.photos(root)}
        catalog.set_labels(root, "scenes", {ids["last.jpg"]: "Lake District"})
        catalog.set_labels(root, "animals", {ids["DCIM/IMG_0.jpg"]: "cat"})
    would = ("sort", photos, "--to", tmp_path / "sorted", "--dry-run", "--by")
    by_labels = _targets(terminal.document(*would, "labels", status=cli.SOME_FAILED))
    assert by_labels["last.jpg"] == "Lake District/last.jpg"
    assert by_labels["DCIM/IMG_0.jpg"] == "cat/IMG_0.jpg"
    assert by_labels["DCIM/IMG_1.jpg"] is None
    by_animals = _targets(terminal.document(*would, "animals,labels", status=cli.SOME_FAILED))
    assert by_animals["last.jpg"] == "dog/last.jpg"
    assert by_animals["DCIM/IMG_0.jpg"] == "cat/IMG_0.jpg"
    mixed = _targets(terminal.document(*would, "labels,scenes", "--template", "{label}/{year}", status=3))
    assert mixed["last.jpg"] == "Lake District/2021/last.jpg"
    assert mixed["DCIM/IMG_1.jpg"] == "sea/2019/IMG_1.jpg"


def test_only_what_the_rules_name_is_looked_at(photos: Path, tmp_path: Path, terminal: Terminal, eyes: Eyes) -> None:
    to = ("--to", tmp_path / "sorted", "--dry-run")
    terminal.run("sort", photos, *to, "--by", "labels")
    assert eyes.opened == []
    terminal.run("sort", photos, *to, "--by", "animals")
    assert eyes.opened == ["compact"]
    with Catalog(terminal.catalog) as catalog:
        assert [row.name for row in catalog.classifiers()] == ["animals"]
    terminal.run("sort", photos, *to, "--by", "animals,date")
    assert eyes.opened == ["compact"], "all of it was looked at before"


def test_groups_are_made_where_there_are_none(photos: Path, tmp_path: Path, terminal: Terminal) -> None:
    document = terminal.document(
        "sort", photos, "--to", tmp_path / "sorted", "--by", "clusters", "--yes", status=cli.SOME_FAILED
    )
    folders = {target.split("/")[0] for target in _targets(document).values() if target is not None}
    assert folders
    assert all(folder.startswith("Group ") for folder in folders)


def test_keywords_touch_no_photo(photos: Path, terminal: Terminal) -> None:
    before = tree_of(photos)
    nowhere = photos.parent / "nowhere"
    document = terminal.document(
        "sort", photos, "--to", nowhere, "--by", "scenes", "--xmp", "--yes", status=cli.SOME_FAILED
    )
    assert not nowhere.exists()
    assert document["counts"]["sorted"] >= 5
    after = tree_of(photos)
    changed = {path for path in after if not (photos / path).is_dir() and after[path] != before.get(path)}
    assert changed
    assert all(path.endswith(".xmp") or path.startswith(".photosort/") for path in changed)
    assert b"sea" in (photos / "last.jpg.xmp").read_bytes()
    terminal.document("undo")
    assert tree_of(photos) == before


def test_photos_that_no_rule_is_sure_of_go_where_they_are_told_to(
    photos: Path, tmp_path: Path, terminal: Terminal
) -> None:
    would = ("sort", photos, "--to", tmp_path / "sorted", "--dry-run", "--by", "scenes", "--min-confidence", "1")
    stay = terminal.document(*would, status=cli.SOME_FAILED)
    assert stay["counts"]["sorted"] == 0
    there = _targets(terminal.document(*would, "--unsure", "Later", status=cli.SOME_FAILED))
    assert there["last.jpg"] == "Later/last.jpg"


def test_folders_that_a_person_named_are_kept(photos: Path, tmp_path: Path, terminal: Terminal) -> None:
    save_photo(photos / "Italy 2019" / "rome.jpg", 30, taken="2019:08:08 10:00:00")
    would = ("sort", photos, "--to", tmp_path / "sorted", "--dry-run", "--by", "date")
    assert _targets(terminal.document(*would, status=3))["Italy 2019/rome.jpg"] == "2019/08/rome.jpg"
    kept = _targets(terminal.document(*would, "--keep-folders", "auto", status=3))
    assert kept["Italy 2019/rome.jpg"] is None
    assert kept["DCIM/IMG_0.jpg"] == "2019/07/IMG_0.jpg"
    named = _targets(terminal.document(*would, "--keep-folders", "dcim", "italy 2019", status=3))
    assert named["DCIM/IMG_0.jpg"] is None
    assert named["Italy 2019/rome.jpg"] is None
    status, _, err = terminal.run(*would, "--keep-folders", "Itly 2019")
    assert status == cli.WRONG_USAGE
    assert "Itly 2019" in err


def test_a_folder_is_the_same_however_it_is_typed(
    photos: Path, tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photos / "DCIM")
    terminal.run("sort", "..", "--to", "../../sorted", "--by", "date", "--yes")
    [run] = terminal.document("history", "..")["runs"]
    assert run["folder"] == str(photos)
    assert run["destination"] == str(tmp_path / "sorted")


# -- what is said ----------------------------------------------------------------------------------


def test_without_a_terminal_nothing_is_changed_and_that_is_said(
    photos: Path, tmp_path: Path, terminal: Terminal
) -> None:
    before = tree_of(photos)
    status, out, err = terminal.run("sort", photos, "--to", tmp_path / "sorted", "--by", "date")
    assert status == cli.WRONG_USAGE
    assert out == ""
    assert "nothing was changed" in err
    assert "--yes" in err
    assert tree_of(photos) == before
    assert not (tmp_path / "sorted").exists()


def test_what_was_done_is_told_and_how_to_undo_it(photos: Path, tmp_path: Path, terminal: Terminal) -> None:
    status, out, _ = terminal.run("sort", photos, "--to", tmp_path / "sorted", "--by", "date", "--yes")
    assert status == cli.SOME_FAILED
    assert "Copied 5 photos into 2 folders of " in out
    assert "broken.jpg" in out
    assert "Undo: photosort undo 1" in out.splitlines()[-1]
    status, out, _ = terminal.run("undo", "1")
    assert status == cli.OK
    assert "Removed the copies of 5 photos." in out


def test_a_person_can_read_what_would_be_done(photos: Path, tmp_path: Path, terminal: Terminal) -> None:
    status, out, _ = terminal.run("sort", photos, "--to", tmp_path / "sorted", "--by", "date", "--dry-run")
    assert status == cli.SOME_FAILED
    lines = [line.split() for line in out.splitlines()]
    assert ["2019"] in lines
    assert ["07", "4"] in lines
    assert ["02", "1"] in lines
    assert "IMG_0 (2).jpg" in out
    assert "Would copy 5 of 7 photos" in out


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take only names that are text")
def test_any_name_that_is_text_is_sorted_told_and_undone(tmp_path: Path, terminal: Terminal) -> None:
    photos = tmp_path / os.fsdecode(b"caf\xe9 \xf0\x9f\x98\x80")
    names = (b"\xff.jpg", b"new\nline.jpg", b"\x1b[2Jgone.jpg", "Öl & Wasser 海.jpg".encode(), b"  .jpg")
    for number, name in enumerate(names):
        save_photo(photos / os.fsdecode(name), number)
    before = tree_of(photos)
    rest = ("sort", photos, "--to", tmp_path / "sorted", "--by", "labels", "--unsure", "Ça/\x07:?", "--move", "--yes")
    status, out, err = terminal.run(*rest)
    assert status == cli.SOME_FAILED, err
    assert "\x1b" not in out
    assert "not valid text" in out
    assert [os.fsencode(path.name) for path in photos.iterdir()] == [names[0]]
    document = terminal.document("undo")
    assert {item["source"] for item in document["items"]} == {os.fsdecode(name) for name in names[1:]}
    assert tree_of(photos) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--by", "cheese"], "no classifier named 'cheese'; there are: scenes, animals"),
        (["--by", "date", "--template", "{camera}"], "{camera}"),
        (["--by", "date,,"], "got nothing"),
        (["--by", "date", "--min-confidence", "70"], "from 0 to 1"),
        (["--by", "date", "--keep-folders", "none", "Italy"], "--keep-folders none"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_done(
    arguments: list[str], words: str, photos: Path, tmp_path: Path, terminal: Terminal, capsys: pytest.CaptureFixture
) -> None:
    try:
        status, _, err = terminal.run("sort", photos, "--to", tmp_path / "sorted", "--yes", *arguments)
    except SystemExit as error:
        status, err = error.code, capsys.readouterr().err
    assert status == cli.WRONG_USAGE
    assert words in err
    assert not (tmp_path / "sorted").exists()


def test_a_destination_must_be_named(photos: Path, terminal: Terminal) -> None:
    status, _, err = terminal.run("sort", photos, "--by", "date", "--yes")
    assert status == cli.WRONG_USAGE
    assert "--to" in err


def test_a_destination_that_is_a_file_is_refused(photos: Path, tmp_path: Path, terminal: Terminal) -> None:
    (tmp_path / "file").touch()
    status, out, err = terminal.run("sort", photos, "--to", tmp_path / "file", "--by", "date", "--yes")
    assert status == cli.COULD_NOT_RUN
    assert "is a file" in err
    assert out == ""


def test_nothing_to_undo_and_nothing_to_recover_are_fine(terminal: Terminal) -> None:
    status, out, _ = terminal.run("undo")
    assert status == cli.OK
    assert "Nothing to undo" in out
    for way in ("--finish", "--roll-back"):
        status, out, _ = terminal.run("recover", way)
        assert status == cli.OK
        assert "Nothing to recover" in out
    assert terminal.document("undo")["run"] is None
    nothing = terminal.document("recover", "--finish")
    assert (nothing["run"], nothing["items"], nothing["others"]) == (None, [], [])


def test_history_tells_what_stands(photos: Path, tmp_path: Path, terminal: Terminal) -> None:
    terminal.run("sort", photos, "--to", tmp_path / "one", "--by", "date", "--yes")
    terminal.run("sort", photos, "--to", tmp_path / "two", "--by", "scenes", "--hardlink", "--yes")
    terminal.run("undo", "1")
    runs = terminal.document("history")["runs"]
    assert [(run["run"], run["how"], run["state"]) for run in runs] == [
        (2, "hardlink", "applied"),
        (1, "copy", "undone"),
    ]
    assert runs[0]["folder"] == str(photos)
    assert runs[0]["destination"] == str(tmp_path / "two")
    assert terminal.document("history", tmp_path / "one")["runs"] == [runs[1]]
    assert terminal.document("history", tmp_path / "elsewhere")["runs"] == []
    _, out, _ = terminal.run("history")
    assert "undone" in out
    assert str(tmp_path / "two") in out


def test_undo_leaves_what_was_changed_since_and_says_why(photos: Path, tmp_path: Path, terminal: Terminal) -> None:
    terminal.run("sort", photos, "--to", tmp_path / "sorted", "--by", "date", "--yes")
    (tmp_path / "sorted" / "2021" / "02").joinpath(os.listdir(tmp_path / "sorted" / "2021" / "02")[0]).write_bytes(b"x")  # noqa: PTH208
    document = terminal.document("undo", status=cli.SOME_FAILED)
    assert document["counts"] == {"in": 5, "restored": 4, "left": 1}
    [left] = [item for item in document["items"] if item["status"] == "left"]
    assert left["reason"]
    status, out, _ = terminal.run("undo")
    assert status == cli.OK
    assert "was undone but for 1 photo: photosort undo 1" in out


def test_a_folder_that_only_some_photos_come_back_to_lets_in_whom_it_did(
    photos: Path, tmp_path: Path, terminal: Terminal
) -> None:
    mode = (photos / "DCIM").stat().st_mode
    terminal.document("sort", photos, "--to", tmp_path / "sorted", "--by", "date", "--move", "--yes", status=3)
    with (tmp_path / "sorted" / "2019" / "07" / "IMG_2.jpg").open("ab") as file:
        file.write(b"changed")
    assert terminal.document("undo", status=cli.SOME_FAILED)["counts"]["left"] == 1
    assert sorted(path.name for path in (photos / "DCIM").glob("*.jpg")) == ["IMG_0.jpg", "IMG_1.jpg"]
    assert (photos / "DCIM").stat().st_mode == mode


def test_runs_that_stand_on_each_other_can_be_undone_in_any_order(
    photos: Path, tmp_path: Path, terminal: Terminal
) -> None:
    before = tree_of(photos)
    (photos / "broken.jpg").unlink()
    (photos / "the last again.jpg").unlink()
    terminal.document("sort", photos, "--to", photos / "ByDate", "--by", "date", "--move", "--yes")
    terminal.document("sort", photos, "--to", tmp_path / "sea", "--by", "scenes", "--move", "--yes")
    assert terminal.document("undo", "1", status=cli.SOME_FAILED)["counts"]["left"] == 5
    assert terminal.document("undo")["run"] == 2
    assert terminal.document("undo", "1")["counts"] == {"in": 5, "restored": 5, "left": 0}
    after = tree_of(photos)
    assert {path: before[path] for path in after} == after
    status, out, _ = terminal.run("undo", "1")
    assert (status, out) == (cli.OK, "Nothing to undo.\n")


def test_undo_by_the_journal_alone(photos: Path, tmp_path: Path, terminal: Terminal, capsys: Any) -> None:
    before = tree_of(photos)
    terminal.run("sort", photos, "--to", tmp_path / "sorted", "--by", "date", "--move", "--yes")
    [journal] = (tmp_path / "sorted" / ".photosort").iterdir()
    elsewhere = Terminal(tmp_path / "another catalog", capsys)
    document = elsewhere.document("undo", "--journal", journal)
    assert document["counts"] == {"in": 5, "restored": 5, "left": 0}
    assert tree_of(photos) == before


def test_undo_by_the_journal_where_the_sorted_folder_is_now(photos: Path, tmp_path: Path, terminal: Terminal) -> None:
    """A drive is not always connected at the same place; the catalog that sorted knows the old one."""
    before = tree_of(photos)
    terminal.run("sort", photos, "--to", tmp_path / "sorted", "--by", "date", "--move", "--yes")
    now = (tmp_path / "sorted").rename(tmp_path / "drive")
    [journal] = (now / ".photosort").iterdir()
    document = terminal.document("undo", "--journal", journal)
    assert document["counts"] == {"in": 5, "restored": 5, "left": 0}
    assert tree_of(photos) == before
    assert not now.exists()


def test_there_is_no_such_run(terminal: Terminal) -> None:
    status, _, err = terminal.run("undo", "7")
    assert status == cli.WRONG_USAGE
    assert "7" in err
