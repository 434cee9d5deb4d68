"""The way to a GPU: what is planned, what counts, and who takes over when it fails."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from photosort.ml.acceleration import GpuPlan, Way, plan_gpu, plan_way
from photosort.ml.backbones import LiteRTBackbone
from photosort.ml.keras_process import KerasProcess
from photosort.ml.runtime import Network
from tests.ml import pretended_gpu


def test_without_an_nvidia_driver_the_cpu_is_explained_at_once(tiny_card) -> None:
    card = dataclasses.replace(tiny_card, name="compact")
    assert plan_gpu(card, card.network, platform="linux", nvidia=lambda: False) == (None, "no NVIDIA GPU found")


def test_who_asks_for_the_cpu_gets_it(tiny_card) -> None:
    plan, reason = plan_gpu(tiny_card, None, "cpu", platform="win32", nvidia=lambda: True)
    assert plan is None
    assert "asked for" in reason


def test_an_nvidia_gpu_needs_the_keras_weights(tiny_card, tmp_path) -> None:
    card = dataclasses.replace(tiny_card, name="xception")
    assert plan_gpu(card, None, platform="linux", nvidia=lambda: True)[0] is None
    assert plan_gpu(card, tmp_path / "gone.h5", platform="linux", nvidia=lambda: True)[0] is None
    weights = tmp_path / "weights.h5"
    weights.touch()
    assert plan_gpu(card, weights, platform="linux", nvidia=lambda: True) == (
        GpuPlan(Way.TENSORFLOW, weights, card),
        "",
    )


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_try_litert(tiny_card, platform) -> None:
    plan, _ = plan_gpu(tiny_card, None, platform=platform, nvidia=lambda: False)
    assert plan == GpuPlan(Way.LITERT, tiny_card.network, tiny_card)


@pytest.mark.parametrize(
    ("tested", "wanted", "way"),
    [
        ((Way.LITERT_HALF, Way.CPU), "auto", Way.LITERT_HALF),
        ((Way.LITERT_HALF, Way.CPU), "gpu", Way.LITERT_HALF),
        ((Way.CPU, Way.LITERT), "auto", None),
        ((Way.CPU, Way.LITERT), "gpu", Way.LITERT),
        ((Way.LITERT, Way.CPU), "cpu", None),
        # The NVIDIA GPU that was the fastest is gone.
        ((Way.TENSORFLOW, Way.LITERT, Way.CPU), "auto", Way.LITERT),
        ((Way.TENSORFLOW, Way.CPU), "auto", None),
        ((), "auto", None),
    ],
)
def test_a_test_of_this_computer_decides(tiny_card, tested, wanted, way) -> None:
    plan, reason = plan_gpu(tiny_card, None, wanted, tested=tested, platform="linux", nvidia=lambda: False)
    assert (plan and plan.way) == way
    assert bool(reason) == (plan is None)


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_tensorflow_is_not_tried_where_it_has_no_gpus(tiny_card, platform) -> None:
    plan, reason = plan_way(Way.TENSORFLOW, tiny_card, tiny_card.network, platform=platform, nvidia=lambda: True)
    assert plan is None
    assert "TensorFlow uses no GPU on" in reason


@pytest.fixture
def with_helper(tiny_card):
    """Backbones whose helper process is a small one of ours that computes on the CPU, or fails as asked."""
    opened: list[LiteRTBackbone] = []

    def make(mode: str) -> LiteRTBackbone:
        command = pretended_gpu.command(tiny_card, mode)
        plan = GpuPlan(Way.LITERT, tiny_card.network, tiny_card)
        opened.append(LiteRTBackbone(tiny_card, plan=plan, start=lambda: KerasProcess(command=command)))
        return opened[-1]

    yield make
    for backbone in opened:
        backbone.close()


def test_the_first_photos_do_not_wait_for_the_gpu(with_helper, tiny_card, pixels) -> None:
    backbone = with_helper("works")
    expected = LiteRTBackbone(tiny_card).embed(pixels)
    np.testing.assert_array_equal(backbone.embed(pixels), expected)
    device = backbone.wait_for_device()
    assert (device.kind, device.name, device.reason) == ("gpu", "Pretended GPU", "")
    with ThreadPoolExecutor(3) as pool:
        for found in pool.map(backbone.embed, [pixels] * 6):
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_a_gpu_that_computes_something_else_is_not_used(with_helper, tiny_card, pixels) -> None:
    backbone = with_helper("wrong")
    device = backbone.wait_for_device()
    assert device.kind == "cpu"
    assert "something else than the CPU" in device.reason
    np.testing.assert_array_equal(backbone.embed(pixels), LiteRTBackbone(tiny_card).embed(pixels))


def test_why_there_is_no_gpu_is_told(with_helper) -> None:
    device = with_helper("absent").wait_for_device()
    assert (device.kind, device.reason) == ("cpu", "no adapters")


def test_a_gpu_that_dies_is_taken_over_by_the_cpu(with_helper, tiny_card, pixels) -> None:
    backbone = with_helper("dies")
    assert backbone.wait_for_device().kind == "gpu"
    np.testing.assert_array_equal(backbone.embed(pixels), LiteRTBackbone(tiny_card).embed(pixels))
    assert backbone.device.kind == "cpu"
    assert backbone.device.failed
    assert "Pretended GPU failed" in backbone.device.reason
    assert len(backbone.embed(pixels)) == len(pixels)


def test_closing_does_not_wait_for_a_gpu_that_is_being_opened(tiny_card) -> None:
    command = [sys.executable, "-c", "import sys, time; sys.stdin.readline(); time.sleep(600)"]
    plan = GpuPlan(Way.LITERT, tiny_card.network, tiny_card)
    backbone = LiteRTBackbone(tiny_card, plan=plan, start=lambda: KerasProcess(command=command))
    backbone.close()
    assert backbone.wait_for_device().kind == "cpu"


@pytest.mark.parametrize("way", [Way.LITERT, Way.LITERT_HALF])
def test_the_real_helper_tries_litert_on_a_gpu_and_says_what_came_of_it(tiny_card, pixels, way) -> None:
    """Where Vulkan is there, be it made of software (Mesa's lavapipe, SwiftShader), this runs LiteRT's WebGPU."""
    backbone = LiteRTBackbone(tiny_card, plan=GpuPlan(way, tiny_card.network, tiny_card), require_gpu=False)
    try:
        device = backbone.wait_for_device()
        assert device.kind == "gpu" or "GPU" in device.reason
        np.testing.assert_allclose(
            backbone.embed(pixels), LiteRTBackbone(tiny_card).embed(pixels), rtol=0.05, atol=0.02
        )
    finally:
        backbone.close()


_ACCELERATED = """
import sys
from pathlib import Path
import numpy as np
from photosort.ml.keras_gpu import litert_accelerated
run, _ = litert_accelerated(Path(sys.argv[1]), gpu=False)
np.save(sys.argv[3], run(np.load(sys.argv[2])))
"""


def test_litert_accelerators_compute_what_its_interpreter_does(tiny_card, pixels, tmp_path) -> None:
    """In a process of its own, as in the program: their native code talks a lot, and until the very end."""
    batch = pixels.astype(np.float32) / np.float32(127.5) - 1
    given, found = tmp_path / "given.npy", tmp_path / "found.npy"
    np.save(given, batch)
    command = [sys.executable, "-c", _ACCELERATED, str(tiny_card.network), str(given), str(found)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    np.testing.assert_allclose(np.load(found), Network(tiny_card.network)(batch), rtol=1e-4, atol=1e-5)
