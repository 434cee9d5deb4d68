"""Sorting in true processes: a lock that two of them want, a sudden end, Ctrl+C, a person at a terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from photosort import cli
from photosort.core.catalog import Catalog
from tests.pictures import save_photo
from tests.trees import tree_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")

_PHOTOS = 12

_AT_THE_NTH_FILE = """
import os, signal, sys
from photosort.core.sorting.files import system_calls
from photosort.__main__ import main

place, number, what = system_calls.rename_exclusively, int(sys.argv[1]), sys.argv[2]

def place_and_count(source, target):
    global number
    place(source, target)
    number -= 1
    if number == 0 and what == "wait":
        print("here", flush=True)
        sys.stdin.readline()
    elif number == 0:
        os.kill(os.getpid(), getattr(signal, what))

system_calls.rename_exclusively = place_and_count
signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite may ignore it
sys.exit(main(sys.argv[3:]))
"""


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Photos of one year that were looked at, so that no process has to."""
    folder = tmp_path / "photos"
    for n in range(_PHOTOS):
        save_photo(folder / f"{n:02}.jpg", n, taken=f"2019:{n % 3 + 1:02}:01 10:00:00", size=(64, 48))
    assert cli.run(["analyze", str(folder), "--catalog", str(tmp_path / "catalog")]) == cli.OK
    return folder


@pytest.fixture
def sort(photos: Path, tmp_path: Path) -> tuple[str, ...]:
    return (
        "sort",
        str(photos),
        "--to",
        str(tmp_path / "sorted"),
        "--by",
        "date",
        "--catalog",
        str(tmp_path / "catalog"),
    )


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "photosort", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=120)


def _at_the_nth_file(number: int, what: str, *arguments: str) -> list[str]:
    """A command that does something with itself once it has placed so many files."""
    return [sys.executable, "-c", _AT_THE_NTH_FILE, str(number), what, *arguments]


def _hearing_ctrl_c(*arguments: str) -> list[str]:
    """A command that hears Ctrl+C, although a suite that runs in the background may not."""
    return _at_the_nth_file(0, "", *arguments)


def _started(command: list[str]) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.parametrize("how", ["--move", "--copy"])
@pytest.mark.parametrize("way", ["--finish", "--roll-back"])
def test_a_killed_run_is_recovered(how: str, way: str, photos: Path, tmp_path: Path, sort: tuple[str, ...]) -> None:
    before = tree_of(photos)
    command = _at_the_nth_file(5, "SIGKILL", *sort, how, "--yes")
    assert subprocess.run(command, capture_output=True, check=False, timeout=120).returncode == -9
    catalog = ("--catalog", tmp_path / "catalog")
    again = _run(*sort, "--yes")
    assert again.returncode == cli.COULD_NOT_RUN
    assert "was interrupted" in again.stderr
    [run] = json.loads(_run("history", *catalog, "--json", "-").stdout)["runs"]
    assert run["state"] == "interrupted"
    assert "interrupted" in _run("history", *catalog).stdout
    undecided = _run("recover", *catalog)
    assert undecided.returncode == cli.WRONG_USAGE
    assert "--finish" in undecided.stderr

    recovered = _run("recover", way, *catalog, "--json", "-")
    assert recovered.returncode == cli.OK, recovered.stderr
    account = json.loads(recovered.stdout)
    assert account["others"] == []
    counts = account["counts"]
    assert counts["in"] == _PHOTOS == sum(counts[name] for name in ("sorted", "duplicates", "left", "failed"))
    if way == "--finish":
        assert account["state"] == "applied"
        assert counts["sorted"] == _PHOTOS
        assert {item["target"] for item in account["items"]} <= set(tree_of(tmp_path / "sorted"))
        assert _run("undo", *catalog).returncode == cli.OK
    else:
        assert account["state"] == "rolled back"
        assert counts["sorted"] == 0
        nothing = _run("undo", *catalog)
        assert nothing.returncode == cli.OK
        assert "Nothing to undo" in nothing.stdout
    assert tree_of(photos) == before
    assert not (tmp_path / "sorted").exists()
    assert "Nothing to recover" in _run("recover", "--finish", *catalog).stdout


@pytest.mark.parametrize("how", ["--move", "--copy"])
def test_ctrl_c_leaves_what_is_done_and_says_how_to_undo_it(
    how: str, photos: Path, tmp_path: Path, sort: tuple[str, ...]
) -> None:
    before = tree_of(photos)
    command = _at_the_nth_file(5, "SIGINT", *sort, how, "--yes")
    stopped = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert stopped.returncode == cli.INTERRUPTED, stopped.stderr
    assert "it was stopped" in stopped.stdout
    assert stopped.stdout.splitlines()[-1] == "Undo: photosort undo 1"
    [run] = json.loads(_run("history", "--catalog", tmp_path / "catalog", "--json", "-").stdout)["runs"]
    assert run["state"] == "stopped"
    assert 0 < run["counts"]["sorted"] < _PHOTOS
    assert run["counts"]["sorted"] + run["counts"]["left"] == _PHOTOS
    assert "Nothing to recover" in _run("recover", "--finish", "--catalog", tmp_path / "catalog").stdout
    undone = _run("undo", "--catalog", tmp_path / "catalog")
    assert undone.returncode == cli.OK, undone.stderr
    assert tree_of(photos) == before


def test_a_second_process_is_told_who_moves_files_or_waits(photos: Path, tmp_path: Path, sort: tuple[str, ...]) -> None:
    before = tree_of(photos)
    with _started(_at_the_nth_file(5, "wait", *sort, "--move", "--yes")) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "here\n"
        catalog = ("--catalog", tmp_path / "catalog")
        for arguments in ((*sort, "--yes"), ("undo", *catalog), ("recover", "--finish", *catalog)):
            refused = _run(*arguments)
            assert refused.returncode == cli.COULD_NOT_RUN, arguments
            assert f"pid {first.pid}" in refused.stderr
            assert "photosort sort" in refused.stderr
        [run] = json.loads(_run("history", *catalog, "--json", "-").stdout)["runs"]
        assert run["state"] == "applying", "it is at work, and not interrupted"
        patient = [sys.executable, "-m", "photosort", "undo", "--wait", *map(str, catalog)]
        with _started(patient) as second:
            assert second.stderr is not None
            assert "Waiting for photosort sort" in second.stderr.readline()
            first.communicate("go on\n", timeout=120)
            assert first.returncode == cli.OK
            out, err = second.communicate(timeout=120)
            assert second.returncode == cli.OK, err
            assert f"Put back {_PHOTOS} photos." in out
    assert tree_of(photos) == before


class _Screen:
    """A terminal with a person at it."""

    def __init__(self, *arguments: str) -> None:
        self._ours, theirs = os.openpty()
        self._process = subprocess.Popen(
            _hearing_ctrl_c(*arguments), stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True
        )
        os.close(theirs)

    def read_until(self, words: str) -> str:
        shown = ""
        while words not in shown:
            shown += os.read(self._ours, 1024).decode()
        return shown

    def type(self, text: str) -> None:
        os.write(self._ours, text.encode())

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def end(self) -> tuple[int, str]:
        out, _ = self._process.communicate(timeout=120)
        return self._process.returncode, out

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


@pytest.fixture
def screen(sort: tuple[str, ...]) -> Iterator[_Screen]:
    screen = _Screen(*sort)
    yield screen
    screen.close()


def test_a_person_at_a_terminal_sees_the_plan_and_is_asked(screen: _Screen, tmp_path: Path) -> None:
    shown = screen.read_until("[y/N]")
    assert f"Would copy {_PHOTOS} of {_PHOTOS} photos" in shown
    assert "2019" in shown
    assert not (tmp_path / "sorted").exists()
    screen.type("y\n")
    status, out = screen.end()
    assert status == cli.OK
    assert f"Copied {_PHOTOS} photos into 3 folders" in out
    assert len(list((tmp_path / "sorted").rglob("*.jpg"))) == _PHOTOS


@pytest.mark.parametrize("answer", ["n\n", "\n", "what?\n", "\x04"])
def test_anything_but_yes_changes_nothing(answer: str, screen: _Screen, tmp_path: Path) -> None:
    screen.read_until("[y/N]")
    screen.type(answer)
    assert "Nothing was changed." in screen.read_until("Nothing was changed.")
    status, out = screen.end()
    assert status == cli.COULD_NOT_RUN
    assert out == ""
    assert not (tmp_path / "sorted").exists()
    with Catalog(tmp_path / "catalog") as catalog:
        assert catalog.runs.runs() == []


def test_ctrl_c_instead_of_an_answer_changes_nothing(screen: _Screen, tmp_path: Path) -> None:
    screen.read_until("[y/N]")
    screen.interrupt()
    screen.read_until("Nothing was changed.")
    assert screen.end() == (cli.INTERRUPTED, "")
    assert not (tmp_path / "sorted").exists()


def test_json_on_a_terminal_is_json_alone(photos: Path, tmp_path: Path, sort: tuple[str, ...]) -> None:
    screen = _Screen(*sort, "--json", "-")
    try:
        screen.read_until("[y/N]")
        screen.type("yes\n")
        status, out = screen.end()
    finally:
        screen.close()
    assert status == cli.OK
    document: dict[str, Any] = json.loads(out)
    assert document["counts"]["sorted"] == _PHOTOS
