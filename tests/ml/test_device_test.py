"""The self-test of this computer, with a pretended GPU in the helper process."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml import device_test
from photosort.ml.acceleration import GpuPlan, Way
from photosort.ml.cards import BackboneCard
from photosort.ml.device_reports import DeviceReport, by_speed, recall
from photosort.ml.device_test import measure, network_at_hand, self_test
from photosort.ml.keras_process import KerasProcess
from tests.ml import pretended_gpu


def everything(way: Way, card: BackboneCard, _weights: Path | None) -> tuple[GpuPlan | None, str]:
    """Every way is worth a try."""
    return GpuPlan(way, card.network, card), ""


def litert_alone(way: Way, card: BackboneCard, _weights: Path | None) -> tuple[GpuPlan | None, str]:
    return (GpuPlan(way, card.network, card), "") if way.engine == "litert" else (None, "no NVIDIA GPU found")


class Trial:
    """A self-test with a pretended GPU, and what came of it."""

    def __init__(self, card: BackboneCard, mode: str, plan: device_test.Planner = everything) -> None:
        self.helpers: list[KerasProcess] = []
        self.steps: list[Progress] = []
        self._command = pretended_gpu.command(card, mode)
        self.running = self_test(card, None, plan=plan, start=self._start, seconds=0.05)

    def _start(self) -> KerasProcess:
        self.helpers.append(KerasProcess(command=self._command))
        return self.helpers[-1]

    def reports(self) -> dict[Way, DeviceReport]:
        reports = finish(self.running, self.steps)
        assert [report.way for report in reports] == list(Way)
        assert not any(helper.alive for helper in self.helpers)
        return {report.way: report for report in reports}


def finish(
    steps: Generator[Progress, None, tuple[DeviceReport, ...]], seen: list[Progress] | None = None
) -> tuple[DeviceReport, ...]:
    while True:
        try:
            step = next(steps)
        except StopIteration as stop:
            result: tuple[DeviceReport, ...] = stop.value
            return result
        if seen is not None:
            seen.append(step)


def test_without_a_gpu_the_cpu_is_chosen_and_every_other_way_explained(tiny_card) -> None:
    tested = Trial(tiny_card, "absent", litert_alone)
    reports = tested.reports()
    cpu = reports.pop(Way.CPU)
    assert cpu.chosen
    assert cpu.speed is not None
    assert cpu.speed > 0
    assert [report.reason for report in reports.values()] == ["no adapters"] * 2 + ["no NVIDIA GPU found"] * 2
    assert not any(report.available or report.right or report.chosen for report in reports.values())
    assert len(tested.helpers) == 1, "what is not there in float32 is not tried in float16"
    assert [step.done for step in dict.fromkeys(tested.steps)] == [0, 1, 2, 3, 4]


def test_the_fastest_of_those_that_are_right_is_chosen(tiny_card) -> None:
    reports = Trial(tiny_card, "works").reports()
    assert all(report.right for report in reports.values())
    for report in reports.values():
        assert report.reason == ""
        assert report.cosine == pytest.approx(1, abs=1e-5)
    order = by_speed(list(reports.values()))
    assert [report.speed for report in order] == sorted((report.speed or 0 for report in order), reverse=True)
    assert [report for report in reports.values() if report.chosen] == [order[0]]


def test_a_gpu_that_is_wrong_in_half_precision_is_right_without(tiny_card) -> None:
    reports = Trial(tiny_card, "wrong in half").reports()
    for way in (Way.LITERT_HALF, Way.TENSORFLOW_HALF):
        report = reports[way]
        assert report.available
        assert not report.right
        assert not report.chosen
        assert "something else than the CPU" in report.reason
    assert reports[Way.LITERT].right
    assert reports[Way.TENSORFLOW].right


def test_a_driver_that_crashes_under_load_costs_its_own_way_only(tiny_card) -> None:
    reports = Trial(tiny_card, "dies", litert_alone).reports()
    assert reports[Way.CPU].chosen
    for way in (Way.LITERT, Way.LITERT_HALF):
        assert reports[way].device == pretended_gpu.NAME
        assert not reports[way].right
        assert "ended unexpectedly" in reports[way].reason


def test_a_test_that_hangs_can_be_stopped(tiny_card) -> None:
    before = set(threading.enumerate())
    tested = Trial(tiny_card, "hangs", litert_alone)
    while next(tested.running).done < 1 or len(tested.helpers) < 1:
        pass
    for _ in range(20):
        next(tested.running)
    started = time.perf_counter()
    tested.running.close()
    assert time.perf_counter() - started < 10
    assert not tested.helpers[0].alive
    assert set(threading.enumerate()) <= before


def test_a_damaged_network_is_an_error_of_the_whole_test(tiny_folder, tmp_path) -> None:
    card = BackboneCard.read(tiny_folder)
    (tmp_path / BackboneCard.NETWORK).write_bytes(card.network.read_bytes()[:-1])
    (tmp_path / BackboneCard.CARD).write_bytes((tiny_folder / BackboneCard.CARD).read_bytes())
    with pytest.raises(ModelError, match="not the expected file"):
        next(self_test(BackboneCard.read(tmp_path), None))


def test_what_was_measured_is_remembered(tiny_card, tmp_path, monkeypatch) -> None:
    paths = UserPaths.below(tmp_path)
    monkeypatch.setattr(device_test, "network_at_hand", lambda _name, _paths: (tiny_card, None))
    monkeypatch.setattr(device_test, "self_test", lambda card, weights: self_test(card, weights, plan=nothing))
    reports = finish(measure("auto", paths))
    assert recall(paths, tiny_card.id) == reports


def nothing(_way: Way, _card: BackboneCard, _weights: Path | None) -> tuple[GpuPlan | None, str]:
    return None, "not here"


def test_the_network_that_came_along_can_be_tested_with_every_engine(tmp_path) -> None:
    card, weights = network_at_hand("compact", UserPaths.below(tmp_path))
    assert card.network.is_file()
    assert weights is not None
    assert weights.is_file()


def test_a_network_that_is_not_here_says_how_to_get_it(tmp_path) -> None:
    with pytest.raises(ModelError, match="photosort models get xception"):
        network_at_hand("xception", UserPaths.below(tmp_path))
    with pytest.raises(ModelError, match="nonsense"):
        network_at_hand("nonsense", UserPaths.below(tmp_path))
