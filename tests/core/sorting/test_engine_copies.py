"""Runs that copy, link, write keywords, or move to another drive."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.photo import Transfer
from photosort.core.sorting.files import attributes, placing, system_calls
from photosort.core.sorting.files.trash import SystemTrash
from photosort.core.sorting.runs import engine, running
from photosort.core.sorting.values import How, RunState, Status
from photosort.core.xmp import packet
from tests.core.sorting.places import other_file_system, without_exclusive_rename, without_links
from tests.core.sorting.plans import OLD_NS, Album, age, files, finish, keyworded, tree, write

EVERYTHING = {"a.jpg": "A", "trip/b.jpg": "B"}


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """Two photos, one of them with a companion."""
    with Catalog(tmp_path / "catalog") as catalog:
        found = Album(tmp_path / "in", tmp_path / "out", catalog)
        fill(found)
        yield found


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Album]:
    """The same, to be sorted to another file system."""
    with other_file_system(tmp_path) as other, Catalog(tmp_path / "catalog") as catalog:
        found = Album(tmp_path / "in", other / "out", catalog)
        fill(found)
        yield found


def fill(album: Album) -> None:
    write(album.root / "a.jpg", "a")
    write(album.root / "trip/b.jpg", "b" * 3_000_000)
    write(album.root / "trip/b.xmp", "b said")
    age(album.root)


# -- copies --------------------------------------------------------------------------------------------


def test_copies_are_made_and_taken_away(album: Album) -> None:
    before = tree(album.root)
    run = album.apply(album.plan(EVERYTHING, how=How.COPY))
    assert tree(album.root) == before
    assert files(album.destination) == {"A/a.jpg": "a", "B/b.jpg": "b" * 3_000_000, "B/b.xmp": "b said"}
    assert (album.destination / "B/b.jpg").stat().st_mtime_ns == OLD_NS
    assert run.title == "copy 2 photos to out"
    assert album.catalog.runs.copies() == {album.destination / name for name in ("A/a.jpg", "B/b.jpg", "B/b.xmp")}
    assert album.undo(run).restored == 2
    assert not album.destination.exists()
    assert tree(album.root) == before
    assert album.catalog.runs.copies() == frozenset()
    redone = finish(engine.redo(album.catalog, run.id))
    assert redone.standing == 2
    assert len(files(album.destination)) == 3


def test_progress_of_copies_is_told_in_bytes(album: Album) -> None:
    told = list(engine.apply(album.catalog, album.plan(EVERYTHING, how=How.COPY)))
    assert all(isinstance(one, Transfer) for one in told)
    total = 3_000_000 + len("a" + "b said")
    assert (told[0].done, told[-1].done, told[-1].total) == (0, total, total)
    assert [one.done for one in told] == sorted(one.done for one in told)


def test_a_copy_whose_original_is_gone_stays(album: Album) -> None:
    run = album.apply(album.plan(EVERYTHING, how=How.COPY))
    (album.root / "a.jpg").unlink()
    write(album.root / "trip/b.jpg", "another")
    undone = album.undo(run)
    assert {item.source: item.status for item in undone.items} == {"a.jpg": "left", "trip/b.jpg": "left"}
    assert "original" in undone.items[0].reason
    assert "original" in undone.items[1].reason
    # Together with its sidecar.
    assert files(album.destination).keys() == {"A/a.jpg", "B/b.jpg", "B/b.xmp"}


def test_a_copy_that_was_edited_stays(album: Album) -> None:
    run = album.apply(album.plan(EVERYTHING, how=How.COPY))
    # Same size and time: only its content tells.
    write(album.destination / "A/a.jpg", "x")
    undone = album.undo(run)
    assert (undone.restored, undone.items[0].reason) == (1, "a.jpg was changed since")
    assert files(album.destination) == {"A/a.jpg": "x"}


def test_a_full_disk_leaves_nothing_half(album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    write_all = system_calls.write
    written = 0

    def fill_up(descriptor: int, data: memoryview) -> None:
        nonlocal written
        written += len(data)
        if written > 2_000_000 and len(data) > 1000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_all(descriptor, data)

    monkeypatch.setattr(system_calls, "write", fill_up)
    run = album.apply(album.plan(EVERYTHING, how=How.COPY))
    [failed] = [item for item in album.catalog.runs.account(run.id).items if item.status is Status.FAILED]
    assert failed.source == "trip/b.jpg"
    assert "the disk is full" in failed.reason
    assert files(album.destination) == {"A/a.jpg": "a"}
    assert list(album.destination.glob("B*")) == []


def test_cancelling_a_long_copy_takes_its_beginning_away(album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photosort.core.sorting.runs.telling.TELL_SECONDS", 0.0)
    work = engine.apply(album.catalog, album.plan(EVERYTHING, how=How.COPY))
    while next(work).done < 1_000_000:
        pass
    work.close()
    assert files(album.destination) == {"A/a.jpg": "a"}
    [run] = album.catalog.runs.runs()
    assert (run.state, run.standing) == (RunState.STOPPED, 1)


# -- to another drive ----------------------------------------------------------------------------------


def test_photos_move_to_another_drive_and_back(apart: Album) -> None:
    before = tree(apart.root)
    known = apart.scan()
    run = apart.apply(apart.plan(EVERYTHING, empties=["trip"]))
    assert files(apart.root) == {}
    assert not (apart.root / "trip").exists()
    assert files(apart.destination) == {"A/a.jpg": "a", "B/b.jpg": "b" * 3_000_000, "B/b.xmp": "b said"}
    moved = apart.catalog.photo(known["trip/b.jpg"].id)
    assert (moved.root, moved.relpath, moved.companions) == (apart.destination, "B/b.jpg", ("B/b.xmp",))
    assert apart.undo(run).restored == 2
    assert tree(apart.root) == before
    assert not apart.destination.exists()
    assert apart.catalog.photo(moved.id) == known["trip/b.jpg"]


def test_an_original_that_cannot_be_removed_leaves_no_copy(apart: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(apart.root)
    unlink = system_calls.unlink

    def refuse(path: Path) -> None:
        if path == apart.root / "trip/b.xmp":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        unlink(path)

    monkeypatch.setattr(system_calls, "unlink", refuse)
    run = apart.apply(apart.plan(EVERYTHING))
    assert run.counts[Status.FAILED] == 1
    assert files(apart.destination) == {"A/a.jpg": "a"}
    assert files(apart.root).keys() == {"trip/b.jpg", "trip/b.xmp"}
    monkeypatch.undo()
    apart.undo(run)
    assert tree(apart.root) == before


def test_no_original_goes_before_its_copy_is_durable(apart: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    sync, unlink = placing.sync_folder, system_calls.unlink
    note = running.Marks.note

    monkeypatch.setattr(placing, "sync_folder", lambda path: (events.append(f"sync {path.name}"), sync(path))[1])
    monkeypatch.setattr(system_calls, "unlink", lambda path: (events.append(f"unlink {path.name}"), unlink(path))[1])

    def noted(self: running.Marks, notes: object, *, durable: bool = False) -> None:
        if durable:
            events.append("durable")
        note(self, notes, durable=durable)  # type: ignore[arg-type]

    monkeypatch.setattr(running.Marks, "note", noted)
    apart.apply(apart.plan({"a.jpg": "A"}))
    assert events.index("sync A") < events.index("durable") < events.index("unlink a.jpg")


def test_a_drive_without_any_exclusive_rename_gets_copies(album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    """exFAT, say: neither the kernel's exclusive rename nor second names."""
    without_exclusive_rename(monkeypatch)
    without_links(monkeypatch)
    before = tree(album.root)
    run = album.apply(album.plan(EVERYTHING, empties=["trip"]))
    assert (run.standing, files(album.root)) == (2, {})
    assert album.undo(run).restored == 2
    assert tree(album.root) == before


def test_a_drive_that_keeps_times_coarsely_does_not_coarsen_them_for_good(apart: Album) -> None:
    before = tree(apart.root)
    run = apart.apply(apart.plan(EVERYTHING, empties=["trip"]))
    for path in (path for path in apart.destination.rglob("*") if path.is_file()):
        # As FAT keeps it.
        os.utime(path, ns=(OLD_NS, OLD_NS // 2_000_000_000 * 2_000_000_000))
    assert apart.undo(run).restored == 2
    assert tree(apart.root) == before


# -- links ---------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="needs extended attributes")
@pytest.mark.parametrize("by_journal", [False, True], ids=["catalog", "journal alone"])
def test_permissions_and_attributes_come_back_from_a_drive_that_knows_none(
    apart: Album, monkeypatch: pytest.MonkeyPatch, by_journal: bool
) -> None:
    picture = apart.root / "a.jpg"
    picture.chmod(0o440)
    os.setxattr(picture, "user.tags", b"Oma")
    before = tree(apart.root)
    # As exFAT: every file there is open to everybody, and nothing is carried but content and time.
    monkeypatch.setattr(attributes, "keep", as_on_exfat)
    run = apart.apply(apart.plan(EVERYTHING))
    assert (apart.destination / "A/a.jpg").stat().st_mode & 0o777 == 0o777
    assert os.listxattr(apart.destination / "A/a.jpg") == []
    if by_journal:
        [journal] = (apart.destination / ".photosort").iterdir()
        finish(engine.undo_journal(journal, directory=apart.catalog.directory))
    else:
        assert apart.undo(run).restored == 2
    assert tree(apart.root) == before
    assert picture.stat().st_mode & 0o777 == 0o440
    assert os.getxattr(picture, "user.tags") == b"Oma"


def as_on_exfat(source: Path, target: Path) -> None:
    status = source.stat()
    target.chmod(0o777)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("how", [How.HARDLINK, How.SYMLINK])
def test_links_are_made_and_taken_away(album: Album, how: How) -> None:
    before = tree(album.root)
    run = album.apply(album.plan(EVERYTHING, how=how))
    assert files(album.destination)["A/a.jpg"] == "a"
    assert (album.destination / "A/a.jpg").samefile(album.root / "a.jpg")
    assert run.title == "link 2 photos into out"
    assert album.undo(run).restored == 2
    assert tree(album.root) == before
    assert not album.destination.exists()


def test_a_second_name_stays_when_the_first_is_gone(album: Album) -> None:
    run = album.apply(album.plan(EVERYTHING, how=How.HARDLINK))
    (album.root / "a.jpg").unlink()
    undone = album.undo(run)
    assert undone.restored == 1
    assert files(album.destination) == {"A/a.jpg": "a"}


# -- keywords ------------------------------------------------------------------------------------------


def test_keywords_are_written_and_taken_back(album: Album) -> None:
    packet_before = packet.merged(None, ["mine"])
    write(album.root / "trip/b.xmp", packet_before)
    age(album.root)
    before = tree(album.root)
    run = album.apply(keyworded(album.plan(EVERYTHING), "Places|Sea"))
    assert run.title == "write keywords for 2 photos"
    assert set(packet.read((album.root / "trip/b.xmp").read_bytes()).keywords) == {"mine", "Places|Sea"}
    assert packet.read((album.root / "a.jpg.xmp").read_bytes()).keywords == ("Places|Sea",)
    assert not album.destination.exists()
    assert album.undo(run).restored == 2
    assert tree(album.root) == before


def test_a_sidecar_that_another_program_wrote_since_stays(album: Album) -> None:
    write(album.root / "trip/b.xmp", packet.merged(None, ["mine"]))
    run = album.apply(keyworded(album.plan(EVERYTHING), "Sea"))
    written = packet.merged(None, ["something else"])
    (album.root / "trip/b.xmp").write_bytes(written)
    undone = album.undo(run)
    assert {item.source: item.status for item in undone.items} == {"a.jpg": "restored", "trip/b.jpg": "left"}
    assert (album.root / "trip/b.xmp").read_bytes() == written
    assert not (album.root / "a.jpg.xmp").exists()


def test_a_sidecar_that_is_no_xmp_fails_before_anything_is_written(album: Album) -> None:
    run = album.apply(keyworded(album.plan(EVERYTHING), "Sea"))
    assert (run.counts[Status.FAILED], run.standing) == (1, 1)
    assert (album.root / "trip/b.xmp").read_text() == "b said"


# -- the trash -----------------------------------------------------------------------------------------


def test_photos_go_into_the_trash_and_come_out_again(album: Album, tmp_path: Path) -> None:
    trash = SystemTrash(tmp_path / "data")
    if not trash.tells_places:
        pytest.skip("the trash of this system tells no places")
    known = album.scan()
    before = tree(album.root)
    run = finish(engine.discard(album.catalog, album.root_id, [known["trip/b.jpg"]], trash))
    assert (run.title, run.standing) == ("put 1 photo into the trash", 1)
    assert files(album.root) == {"a.jpg": "a"}
    assert sorted(path.name for path in (tmp_path / "data/Trash/files").iterdir()) == ["b.jpg", "b.xmp"]
    assert [photo.relpath for photo in album.catalog.photos(album.root_id)] == ["a.jpg"]
    assert album.undo(run).restored == 1
    assert tree(album.root) == before
    assert list((tmp_path / "data/Trash/info").iterdir()) == []
    assert album.catalog.photo(known["trip/b.jpg"].id) == known["trip/b.jpg"]


def test_a_sidecar_that_another_photo_needs_stays_out_of_the_trash(album: Album, tmp_path: Path) -> None:
    write(album.root / "trip/b.png", "b drawn")
    known = album.scan()
    owner = known["trip/b.jpg"] if known["trip/b.jpg"].companions else known["trip/b.png"]
    finish(engine.discard(album.catalog, album.root_id, [owner], SystemTrash(tmp_path / "data")))
    assert not owner.path.exists()
    assert (album.root / "trip/b.xmp").exists()


def test_a_photo_that_the_trash_refuses_stays(album: Album) -> None:
    class FullTrash:
        def discard(self, path: Path) -> Path | None:
            if path.suffix == ".jpg":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return None

    known = album.scan()
    before = tree(album.root)
    run = finish(engine.discard(album.catalog, album.root_id, list(known.values()), FullTrash()))
    assert (run.standing, run.counts[Status.FAILED]) == (0, 2)
    assert tree(album.root)[str(album.root / "a.jpg")] == before[str(album.root / "a.jpg")]


def test_what_lies_in_a_trash_that_tells_no_places_is_said_so(album: Album, tmp_path: Path) -> None:
    class SilentTrash:
        def discard(self, path: Path) -> Path | None:
            path.rename(tmp_path / path.name)
            return None

    known = album.scan()
    run = finish(engine.discard(album.catalog, album.root_id, [known["a.jpg"]], SilentTrash()))
    [item] = album.catalog.runs.account(run.id).items
    assert "restore it from the system's trash" in item.reason
    undone = album.undo(run)
    assert (undone.restored, undone.items[0].status) == (0, "left")
    assert "trash" in undone.items[0].reason
