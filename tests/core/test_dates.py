"""Dates from file names, Takeout's JSON and file times."""

# ruff: noqa: DTZ001 - these are readings of wall clocks, which have no time zone

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosort.core.dates import date_of_name, date_of_takeout, local_wall_clock
from photosort.core.photo import wall_clock, wall_clock_seconds


@pytest.fixture
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change its time zone for a test")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("IMG-20190712-WA0003.jpg", datetime(2019, 7, 12)),
        ("IMG_20190712_183000.jpg", datetime(2019, 7, 12, 18, 30)),
        ("IMG_20190712_183000~2.jpg", datetime(2019, 7, 12, 18, 30)),
        ("PXL_20210101_101112123.jpg", datetime(2021, 1, 1, 10, 11, 12)),
        ("PXL_20210101_101112123.NIGHT.jpg", datetime(2021, 1, 1, 10, 11, 12)),
        ("Screenshot 2020-01-02 at 10.11.12.png", datetime(2020, 1, 2, 10, 11, 12)),
        ("Screenshot 2020-01-02 at 6.11.12\u202fPM.png", datetime(2020, 1, 2, 18, 11, 12)),
        ("Screenshot 2020-01-02 at 12.11.12 AM.png", datetime(2020, 1, 2, 0, 11, 12)),
        ("Screenshot_20200102-101112.png", datetime(2020, 1, 2, 10, 11, 12)),
        ("Screenshot_2020-01-02-10-11-12-345_com.app.jpg", datetime(2020, 1, 2, 10, 11, 12)),
        ("2019-07-12 18.30.00.jpg", datetime(2019, 7, 12, 18, 30)),
        ("2019-07-12 18.30.00-1.jpg", datetime(2019, 7, 12, 18, 30)),
        ("20190712183000.jpg", datetime(2019, 7, 12, 18, 30)),
        ("VID_20190712_183000.mp4", datetime(2019, 7, 12, 18, 30)),
        ("signal-2020-03-04-101112.jpg", datetime(2020, 3, 4, 10, 11, 12)),
        ("signal-2020-03-04-10-11-12-345.jpg", datetime(2020, 3, 4, 10, 11, 12)),
        ("WhatsApp Image 2019-07-12 at 18.30.00.jpeg", datetime(2019, 7, 12, 18, 30)),
        ("2019-07-12 Geburtstag 003.jpg", datetime(2019, 7, 12)),
        ("scan 1987.12.24.tif", datetime(1987, 12, 24)),
        ("IMG_1234 2019_07_12.jpg", datetime(2019, 7, 12)),
    ],
)
def test_names_with_a_date(name: str, moment: datetime) -> None:
    found = date_of_name(name)
    assert found is not None
    assert wall_clock(found) == moment


@pytest.mark.parametrize(
    "name",
    [
        "IMG_1234.jpg",
        "DSC09999.jpg",
        "20191345.jpg",
        "20190231.jpg",
        "120190712.jpg",
        "201907123.jpg",
        "2019-0712.jpg",
        "18500101.jpg",
        "0b3e5f00-2019-4712-9999-000000000000.jpg",
        "写真.jpg",
        "",
    ],
)
def test_names_without_a_date(name: str) -> None:
    assert date_of_name(name) is None


def test_milliseconds_of_messengers(new_york: None) -> None:
    for name in ("FB_IMG_1562956200000.jpg", "mmexport1562956200000.jpg", "1562956200000.jpg"):
        assert date_of_name(name) == wall_clock_seconds(datetime(2019, 7, 12, 14, 30))


@given(st.text(max_size=60))
def test_any_name_is_dealt_with(name: str) -> None:
    found = date_of_name(name)
    assert found is None or wall_clock(found).year >= 1900


def test_takeout_is_read_in_local_time(tmp_path: Path, new_york: None) -> None:
    path = tmp_path / "a.jpg.json"
    path.write_text(json.dumps({"title": "a.jpg", "photoTakenTime": {"timestamp": "1562956200"}}))
    assert date_of_takeout(path) == wall_clock_seconds(datetime(2019, 7, 12, 14, 30))


def test_takeout_of_old_photos(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg.json"
    path.write_text(json.dumps({"photoTakenTime": {"timestamp": "-1000000000"}}))
    found = date_of_takeout(path)
    assert found is not None
    assert wall_clock(found).year == 1938


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        "not json",
        '{"title": "a.jpg"}',
        '{"photoTakenTime": {"timestamp": "soon"}}',
        '{"photoTakenTime": {"timestamp": 1e300}}',
        '{"photoTakenTime": {"timestamp": NaN}}',
        '{"photoTakenTime": 5}',
        "[" * 100_000,
    ],
)
def test_other_json_has_no_date(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    assert date_of_takeout(path) is None


def test_json_that_is_gone_has_no_date(tmp_path: Path) -> None:
    assert date_of_takeout(tmp_path / "gone.json") is None


def test_summer_and_winter_time(new_york: None) -> None:
    assert local_wall_clock(1562956200) == wall_clock_seconds(datetime(2019, 7, 12, 14, 30))
    assert local_wall_clock(1547058600) == wall_clock_seconds(datetime(2019, 1, 9, 13, 30))
