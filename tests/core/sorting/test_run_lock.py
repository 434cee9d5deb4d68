"""One program at a time changes files, two real ones here; and none for ever."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from photosort.core.errors import BusyError, SortingError
from photosort.core.sorting.files.run_lock import Holder, holder, is_free, sorting_lock

_HOLD = """
import sys
from pathlib import Path
from photosort.core.sorting.files.run_lock import sorting_lock
print("ready", flush=True)
with sorting_lock(Path(sys.argv[1]), "photosort sort /photos --yes", wait="--wait" in sys.argv):
    print("mine", flush=True)
    sys.stdin.read()
print("done", flush=True)
"""


@contextmanager
def _other(directory: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that takes the lock, and gives it back when its standard input ends."""
    command = [sys.executable, "-c", _HOLD, str(directory), *options]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_it_is_held_once_and_told_by_whom(tmp_path) -> None:
    directory = tmp_path / "catalog"
    assert is_free(directory)
    assert holder(directory) is None
    assert not directory.exists()
    with sorting_lock(directory, "the window"):
        assert not is_free(directory)
        assert holder(directory) == Holder(os.getpid(), "the window")
        with pytest.raises(BusyError, match=rf"pid {os.getpid()}, the window"), sorting_lock(directory, "again"):
            pass
        # The one that was refused took nothing away from the one that has it.
        assert holder(directory) == Holder(os.getpid(), "the window")
    assert is_free(directory)
    assert holder(directory) is None


def test_another_process_is_told_who_has_it(tmp_path) -> None:
    with sorting_lock(tmp_path, "the window"), _other(tmp_path) as other:
        _, errors = other.communicate(timeout=60)
        assert other.returncode == 1
        assert f"pid {os.getpid()}, the window" in errors


def test_a_killed_holder_holds_nothing(tmp_path) -> None:
    with _other(tmp_path) as other:
        assert _said(other) == "mine"
        assert not is_free(tmp_path)
        found = holder(tmp_path)
        assert found == Holder(other.pid, "photosort sort /photos --yes")
        with pytest.raises(BusyError, match="photosort sort /photos --yes"), sorting_lock(tmp_path, ""):
            pass
        other.kill()
        other.wait(60)
        assert is_free(tmp_path)
        # What the dead one wrote still stands there, and means nothing.
        assert "photosort sort" in (tmp_path / "sorting.lock").read_text()
        assert holder(tmp_path) is None
        with sorting_lock(tmp_path, ""):
            assert holder(tmp_path) == Holder(os.getpid(), "")


def test_one_that_waits_gets_it_next(tmp_path) -> None:
    with _other(tmp_path) as first, _other(tmp_path, "--wait") as second:
        assert _said(first) == "mine"
        # If it were the second's already, it would have said so before the first is done.
        assert first.stdin is not None
        first.stdin.close()
        assert _said(first) == "done"
        assert _said(second) == "mine"
        assert holder(tmp_path) == Holder(second.pid, "photosort sort /photos --yes")


def test_an_error_inside_gives_it_back(tmp_path) -> None:
    with pytest.raises(ValueError, match="inside"), sorting_lock(tmp_path, ""):
        raise ValueError("inside")
    assert is_free(tmp_path)


def test_no_lock_is_no_leave(tmp_path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SortingError, match="expected to lock"), sorting_lock(tmp_path / "file", ""):
        pass
