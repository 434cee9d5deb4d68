"""One process at a time, and none for ever."""

from __future__ import annotations

import subprocess
import sys

from photosort.core.file_lock import claimed

_HOLD = """
import sys
from pathlib import Path
from photosort.core.file_lock import claimed
with claimed(Path(sys.argv[1])) as ours:
    print(ours, flush=True)
    sys.stdin.read()
"""


def test_a_claim_is_ours_once_and_leaves_nothing(tmp_path) -> None:
    path = tmp_path / ".lock"
    with claimed(path) as ours:
        assert ours
        with claimed(path) as again:
            assert not again
        assert path.exists()
    assert not path.exists()
    with claimed(path) as later:
        assert later


def test_another_process_has_it_until_it_dies(tmp_path) -> None:
    path = tmp_path / ".lock"
    command = [sys.executable, "-c", _HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with claimed(path) as ours:
            assert not ours
        other.kill()
    # What it left behind claims nothing any more.
    assert path.exists()
    with claimed(path) as ours:
        assert ours
