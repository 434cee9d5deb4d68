"""Numbers, dates and times as people read them."""

from __future__ import annotations

from photosort.core.photo import wall_clock
from photosort.core.wording import duration, file_size, file_sizes, listed, number, photos

__all__ = [
    "about",
    "coordinates",
    "day",
    "duration",
    "exposure",
    "file_size",
    "file_sizes",
    "length",
    "listed",
    "literal",
    "moment",
    "number",
    "percent",
    "photos",
    "pixels",
    "reason",
    "span",
]

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def about(value: int) -> str:
    """A number known from a sample, to two digits: "about 1,200"."""
    step = 10 ** max(len(str(max(value, 0))) - 2, 0)
    return f"about {round(value / step) * step:,}"


def day(seconds: float) -> str:
    """The day of a wall clock time: "12 Jul 2019"."""
    moment = wall_clock(seconds)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def moment(seconds: float) -> str:
    """A wall clock time to the minute: "12 Jul 2019, 14:05"."""
    return f"{day(seconds)}, {wall_clock(seconds):%H:%M}"


def span(first: float, last: float) -> str:
    """From one day to another: "12 Jul 2019 - 3 Aug 2019" with a dash, or the one day."""
    start, end = day(first), day(last)
    return start if start == end else f"{start} \N{EN DASH} {end}"


def literal(words: str) -> str:
    """Words for a button or a menu as they are: an ampersand in somebody's name for a folder is no shortcut."""
    return words.replace("&", "&&")


def percent(value: float) -> str:
    """A share: "97 %"; never "100 %" or "0 %" for what is only close to it."""
    whole = round(value * 100)
    if whole == 100 and value < 0.9995:
        whole = 99
    if whole == 0 and value > 0:
        return f"<1{_NO_BREAK}%"
    return f"{whole}{_NO_BREAK}%"


def pixels(width: int, height: int) -> str:
    """The size of a picture: "4000 x 3000" with a multiplication sign."""
    return f"{width}{_NO_BREAK}\N{MULTIPLICATION SIGN}{_NO_BREAK}{height}"


def length(millimetres: float) -> str:
    """A focal length: "35 mm"."""
    return f"{millimetres:.1f}".removesuffix(".0") + f"{_NO_BREAK}mm"


def reason(error: Exception) -> str:
    """Why a file could not be read, as part of a sentence: our own errors say it, the system's are translated."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "the file is not there now"
        case PermissionError():
            return "the system does not let photosort read the file"
        case OSError() if error.strerror:
            return f"the system could not read the file: {error.strerror}"
        case _:
            return str(error)


def exposure(seconds: float) -> str:
    """A shutter time as photographers write it: "1/250 s", "2 s"."""
    if seconds <= 0:
        return ""
    if seconds < 0.3:
        return f"1/{round(1 / seconds)}{_NO_BREAK}s"
    return f"{seconds:.1f}".removesuffix(".0") + f"{_NO_BREAK}s"


def coordinates(latitude: float, longitude: float) -> str:
    """A place: "43.4684 N, 11.8815 E" with degree signs."""
    north = "N" if latitude >= 0 else "S"
    east = "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.4f}\N{DEGREE SIGN}{_NO_BREAK}{north}, {abs(longitude):.4f}\N{DEGREE SIGN}{_NO_BREAK}{east}"
