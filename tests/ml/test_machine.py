"""Cores, memory and whether a GPU is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photosort.ml import machine

GIB = 2**30


def test_workers_are_the_cores_where_memory_allows() -> None:
    assert machine.worker_count(10 * 2**20, cores=8, available=64 * GIB) == 8


def test_workers_are_few_where_memory_is_short() -> None:
    few = machine.worker_count(112 * 2**20, cores=16, available=2 * GIB)
    assert 1 < few < 8
    assert machine.worker_count(112 * 2**20, cores=16, available=GIB) < few


def test_there_is_always_one_worker() -> None:
    assert machine.worker_count(GIB, cores=4, available=1) == 1


def test_this_machine_tells_plausible_figures() -> None:
    assert 1 <= machine.usable_cores() <= (os.cpu_count() or 1)
    available = machine.available_memory()
    assert available is None or 2**20 < available < 2**50


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be taken away from a process here")
def test_cores_that_were_taken_from_this_process_do_not_count() -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert machine.usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_the_limit_of_a_container_counts(tmp_path, monkeypatch) -> None:
    (tmp_path / "memory.max").write_text(f"{3 * 2**20}\n")
    (tmp_path / "memory.current").write_text(f"{2 * 2**20}\n")
    monkeypatch.setattr(machine, "_CGROUP", tmp_path)
    monkeypatch.setattr(machine.sys, "platform", "linux")
    assert machine.available_memory() == 2**20
    (tmp_path / "memory.max").write_text("max\n")
    assert machine.available_memory() != 2**20


def make_card(folder: Path, vendor: str, model: str, driver: str) -> None:
    folder.mkdir(parents=True)
    (folder / "vendor").write_text(f"{vendor}\n")
    (folder / "device").write_text(f"{model}\n")
    (folder / "driver").symlink_to(folder.parent.parent / "drivers" / driver)


@pytest.mark.skipif(os.name != "posix", reason="symbolic links")
def test_graphics_drivers_are_told_by_what_linux_knows(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(machine.sys, "platform", "linux")
    monkeypatch.setattr(machine, "_CARDS", tmp_path / "drm")
    monkeypatch.setattr(machine, "_NVIDIA_VERSION", tmp_path / "version")
    monkeypatch.setattr(machine, "_WSL_CUDA", tmp_path / "libcuda.so.1")
    assert machine.graphics_drivers() == ()
    make_card(tmp_path / "drm" / "card1" / "device", "0x8086", "0x9a49", "i915")
    make_card(tmp_path / "drm" / "card0" / "device", "0x10de", "0x2786", "nvidia")
    (tmp_path / "drm" / "card0-HDMI-A-1" / "device").mkdir(parents=True)
    (tmp_path / "drm" / "renderD128" / "device").mkdir(parents=True)
    (tmp_path / "version").write_text("NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86\nGCC version: 12\n")
    told = machine.graphics_drivers()
    assert told == (
        "0x10de 0x2786 nvidia",
        "0x8086 0x9a49 i915",
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86",
    )
    (tmp_path / "version").write_text("NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.11\n")
    assert machine.graphics_drivers() != told
