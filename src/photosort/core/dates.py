"""Dates of photos without opening a picture: of the file name, of Google Takeout's JSON, of the file."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from photosort.core.files import openable
from photosort.core.photo import wall_clock_seconds

_logger = logging.getLogger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_JSON_BYTES = 1024 * 1024

_DATE = re.compile(
    r"""(?<!\d)
    (?P<year>(?:19|20)\d\d) (?P<separator>[-_.]?) (?P<month>0[1-9]|1[0-2]) (?P=separator) (?P<day>0[1-9]|[12]\d|3[01])
    (?:
        (?:[-_.\ T]|\ at\ )?
        (?P<hour>[01]?\d|2[0-3]) (?P<colon>[-_.:h]?) (?P<minute>[0-5]\d) (?:[-_.:m]?) (?P<second>[0-5]\d)
        (?:[-_.]?\d{1,3})? (?!\d) (?:\s?(?P<half>[AaPp])[Mm]\b)?
      | (?!\d)
    )""",
    re.VERBOSE,
)
"""IMG_20190712_183000, IMG-20190712-WA0003, PXL_20210101_101112123, Screenshot 2020-01-02 at 10.11.12, ..."""

_MILLISECONDS = re.compile(r"(?:^|FB_IMG_|mmexport|wx_camera_)(1\d{12})(?!\d)")
"""What Facebook, WeChat and some browsers call a picture: the time of saving, milliseconds since 1970."""


def date_of_name(name: str) -> float | None:
    """The date that a file's name tells.

    Args:
        name: the name, with or without suffix.

    Returns:
        wall clock seconds since 1970-01-01 (midnight where the name tells no time); None for a name without a date.
    """
    for found in _DATE.finditer(name):
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
        hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
        if found["half"]:
            hour = hour % 12 + (12 if found["half"] in "Pp" else 0)
        try:
            return wall_clock_seconds(datetime(year, month, day, hour, minute, second))  # noqa: DTZ001 - wall clock
        except ValueError:  # 31 April
            continue
    saved = _MILLISECONDS.search(name)
    return local_wall_clock(int(saved[1]) / 1000) if saved else None


def date_of_takeout(path: Path | str) -> float | None:
    """The date in a JSON file that Google Takeout put beside a photo.

    Args:
        path: the JSON file; it is opened.

    Returns:
        wall clock seconds since 1970-01-01 in the time zone of this computer (the file gives a moment, and no zone);
        None for a file that is no such JSON or cannot be read.
    """
    try:
        with open(openable(path), "rb") as stream:  # noqa: PTH123 - long names on Windows
            content = json.loads(stream.read(_MAX_JSON_BYTES))
        return local_wall_clock(float(content["photoTakenTime"]["timestamp"]))
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        _logger.debug("no date in %s: %s", path, error)
        return None


def local_wall_clock(timestamp: float) -> float:
    """Turn seconds since the epoch into wall clock seconds in the time zone of this computer.

    Raises:
        ValueError: no calendar has such a date.
    """
    try:
        moment = _EPOCH + timedelta(seconds=timestamp)
    except OverflowError as error:
        raise ValueError(f"{timestamp} seconds since 1970 is no date") from error
    try:
        return wall_clock_seconds(moment.astimezone().replace(tzinfo=None))
    except (OSError, OverflowError, ValueError):  # Windows knows no time zone before 1970
        return wall_clock_seconds(moment.replace(tzinfo=None))
