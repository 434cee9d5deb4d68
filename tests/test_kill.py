"""A process that is killed loses at most the batch in flight, and the next start says nothing strange."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

from tests.pictures import save_photo

_PHOTOS = 160
_KILLS = 10


def test_killed_at_ten_random_moments(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    for n in range(_PHOTOS):
        save_photo(photos / f"{n:03}.jpg", n)
    dice = random.Random(7)
    stored = 0
    for _ in range(_KILLS):
        said, counted = _analyse_and_kill(photos, tmp_path / "catalog", dice)
        assert "Traceback" not in said
        assert "ERROR" not in said
        assert "WARNING" not in said
        stored += counted
        if stored >= _PHOTOS:
            break

    run = _command(photos, tmp_path / "catalog", "--json", "-")
    last = subprocess.run(run, capture_output=True, text=True, check=False)
    assert last.returncode == 0, last.stderr
    assert "Traceback" not in last.stderr
    counts = json.loads(last.stdout)["counts"]
    assert counts["from_catalog"] + counts["analysed"] == _PHOTOS
    # What a run said it had stored was there after the kill.
    assert counts["from_catalog"] >= min(stored, _PHOTOS)
    again = subprocess.run(run, capture_output=True, text=True, check=False)
    assert json.loads(again.stdout)["counts"]["analysed"] == 0


def _command(photos: Path, catalog: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "photosort", "analyze", str(photos), "--catalog", str(catalog), *more]


def _analyse_and_kill(photos: Path, catalog: Path, dice: random.Random) -> tuple[str, int]:
    """Kill an analysis some time after it said for the n-th time that it stored something.

    Returns:
        what it wrote to stderr, and how many photos it said were stored before it was killed.
    """
    stores_to_live = dice.randint(0, 3)
    process = subprocess.Popen(
        _command(photos, catalog, "--debug"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said = []
    stores = 0
    for line in process.stderr:
        said.append(line)
        stores += "stored" in line and "photos" in line
        if stores >= stores_to_live:
            break
    try:
        process.wait(timeout=dice.uniform(0, 0.3))
    except subprocess.TimeoutExpired:
        process.kill()
    said.extend(process.stderr.readlines())
    process.wait()
    process.stderr.close()
    text = "".join(said)
    # The line is written when the rows are handed to the writer; the last one may have been in flight.
    stored = [int(line.split("stored ")[1].split()[0]) for line in said if "stored " in line and " photos" in line]
    return text, sum(stored[:-1])
