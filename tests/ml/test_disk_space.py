"""Room on the disks is asked for before anything starts."""

from __future__ import annotations

import re
import shutil
from typing import NamedTuple

import pytest

from photosort.core.errors import ModelError
from photosort.ml import disk_space
from photosort.ml.disk_space import Need, check_space


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_where_there_is_room_nothing_is_said(tmp_path) -> None:
    check_space("Xception", [Need(tmp_path / "not" / "there" / "yet", 1000)])


def test_too_little_room_is_told_with_both_figures(tmp_path) -> None:
    free = shutil.disk_usage(tmp_path).free
    with pytest.raises(ModelError, match=r"too little space for Xception: it needs [0-9,]+ MB .* [0-9,]+ MB are free"):
        check_space("Xception", [Need(tmp_path, free)])


def test_folders_on_one_file_system_share_its_room(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(disk_space.shutil, "disk_usage", lambda _: _Usage(0, 0, 100_000_000))
    check_space("it", [Need(tmp_path / "weights", 60_000_000)])
    check_space("it", [Need(tmp_path / "networks", 60_000_000)])
    message = re.escape(f"it needs 137 MB where {tmp_path} is, and 100 MB are free")
    with pytest.raises(ModelError, match=message):
        check_space("it", [Need(tmp_path / "weights", 60_000_000), Need(tmp_path / "networks", 60_000_000)])


def test_where_nobody_knows_it_is_tried(tmp_path, monkeypatch) -> None:
    def unknown(_: object) -> _Usage:
        raise OSError("not implemented")

    monkeypatch.setattr(disk_space.shutil, "disk_usage", unknown)
    check_space("it", [Need(tmp_path, 10**18)])
