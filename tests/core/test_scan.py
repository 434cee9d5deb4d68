"""A folder as it lies on a real disk: every file accounted for, nothing opened that should not be."""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from photosort.core import scan as scanning
from photosort.core.errors import ScanError
from photosort.core.photo import Progress, TakenSource, wall_clock
from photosort.core.scan import ScanResult, scan

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs links, rights and names as POSIX has them")


def run(root: Path, only: Sequence[Path] | None = None) -> ScanResult:
    return finish(scan(root, only=only))


def finish(steps: Generator[Progress, None, ScanResult]) -> ScanResult:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result = end.value
            assert isinstance(result, ScanResult)
            return result


def put(root: Path, *names: str, content: bytes = b"x") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def shots(result: ScanResult) -> list[str]:
    return [shot.file.relpath for shot in result.shots]


def reasons(result: ScanResult) -> dict[str, str]:
    return {one.relpath: one.reason for one in result.ignored}


def problems(result: ScanResult) -> dict[str, str]:
    return {one.relpath: one.reason for one in result.failures}


def test_every_file_is_accounted_for(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b/c.PNG", "b/c.xmp", "b/d/e.heic", "b/d/e.mov", "notes.txt", "film.mp4", ".hidden.jpg")
    put(tmp_path, ".git/x.jpg", ".git/deep/y", "README", "lonely.xmp", "movie.jpg.part")
    put(tmp_path, "empty.jpg", content=b"")
    result = run(tmp_path)
    assert result.root == tmp_path
    assert shots(result) == [".git/x.jpg", ".hidden.jpg", "a.jpg", "b/c.PNG", "b/d/e.heic"]  # hidden ones too
    companions = {shot.file.relpath: [info.relpath for info in shot.companions] for shot in result.shots}
    assert companions["b/c.PNG"] == ["b/c.xmp"]
    assert companions["b/d/e.heic"] == ["b/d/e.mov"]
    assert sum(map(len, companions.values())) == 2
    assert problems(result) == {"empty.jpg": "the file is empty (0 bytes)"}
    assert reasons(result) == {
        ".git/deep/y": scanning.NO_PHOTO,
        "README": scanning.NO_PHOTO,
        "film.mp4": scanning.VIDEO,
        "lonely.xmp": scanning.SIDECAR,
        "movie.jpg.part": scanning.UNFINISHED,
        "notes.txt": scanning.NO_PHOTO,
    }
    assert result.companions == 2
    assert result.found == sum(path.is_file() for path in tmp_path.rglob("*")) == 14


def test_size_and_time_are_those_of_the_file(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", content=b"12345")
    os.utime(tmp_path / "a.jpg", ns=(1, 1_562_956_200_123_456_000))
    (shot,) = run(tmp_path).shots
    assert shot.file.size == 5
    assert shot.file.mtime_ns == (tmp_path / "a.jpg").stat().st_mtime_ns
    assert shot.taken_source is TakenSource.FILE
    local = datetime.fromtimestamp(1_562_956_200.123456)  # noqa: DTZ006 - wall clock of this computer
    assert abs((wall_clock(shot.taken) - local).total_seconds()) < 0.001


def test_times_of_broken_clocks_fit_into_64_bits(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    try:
        os.utime(tmp_path / "a.jpg", (2e11, 2e11))  # the year 8307
    except OSError:
        pytest.skip("this file system has no such times")
    (shot,) = run(tmp_path).shots
    assert shot.file.mtime_ns < 2**63
    assert wall_clock(shot.taken).year >= 2262 or tmp_path.joinpath("a.jpg").stat().st_mtime < 2e11


def test_date_of_the_name_and_of_takeout(tmp_path: Path) -> None:
    put(tmp_path, "IMG-20190712-WA0003.jpg", "b.jpg", "c.jpg", "IMG_20180101_000000.jpg")
    stamp = json.dumps({"photoTakenTime": {"timestamp": "1000000000"}})
    (tmp_path / "b.jpg.json").write_text(stamp)
    (tmp_path / "IMG_20180101_000000.jpg.supplemental-metadata.json").write_text(stamp)
    (tmp_path / "c.jpg.json").write_text("{}")
    found = {shot.file.relpath: shot for shot in run(tmp_path).shots}
    assert found["IMG-20190712-WA0003.jpg"].taken_source is TakenSource.NAME
    assert wall_clock(found["IMG-20190712-WA0003.jpg"].taken) == datetime(2019, 7, 12)  # noqa: DTZ001 - wall clock
    assert found["b.jpg"].taken_source is TakenSource.TAKEOUT
    assert found["b.jpg"].taken == found["IMG_20180101_000000.jpg"].taken
    assert found["c.jpg"].taken_source is TakenSource.FILE
    assert all(len(found[name].companions) == 1 for name in ("b.jpg", "c.jpg", "IMG_20180101_000000.jpg"))


def test_names_in_any_script_and_with_odd_characters(tmp_path: Path) -> None:
    names = ["Фото.jpg", "写真 2019.png", "صورة.heic", "e\u0301te\u0301.jpg", "a 'quoted' & $name;.jpg", "😀/🎉.webp"]
    if sys.platform != "win32":
        names += ['new\nline".jpg', "back\\slash.jpg"]
    put(tmp_path, *names)
    assert shots(run(tmp_path)) == sorted(names)


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS takes only names that are text")
def test_names_that_are_no_text_are_problems_and_not_lost(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path)
    Path(os.fsdecode(root + b"/caf\xe9")).mkdir()
    for name in (b"/stra\xdfe.jpg", b"/stra\xdfe.txt", b"/caf\xe9/a.jpg"):
        Path(os.fsdecode(root + name)).write_bytes(b"x")
    result = run(tmp_path)
    assert shots(result) == []
    assert set(problems(result)) == {"stra\\udcdfe.jpg", "caf\\udce9/a.jpg"}
    assert set(reasons(result)) == {"stra\\udcdfe.txt"}
    json.dumps([*problems(result), *reasons(result)]).encode("utf-8")


@posix
def test_links_to_folders_are_followed_once_and_never_in_circles(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    put(root, "z/real.jpg")
    put(outside, "away.jpg")
    (outside / "back").symlink_to(root)
    (root / "a").symlink_to(root / "z")
    (root / "loop").symlink_to(root)
    (root / "z" / "up").symlink_to("..")
    (root / "out").symlink_to(outside)
    (root / "out_again").symlink_to(outside)
    result = run(root)
    assert "z/real.jpg" in shots(result)
    assert len(shots(result)) == 2
    assert shots(result)[0] in {"out/away.jpg", "out_again/away.jpg"}
    assert result.failures == ()


@posix
def test_links_to_files(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    put(root, "real.jpg")
    put(outside, "away.jpg")
    (root / "same.jpg").symlink_to(root / "real.jpg")
    (root / "out.jpg").symlink_to(outside / "away.jpg")
    (root / "broken.jpg").symlink_to(root / "nothing.jpg")
    (root / "broken.txt").symlink_to(root / "nothing.txt")
    (root / "circle.jpg").symlink_to(root / "circle.jpg")
    result = run(root)
    assert shots(result) == ["out.jpg", "real.jpg"]
    assert reasons(result) == {"same.jpg": scanning.LINK_INSIDE}
    assert set(problems(result)) == {"broken.jpg", "circle.jpg"}


@posix
def test_pipes_and_sockets_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listener:
        working_directory = Path.cwd()
        os.chdir(tmp_path)  # socket paths are short
        try:
            listener.bind("socket.jpg")
        finally:
            os.chdir(working_directory)
        assert shots(run(tmp_path)) == ["a.jpg"]


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "locked"
    put(tmp_path, "locked/a.jpg", "b.jpg")
    folder.chmod(0)
    yield folder
    folder.chmod(stat.S_IRWXU)


@posix
def test_folders_that_may_not_be_read_are_problems(locked: Path) -> None:
    if os.access(locked, os.R_OK):
        pytest.skip("this user may read everything")
    result = run(locked.parent)
    assert shots(result) == ["b.jpg"]
    assert problems(result) == {"locked": "the folder could not be read: permission denied"}
    with pytest.raises(ScanError, match="permission denied"):
        run(locked)


def test_folder_that_cannot_be_read_is_a_problem_for_any_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "locked/a.jpg", "b.jpg")
    real = os.scandir

    def scandir(path: str) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr("photosort.core.scan.os.scandir", scandir)
    result = run(tmp_path)
    assert shots(result) == ["b.jpg"]
    assert problems(result) == {"locked": "the folder could not be read: permission denied"}


class _Entry:
    """A directory entry whose file has changed since the folder was read, or lies elsewhere."""

    def __init__(self, entry: os.DirEntry[str], marks: dict[str, dict[str, int]], gone: set[str]) -> None:
        self._entry, self._marks, self._gone = entry, marks, gone
        self.name, self.path = entry.name, entry.path

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return self._entry.is_dir(follow_symlinks=follow_symlinks)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return self._entry.is_file(follow_symlinks=follow_symlinks)

    def is_symlink(self) -> bool:
        return self._entry.is_symlink()

    def stat(self, *, follow_symlinks: bool = True) -> object:
        if self.name in self._gone:
            raise FileNotFoundError(2, "No such file or directory", self.path)
        status = self._entry.stat(follow_symlinks=follow_symlinks)
        marks = self._marks.get(self.name, {})

        class Status:
            st_size, st_mtime_ns = status.st_size, status.st_mtime_ns
            st_file_attributes, st_flags = marks.get("attributes", 0), marks.get("flags", 0)

        return Status


def disguise(monkeypatch: pytest.MonkeyPatch, marks: dict[str, dict[str, int]], gone: set[str]) -> None:
    real = os.scandir

    class Entries:
        def __init__(self, path: str) -> None:
            self._entries = real(path)

        def __enter__(self) -> Iterator[_Entry]:
            return (_Entry(entry, marks, gone) for entry in self._entries)

        def __exit__(self, *_: object) -> None:
            self._entries.close()

    monkeypatch.setattr("photosort.core.scan.os.scandir", Entries)


def test_files_that_lie_in_a_cloud_are_counted_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(
        tmp_path, "here.jpg", "onedrive.jpg", "open.jpg", "icloud.heic", "cloud.jpg.json", "film.mov", ".old.jpg.icloud"
    )
    put(tmp_path, "cloud.jpg", "folder/inside.jpg", "secret.jpg")
    marks = {
        "onedrive.jpg": {"attributes": 0x400000},
        "open.jpg": {"attributes": 0x40000},
        "icloud.heic": {"flags": 0x40000000},
        "cloud.jpg.json": {"flags": 0x40000000},
        "folder": {"flags": 0x40000000},
        "secret.jpg": {"attributes": 0x2},  # hidden, but here
    }
    disguise(monkeypatch, marks, set())

    def refuse(*arguments: object, **_: object) -> None:
        raise AssertionError(f"opened {arguments[0]}")

    monkeypatch.setattr("builtins.open", refuse)
    result = run(tmp_path)
    monkeypatch.undo()
    assert shots(result) == ["cloud.jpg", "here.jpg", "secret.jpg"]
    in_cloud = {"onedrive.jpg", "open.jpg", "icloud.heic", "cloud.jpg.json", ".old.jpg.icloud", "folder"}
    assert {path for path, reason in reasons(result).items() if reason == scanning.IN_CLOUD} == in_cloud


def test_files_that_vanish_during_the_scan_are_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "a.jpg", "gone.jpg", "gone.xmp")
    disguise(monkeypatch, {}, {"gone.jpg", "gone.xmp"})
    result = run(tmp_path)
    assert shots(result) == ["a.jpg"]
    assert problems(result) == {"gone.jpg": "it vanished during the scan"}
    assert set(reasons(result)) == {"gone.xmp"}


def test_a_folder_that_vanishes_during_the_scan_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", *(f"b/{number}.jpg" for number in range(3)))
    steps = scan(tmp_path)
    next(steps)
    for path in (tmp_path / "b").iterdir():
        path.unlink()
    (tmp_path / "b").rmdir()
    result = finish(steps)
    assert shots(result) == ["a.jpg"]


DEPTH = 1200


@pytest.fixture
def deep_tree(tmp_path: Path) -> Iterator[Path]:
    """Folders in folders; taken apart again here, since shutil.rmtree is recursive."""
    folders = [tmp_path / ("d/" * depth) for depth in range(1, DEPTH + 1)]
    for folder in folders:
        folder.mkdir()
    deepest = folders[-1] / "deep.jpg"
    deepest.touch()
    yield tmp_path
    deepest.unlink()
    for folder in reversed(folders):
        folder.rmdir()


@posix
def test_trees_deeper_than_pythons_recursion(deep_tree: Path) -> None:
    result = run(deep_tree)
    assert result.found == 1
    assert problems(result) == {"d/" * DEPTH + "deep.jpg": "the file is empty (0 bytes)"}


@posix
def test_paths_longer_than_the_system_opens_are_problems(tmp_path: Path) -> None:
    name = "n" * 200
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(25):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    put(tmp_path, "a.jpg")
    result = run(tmp_path)
    assert shots(result) == ["a.jpg"]
    (problem,) = result.failures
    assert "too long" in problem.reason


def test_photos_library_gives_its_originals_only(tmp_path: Path) -> None:
    library = "Pictures/My.photoslibrary"
    put(tmp_path, f"{library}/originals/0/A.heic", f"{library}/originals/0/A_3.mov", f"{library}/Masters/2014/B.jpg")
    put(tmp_path, f"{library}/resources/derivatives/A_1.jpeg", f"{library}/database/Photos.sqlite", f"{library}/x.jpg")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    for root, prefix in ((tmp_path, f"{library}/"), (tmp_path / library, "")):
        result = run(root)
        assert shots(result) == [f"{prefix}Masters/2014/B.jpg", f"{prefix}originals/0/A.heic"]
        assert result.companions == 1
        assert result.found == 6
        assert set(reasons(result).values()) == {scanning.IN_LIBRARY}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_caches_are_left_alone_where_they_say_so(tmp_path: Path) -> None:
    put(tmp_path, "cache/ab/1.jpg", "cache/2.jpg", "photos/3.jpg", "photos/deep/4.jpg", "5.jpg")
    put(tmp_path, "cache/CACHEDIR.TAG", content=b"Signature: 8a477f597d28d172789f06886806bc55\n# some program")
    put(tmp_path, "photos/CACHEDIR.TAG", content=b"only so called")
    result = run(tmp_path)
    assert shots(result) == ["5.jpg", "photos/3.jpg", "photos/deep/4.jpg"]
    assert reasons(result) == {
        "cache/2.jpg": scanning.IN_CACHE,
        "cache/CACHEDIR.TAG": scanning.IN_CACHE,
        "cache/ab/1.jpg": scanning.IN_CACHE,
        "photos/CACHEDIR.TAG": scanning.NO_PHOTO,
    }


def test_trash_and_thumbnails_of_systems_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "$RECYCLE.BIN/a.jpg", "@eaDir/a.jpg/THUMB.jpg", ".Trash-1000/files/b.jpg", "a.jpg", "._a.jpg")
    put(tmp_path, ".picasaoriginals/a.jpg")  # what a program hid may be the original
    result = run(tmp_path)
    assert shots(result) == [".picasaoriginals/a.jpg", "a.jpg"]
    assert reasons(result).pop("._a.jpg") == scanning.FINDER_DATA
    assert sorted(reasons(result).values()).count(scanning.IN_SYSTEM_FOLDER) == 3
    assert result.found == 6


def test_the_record_of_what_was_sorted_is_no_stray_sidecar(tmp_path: Path) -> None:
    put(tmp_path, "Sorted/.photosort/20260503-101112-0a1b2c3d.jsonl", "Sorted/.photosort/a.jpg", "Sorted/sea/a.jpg")
    result = run(tmp_path)
    assert shots(result) == ["Sorted/sea/a.jpg"]
    assert set(reasons(result).values()) == {scanning.OUR_JOURNAL}


def test_a_hidden_folder_can_be_opened_itself(tmp_path: Path) -> None:
    put(tmp_path / ".private", "a.jpg")
    assert shots(run(tmp_path / ".private")) == ["a.jpg"]


def test_only_some_files_and_folders(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "a.xmp", "b.jpg", "c/d.jpg", "c/deep/e.jpg", "f/g.jpg", "f/h.txt", "empty.jpg")
    put(tmp_path, "empty.jpg", content=b"")
    only = [tmp_path / "a.jpg", tmp_path / "c", Path("f/h.txt"), tmp_path / "gone.jpg", tmp_path.parent / "x.jpg"]
    result = run(tmp_path, only)
    assert shots(result) == ["a.jpg", "c/d.jpg", "c/deep/e.jpg"]
    assert [info.relpath for info in result.shots[0].companions] == ["a.xmp"]
    assert reasons(result) == {"f/h.txt": scanning.NO_PHOTO}
    assert problems(result)["gone.jpg"] == "it is not there"
    assert len(result.failures) == 2
    assert shots(run(tmp_path, [tmp_path])) == shots(run(tmp_path))
    assert run(tmp_path, []).found == 0
    overlapping = run(tmp_path, [tmp_path / "c", tmp_path / "c" / "deep", tmp_path / "c" / "d.jpg"])
    assert shots(overlapping) == ["c/d.jpg", "c/deep/e.jpg"]


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_bytes(b"x")], ids=["gone", "file"])
def test_what_is_no_folder_cannot_be_scanned(tmp_path: Path, make: object) -> None:
    path = tmp_path / "nothing"
    assert callable(make)
    make(path)
    with pytest.raises(ScanError, match="nothing"):
        run(path)


def test_progress_counts_up_and_can_be_stopped(tmp_path: Path) -> None:
    put(tmp_path, *(f"{folder}/{number}.jpg" for folder in range(4) for number in range(700)))
    steps = list(scan(tmp_path))
    counts = [step.done for step in steps]
    assert counts[0] == 0
    assert counts[-1] == 2800
    assert counts == sorted(counts)
    assert len(counts) >= 5
    assert all(step.total is None for step in steps)
    stopped = scan(tmp_path)
    next(stopped)
    next(stopped)
    stopped.close()
