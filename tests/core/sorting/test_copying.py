"""Copies are whole, verified and carry all that the original carried; or there is none."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from photosort.core.sorting.files import attributes, placing, system_calls
from photosort.core.sorting.files.copying import CHUNK
from tests.core.sorting.places import other_file_system, without_exclusive_rename, without_links

CONTENT = os.urandom(5 * CHUNK // 2)
DIGEST = hashlib.sha256(CONTENT).digest()


@pytest.fixture
def source(tmp_path) -> Path:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "a.jpg"
    path.write_bytes(CONTENT)
    path.chmod(0o640)
    os.utime(path, ns=(1_500_000_000_123_456_789, 1_400_000_000_987_654_321))
    return path


@pytest.fixture(params=["here", "elsewhere"])
def out(request, tmp_path) -> Iterator[Path]:
    """A folder to copy to: on the same file system, and on another one."""
    if request.param == "here":
        (tmp_path / "out").mkdir()
        yield tmp_path / "out"
        return
    with other_file_system(tmp_path) as folder:
        yield folder


def _copy(source: Path, out: Path, tick=None) -> bytes:
    return placing.copy_verified(source, out / "b.jpg", out / ".temporary", tick=tick)


class TestCopies:
    def test_a_copy_is_the_same_in_everything(self, source, out) -> None:
        ticks: list[int] = []
        if hasattr(os, "setxattr"):
            try:
                os.setxattr(source, "user.xdg.tags", b"sea")
                os.setxattr(out, "user.probe", b"")
            except OSError:
                pytest.skip("no extended attributes on one of these file systems")
        assert _copy(source, out, ticks.append) == DIGEST
        copy = out / "b.jpg"
        assert copy.read_bytes() == CONTENT == source.read_bytes()
        assert copy.stat().st_mtime_ns == source.stat().st_mtime_ns
        assert copy.stat().st_mode == source.stat().st_mode
        if hasattr(os, "getxattr"):
            assert os.getxattr(copy, "user.xdg.tags") == b"sea"
        assert [path.name for path in out.iterdir()] == ["b.jpg"]
        # Written once, read again once.
        assert sum(ticks) == 2 * len(CONTENT)
        assert len(ticks) == 6

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
    def test_the_owner_stays_the_owner(self, source, out) -> None:
        os.chown(source, 12_345, 54_321)
        source.chmod(0o4755)
        _copy(source, out)
        status = (out / "b.jpg").stat()
        assert (status.st_uid, status.st_gid) == (12_345, 54_321)
        assert status.st_mode == source.stat().st_mode

    def test_an_empty_file_is_a_file(self, source, out) -> None:
        source.write_bytes(b"")
        assert _copy(source, out) == hashlib.sha256(b"").digest()
        assert (out / "b.jpg").read_bytes() == b""

    def test_a_read_only_file_is_copied_as_such(self, source, out) -> None:
        source.chmod(0o400)
        _copy(source, out)
        assert (out / "b.jpg").stat().st_mode & 0o777 == 0o400

    def test_what_a_link_leads_to_is_copied(self, source, out) -> None:
        link = source.with_name("link.jpg")
        link.symlink_to(source)
        _copy(link, out)
        assert not (out / "b.jpg").is_symlink()
        assert (out / "b.jpg").read_bytes() == CONTENT

    @pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes here")
    @pytest.mark.parametrize("code", [errno.ENOTSUP, errno.EPERM])
    def test_a_drive_without_extended_attributes_gets_the_photo_all_the_same(
        self, source, out, monkeypatch, code
    ) -> None:
        os.setxattr(source, "user.xdg.tags", b"sea")

        def refuse(*arguments: object) -> None:
            raise OSError(code, "not here")

        monkeypatch.setattr(os, "setxattr", refuse)
        _copy(source, out)
        assert (out / "b.jpg").read_bytes() == CONTENT
        assert (out / "b.jpg").stat().st_mtime_ns == source.stat().st_mtime_ns


class TestRefusals:
    def test_what_is_there_is_never_replaced(self, source, out) -> None:
        (out / "b.jpg").write_bytes(b"precious")
        with pytest.raises(FileExistsError):
            _copy(source, out)
        assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [("b.jpg", b"precious")]

    def test_a_file_made_while_the_copy_is_written_is_never_replaced(self, source, out) -> None:
        def make(done: int) -> None:
            (out / "b.jpg").write_bytes(b"precious")

        with pytest.raises(FileExistsError):
            _copy(source, out, make)
        assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [("b.jpg", b"precious")]

    def test_a_folder_that_is_not_there_is_said(self, source, out) -> None:
        with pytest.raises(FileNotFoundError) as caught:
            _copy(source, out / "unplugged")
        assert caught.value.filename == str(out / "unplugged")

    def test_a_temporary_name_that_is_taken_is_left_alone(self, source, out) -> None:
        (out / ".temporary").write_bytes(b"precious")
        with pytest.raises(FileExistsError):
            _copy(source, out)
        assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [(".temporary", b"precious")]

    def test_a_source_that_changes_meanwhile_is_not_copied(self, source, out) -> None:
        def change(done: int) -> None:
            with source.open("ab") as stream:
                stream.write(b"more")

        with pytest.raises(placing.SourceChanged, match="changed while it was copied"):
            _copy(source, out, change)
        assert not list(out.iterdir())

    def test_a_folder_is_no_photo(self, source, out) -> None:
        with pytest.raises(OSError):
            _copy(source.parent, out)
        assert not list(out.iterdir())

    def test_a_drive_that_gives_back_something_else_is_found_out(self, source, out, monkeypatch) -> None:
        write = system_calls.write

        def garble(descriptor: int, data: memoryview) -> None:
            write(descriptor, memoryview(bytes(data[:-1]) + bytes([data[-1] ^ 1])))

        monkeypatch.setattr(system_calls, "write", garble)
        with pytest.raises(OSError, match="reads back differently"):
            _copy(source, out)
        assert not list(out.iterdir())

    @pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
    @pytest.mark.parametrize("call", ["write", "sync", "create", "rename_exclusively"])
    def test_no_part_of_a_copy_is_left_when_the_drive_refuses(self, source, out, monkeypatch, call, code) -> None:
        def refuse(*arguments: object) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(system_calls, call, refuse)
        with pytest.raises(OSError) as caught:
            _copy(source, out)
        assert caught.value.errno == code
        assert not list(out.iterdir())
        assert source.read_bytes() == CONTENT

    def test_a_copy_that_is_stopped_leaves_nothing(self, source, out) -> None:
        steps = placing.copy_steps(source, out / "b.jpg", out / ".temporary")
        next(steps)
        assert [path.name for path in out.iterdir()] == [".temporary"]
        steps.close()
        assert not list(out.iterdir())


class TestWithoutExclusiveRenames:
    """A memory card with exFAT under macOS: no exclusive rename, no links."""

    @pytest.fixture(autouse=True)
    def _poor_file_system(self, monkeypatch) -> None:
        without_exclusive_rename(monkeypatch)
        without_links(monkeypatch)

    def test_the_name_itself_is_made_exclusively(self, source, out) -> None:
        assert _copy(source, out) == DIGEST
        copy = out / "b.jpg"
        assert copy.read_bytes() == CONTENT
        assert copy.stat().st_mtime_ns == source.stat().st_mtime_ns
        assert [path.name for path in out.iterdir()] == ["b.jpg"]

    def test_what_is_there_is_never_replaced(self, source, out) -> None:
        (out / "b.jpg").write_bytes(b"precious")
        with pytest.raises(FileExistsError):
            _copy(source, out)
        assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [("b.jpg", b"precious")]

    def test_what_died_half_way_is_cleared(self, source, out, monkeypatch) -> None:
        class Killed(BaseException):
            pass

        keep, unlink = attributes.keep, system_calls.unlink

        def die(one: Path, other: Path) -> None:
            if other == out / "b.jpg":
                os.truncate(other, 1000)
                # A killed program takes nothing away any more.
                monkeypatch.setattr(system_calls, "unlink", lambda path: None)
                raise Killed
            keep(one, other)

        monkeypatch.setattr(attributes, "keep", die)
        with pytest.raises(Killed):
            _copy(source, out)
        monkeypatch.setattr(system_calls, "unlink", unlink)
        assert len(list(out.iterdir())) == 2
        placing.clear_temporary(out / ".temporary", out / "b.jpg")
        assert not list(out.iterdir())
        assert source.read_bytes() == CONTENT

    @pytest.mark.parametrize("theirs", [b"precious", b"", CONTENT])
    def test_what_another_program_put_there_is_not_cleared(self, source, out, theirs) -> None:
        (out / ".temporary").write_bytes(CONTENT)
        (out / "b.jpg").write_bytes(theirs)
        placing.clear_temporary(out / ".temporary", out / "b.jpg")
        assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [("b.jpg", theirs)]
        placing.clear_temporary(out / ".temporary", out / "b.jpg")
        assert (out / "b.jpg").exists()


class TestFolderTimes:
    def test_a_folder_becomes_what_it_was(self, tmp_path) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        folder.chmod(0o750)
        os.utime(folder, ns=(5, 1_234_567_890_123_456_789))
        before = attributes.read_times(folder)
        assert before is not None
        (folder / "a").write_text("a")
        folder.chmod(0o700)
        assert attributes.read_times(folder) != before
        assert attributes.restore_times(folder, before)
        assert attributes.read_times(folder) == before

    def test_a_folder_behind_a_link_becomes_what_it_was_and_the_link_stays_as_it_is(self, tmp_path) -> None:
        folder, link = tmp_path / "folder", tmp_path / "link"
        folder.mkdir()
        link.symlink_to(folder)
        os.utime(folder, ns=(5, 1_234_567_890_123_456_789))
        before = attributes.read_times(link)
        assert before is not None
        own = link.lstat().st_mtime_ns
        (link / "a").write_text("a")
        assert attributes.restore_times(link, before)
        assert folder.stat().st_mtime_ns == 1_234_567_890_123_456_789
        assert link.lstat().st_mtime_ns == own

    def test_what_is_no_folder_has_no_times(self, tmp_path) -> None:
        (tmp_path / "file").write_text("a")
        assert attributes.read_times(tmp_path / "file") is None
        assert attributes.read_times(tmp_path / "gone") is None
        assert not attributes.restore_times(tmp_path / "gone", attributes.FolderTimes(0, 0o755))


def test_digests_are_told_piece_by_piece(source) -> None:
    ticks: list[int] = []
    assert placing.digest_of(source, ticks.append) == DIGEST
    assert sum(ticks) == len(CONTENT)
