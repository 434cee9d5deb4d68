"""What a test of this computer found: judged, told, remembered."""

from __future__ import annotations

import pytest

import photosort
from photosort.core.paths import UserPaths
from photosort.ml import device_reports, machine
from photosort.ml.acceleration import Way
from photosort.ml.backbones import load_compact, planned_device
from photosort.ml.device_reports import DeviceReport, choose, explanation, recall, remember, right_ways

CPU = DeviceReport(Way.CPU, "8 cores", "", 1.0, 200.0)
NO_GPU = DeviceReport(Way.LITERT, reason="no GPU found that LiteRT can use")
SLOW = DeviceReport(Way.LITERT, "Old GPU", "", 0.99999, 50.0)
FAST = DeviceReport(Way.TENSORFLOW, "New GPU", "", 0.99999, 900.0)
FASTER_BUT_WRONG = DeviceReport(Way.TENSORFLOW_HALF, "New GPU", "it computes something else", 0.98, 2000.0)
DIED = DeviceReport(Way.LITERT, "Old GPU", "the helper process ended unexpectedly", 1.0, None)


@pytest.fixture
def paths(tmp_path) -> UserPaths:
    return UserPaths.below(tmp_path)


@pytest.mark.parametrize(
    ("reports", "best"),
    [
        ((CPU, NO_GPU), Way.CPU),
        ((CPU, SLOW), Way.CPU),
        ((CPU, SLOW, FAST, FASTER_BUT_WRONG), Way.TENSORFLOW),
        ((CPU, DIED), Way.CPU),
    ],
)
def test_the_fastest_right_one_is_chosen(reports, best) -> None:
    assert [report.way for report in choose(reports) if report.chosen] == [best]


@pytest.mark.parametrize(
    ("reports", "wanted", "said"),
    [
        ((), "auto", ""),
        ((CPU, NO_GPU), "auto", "No GPU was found that photosort can use."),
        ((CPU, NO_GPU), "gpu", "You chose the GPU, but no GPU was found that photosort can use."),
        ((CPU, SLOW), "auto", "Old GPU computes the same as the CPU, but the CPU is faster."),
        ((CPU, SLOW), "gpu", "You chose the GPU. Old GPU computes the same as the CPU, 0.2 times as fast."),
        ((CPU, FAST, FASTER_BUT_WRONG), "auto", "New GPU computes the same as the CPU, 4.5 times as fast."),
        ((CPU, FAST), "cpu", "You chose the CPU. New GPU computes the same as the CPU, 4.5 times as fast."),
        ((CPU, FASTER_BUT_WRONG), "auto", "New GPU computes something else than the CPU."),
        ((CPU, DIED), "auto", "Old GPU failed: the helper process ended unexpectedly."),
    ],
)
def test_the_choice_is_explained(reports, wanted, said) -> None:
    assert explanation(reports, wanted) == said


def test_what_was_found_is_remembered_for_each_network(paths) -> None:
    assert recall(paths, "one") == ()
    remember(paths, "one", choose((CPU, FAST, FASTER_BUT_WRONG)))
    remember(paths, "other", choose((CPU, NO_GPU)))
    assert recall(paths, "one") == choose((CPU, FAST, FASTER_BUT_WRONG))
    assert recall(paths, "other") == choose((CPU, NO_GPU))
    assert right_ways(paths, "one") == (Way.TENSORFLOW, Way.CPU)
    assert right_ways(paths, "other") == (Way.CPU,)
    remember(paths, "one", choose((CPU, NO_GPU)))
    assert right_ways(paths, "one") == (Way.CPU,)


def test_networks_that_are_long_gone_are_forgotten(paths) -> None:
    for number in range(40):
        remember(paths, f"network {number}", (CPU,))
    assert recall(paths, "network 39")
    assert recall(paths, "network 0") == ()


@pytest.mark.parametrize("change", ["program", "driver", "cores"])
def test_another_program_driver_or_machine_wants_another_test(paths, monkeypatch, change) -> None:
    remember(paths, "one", (CPU,))
    match change:
        case "program":
            monkeypatch.setattr(photosort, "__version__", "99.0")
        case "driver":
            monkeypatch.setattr(device_reports, "graphics_drivers", lambda: ("NVIDIA 999.9",))
        case _:
            monkeypatch.setattr(device_reports, "usable_cores", lambda: machine.usable_cores() + 1)
    assert recall(paths, "one") == ()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"schema": 99}', "[" * 100_000, '{"schema": 1, "circumstances": {}, "networks": 7}'],
)
def test_a_damaged_memory_is_no_memory(paths, content) -> None:
    remember(paths, "one", (CPU,))
    (paths.cache / "devices.json").write_text(content)
    assert recall(paths, "one") == ()
    remember(paths, "one", (CPU,))
    assert recall(paths, "one") == choose((CPU,))


def test_entries_of_another_kind_are_no_memory(paths) -> None:
    remember(paths, "one", (CPU,))
    file = paths.cache / "devices.json"
    file.write_text(file.read_text().replace("litert-cpu", "abacus"))
    assert recall(paths, "one") == ()


def test_a_cache_that_cannot_be_written_stops_nobody(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    paths = UserPaths.below(tmp_path / "file")
    remember(paths, "one", (CPU,))
    assert recall(paths, "one") == ()


def test_automatic_keeps_to_what_was_found_and_tells_so(paths) -> None:
    backbone = load_compact("cpu")
    remember(paths, backbone.id, (CPU, SLOW))
    backbone.close()
    reason = "the CPU was the fastest when this computer was tested"
    assert planned_device("auto", paths).reason == reason
    chosen = load_compact("auto", paths)
    assert (chosen.device.kind, chosen.device.reason) == ("cpu", reason)
    chosen.close()
    assert planned_device("gpu", paths).reason == "it is tried as soon as there are photos to look at"
