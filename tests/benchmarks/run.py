"""Measure photosort: ``python tests/benchmarks/run.py [--quick] [--shared FOLDER] [--json FILE] [THEME ...]``.

Absolute figures are those of this machine and of what else it does meanwhile; ratios are taken from measurements that
lie side by side, and hold elsewhere too.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent))

import again
import folders
import grid
import planning
import preview
import sorting
import starting
import throughput
import window
import written
from figures import Figure, table
from setting import REPOSITORY, Setting

from photosort import __version__
from photosort.core.paths import UserPaths

THEMES = {
    "starting": starting,
    "folders": folders,
    "throughput": throughput,
    "window": window,
    "grid": grid,
    "again": again,
    "sorting": sorting,
    "written": written,
    "planning": planning,
    "preview": preview,
}


def main() -> int:
    """Run the themes asked for and print one table."""
    parser = argparse.ArgumentParser(description="Measure photosort.")
    parser.add_argument("--quick", action="store_true", help="fewer photos and repeats: a look, not a measurement")
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared", help="where photos/real lies")
    parser.add_argument("--catalog", type=Path, metavar="DIR", help="where fetched networks are, if not in user data")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file, too")
    parser.add_argument("themes", nargs="*", metavar="THEME", help=f"of {', '.join(THEMES)}; all without any")
    arguments = parser.parse_args()
    if unknown := set(arguments.themes) - THEMES.keys():
        parser.error(f"there is no theme {', '.join(sorted(unknown))}; there are {', '.join(THEMES)}")
    logging.basicConfig(level=logging.ERROR)
    load = _load()
    print(_machine(load), flush=True)
    figures: list[Figure] = []
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="photosort-bench-", ignore_cleanup_errors=True) as scratch:
        paths = UserPaths.below(arguments.catalog) if arguments.catalog else UserPaths.of_user()
        setting = Setting(quick=arguments.quick, shared=arguments.shared, scratch=Path(scratch), paths=paths)
        for name in arguments.themes or THEMES:
            print(f"  {name} ...", file=sys.stderr, flush=True)
            figures += THEMES[name].measure(setting)
    print(table(figures))
    print(f"{time.perf_counter() - started:.0f} s; load at the end {_load()[0]:.1f}")
    if arguments.json:
        report = {
            "version": __version__,
            "quick": arguments.quick,
            "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
            "load_before": load,
            "load_after": _load(),
            "figures": [figure.as_dict() for figure in figures],
        }
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _load() -> tuple[float, ...]:
    return os.getloadavg() if hasattr(os, "getloadavg") else (float("nan"),)


def _machine(load: tuple[float, ...]) -> str:
    cores = os.cpu_count() or 1
    text = f"photosort {__version__}, {cores} cores, {platform.system()}, Python {platform.python_version()}"
    busy = f"load before the start: {load[0]:.1f}"
    if load[0] > 0.3 * cores:
        busy += " - other work runs here: absolute figures are too low, ratios count"
    return f"{text}\n{busy}"


if __name__ == "__main__":
    sys.exit(main())
