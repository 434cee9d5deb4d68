"""What is thrown away lies in the desktop's trash, where every file manager finds it and photosort, too."""

from __future__ import annotations

import errno
import os
import stat
import sys
import urllib.parse
from pathlib import Path

import pytest

from photosort.core.sorting.files import placing, system_calls
from photosort.core.sorting.files.trash import SystemTrash, forget_place
from tests.core.sorting.places import other_file_system

pytestmark = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="FreeDesktop's layout is Linux's")


@pytest.fixture
def home(tmp_path) -> Path:
    return tmp_path / "home" / ".local" / "share"


@pytest.fixture
def trash(home) -> SystemTrash:
    return SystemTrash(home)


@pytest.fixture
def photo(tmp_path) -> Path:
    folder = tmp_path / "Fotos 100 % schön"
    folder.mkdir()
    path = folder / "IMG 1.JPG"
    path.write_bytes(b"photo")
    return path


def _info(place: Path) -> dict[str, str]:
    lines = (place.parent.parent / "info" / f"{place.name}.trashinfo").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "[Trash Info]"
    return dict(line.split("=", 1) for line in lines[1:])


def test_it_lies_in_the_persons_trash_with_a_note_of_where_it_was(trash, home, photo) -> None:
    before = placing.identify(photo)
    place = trash.discard(photo)
    assert place == home / "Trash" / "files" / "IMG 1.JPG"
    assert not photo.exists()
    assert placing.identify(place) == before
    info = _info(place)
    assert urllib.parse.unquote(info["Path"]) == str(photo)
    assert info["Path"].isascii()
    assert len(info["DeletionDate"]) == len("2026-05-03T12:00:00")
    assert stat.S_IMODE((home / "Trash").stat().st_mode) == 0o700
    assert trash.find(photo) == place


def test_names_that_are_taken_are_left_to_those_who_have_them(trash, photo) -> None:
    places = []
    for number in range(3):
        photo.write_text(f"photo {number}")
        places.append(trash.discard(photo))
    assert [place.name for place in places] == ["IMG 1.JPG", "IMG 1.2.JPG", "IMG 1.3.JPG"]
    assert [place.read_text() for place in places] == ["photo 0", "photo 1", "photo 2"]
    # A file without a note is somebody's, too.
    (places[0].parent / "IMG 1.4.JPG").write_text("theirs")
    photo.write_text("photo 4")
    place = trash.discard(photo)
    assert place.name == "IMG 1.5.JPG"
    assert (places[0].parent / "IMG 1.4.JPG").read_text() == "theirs"
    assert sorted(note.stem for note in (places[0].parent.parent / "info").iterdir()) == sorted(
        file.name for file in [*places, place]
    )


def test_it_comes_back_and_the_trash_forgets_it(trash, photo) -> None:
    place = trash.discard(photo)
    placing.place(place, photo)
    forget_place(place)
    assert photo.read_bytes() == b"photo"
    assert not any(path.is_file() for path in place.parent.parent.rglob("*"))
    assert trash.find(photo) is None
    # A place that is none of the trash has no note.
    forget_place(photo)
    assert photo.exists()


def test_the_note_of_a_program_that_was_killed_is_used_again(trash, photo) -> None:
    place = trash.discard(photo)
    photo.write_bytes(place.read_bytes())
    place.unlink()
    # A note without a file: of this photo it is forgotten, of another one it is left alone.
    other = place.parent.parent / "info" / "other.jpg.trashinfo"
    other.write_text("[Trash Info]\nPath=/elsewhere/other.jpg\nDeletionDate=2026-05-03T12:00:00\n")
    assert trash.discard(photo) == place
    assert trash.discard(_twin(photo).rename(photo.with_name("other.jpg"))).name == "other.2.jpg"
    assert other.exists()


def test_long_names_and_names_that_are_no_text_fit(trash, photo) -> None:
    for name in ("x" * 250 + ".jpg", os.fsdecode(b"\xff\xfe.jpg")):
        path = photo.with_name(name)
        path.write_bytes(b"odd")
        place = trash.discard(path)
        assert place.read_bytes() == b"odd"
        assert os.fsencode(path) == urllib.parse.unquote_to_bytes(_info(place)["Path"])
        assert trash.find(path) == place


def test_a_link_goes_itself(trash, photo) -> None:
    link = photo.with_name("link.jpg")
    link.symlink_to(photo)
    place = trash.discard(link)
    assert place.is_symlink()
    assert photo.read_bytes() == b"photo"


class TestOtherDrives:
    def test_each_drive_has_its_own_trash(self, trash, tmp_path) -> None:
        with other_file_system(tmp_path) as folder:
            top = Path("/dev/shm")
            own = top / f".Trash-{os.getuid()}"
            existed = own.exists()
            photo = folder / "a.jpg"
            photo.write_bytes(b"photo")
            place = trash.discard(photo)
            try:
                assert place.parent == own / "files"
                assert place.read_bytes() == b"photo"
                assert urllib.parse.unquote(_info(place)["Path"]) == str(photo.relative_to(top))
                assert trash.find(photo) == place
            finally:
                placing.place(place, photo)
                forget_place(place)
                if not existed:
                    for name in ("files", "info", "."):
                        (own / name).rmdir()

    def test_a_common_trash_is_used_only_if_it_is_safe(self, tmp_path, photo, monkeypatch) -> None:
        # The whole of the test's folder plays a drive of its own.
        drive = tmp_path.parent
        monkeypatch.setattr(Path, "is_mount", lambda path: path == tmp_path)
        monkeypatch.setattr(placing, "device_of", lambda path: 1 if path.is_relative_to(drive / tmp_path.name) else 2)
        trash = SystemTrash(Path("/nowhere"))
        user = str(os.getuid())
        common = tmp_path / ".Trash"
        common.mkdir()
        assert trash.discard(photo).parent == tmp_path / f".Trash-{user}" / "files"
        common.chmod(0o1777)
        photo.write_bytes(b"photo")
        assert trash.discard(photo).parent == common / user / "files"
        common.rename(tmp_path / "real")
        common.symlink_to(tmp_path / "real")
        photo.write_bytes(b"photo")
        assert trash.discard(photo).parent == tmp_path / f".Trash-{user}" / "files"


@pytest.mark.parametrize("call", ["create", "write", "rename_exclusively"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_if_it_fails_the_photo_stays_and_the_trash_is_as_it_was(trash, photo, monkeypatch, call, code) -> None:
    trash.discard(_twin(photo))
    before = sorted(path for path in photo.parent.parent.rglob("*"))

    def refuse(*arguments: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(system_calls, call, refuse)
    with pytest.raises(OSError) as caught:
        trash.discard(photo)
    assert caught.value.errno == code
    assert photo.read_bytes() == b"photo"
    assert sorted(path for path in photo.parent.parent.rglob("*")) == before


def test_what_is_not_there_cannot_be_thrown_away(trash, photo) -> None:
    with pytest.raises(FileNotFoundError):
        trash.discard(photo.with_name("gone.jpg"))
    assert trash.find(photo.with_name("gone.jpg")) is None


def _twin(photo: Path) -> Path:
    twin = photo.with_name("twin.jpg")
    twin.write_bytes(b"twin")
    return twin
