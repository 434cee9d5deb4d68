"""Cold starts, each in a process of its own: until the window is painted, until the first guess is in the grid."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from figures import Figure, Spent, of_repeats
from setting import Setting

_PROBE = Path(__file__).resolve().parent / "cold_probe.py"


def measure(setting: Setting) -> Iterator[Figure]:
    """Start the program again and again."""
    photos = setting.camera_photos("cold", 1)
    # As an installed program, whose byte code was written when it was installed.
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPYCACHEPREFIX": str(setting.scratch / "bytecode"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    _start(environment, "guess", "--catalog", str(setting.scratch / "before"), str(photos))
    window, guess, cpu = [], [], []
    for number in range(setting.repeats):
        shown = _start(environment, "window", "--catalog", str(setting.scratch / f"start {number}"))
        window.append(shown.seconds)
        cpu.append(shown.cpu)
        there = str(setting.scratch / f"guess {number}")
        guess.append(_start(environment, "guess", "--catalog", there, str(photos)).seconds)
    yield of_repeats("window visible, cold process", window, "s", aim=1.0, note="from the start of python")
    yield of_repeats("window visible, processor time", cpu, "s", note="of the whole process until then")
    yield of_repeats(
        "first guess in the grid, cold process",
        guess,
        "s",
        aim=2.0,
        note="folder on the command line, never seen before",
    )


def _start(environment: Mapping[str, str], what: str, *arguments: str) -> Spent:
    started = time.time()
    done = subprocess.run(
        [sys.executable, str(_PROBE), what, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        message = f"photosort ended with {done.returncode} and said: {done.stderr.strip()[-800:]}"
        raise RuntimeError(message)
    moment, used = map(float, done.stdout.split()[:2])
    return Spent(moment - started, used)
