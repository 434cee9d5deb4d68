"""Numbers, sizes and times as people read them, in the window and on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

_NO_BREAK = "\N{NO-BREAK SPACE}"
_UNITS = ("kB", "MB", "GB", "TB")


def number(value: int) -> str:
    """``5310`` as "5,310"."""
    return f"{value:,}"


def photos(count: int) -> str:
    """How many photos: "1 photo", "5,310 photos"."""
    return f"{count:,} photo{'' if count == 1 else 's'}"


def listed(parts: Sequence[str]) -> str:
    """Words as a list: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1]))) if parts else ""


def duration(seconds: float) -> str:
    """Seconds as a clock shows them: "0:52", "12:03", "1:04:10"."""
    whole = max(round(seconds), 0)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def file_size(size: int) -> str:
    """Bytes in the unit that leaves up to three digits: "4.2 MB"."""
    value, unit = float(size), "bytes"
    for larger in _UNITS:
        if value < 1000:
            break
        value, unit = value / 1000, larger
    shown = f"{size:,}" if unit == "bytes" else f"{value:.{1 if value < 10 else 0}f}"
    return f"{shown}{_NO_BREAK}{unit}"


def file_sizes(done: int, total: int) -> str:
    """How many bytes of how many, both in the unit of all of them: "4.2 of 9.4 MB"."""
    value, unit = file_size(total).split(_NO_BREAK)
    if unit == "bytes":
        return f"{done:,} of {value}{_NO_BREAK}{unit}"
    scale = 1000 ** (1 + _UNITS.index(unit))
    digits = 1 if "." in value else 0
    return f"{done / scale:.{digits}f} of {value}{_NO_BREAK}{unit}"


def plain(text: str) -> str:
    """Words of the window for a terminal, which may not know the spaces that do not break."""
    return text.replace(_NO_BREAK, " ")
