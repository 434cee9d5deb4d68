"""Backbones: frozen networks that turn pictures into embeddings."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from photosort.core import paths as places
from photosort.core.errors import EngineError, ModelError
from photosort.ml.runtime import Device, Network, worker_count

_logger = logging.getLogger(__name__)

Framing = Literal["stretch", "crop"]
"""How a photo becomes a square: resized as a whole, or its short side resized and the middle cut out."""


class Backbone(Protocol):
    """A frozen network with everything that is to be known of it. Thread-safe."""

    @property
    def id(self) -> str:
        """Name, hash, input size, preprocessing and numeric variant; vectors of different ids are never compared."""

    @property
    def name(self) -> str:
        """What a person chooses it by: "compact", "xception"."""

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


@dataclass(frozen=True, slots=True)
class BackboneCard:
    """The facts of a stored backbone, as its ``card.json`` tells them.

    Attributes:
        folder: where card and network lie.
        name: the backbone's name.
        input_size: height and width of its pictures, pixels.
        dimension: length of an embedding.
        framing: how a photo becomes a square.
        preprocessing_version: counted up whenever the way from photo to input changes.
        scale: the network takes ``pixel * scale + offset``.
        offset: see ``scale``.
        variant: numeric variant of the network ("f16").
        sha256: hash of ``backbone.tflite``, hex.
    """

    folder: Path
    name: str
    input_size: int
    dimension: int
    framing: Framing
    preprocessing_version: int
    scale: float
    offset: float
    variant: str
    sha256: str

    NETWORK = "backbone.tflite"
    CARD = "card.json"

    @property
    def id(self) -> str:
        """The backbone's id, see `Backbone`."""
        return f"{self.name}-{self.sha256[:12]}-{self.input_size}-p{self.preprocessing_version}-{self.variant}"

    @property
    def network(self) -> Path:
        """Where the network lies."""
        return self.folder / self.NETWORK

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read and check the card in a folder.

        Raises:
            ModelError: the card is missing, unreadable, or lacks something.
        """
        path = folder / cls.CARD
        try:
            card: Any = json.loads(path.read_text("utf-8"))
        except FileNotFoundError as error:
            message = f"the network's card {path} is missing"
            raise ModelError(message) from error
        except (OSError, ValueError) as error:
            message = f"the network's card {path} cannot be read: {error}"
            raise ModelError(message) from error
        try:
            preprocessing = card["preprocessing"]
            return cls(
                folder=folder,
                name=str(card["name"]),
                input_size=int(card["input_size"]),
                dimension=int(card["embedding_dim"]),
                framing="stretch" if str(preprocessing["name"]).startswith("stretch") else "crop",
                preprocessing_version=int(preprocessing["version"]),
                scale=float(preprocessing["scale"]),
                offset=float(preprocessing["offset"]),
                variant=str(card.get("variant", "f16")),
                sha256=_sha256_of(card["files"][cls.NETWORK]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"the network's card {path} is not as expected: {type(error).__name__} at {error}"
            raise ModelError(message) from error


class LiteRTBackbone:
    """A backbone on the CPU.

    Args:
        card: its facts.
        reason: why it does not run on a GPU, as part of a sentence.

    Raises:
        ModelError: the network is missing, damaged, or not what the card says.
        EngineError: LiteRT cannot be imported on this machine.
    """

    def __init__(self, card: BackboneCard, *, reason: str = "") -> None:
        self._card = card
        self._network = Network(card.network, sha256=card.sha256)
        expected = ((card.input_size, card.input_size, 3), card.dimension)
        if (self._network.input_shape, self._network.output_size) != expected:
            message = (
                f"{card.network} turns {self._network.input_shape} into {self._network.output_size} numbers; "
                f"its card says {expected[0]} into {expected[1]}"
            )
            raise ModelError(message)
        self._device = Device.cpu(reason)
        self._workers = worker_count(self._network.interpreter_bytes)

    @property
    def id(self) -> str:
        """See `Backbone`."""
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
        """The CPU."""
        return self._device

    @property
    def workers(self) -> int:
        """The smaller of the cores and what memory allows."""
        return self._workers

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `Backbone.embed`."""
        check_pixels(pixels, self.input_size)
        batch = pixels.astype(np.float32)
        batch *= self._card.scale
        batch += self._card.offset
        vectors = self._network(batch)
        if not np.isfinite(vectors).all():
            message = f"{self._card.network} gave numbers that are not finite"
            raise EngineError(message)
        return vectors

    def close(self) -> None:
        """Let go of the interpreters."""
        self._network.close()


def load_compact() -> Backbone:
    """Open the bundled compact backbone on the CPU.

    Raises:
        ModelError: it is missing or damaged, so that photosort must be installed anew.
        EngineError: LiteRT cannot be imported on this machine.
    """
    return LiteRTBackbone(BackboneCard.read(places.resources() / "models" / "compact"))


def check_pixels(pixels: NDArray[np.uint8], size: int) -> None:
    """Check that pixels are uint8 of shape (n, size, size, 3).

    Raises:
        ValueError: they are not.
    """
    if pixels.dtype != np.uint8 or pixels.shape[1:] != (size, size, 3):
        message = f"expected uint8 pixels of shape (n, {size}, {size}, 3), got {pixels.dtype} of {pixels.shape}"
        raise ValueError(message)


def _sha256_of(entry: Any) -> str:
    """A card names a file's hash directly or beside its length."""
    text = str(entry["sha256"] if isinstance(entry, dict) else entry).lower()
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        message = f"a SHA-256 of 64 hex digits, got {text!r}"
        raise ValueError(message)
    return text
