"""Kill photosort at every point of a run, and recover: ``python tests/benchmarks/crash.py [--every N] [--only TEXT]``.

The full form of what `tests/core/sorting/test_crash.py` tries at some places; minutes, and a table at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_HARNESS = Path(__file__).resolve().parents[1] / "core" / "sorting" / "crash_harness.py"


def main() -> int:
    """Run the harness, tell what it does, and sum up."""
    parser = argparse.ArgumentParser(description="Kill photosort at every point of a run, and recover.")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every n-th point only")
    parser.add_argument("--only", default="", metavar="TEXT", help="scenarios that say this")
    arguments = parser.parse_args()
    began = time.perf_counter()
    reports: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="photosort-crash-", ignore_cleanup_errors=True) as scratch:
        command = [sys.executable, str(_HARNESS), "--json", "--scratch", scratch]
        command += ["--every", str(arguments.every), "--only", arguments.only]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}
        ) as harness:
            assert harness.stdout is not None
            for line in harness.stdout:
                reports.append(json.loads(line))
                print(_line(reports[-1]), flush=True)
    print(_summary(reports, time.perf_counter() - began))
    return harness.returncode


def _line(report: Mapping[str, Any]) -> str:
    text = (
        f"{report['scenario']:<62} {report['points']:>4} killed, {report['interrupted']:>4} recovered, "
        f"{report['lost']} lost, {report['left_over']} left over, {report['differences']} differ"
    )
    return "\n    ".join([text, *report["problems"]])


def _summary(reports: Sequence[Mapping[str, Any]], seconds: float) -> str:
    def total(name: str) -> int:
        return sum(report[name] for report in reports)

    photos = sum(report["points"] * report["photos"] for report in reports)
    return (
        f"{len(reports)} scenarios: killed {total('points'):,} times with {photos:,} photos, "
        f"recovered {total('interrupted'):,} runs; {total('lost')} contents lost, {total('left_over')} left over, "
        f"{total('differences')} folders that differ; {seconds:.0f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
