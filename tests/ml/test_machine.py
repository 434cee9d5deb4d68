"""Cores, memory and whether a GPU is there."""

from __future__ import annotations

import os

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
