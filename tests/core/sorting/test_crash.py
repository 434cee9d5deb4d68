"""Killed anywhere, a run is finished or rolled back without a photo lost, doubled or misplaced.

Some hundred places of the many at which `tests/benchmarks/crash.py` kills the program.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_HARNESS = Path(__file__).with_name("crash_harness.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the harness forks")
def test_nothing_is_lost_wherever_the_program_is_killed(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, str(_HARNESS), "--scratch", str(tmp_path), "--every", "31", "--json"],
        capture_output=True,
        text=True,
        timeout=280,
        # A child is forked: nobody else may be at work in its parent.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        check=False,
    )
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(report["scenario"], report["problems"]) for report in reports if report["problems"]] == []
    assert done.returncode == 0, done.stderr
    assert sum(report["lost"] + report["left_over"] + report["differences"] for report in reports) == 0
    # Every scenario was interrupted somewhere, and most tries had something to recover.
    assert all(report["points"] for report in reports)
    points = sum(report["points"] for report in reports)
    assert points > 100
    assert sum(report["interrupted"] for report in reports) > points / 2
