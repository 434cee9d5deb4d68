"""Backbones: frozen networks that turn pictures into embeddings."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photosort.core import paths as places
from photosort.core.errors import EngineError, ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml import networks, preparing
from photosort.ml.acceleration import GpuEmbedder, GpuPlan, Wanted, open_gpu, plan_gpu
from photosort.ml.cards import BackboneCard, Framing
from photosort.ml.device_reports import right_ways
from photosort.ml.keras_process import KerasProcess
from photosort.ml.network_facts import facts_of
from photosort.ml.runtime import Device, Network, worker_count

_logger = logging.getLogger(__name__)

NAMES = networks.NAMES
"""What `load` knows."""

DOWNLOAD = Path("download")
"""In place of a file of weights: fetch Keras' own."""

COMPACT_WEIGHTS = "backbone.weights.h5"


class Backbone(Protocol):
    """A frozen network with everything that is to be known of it. Thread-safe."""

    @property
    def id(self) -> str:
        """Name, hash, input size, preprocessing and numeric variant; vectors of different ids are never compared."""

    @property
    def name(self) -> str:
        """What a person chooses it by; one of `NAMES`."""

    @property
    def input_size(self) -> int:
        """Height and width of the pictures it takes, pixels."""

    @property
    def framing(self) -> Framing:
        """How a photo becomes such a square."""

    @property
    def dimension(self) -> int:
        """Length of an embedding."""

    @property
    def device(self) -> Device:
        """What it runs on now."""

    @property
    def workers(self) -> int:
        """How many threads may usefully call `embed` at once."""

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures: uint8 sRGB of shape (n, input_size, input_size, 3) to float32 of shape (n, dimension).

        Raises:
            ValueError: the pixels have another shape or type.
            EngineError: the engine failed.
        """

    def close(self) -> None:
        """Let go of interpreters and child processes."""


class LiteRTBackbone:
    """A backbone on the CPU, which moves to a GPU as soon as one has proved that it computes the same.

    The GPU is opened in a thread of its own: that takes seconds, and the first photos need not wait for it. Should it
    fail, then or later, the CPU goes on and `device` says why.

    Args:
        card: the network's facts.
        reason: why no GPU is tried, as part of a sentence.
        plan: how to open a GPU; None leaves it at the CPU.
        start: makes the helper process for it.
        require_gpu: False lets TensorFlow's CPU stand in for a GPU, in tests.

    Raises:
        ModelError: the network is missing, damaged, or not what the card says.
        EngineError: LiteRT cannot be imported on this machine.
    """

    def __init__(
        self,
        card: BackboneCard,
        *,
        reason: str = "",
        plan: GpuPlan | None = None,
        start: Callable[[], KerasProcess] = lambda: KerasProcess(gpu=True),
        require_gpu: bool = True,
    ) -> None:
        self._card = card
        self._network = Network(card.network, sha256=card.sha256)
        expected = ((card.input_size, card.input_size, 3), card.dimension)
        if (self._network.input_shape, self._network.output_size) != expected:
            message = (
                f"{card.network} turns {self._network.input_shape} into {self._network.output_size} numbers; "
                f"its card says {expected[0]} into {expected[1]}"
            )
            raise ModelError(message)
        self._workers = worker_count(self._network.interpreter_bytes)
        self._lock = threading.Lock()
        self._gpu: GpuEmbedder | None = None
        self._closed = False
        self._device = Device.cpu("the GPU is being prepared" if plan else reason)
        self._helper: KerasProcess | None = None
        self._opener: threading.Thread | None = None
        if plan is not None:
            self._opener = threading.Thread(
                target=self._move_to_gpu, args=(plan, start, require_gpu), name="photosort-open-gpu", daemon=True
            )
            self._opener.start()

    @property
    def id(self) -> str:
        """See `Backbone`; the same on the CPU and on a GPU that has proved to compute the same."""
        return self._card.id

    @property
    def name(self) -> str:
        """See `Backbone`."""
        return self._card.name

    @property
    def input_size(self) -> int:
        """See `Backbone`."""
        return self._card.input_size

    @property
    def framing(self) -> Framing:
        """See `Backbone`."""
        return self._card.framing

    @property
    def dimension(self) -> int:
        """See `Backbone`."""
        return self._card.dimension

    @property
    def device(self) -> Device:
        """What embeds now; changes when a GPU is ready, or fails."""
        return self._device

    @property
    def workers(self) -> int:
        """The smaller of the cores and what memory allows; with a GPU too, since they decode beside it."""
        return self._workers

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Backbone.embed`."""
        if pixels.dtype != np.uint8 or pixels.shape[1:] != (self.input_size, self.input_size, 3):
            message = (
                f"expected uint8 pixels of shape (n, {self.input_size}, {self.input_size}, 3), "
                f"got {pixels.dtype} of {pixels.shape}"
            )
            raise ValueError(message)
        gpu = self._gpu
        if gpu is not None:
            try:
                return gpu.embed(pixels)
            except EngineError as error:
                self._back_to_cpu(gpu, error)
        return self._on_cpu(pixels)

    def wait_for_device(self) -> Device:
        """Wait until it is settled what embeds."""
        if self._opener is not None:
            self._opener.join()
        return self._device

    def close(self) -> None:
        """Let go of interpreters and the helper process."""
        with self._lock:
            self._closed = True
            helper, self._gpu = self._helper, None
        if helper is not None:
            helper.kill()
        if self._opener is not None:
            self._opener.join()
        if helper is not None:
            helper.close()
        self._network.close()

    def _on_cpu(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        batch = pixels.astype(np.float32)
        batch *= self._card.scale
        batch += self._card.offset
        vectors = self._network(batch)
        if not np.isfinite(vectors).all():
            message = f"{self._card.network} gave numbers that are not finite"
            raise EngineError(message)
        return vectors

    def _move_to_gpu(self, plan: GpuPlan, start: Callable[[], KerasProcess], require_gpu: bool) -> None:
        try:
            helper = start()
            with self._lock:
                if self._closed:
                    helper.kill()
                    helper.close()
                    return
                self._helper = helper
            gpu = open_gpu(plan, helper, self._on_cpu, require_gpu=require_gpu)
        except EngineError as error:
            _logger.info("No GPU: %s", error, exc_info=True)
            self._device = Device.cpu(str(error))
            return
        with self._lock:
            if not self._closed:
                self._gpu, self._device = gpu, gpu.device

    def _back_to_cpu(self, gpu: GpuEmbedder, error: EngineError) -> None:
        with self._lock:
            if self._gpu is not gpu:
                return
            self._gpu = None
            self._device = Device.cpu(f"{gpu.device.name} failed: {error}", failed=True)
        _logger.warning("The GPU failed, the CPU goes on: %s", error, exc_info=error)
        gpu.close()


def load_compact(wanted: Wanted = "auto", paths: UserPaths | None = None) -> Backbone:
    """Open the bundled compact backbone.

    Args:
        wanted: which device; "auto" and "gpu" both move to a GPU when there is a usable one, unless a test of this
            computer has shown that the CPU is faster.
        paths: where it is remembered what such a test has found; None goes without.

    Raises:
        ModelError: it is missing or damaged, so that photosort must be installed anew.
        EngineError: LiteRT cannot be imported on this machine.
    """
    card = BackboneCard.read(places.resources() / "models" / "compact")
    return _open(card, card.folder / COMPACT_WEIGHTS, wanted, paths)


def open_network(
    name: str, paths: UserPaths, weights: Path | None = None, wanted: Wanted = "auto"
) -> Generator[Progress, None, Backbone]:
    """Open a network by its name; one with ImageNet weights is converted the first time (half a minute, in a child).

    Args:
        name: one of `NAMES`.
        paths: where weights and converted networks are kept.
        weights: a file of weights; None takes those of the last time, `DOWNLOAD` fetches Keras' own.
        wanted: which device.

    Yields:
        progress; closing the generator stops download and conversion.

    Returns:
        the backbone.

    Raises:
        ModelError: there is no such network, it brings its own weights, there are none (the message says how to get
            them), or they are another network's.
        EngineError: it has to be converted, and TensorFlow cannot be used here; or LiteRT cannot.
    """
    facts = facts_of(name)
    if facts.bundled:
        if weights is not None:
            message = f"the compact network brings its own weights; {weights} would be for another"
            raise ModelError(message)
        return load_compact(wanted, paths)
    if weights == DOWNLOAD and not DOWNLOAD.exists():
        yield from networks.get(name, paths)
        weights = None
    prepared = yield from preparing.prepare(name, paths, weights)
    return _open(prepared.card, prepared.weights, wanted, paths)


def load(name: str, paths: UserPaths, weights: Path | None = None, wanted: Wanted = "auto") -> Backbone:
    """Do what `open_network` does, in one go."""
    opening = open_network(name, paths, weights, wanted)
    while True:
        try:
            next(opening)
        except StopIteration as stop:
            backbone: Backbone = stop.value
            return backbone


def planned_device(wanted: Wanted = "auto", paths: UserPaths | None = None) -> Device:
    """What the compact backbone would embed on, as far as can be told without starting anything.

    Args:
        wanted: which device.
        paths: where it is remembered what a test of this computer has found; None goes without.

    Raises:
        ModelError: it is missing or damaged.
    """
    card = BackboneCard.read(places.resources() / "models" / "compact")
    tested = right_ways(paths, card.id) if paths else ()
    plan, reason = plan_gpu(card, card.folder / COMPACT_WEIGHTS, wanted, tested=tested)
    return Device.cpu("it is tried as soon as there are photos to look at" if plan else reason)


def _open(card: BackboneCard, weights: Path | None, wanted: Wanted, paths: UserPaths | None) -> LiteRTBackbone:
    plan, reason = plan_gpu(card, weights, wanted, tested=right_ways(paths, card.id) if paths else ())
    return LiteRTBackbone(card, reason=reason, plan=plan)
