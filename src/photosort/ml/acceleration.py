"""Embedding on a GPU, in the helper process, checked against the CPU before it counts."""

from __future__ import annotations

import importlib.util
import logging
import sys
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import EngineError, ModelError
from photosort.core.photo import Progress
from photosort.ml.cards import BackboneCard
from photosort.ml.keras_process import KerasProcess
from photosort.ml.machine import Device, nvidia_visible
from photosort.ml.samples import sample_pictures

_logger = logging.getLogger(__name__)

Wanted = Literal["auto", "cpu", "gpu"]

LEAST_COSINE = 0.999
"""How like the CPU's a GPU's embeddings must be, to share their id."""


class Way(StrEnum):
    """A way to run a network; the values are remembered and written as JSON.

    "half" computes in float16, which GPUs do faster and with half the memory; the others compute in float32.
    """

    CPU = "litert-cpu"
    LITERT = "litert-gpu"
    LITERT_HALF = "litert-gpu-half"
    TENSORFLOW = "tensorflow-gpu"
    TENSORFLOW_HALF = "tensorflow-gpu-half"

    @property
    def engine(self) -> Literal["litert", "tensorflow"]:
        """What computes."""
        return "tensorflow" if self in {Way.TENSORFLOW, Way.TENSORFLOW_HALF} else "litert"

    @property
    def half(self) -> bool:
        """Whether it computes in float16."""
        return self in {Way.LITERT_HALF, Way.TENSORFLOW_HALF}


@dataclass(frozen=True, slots=True)
class GpuPlan:
    """How a network could run on this machine's GPU.

    Attributes:
        way: what runs it, and how.
        network: its Keras weights for TensorFlow, its .tflite file for LiteRT.
        card: what both engines must agree on.
    """

    way: Way
    network: Path
    card: BackboneCard


def plan_way(
    way: Way,
    card: BackboneCard,
    weights: Path | None,
    *,
    platform: str = sys.platform,
    nvidia: Callable[[], bool] = nvidia_visible,
) -> tuple[GpuPlan | None, str]:
    """Tell at once, without starting anything, whether a way to use a GPU is worth a try.

    TensorFlow has GPUs on Linux alone (CUDA); LiteRT's accelerators are there on every system, or so it is tried.

    Args:
        way: not `Way.CPU`.
        card: the network.
        weights: its Keras weights, which TensorFlow needs.
        platform: as in `sys.platform`.
        nvidia: tells whether an NVIDIA driver is visibly there.

    Returns:
        the plan and ""; or None and why not, as part of a sentence.
    """
    if way.engine == "litert":
        return GpuPlan(way, card.network, card), ""
    if platform in {"win32", "darwin"}:
        return None, f"TensorFlow uses no GPU on {'Windows' if platform == 'win32' else 'macOS'}"
    if not nvidia():
        return None, "no NVIDIA GPU found"
    if importlib.util.find_spec("tensorflow") is None:
        return None, "TensorFlow is not installed"
    if weights is None or not weights.is_file():
        return None, f"the Keras weights of {card.name}, which a GPU needs, are not there"
    return GpuPlan(way, weights, card), ""


def plan_gpu(
    card: BackboneCard,
    weights: Path | None,
    wanted: Wanted = "auto",
    *,
    tested: Iterable[Way] = (),
    platform: str = sys.platform,
    nvidia: Callable[[], bool] = nvidia_visible,
) -> tuple[GpuPlan | None, str]:
    """Tell at once, without starting anything, how a GPU is to be tried.

    Args:
        card: the network.
        weights: its Keras weights, which TensorFlow needs.
        wanted: "cpu" leaves the GPU alone; "gpu" takes one although the CPU was found to be faster.
        tested: the ways that a self-test found to be right, fastest first; none when there was no test.
        platform: as in `sys.platform`.
        nvidia: tells whether an NVIDIA driver is visibly there.

    Returns:
        the plan and ""; or None and why not, as part of a sentence.
    """
    if wanted == "cpu":
        return None, "the CPU was asked for"
    for way in tested:
        if way is Way.CPU:
            if wanted == "auto":
                return None, "the CPU was the fastest when this computer was tested"
            continue
        plan, _reason = plan_way(way, card, weights, platform=platform, nvidia=nvidia)
        if plan is not None:
            return plan, ""
    way = Way.LITERT if platform in {"win32", "darwin"} else Way.TENSORFLOW
    return plan_way(way, card, weights, platform=platform, nvidia=nvidia)


class GpuEmbedder:
    """A network that is open on a GPU. Thread-safe: threads take turns.

    `open_gpu` makes one that computes what the CPU does; `opening_gpu` leaves the judgement to the caller.

    Args:
        card: the network.
        process: the helper process in which it is open; it is ended with this.
        device: what runs it.
        cosine: the lowest between its embeddings and the CPU's.
    """

    def __init__(self, card: BackboneCard, process: KerasProcess, device: Device, cosine: float) -> None:
        self._card = card
        self._process = process
        self.device = device
        self.cosine = cosine

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures: uint8 of shape (n, size, size, 3) to float32 of shape (n, d).

        Raises:
            EngineError: the GPU failed, or the helper process has died.
        """
        return _sound(self._process.embed(pixels), len(pixels), self._card.dimension)

    def close(self) -> None:
        """End the helper process."""
        self._process.close()


def opening_gpu(
    plan: GpuPlan,
    process: KerasProcess,
    reference: Callable[[NDArray[np.uint8]], NDArray[np.float32]],
    *,
    require_gpu: bool = True,
) -> Generator[Progress, None, GpuEmbedder]:
    """Open a network on a GPU and compare what it computes with what the CPU does.

    Args:
        plan: what to open.
        process: a helper process that may see the GPU; it is ended with the embedder, also when this fails.
        reference: what the CPU makes of pictures, uint8 (n, size, size, 3) to float32 (n, d).
        require_gpu: False lets a CPU stand in for a GPU, in tests.

    Yields:
        progress; closing the generator kills the helper process.

    Returns:
        the embedder; whether its `cosine` suffices is for the caller to say.

    Raises:
        EngineError: there is no usable GPU, or it gives numbers that are not finite.
    """
    card = plan.card
    samples = sample_pictures(card.input_size)
    try:
        answer = yield from process.request(
            "open",
            engine=plan.way.engine,
            name=card.name,
            network=str(plan.network.resolve()),
            size=card.input_size,
            scale=card.scale,
            offset=card.offset,
            half=plan.way.half,
            require_gpu=require_gpu,
        )
        found = yield from process.embedding(samples)
        cosine = lowest_cosine(reference(samples), _sound(found, len(samples), card.dimension))
    except ModelError as error:
        process.close()
        raise EngineError(str(error)) from error
    except BaseException:
        process.close()
        raise
    device = Device("gpu", str(answer["device"]), "")
    _logger.info("%s on %s: lowest cosine to the CPU's embeddings %.6f", plan.way, device.name, cosine)
    return GpuEmbedder(card, process, device, cosine)


def open_gpu(
    plan: GpuPlan,
    process: KerasProcess,
    reference: Callable[[NDArray[np.uint8]], NDArray[np.float32]],
    *,
    require_gpu: bool = True,
) -> GpuEmbedder:
    """Do what `opening_gpu` does, in one go, and insist that the GPU computes what the CPU does.

    Raises:
        EngineError: there is no usable GPU, or it computes something else than the CPU.
    """
    opening = opening_gpu(plan, process, reference, require_gpu=require_gpu)
    while True:
        try:
            next(opening)
        except StopIteration as stop:
            embedder: GpuEmbedder = stop.value
            break
    if embedder.cosine < LEAST_COSINE:
        embedder.close()
        raise EngineError(difference(embedder.device.name, embedder.cosine))
    return embedder


def difference(name: str, cosine: float) -> str:
    """What is said of a GPU whose embeddings are not the CPU's."""
    return f"{name} computes something else than the CPU (cosine {cosine:.4f})"


def lowest_cosine(expected: NDArray[np.float32], found: NDArray[np.float32]) -> float:
    """The lowest cosine between vectors of the same row, float32 of shape (n, d) each."""
    lengths = np.linalg.norm(expected, axis=1) * np.linalg.norm(found, axis=1)
    return float(((expected * found).sum(1) / np.maximum(lengths, 1e-12)).min())


def _sound(vectors: NDArray[np.float32], count: int, dimension: int) -> NDArray[np.float32]:
    if vectors.shape != (count, dimension) or not np.isfinite(vectors).all():
        message = f"the GPU gave {vectors.shape} for {count} pictures, or numbers that are not finite"
        raise EngineError(message)
    return vectors
