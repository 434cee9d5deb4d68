"""What the disk says: what is there, what is equal, where nothing may be put."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photosort.core.photo import Transfer
from photosort.core.sorting.plans import twins
from photosort.core.sorting.plans.survey import History, survey
from photosort.core.sorting.values import How
from tests.core.sorting.desk import Desk, finished


def test_every_file_is_looked_at_and_links_are_not_followed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"in/a.jpg": b"123", "in/a.xmp": b"x", "in/notes.txt": b"n"})
    (tmp_path / "outside.jpg").write_bytes(b"12345678")
    (desk.root / "in" / "b.jpg").symlink_to(tmp_path / "outside.jpg")
    found = desk.survey()
    assert set(found.files) == {"in/a.jpg", "in/a.xmp", "in/b.jpg"}
    status = (desk.root / "in" / "a.jpg").stat()
    facts = found.files["in/a.jpg"]
    assert (facts.size, facts.mtime_ns, facts.inode, facts.device) == (
        3, status.st_mtime_ns, status.st_ino, status.st_dev,
    )  # fmt: skip
    assert found.files["in/b.jpg"].link
    assert found.folders["in"].names == {"a.jpg", "a.xmp", "b.jpg", "notes.txt"}
    assert found.folders[""].subfolders == ("in",)


def test_only_files_that_may_be_equal_are_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    real = twins.digest_steps
    monkeypatch.setattr(twins, "digest_steps", lambda path: read.append(path.name) or real(path))
    big = bytes(200_000)
    middle = bytearray(big)
    middle[100_000] = 1
    files = {"a.jpg": b"1234", "b.jpg": b"12345", "c.jpg": b"4321", "d.jpg": big, "e.jpg": bytes(middle)}
    found = Desk(tmp_path, files).survey()
    assert sorted(read) == ["d.jpg", "e.jpg"]
    assert found.digests["d.jpg"] != found.digests["e.jpg"]


def test_what_was_sorted_before_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doing a rule again must not read 82 GB to find that the copies are copies."""

    class Before:
        at = 1.0
        how = How.COPY

        def __init__(self, folder: Path) -> None:
            self.folder = folder

    desk = Desk(tmp_path, {"a.jpg": b"same", "b.jpg": b"same"})
    (desk.destination / "cat").mkdir(parents=True)
    (desk.destination / "cat" / "a.jpg").write_bytes(b"same")
    before = Before(desk.destination / "cat")
    desk.history = History(dict.fromkeys(desk.ids().values(), before))
    monkeypatch.setattr(twins, "content_key", lambda path: pytest.fail(f"{path} was read"))
    assert not desk.survey().digests
    assert not desk.survey(compare=False).there


def test_a_destination_is_known_with_its_names_and_contents(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"a.jpg": b"same"})
    (desk.destination / "x" / "y").mkdir(parents=True)
    (desk.destination / ".photosort").mkdir()
    for path in ("x/1.jpg", "x/y/2.jpg", ".photosort/3.jpg"):
        (desk.destination / path).write_bytes(b"same")
    found = desk.survey()
    assert found.place.names == {"": {"x", ".photosort"}, "x": {"1.jpg", "y"}, "x/y": {"2.jpg"}}
    assert sorted(found.there[found.digests["a.jpg"]]) == ["x/1.jpg", "x/y/2.jpg"]
    assert found.place.device == tmp_path.stat().st_dev
    assert found.place.free > 0


@pytest.mark.parametrize(
    ("where", "contains", "inside"),
    [("root", True, {"": "", "in": "in"}), ("root/Sorted", False, {"": None, "in": None}), (".", True, {"": "root"})],
)
def test_where_folders_lie_in_the_destination(
    tmp_path: Path, where: str, contains: bool, inside: dict[str, str | None]
) -> None:
    desk = Desk(tmp_path, {"in/a.jpg": b"1", "Sorted/b.jpg": b"2"})
    found = desk.survey(tmp_path / where)
    assert found.place.contains_root is contains
    assert {folder: found.folders[folder].in_destination for folder in inside} == inside
    sorted_in = {"root": "Sorted", "root/Sorted": "", ".": "root/Sorted"}[where]
    assert found.folders["Sorted"].in_destination == sorted_in


def test_folders_that_lead_into_the_destination_through_a_link_lie_in_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"a.jpg": b"1"})
    (desk.destination / "cat").mkdir(parents=True)
    (desk.destination / "cat" / "b.jpg").write_bytes(b"2")
    (desk.root / "link").symlink_to(desk.destination)
    found = desk.survey()
    assert found.folders["link/cat"].in_destination == "cat"
    assert found.folders["link/cat"].link


def test_what_could_not_be_read_is_told_apart(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"a.jpg": b"1"})
    (desk.root / "empty.jpg").write_bytes(b"")
    found = desk.survey()
    assert [failure.relpath for failure in found.unreadable] == ["empty.jpg"]


def test_a_file_that_cannot_be_read_has_no_twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path, {"a.jpg": b"same", "b.jpg": b"same"})

    def refuse(path: Path) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(twins, "content_key", refuse)
    assert not desk.survey().digests


def test_reading_is_told_in_bytes_and_can_be_stopped(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"a.jpg": bytes(3_000_000), "b.jpg": bytes(3_000_000)})
    steps = survey(desk.root, desk.photos(), desk.destination)
    told = [progress for progress in steps if isinstance(progress, Transfer)]
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert told[-1].done == told[-1].total == 6_000_000
    steps = survey(desk.root, desk.photos(), desk.destination)
    next(progress for progress in steps if isinstance(progress, Transfer))
    steps.close()


def test_nothing_is_changed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"in/a.jpg": b"same", "b.jpg": b"same"})
    before = sorted((path, path.lstat().st_mtime_ns) for path in tmp_path.rglob("*"))
    finished(survey(desk.root, desk.photos(), desk.destination / "not" / "there"))
    assert sorted((path, path.lstat().st_mtime_ns) for path in tmp_path.rglob("*")) == before
    assert not os.path.lexists(desk.destination)
