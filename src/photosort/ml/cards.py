"""Cards: the facts of a stored backbone, in a ``card.json`` beside the network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from photosort.core.errors import ModelError

Framing = Literal["stretch", "crop"]
"""How a photo becomes a square: resized as a whole, or its short side resized and the middle cut out."""

_OWN = frozenset(
    {"schema", "name", "kind", "variant", "input_size", "preprocessing", "embedding_dim", "files", "identity"}
)
"""What a card tells in attributes of its own."""


@dataclass(frozen=True, slots=True)
class BackboneCard:
    """The facts of a stored backbone.

    Attributes:
        folder: where card and network lie.
        name: the backbone's name.
        input_size: height and width of its pictures, pixels.
        dimension: length of an embedding.
        framing: how a photo becomes a square.
        preprocessing_version: counted up whenever the way from photo to input changes.
        scale: the network takes ``pixel * scale + offset``, pixels being 0 to 255.
        offset: see ``scale``.
        variant: numeric variant of the network: "f16", "f32", or "i8" for 8-bit integers.
        sha256: hash of the network, hex.
        size: length of the network's file, bytes; 0 where the card does not tell.
        identity: hash of what the id stands for, hex, where that is not the file of the network itself: of the weights
            that it was converted from, because every conversion of them computes the same.
        notes: whatever else the card tells, such as where the network comes from and what was measured of it.
    """

    NETWORK: ClassVar = "backbone.tflite"
    CARD: ClassVar = "card.json"

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
    size: int = 0
    identity: str = ""
    notes: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def id(self) -> str:
        """Name, hash, input size, preprocessing and numeric variant: what makes embeddings comparable."""
        digest = (self.identity or self.sha256)[:12]
        return f"{self.name}-{digest}-{self.input_size}-p{self.preprocessing_version}-{self.variant}"

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
        except (OSError, ValueError, RecursionError) as error:
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
                sha256=_sha256_of(entry := card["files"][cls.NETWORK]),
                size=int(entry["bytes"]) if isinstance(entry, dict) and "bytes" in entry else 0,
                identity=_sha256_of(card["identity"]) if "identity" in card else "",
                notes={key: value for key, value in card.items() if key not in _OWN},
            )
        except KeyError as error:
            message = f"the network's card {path} lacks {error}"
            raise ModelError(message) from error
        except (TypeError, ValueError, AttributeError) as error:
            message = f"the network's card {path} is not as expected: {error}"
            raise ModelError(message) from error

    def write(self) -> None:
        """Write the card; `read` gives the same back."""
        card = {
            "schema": 1,
            "name": self.name,
            "kind": "backbone",
            "variant": self.variant,
            "input_size": self.input_size,
            "preprocessing": {
                "name": f"{self.framing}_rgb",
                "version": self.preprocessing_version,
                "scale": self.scale,
                "offset": self.offset,
            },
            "embedding_dim": self.dimension,
            "files": {self.NETWORK: {"sha256": self.sha256, "bytes": self.network.stat().st_size}},
            **({"identity": self.identity} if self.identity else {}),
            **self.notes,
        }
        (self.folder / self.CARD).write_text(json.dumps(card, indent=2) + "\n", "utf-8")


def _sha256_of(entry: Any) -> str:
    """A card names a file's hash directly or beside its length."""
    text = str(entry["sha256"] if isinstance(entry, dict) else entry).lower()
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        message = f"expected a SHA-256 of 64 hex digits, got {text!r}"
        raise ValueError(message)
    return text
