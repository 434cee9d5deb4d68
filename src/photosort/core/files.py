"""What the operating system says of files: the paths by which it knows and opens them, and their times."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SHORT_ENOUGH = 240
"""Windows refuses plain paths of 260 characters and folders of 248."""


def absolute(path: Path) -> Path:
    """The one absolute path of what a person typed: ``~`` is a home, and no part goes up again (``..``).

    Links are kept, as a folder is known by the name that a person calls it by; only where a part goes up are they
    followed, since up from a link is not where its name says.
    """
    found = path.expanduser().absolute()
    return found.resolve() if ".." in found.parts else found


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
