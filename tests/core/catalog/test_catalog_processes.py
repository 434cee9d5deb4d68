"""Processes that are killed while they write, and processes that write at the same time."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.photo import FileInfo, Shot, TakenSource
from photosort.core.scan import ScanResult

PHOTOS = 2000
BATCH = 4

# Arguments: catalog, folder, where to begin, backwards or not. Says "ready", waits for a line, and after every batch
# that is on disk says how many photos are.
_ANALYSE = f"""
import sys
from pathlib import Path
from types import SimpleNamespace
import numpy as np
from photosort.core.catalog import AnalysedPhoto, Catalog

with Catalog(Path(sys.argv[1])) as catalog:
    root_id = catalog.open_root(Path(sys.argv[2]))
    scenes = catalog.register_classifier("scenes", "1", "tiny", ["forest", "sea"])
    print("ready", flush=True)
    sys.stdin.readline()
    photos = catalog.photos_of(catalog.pending(root_id, "tiny", [scenes]))
    ids = sorted(photos, reverse=sys.argv[3] == "backwards")
    for start in range(0, len(ids), {BATCH}):
        batch = [photos[photo_id] for photo_id in ids[start : start + {BATCH}]]
        rows = [
            AnalysedPhoto(
                photo.id, photo.size, photo.mtime_ns, f"{{photo.size}}-{{photo.id:032x}}", 4, 3, 1.0, 5, None,
                np.full(512, photo.id, np.float32),
            )
            for photo in batch
        ]
        n = len(batch)
        output = SimpleNamespace(
            label_index=np.zeros(n, np.int16), confidence=np.ones(n, np.float32), known=np.ones(n, np.float32),
            verdict=np.zeros(n, np.uint8), probabilities=np.tile(np.array([[1, 0]], np.float32), (n, 1)),
        )
        catalog.store_analysis(root_id, rows, "tiny")
        catalog.store_predictions(scenes, np.array([photo.id for photo in batch]), output)
        catalog.flush()
        print(start + n, flush=True)
"""  # fmt: skip


def _start(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _finish(process: subprocess.Popen[str]) -> str:
    process.stdin.close()
    output, errors = process.stdout.read(), process.stderr.read()
    _close(process)
    assert (process.returncode, errors) == (0, "")
    return output


def _close(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    process.wait(timeout=100)


def _fill(directory: Path, folder: Path, count: int = PHOTOS) -> int:
    shots = tuple(Shot(FileInfo(f"{n}.jpg", 100, n), (), float(n), TakenSource.FILE) for n in range(count))
    with Catalog(directory) as catalog:
        root_id = catalog.open_root(folder)
        catalog.reconcile(ScanResult(folder, shots, (), ()), root_id, key_of=pytest.fail)
    return root_id


def _check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_killed_analysis_loses_at_most_the_batch_in_flight(tmp_path):
    root_id = _fill(tmp_path / "c", tmp_path)
    chance = random.Random(20190712)
    stored = 0
    for _kill in range(10):
        process = _start(_ANALYSE, tmp_path / "c", tmp_path, "forwards")
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("\n")
        process.stdin.flush()
        told = 0
        for _batch in range(chance.randint(0, 3)):
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        # It has gone on for a moment after what was last read; a line may be cut off.
        told = max([told, *(int(line) for line in process.stdout.read().splitlines(keepends=True) if line[-1] == "\n")])
        assert process.stderr.read() == ""
        _close(process)
        assert process.returncode == -signal.SIGKILL
        _check(tmp_path / "c" / "catalog.sqlite3")
        with Catalog(tmp_path / "c") as catalog:
            done = PHOTOS - len(catalog.pending(root_id, "tiny", [1]))
            assert stored + told <= done <= stored + told + BATCH
            embedded = catalog.embeddings(root_id, "tiny")
            assert len(embedded.photo_ids) <= done + BATCH
            assert (embedded.vectors == embedded.photo_ids[:, None]).all()
            stored = done
    last = _start(_ANALYSE, tmp_path / "c", tmp_path, "forwards")
    last.stdin.write("\n")
    _finish(last)
    with Catalog(tmp_path / "c") as catalog:
        assert catalog.pending(root_id, "tiny", [1]).tolist() == []
        assert len(catalog.photos(root_id)) == PHOTOS


def test_two_processes_that_analyse_one_folder_disturb_neither(tmp_path):
    root_id = _fill(tmp_path / "c", tmp_path, 300)
    both = [_start(_ANALYSE, tmp_path / "c", tmp_path, way) for way in ("forwards", "backwards")]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    with Catalog(tmp_path / "c") as catalog:
        # A window beside them: scans find nothing new, labels are kept, reading never fails.
        shots = tuple(Shot(FileInfo(f"{n}.jpg", 100, n), (), float(n), TakenSource.FILE) for n in range(300))
        looks = 0
        while any(process.poll() is None for process in both):
            result = ScanResult(tmp_path, shots, (), ())
            assert catalog.reconcile(result, root_id, key_of=pytest.fail).unchanged == 300
            catalog.set_labels(root_id, "scenes", {looks % 300 + 1: f"label {looks}"})
            looks += 1
        assert len(catalog.actions(root_id)) == looks
    # The one that asked later may find a batch of the other's done already.
    assert sum(int(_finish(process).split()[-1]) for process in both) >= 300
    _check(tmp_path / "c" / "catalog.sqlite3")
    with Catalog(tmp_path / "c") as catalog:
        assert catalog.pending(root_id, "tiny", [1]).tolist() == []
        assert len(catalog.keys_with_embedding("tiny")) == 300


def test_processes_that_make_the_catalog_at_the_same_time(tmp_path):
    code = """
import sys
from pathlib import Path
from photosort.core.catalog import Catalog
print("ready", flush=True)
sys.stdin.readline()
with Catalog(Path(sys.argv[1])) as catalog:
    print(catalog.open_root(Path(sys.argv[2])))
"""
    many = [_start(code, tmp_path / "c", tmp_path) for _ in range(4)]
    for process in many:
        assert process.stdout.readline() == "ready\n"
    for process in many:
        process.stdin.write("\n")
        process.stdin.flush()
    assert {_finish(process) for process in many} == {"1\n"}
    _check(tmp_path / "c" / "catalog.sqlite3")


def test_two_processes_that_find_the_same_new_photos_add_them_once(tmp_path):
    code = """
import sys
from pathlib import Path
from photosort.core.catalog import Catalog
from photosort.core.photo import FileInfo, Shot, TakenSource
from photosort.core.scan import ScanResult
folder = Path(sys.argv[2])
shots = tuple(Shot(FileInfo(f"{n}.jpg", 100, n), (), float(n), TakenSource.FILE) for n in range(3000))
with Catalog(Path(sys.argv[1])) as catalog:
    root_id = catalog.open_root(folder)
    print("ready", flush=True)
    sys.stdin.readline()
    changes = catalog.reconcile(ScanResult(folder, shots, (), ()), root_id, key_of=str)
    print(len(changes.added), changes.unchanged)
"""
    both = [_start(code, tmp_path / "c", tmp_path) for _ in range(2)]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    assert sorted(_finish(process) for process in both) == ["0 3000\n", "3000 0\n"]
    with Catalog(tmp_path / "c") as catalog:
        assert len(catalog.photos(1)) == 3000
