"""What is known of file systems without writing to them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from photosort.core.sorting.files import volumes
from tests.core.sorting.places import other_file_system


def test_a_place_that_is_not_there_yet_lies_on_the_drive_of_what_is_there(tmp_path) -> None:
    deep = tmp_path / "not" / "made" / "yet"
    assert volumes.nearest_existing(deep) == tmp_path
    assert volumes.nearest_existing(tmp_path) == tmp_path
    assert volumes.device_of(deep) == tmp_path.stat().st_dev
    assert volumes.free_bytes(deep) > 0
    with other_file_system(tmp_path) as folder:
        assert volumes.device_of(folder / "sub") != volumes.device_of(deep)


def test_a_broken_link_is_something(tmp_path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    assert volumes.nearest_existing(tmp_path / "link") == tmp_path / "link"


@pytest.mark.parametrize("name", ["Photo.JPG", "1234", "Straße", "ǅ.jpg"])
def test_case_is_told_as_the_file_system_has_it(tmp_path, name) -> None:
    """The one way to know is to try, and trying is what the program must not do: a test may."""
    before = sorted(path.name for path in tmp_path.iterdir())
    (tmp_path / name).write_text("")
    (tmp_path / "probe").write_text("")
    knows_no_case = (tmp_path / "PROBE").exists()
    (tmp_path / "probe").unlink()
    assert volumes.case_insensitive(tmp_path) == knows_no_case
    assert volumes.case_insensitive(tmp_path / "not" / "made") == knows_no_case
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*before, name])


def test_a_folder_that_answers_to_another_case_knows_none(tmp_path, monkeypatch) -> None:
    photo = tmp_path / "Photo.jpg"
    photo.write_text("")
    lstat = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda path: lstat(photo if path.name.lower() == "photo.jpg" else path))
    assert volumes.case_insensitive(tmp_path)


def test_a_drive_that_numbers_files_anew_for_each_spelling_knows_no_case(tmp_path, monkeypatch) -> None:
    photo = tmp_path / "Photo.jpg"
    photo.write_text("")
    other = tmp_path.with_name("another file")
    other.write_text("")
    lstat = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda path: lstat(other if path.name == "pHOTO.JPG" else path))
    assert volumes.case_insensitive(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux tells of its mounts")
class TestMounts:
    @pytest.fixture
    def mounts(self, tmp_path, monkeypatch):
        def mount(*lines: tuple[str, str]) -> None:
            table = "".join(
                f"{number} 1 8:{number} / {place} rw,relatime shared:1 - {kind} /dev/x rw\n"
                for number, (place, kind) in enumerate([("/", "ext4"), *lines])
            )
            read = Path.read_text
            monkeypatch.setattr(
                Path,
                "read_text",
                lambda path, *a, **k: table if path == Path("/proc/self/mountinfo") else read(path, *a, **k),
            )

        return mount

    def test_cards_and_shares_take_only_what_windows_takes(self, tmp_path, mounts) -> None:
        for kind in ("vfat", "exfat", "ntfs3", "fuseblk", "cifs"):
            mounts((os.fspath(tmp_path), kind))
            assert volumes.restricted_names(tmp_path / "DCIM" / "100")
        mounts((os.fspath(tmp_path), "btrfs"))
        assert not volumes.restricted_names(tmp_path)

    def test_an_empty_card_knows_no_case(self, tmp_path, mounts) -> None:
        mounts((os.fspath(tmp_path), "vfat"))
        assert volumes.case_insensitive(tmp_path)
        mounts((os.fspath(tmp_path), "btrfs"))
        assert not volumes.case_insensitive(tmp_path)

    def test_the_deepest_mount_counts_and_of_two_the_last(self, tmp_path, mounts) -> None:
        card = tmp_path / "my card"
        card.mkdir()
        escaped = os.fspath(card).replace(" ", "\\040")
        mounts((escaped, "vfat"), (os.fspath(tmp_path), "xfs"), (escaped, "exfat"))
        assert volumes.file_system_of(card / "a.jpg") == "exfat"
        assert volumes.file_system_of(tmp_path / "my card 2") == "xfs"
        assert volumes.file_system_of(Path("/")) == "ext4"


def test_this_machine_is_known() -> None:
    assert volumes.file_system_of(Path.home()) or sys.platform not in {"linux", "darwin"}
