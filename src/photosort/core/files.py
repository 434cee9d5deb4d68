"""What the operating system says of files: names by which it opens them, also very long ones, and their times."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SHORT_ENOUGH = 240
"""Windows refuses plain paths of 260 characters and folders of 248."""


def openable(path: str | Path) -> str:
    r"""The path as the system wants it: on Windows a long one needs the prefix ``\\?\`` and no relative parts."""
    text = os.fspath(path)
    if sys.platform == "win32":
        return _extended(text)
    return text


def modified_ns(status: os.stat_result) -> int:
    """When a file was modified, nanoseconds since the epoch; broken clocks give years that 64 bits do not hold."""
    return min(max(status.st_mtime_ns, -(2**63)), 2**63 - 1)


def _extended(text: str) -> str:
    if len(text) < _SHORT_ENOUGH or text.startswith("\\\\?\\"):
        return text
    absolute = os.path.abspath(text)  # noqa: PTH100 - pathlib cannot make a path absolute and normal in one step
    if absolute.startswith("\\\\"):
        return f"\\\\?\\UNC\\{absolute[2:]}"
    return f"\\\\?\\{absolute}"
