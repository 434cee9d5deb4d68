"""The scripts that are run by hand now and then still run: a picture of the window, a figure of the benchmarks."""

import json
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]


def run(script, *arguments):
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, str(REPOSITORY / script), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_picture_of_the_window_in_each_theme(tmp_path):
    run("packaging/screenshots.py", "--only", "welcome", "--scales", 2, "--out", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["welcome-dark@2x.png", "welcome-light@2x.png"]
    corners = {}
    for path in tmp_path.iterdir():
        with Image.open(path) as image:
            assert image.size == (2560, 1440)
            corners[path.name[8:].split("@")[0]] = sum(image.convert("RGB").getpixel((40, 1300)))
    assert corners["dark"] < 200 < 600 < corners["light"]


def test_benchmarks_measure_and_write_what_they_measured(tmp_path):
    target = tmp_path / "figures.json"
    printed = run("tests/benchmarks/run.py", "--quick", "--json", target, "folders")
    figures = {figure["name"]: figure for figure in json.loads(target.read_text())["figures"]}
    again = figures["scan of 10,000 unchanged photos"]
    assert again["low"] <= again["value"] <= again["high"]
    assert again["met"] is (again["value"] <= 1.0)
    assert all(name in printed for name in figures)
