"""Reference embeddings of the sample album: how a network from elsewhere proves to be the one that heads were made for.

Keras gives no hash for MobileNetV2's file, and the same weights come in files of different layouts. What counts is what
the network computes: it is the expected one when it embeds the album's pictures as the reference says.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import ImageError, ModelError
from photosort.core.imaging import PHOTO_SUFFIXES, decode, model_input
from photosort.core.paths import resources
from photosort.ml.cards import Framing
from photosort.ml.network_facts import facts_of

LEAST_COSINE = 0.999
"""How like the reference every single picture's embedding must be."""

SAMPLES = "samples.npz"
"""Beside a converted network: what it made of the sample album when it was new."""

_DECODE_SIDE = 288
"""Short side, in pixels, that the pipeline decodes a photo to for its thumbnail."""


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """What a network makes of the sample album.

    Attributes:
        name: the network.
        backbone_id: the id under which its embeddings are kept.
        weights_sha256: hash of its weights, see `weights_sha256`; hex.
        input_size: height and width of its pictures, pixels.
        pictures: paths relative to the album, POSIX separators.
        embeddings: float32 of shape (number of pictures, dimension).
    """

    CARD: ClassVar = "card.json"
    ARRAYS: ClassVar = "reference.npz"

    name: str
    backbone_id: str
    weights_sha256: str
    input_size: int
    pictures: tuple[str, ...]
    embeddings: NDArray[np.float32]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read card and embeddings.

        Raises:
            ModelError: something is missing, damaged, or does not fit together.
        """
        path = folder / cls.CARD
        try:
            card: Any = json.loads(path.read_text("utf-8"))
            if card["kind"] != "reference":
                message = f"{path}: expected the card of reference embeddings, found {card['kind']!r}"
                raise ModelError(message)
            content = (folder / cls.ARRAYS).read_bytes()
            found = hashlib.sha256(content).hexdigest()
            if found != card["files"][cls.ARRAYS]["sha256"]:
                message = f"{folder / cls.ARRAYS} is not the file that its card describes: its SHA-256 is {found}"
                raise ModelError(message)
            pictures, embeddings = unpack(content)
            reference = cls(
                name=str(card["name"]),
                backbone_id=str(card["backbone_id"]),
                weights_sha256=str(card["weights_sha256"]),
                input_size=int(card["input_size"]),
                pictures=pictures,
                embeddings=embeddings,
            )
        except OSError as error:
            message = f"the reference embeddings in {folder} cannot be read: {error.strerror or error}"
            raise ModelError(message) from error
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            message = f"the reference embeddings in {folder} are not as expected: {error}"
            raise ModelError(message) from error
        if embeddings.shape != (len(pictures), int(card["embedding_dim"])) or not pictures:
            message = f"{folder / cls.ARRAYS}: {len(pictures)} pictures, but embeddings of shape {embeddings.shape}"
            raise ModelError(message)
        return reference

    def least_cosine(self, embeddings: NDArray[np.float32]) -> float:
        """The lowest cosine of a picture's embedding to its reference; -1 where there are numbers that are not finite.

        Args:
            embeddings: float32 of shape (number of pictures, dimension), in the order of ``pictures``.

        Raises:
            ModelError: they are of another shape.
        """
        if embeddings.shape != self.embeddings.shape:
            message = f"embeddings of {self.name} have the shape {self.embeddings.shape}; these have {embeddings.shape}"
            raise ModelError(message)
        return lowest_cosine(self.embeddings, embeddings)

    def check(self, embeddings: NDArray[np.float32]) -> float:
        """Refuse embeddings that are not those of the network that the reference is of.

        Returns:
            the lowest cosine.

        Raises:
            ModelError: they differ.
        """
        cosine = self.least_cosine(embeddings)
        if cosine < LEAST_COSINE:
            message = (
                f"these are weights of {facts_of(self.name).title}, but not the ones that photosort's classifiers were "
                f"made for: it sees sample pictures differently (cosine {cosine:.4f}, expected at least {LEAST_COSINE})"
            )
            raise ModelError(message)
        return cosine


def bundled_reference(name: str) -> Reference | None:
    """The reference of a network that heads are shipped for; None where there is none.

    Raises:
        ModelError: it is damaged.
    """
    folder = resources() / "models" / name
    try:
        kind = json.loads((folder / Reference.CARD).read_text("utf-8")).get("kind")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        message = f"the card {folder / Reference.CARD} cannot be read: {error}"
        raise ModelError(message) from error
    return Reference.read(folder) if kind == "reference" else None


def pack(pictures: Sequence[str], embeddings: NDArray[np.floating[Any]]) -> bytes:
    """Embeddings of the album's pictures as an .npz file, float16; the same always gives the same bytes."""
    content = io.BytesIO()
    np.savez_compressed(content, pictures=np.array(pictures), embeddings=embeddings.astype(np.float16))
    return content.getvalue()


def unpack(content: bytes) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """What `pack` packed: paths relative to the album, and float32 of shape (number of pictures, dimension).

    Raises:
        ValueError: it is something else.
        KeyError: something is missing.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return tuple(str(name) for name in arrays["pictures"]), np.asarray(arrays["embeddings"], np.float32)
    except zipfile.BadZipFile as error:
        raise ValueError(str(error)) from error


def album_pictures() -> tuple[str, ...]:
    """The pictures of the sample album, in a fixed order: paths relative to it, POSIX separators."""
    album = resources() / "album"
    found = (path for path in album.rglob("*") if path.suffix.lower() in PHOTO_SUFFIXES)
    return tuple(sorted(path.relative_to(album).as_posix() for path in found))


def album_sha256() -> str:
    """Hash of the album's pictures with their paths, hex: embeddings of another album cannot be compared."""
    digest = hashlib.sha256()
    for name in album_pictures():
        content = (resources() / "album" / name).read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def album_inputs(pictures: Sequence[str], size: int, framing: Framing) -> NDArray[np.uint8]:
    """Decode pictures of the sample album as an analysis does.

    Args:
        pictures: paths relative to the album.
        size: height and width of the result, pixels.
        framing: how a photo becomes a square.

    Returns:
        uint8 of shape (number of pictures, size, size, 3).

    Raises:
        ModelError: one of them is missing or damaged, so that photosort must be installed anew.
    """
    album = resources() / "album"
    side = max(_DECODE_SIDE, size)
    batch = np.empty((len(pictures), size, size, 3), np.uint8)
    for index, name in enumerate(pictures):
        try:
            decoded = decode(album / name, short_side=side, preview_side=size)
        except (ImageError, OSError) as error:
            message = f"the sample picture {name} cannot be read: {error}"
            raise ModelError(message) from error
        batch[index] = model_input(decoded.pixels, size, fit=framing)
    return batch


def weights_sha256(arrays: Sequence[NDArray[np.floating[Any]]]) -> str:
    """Hash a network's weights whatever file they came in.

    Args:
        arrays: in Keras' order (`model.get_weights()`).

    Returns:
        SHA-256, hex, of the little-endian float32 numbers of one array after the other.
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array, "<f4").tobytes())
    return digest.hexdigest()


def lowest_cosine(expected: NDArray[np.float32], found: NDArray[np.float32]) -> float:
    """The lowest cosine between rows, float32 of shape (n, d) both; -1 where a number is not finite."""
    if not (np.isfinite(expected).all() and np.isfinite(found).all()):
        return -1.0
    lengths = np.linalg.norm(expected, axis=1) * np.linalg.norm(found, axis=1)
    return float(((expected * found).sum(1) / np.maximum(lengths, 1e-12)).min())
