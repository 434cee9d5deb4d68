"""Files get to their places whole, or stay where they are; nothing is ever replaced."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosort.core.sorting.files import placing, system_calls
from tests.core.sorting.places import other_file_system, without_exclusive_rename, without_links

CONTENT = os.urandom(100_000)
DIGEST = hashlib.sha256(CONTENT).digest()


@pytest.fixture
def source(tmp_path) -> Path:
    path = tmp_path / "IMG_1.JPG"
    path.write_bytes(CONTENT)
    os.utime(path, ns=(1_500_000_000_123_456_789, 1_400_000_000_987_654_321))
    return path


@pytest.fixture
def elsewhere(tmp_path) -> Iterator[Path]:
    with other_file_system(tmp_path) as folder:
        yield folder


@pytest.fixture(params=["kernel", "links"])
def renames(request, monkeypatch) -> str:
    """Once with the kernel's exclusive rename, once where there are only links."""
    if request.param == "links":
        without_exclusive_rename(monkeypatch)
    return request.param


class TestPlacing:
    def test_it_is_the_same_file_at_another_place(self, source, renames) -> None:
        before = placing.identify(source)
        target = source.with_name("b.jpg")
        placing.place(source, target)
        assert placing.identify(source) is None
        assert placing.identify(target) == before
        assert target.read_bytes() == CONTENT

    @pytest.mark.parametrize("made", ["file", "folder", "broken link"])
    def test_what_is_there_is_never_replaced(self, source, renames, made) -> None:
        target = source.with_name("b.jpg")
        if made == "file":
            target.write_bytes(b"precious")
        elif made == "folder":
            target.mkdir()
        else:
            target.symlink_to("nowhere")
        there = target.lstat()
        with pytest.raises(FileExistsError):
            placing.place(source, target)
        assert source.read_bytes() == CONTENT
        assert target.lstat() == there

    def test_of_many_at_once_one_gets_the_name_and_none_is_lost(self, tmp_path, renames) -> None:
        runners, rounds = 4, 50
        barrier = threading.Barrier(runners)
        won: list[tuple[int, int]] = []

        def run(runner: int) -> None:
            for number in range(rounds):
                path = tmp_path / f"{runner}-{number}"
                path.write_text(f"{runner}")
                barrier.wait()
                try:
                    placing.place(path, tmp_path / f"target-{number}")
                except FileExistsError:
                    assert path.read_text() == f"{runner}"
                else:
                    won.append((number, runner))

        threads = [threading.Thread(target=run, args=(runner,)) for runner in range(runners)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(number for number, _ in won) == list(range(rounds))
        assert all((tmp_path / f"target-{number}").read_text() == f"{runner}" for number, runner in won)
        assert len(list(tmp_path.iterdir())) == runners * rounds

    def test_a_link_is_moved_itself(self, source, renames) -> None:
        link = source.with_name("link.jpg")
        link.symlink_to(source)
        placing.place(link, source.with_name("moved.jpg"))
        assert source.with_name("moved.jpg").readlink() == source
        assert source.read_bytes() == CONTENT

    def test_what_is_gone_or_has_nowhere_to_go_is_said(self, source, renames) -> None:
        with pytest.raises(FileNotFoundError) as caught:
            placing.place(source.with_name("gone"), source.with_name("b"))
        assert caught.value.filename == str(source.with_name("gone"))
        with pytest.raises(FileNotFoundError) as caught:
            placing.place(source, source.parent / "no folder" / "b")
        assert caught.value.filename == str(source.parent / "no folder")
        assert source.read_bytes() == CONTENT

    def test_names_that_are_no_text_are_moved(self, source) -> None:
        odd = Path(os.fsdecode(os.fsencode(source.parent) + b"/\xff\xfe odd.jpg"))
        try:
            placing.place(source, odd)
        except OSError:
            pytest.skip("this file system takes only text as names")
        assert odd.read_bytes() == CONTENT

    def test_another_drive_is_told_apart(self, source, elsewhere, renames) -> None:
        assert not placing.can_rename(source.parent, elsewhere)
        assert placing.can_rename(source.parent, source.parent / "not" / "made" / "yet")
        with pytest.raises(placing.CrossDevice):
            placing.place(source, elsewhere / "b.jpg")
        assert source.read_bytes() == CONTENT
        assert not list(elsewhere.iterdir())

    def test_a_drive_without_any_exclusive_operation_is_told_apart(self, source, monkeypatch) -> None:
        without_exclusive_rename(monkeypatch)
        without_links(monkeypatch)
        with pytest.raises(placing.Unsupported):
            placing.place(source, source.with_name("b.jpg"))
        assert source.read_bytes() == CONTENT

    def test_a_second_name_is_taken_back_when_the_first_cannot_go(self, source, monkeypatch) -> None:
        without_exclusive_rename(monkeypatch)
        unlink = system_calls.unlink

        def refuse(path: Path) -> None:
            if path == source:
                raise PermissionError(errno.EACCES, "no", str(path))
            unlink(path)

        monkeypatch.setattr(system_calls, "unlink", refuse)
        with pytest.raises(PermissionError):
            placing.place(source, source.with_name("b.jpg"))
        assert [path.name for path in source.parent.iterdir()] == [source.name]


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


class _Caseless:
    """A folder whose file system knows no case, as Linux shows one: renaming a file to itself does nothing."""

    def __init__(self, folder: Path, *, renames_itself: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._renames_itself = renames_itself
        self.dies_before: str | None = None
        lstat, rename = os.lstat, system_calls.rename_exclusively
        monkeypatch.setattr(os, "lstat", lambda path: lstat(self._stored(Path(path))))
        monkeypatch.setattr(system_calls, "rename_exclusively", lambda a, b: self._rename(rename, a, b))
        monkeypatch.setattr(system_calls, "rename_in_place", self._rename_in_place)

    def _stored(self, path: Path) -> Path:
        for name in _names(self._folder):
            if path.parent == self._folder and name.lower() == path.name.lower():
                return self._folder / name
        return path

    def _rename(self, rename, source: Path, target: Path) -> None:
        if target.name == self.dies_before:
            raise OSError(errno.EIO, "the drive is gone")
        if self._stored(target).exists():
            raise FileExistsError(errno.EEXIST, "exists")
        rename(self._stored(source), target)

    def _rename_in_place(self, source: Path, target: Path) -> None:
        if self._renames_itself:
            self._stored(source).rename(target)


class TestSpelling:
    @pytest.mark.parametrize("renames_itself", [True, False])
    def test_a_name_gets_another_case(self, source, monkeypatch, renames_itself) -> None:
        _Caseless(source.parent, renames_itself=renames_itself, monkeypatch=monkeypatch)
        placing.place(source, source.with_name("img_1.jpg"))
        assert _names(source.parent) == ["img_1.jpg"]
        assert placing.spelled_so(source.with_name("img_1.jpg"))
        assert not placing.spelled_so(source)

    def test_another_photo_is_not_taken_for_another_spelling(self, source, monkeypatch) -> None:
        _Caseless(source.parent, renames_itself=False, monkeypatch=monkeypatch)
        other = source.with_name("b.jpg")
        other.write_bytes(b"other")
        with pytest.raises(FileExistsError):
            placing.place(other, source.with_name("img_1.jpg"))
        assert sorted(_names(source.parent)) == ["IMG_1.JPG", "b.jpg"]

    def test_two_names_of_one_file_are_two_places(self, source) -> None:
        other = source.with_name("img_1.jpg")
        if other.exists():
            pytest.skip("this file system knows no case")
        os.link(source, other)
        with pytest.raises(FileExistsError):
            placing.place(source, other)
        assert sorted(_names(source.parent)) == ["IMG_1.JPG", "img_1.jpg"]

    def test_a_new_spelling_that_fails_half_way_is_taken_back(self, source, monkeypatch) -> None:
        caseless = _Caseless(source.parent, renames_itself=False, monkeypatch=monkeypatch)
        caseless.dies_before = "img_1.jpg"
        with pytest.raises(OSError, match="the drive is gone"):
            placing.place(source, source.with_name("img_1.jpg"))
        assert _names(source.parent) == ["IMG_1.JPG"]

    def test_a_new_spelling_that_died_half_way_is_mended(self, source, monkeypatch) -> None:
        caseless = _Caseless(source.parent, renames_itself=False, monkeypatch=monkeypatch)
        rename = system_calls.rename_exclusively
        target = source.with_name("img_1.jpg")

        class Killed(BaseException):
            pass

        def die(a: Path, b: Path) -> None:
            if b == target and not caseless._stored(target).exists():
                raise Killed
            rename(a, b)

        monkeypatch.setattr(system_calls, "rename_exclusively", die)
        with pytest.raises(Killed):
            placing.place(source, target)
        monkeypatch.setattr(system_calls, "rename_exclusively", rename)
        assert _names(source.parent) != [source.name]
        placing.mend_rename(source, target)
        assert _names(source.parent) == [source.name]
        placing.mend_rename(source, target)
        assert source.read_bytes() == CONTENT


class TestRemoving:
    def test_only_what_was_expected_is_removed(self, source) -> None:
        expected = placing.identify(source)
        assert expected is not None
        with pytest.raises(placing.ChangedError):
            placing.remove_verified(source, expected, hashlib.sha256(b"other").digest())
        os.utime(source, ns=(0, 0))
        with pytest.raises(placing.ChangedError):
            placing.remove_verified(source, expected, DIGEST)
        os.utime(source, ns=(0, expected.mtime_ns))
        placing.remove_verified(source, expected, DIGEST)
        assert not source.exists()
        with pytest.raises(FileNotFoundError):
            placing.remove_verified(source, expected, DIGEST)

    def test_another_file_of_the_same_size_and_time_is_kept(self, source) -> None:
        expected = placing.identify(source)
        assert expected is not None
        source.rename(source.with_name("first"))
        source.write_bytes(CONTENT)
        os.utime(source, ns=(0, expected.mtime_ns))
        with pytest.raises(placing.ChangedError):
            placing.remove_verified(source, expected, DIGEST)
        assert source.exists()

    def test_a_file_that_changes_while_it_is_read_is_kept(self, source, monkeypatch) -> None:
        expected = placing.identify(source)
        assert expected is not None

        def read_and_change(path: Path) -> bytes:
            with path.open("ab") as stream:
                stream.write(b"more")
            return DIGEST

        monkeypatch.setattr(placing, "digest_of", read_and_change)
        with pytest.raises(placing.ChangedError):
            placing.remove_verified(source, expected, DIGEST)
        assert source.stat().st_size == len(CONTENT) + 4


class TestLinks:
    def test_a_second_name_is_the_same_file(self, source) -> None:
        target = source.with_name("b.jpg")
        placing.hard_link(source, target)
        assert placing.identify(source) == placing.identify(target)
        with pytest.raises(FileExistsError):
            placing.hard_link(source, target)

    def test_where_there_are_no_second_names_it_is_said(self, source, elsewhere, monkeypatch) -> None:
        with pytest.raises(placing.CrossDevice):
            placing.hard_link(source, elsewhere / "b.jpg")
        without_links(monkeypatch)
        with pytest.raises(placing.Unsupported, match="second name"):
            placing.hard_link(source, source.with_name("b.jpg"))

    def test_a_link_survives_when_the_whole_tree_moves(self, tmp_path) -> None:
        tree = tmp_path / "drive"
        (tree / "Sorted" / "sea").mkdir(parents=True)
        (tree / "in").mkdir()
        photo = tree / "in" / "a.jpg"
        photo.write_bytes(CONTENT)
        link = tree / "Sorted" / "sea" / "a.jpg"
        placing.symbolic_link(photo, link)
        assert placing.is_link_to(link, photo)
        assert not placing.is_link_to(link, tree / "in" / "b.jpg")
        assert not placing.is_link_to(photo, photo)
        tree.rename(tmp_path / "mounted elsewhere")
        assert (tmp_path / "mounted elsewhere" / "Sorted" / "sea" / "a.jpg").read_bytes() == CONTENT
        with pytest.raises(FileExistsError):
            placing.symbolic_link(photo, tmp_path / "mounted elsewhere" / "Sorted" / "sea" / "a.jpg")

    def test_a_link_to_another_drive_is_absolute(self, source, elsewhere) -> None:
        placing.symbolic_link(source, elsewhere / "a.jpg")
        assert (elsewhere / "a.jpg").readlink().is_absolute()
        assert placing.is_link_to(elsewhere / "a.jpg", source)
        assert (elsewhere / "a.jpg").read_bytes() == CONTENT


def test_a_folder_is_flushed_and_none_is_no_defect(tmp_path) -> None:
    placing.sync_folder(tmp_path)
    placing.sync_folder(tmp_path / "gone")


def test_a_drive_that_fails_to_flush_is_heard(tmp_path, monkeypatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "the drive does not answer")

    monkeypatch.setattr(system_calls, "sync", fail)
    with pytest.raises(OSError, match="does not answer"):
        placing.sync_folder(tmp_path)
