"""Embedding on a GPU, in the helper process, checked against the CPU before it counts."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import EngineError, ModelError
from photosort.ml.cards import BackboneCard
from photosort.ml.keras_process import KerasProcess
from photosort.ml.machine import Device, nvidia_visible
from photosort.ml.samples import sample_pictures

_logger = logging.getLogger(__name__)

Engine = Literal["compact", "xception", "litert"]
"""What the helper process runs: one of two networks through Keras and TensorFlow, or a .tflite through LiteRT's GPU."""

Wanted = Literal["auto", "cpu", "gpu"]

LEAST_COSINE = 0.999
"""How like the CPU's a GPU's embeddings must be, to share their id."""


@dataclass(frozen=True, slots=True)
class GpuPlan:
    """How a network could run on this machine's GPU.

    Attributes:
        engine: what runs it.
        network: the weights or the .tflite file.
        card: what both engines must agree on.
    """

    engine: Engine
    network: Path
    card: BackboneCard


def plan_gpu(
    card: BackboneCard,
    weights: Path | None,
    wanted: Wanted = "auto",
    *,
    platform: str = sys.platform,
    nvidia: Callable[[], bool] = nvidia_visible,
) -> tuple[GpuPlan | None, str]:
    """Tell at once, without starting anything, whether a GPU is worth a try.

    TensorFlow has GPUs on Linux alone (CUDA); on Windows and macOS it is LiteRT's own accelerators.

    Args:
        card: the network.
        weights: its Keras weights, which TensorFlow needs.
        wanted: "cpu" leaves the GPU alone.
        platform: as in `sys.platform`.
        nvidia: tells whether an NVIDIA driver is visibly there.

    Returns:
        the plan and ""; or None and why not, as part of a sentence.
    """
    if wanted == "cpu":
        return None, "the CPU was asked for"
    if platform in {"win32", "darwin"}:
        return GpuPlan("litert", card.network, card), ""
    if not nvidia():
        return None, "no NVIDIA GPU found"
    if card.name == "compact":
        return _with_keras("compact", card, weights)
    if card.name == "xception":
        return _with_keras("xception", card, weights)
    return None, f"the network {card.name} runs on the CPU only"


class GpuEmbedder:
    """A network on a GPU. Thread-safe: threads take turns.

    Args:
        plan: what to open.
        process: a helper process that may see the GPU; it is ended with this, also when this fails.
        reference: what the CPU makes of pictures, uint8 (n, size, size, 3) to float32 (n, d).
        require_gpu: False lets TensorFlow's CPU stand in for a GPU, in tests.

    Raises:
        EngineError: there is no usable GPU, or it computes something else than the CPU.
    """

    def __init__(
        self,
        plan: GpuPlan,
        process: KerasProcess,
        reference: Callable[[NDArray[np.uint8]], NDArray[np.float32]],
        *,
        require_gpu: bool = True,
    ) -> None:
        self._dimension = plan.card.dimension
        self._process = process
        try:
            self.device = self._open(plan, require_gpu=require_gpu)
            samples = sample_pictures(plan.card.input_size)
            self._check(reference(samples), self.embed(samples))
        except ModelError as error:
            process.close()
            raise EngineError(str(error)) from error
        except BaseException:
            process.close()
            raise

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures: uint8 of shape (n, size, size, 3) to float32 of shape (n, d).

        Raises:
            EngineError: the GPU failed, or the helper process has died.
        """
        vectors = self._process.embed(pixels)
        if vectors.shape != (len(pixels), self._dimension) or not np.isfinite(vectors).all():
            message = f"the GPU gave {vectors.shape} for {len(pixels)} pictures, or numbers that are not finite"
            raise EngineError(message)
        return vectors

    def close(self) -> None:
        """End the helper process."""
        self._process.close()

    def _open(self, plan: GpuPlan, *, require_gpu: bool) -> Device:
        answer = self._process.ask(
            "open",
            engine=plan.engine,
            network=str(plan.network.resolve()),
            size=plan.card.input_size,
            scale=plan.card.scale,
            offset=plan.card.offset,
        )
        name = str(answer["device"])
        if require_gpu and name == "CPU":
            message = "TensorFlow cannot use the NVIDIA GPU: its CUDA libraries are missing (photosort[gpu] has them)"
            raise EngineError(message)
        return Device("gpu", name, "")

    def _check(self, expected: NDArray[np.float32], found: NDArray[np.float32]) -> None:
        lengths = np.linalg.norm(expected, axis=1) * np.linalg.norm(found, axis=1)
        cosine = float(((expected * found).sum(1) / np.maximum(lengths, 1e-12)).min())
        _logger.info("%s: lowest cosine to the CPU's embeddings %.6f", self.device.name, cosine)
        if cosine < LEAST_COSINE:
            message = f"{self.device.name} computes something else than the CPU (cosine {cosine:.4f})"
            raise EngineError(message)


def _with_keras(
    engine: Literal["compact", "xception"], card: BackboneCard, weights: Path | None
) -> tuple[GpuPlan | None, str]:
    if weights is None or not weights.is_file():
        return None, f"the Keras weights of {card.name}, which a GPU needs, are not there"
    return GpuPlan(engine, weights, card), ""
