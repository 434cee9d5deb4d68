"""The stored form of a head: a card in JSON, and arrays in NumPy's own format, never pickle."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.asking import AskedOf
from photosort.core.errors import ModelError
from photosort.ml.heads.arithmetic import Floats

SCHEMA = 1
"""Version of the stored form."""

CARD = "card.json"
ARRAYS = "head.npz"
_MOST_BYTES = 64 * 2**20
"""Stored heads are under 1 MB; what claims to be larger than this is none of ours."""

_SHAPES: Mapping[str, tuple[str, ...]] = {
    "weights": ("d", "m"),
    "bias": ("m",),
    "thresholds": ("k",),
    "temperature": (),
    "temperature_slope": (),
    "mean": ("d",),
    "axes": ("d", "r"),
    "variances": ("r",),
    "rest_variance": (),
    "centres": ("c", "r"),
    "known_weights": ("3",),
    "known_threshold": (),
}
"""Stored arrays and their shapes: d embedding, k labels, m labels and nameless classes, r axes, c centres."""


def pack_arrays(arrays: Mapping[str, Floats]) -> bytes:
    """Return arrays as the content of a file, in float16 where that loses nothing (see `Head.rounded`)."""
    packed: dict[str, NDArray[Any]] = {}
    for name, array in arrays.items():
        with np.errstate(over="ignore"):
            half = array.astype(np.float16)
        packed[name] = half if np.array_equal(half.astype(np.float32), array) else array
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **packed)
    return buffer.getvalue()


def write_file(path: Path, content: bytes) -> None:
    """Write a file that is whole or not there at all."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


def read_card(folder: Path) -> dict[str, Any]:
    """Read the card of a folder.

    Raises:
        ModelError: It is missing, no card, or of a newer program.
    """
    path = folder / CARD
    try:
        card = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise ModelError(f"{path}: expected a model card in JSON, and it is none: {error}") from error
    if not isinstance(card, dict):
        raise ModelError(f"{path}: expected a model card, found {type(card).__name__}")
    schema = card.get("schema")
    if not isinstance(schema, int) or schema < 1:
        raise ModelError(f"{path}: expected a schema number, found {schema!r}")
    if schema > SCHEMA:
        raise ModelError(f"{path}: was written by a newer photosort (schema {schema}, this one knows {SCHEMA})")
    return card


def read_asked_of(folder: Path, card: Mapping[str, Any]) -> AskedOf | None:
    """Of which photos the head of a card is asked; None for all.

    Raises:
        ModelError: The card says it in another way.
    """
    told = card.get("asked_of")
    if told is None:
        return None
    classifier, labels = (told.get("classifier"), told.get("labels")) if isinstance(told, dict) else (None, None)
    if not isinstance(classifier, str) or not isinstance(labels, list) or not all(isinstance(x, str) for x in labels):
        raise ModelError(f"{folder / CARD}: expected a classifier and labels for 'asked_of', found {told!r}")
    return AskedOf(classifier, tuple(labels))


def read_arrays(folder: Path, card: Mapping[str, Any], labels: int) -> dict[str, Floats]:
    """Read and check the arrays that a card vouches for.

    Raises:
        ModelError: They are missing, damaged, or not those of a head with that many labels.
    """
    path = folder / ARRAYS
    files = card.get("files")
    told = files.get(ARRAYS) if isinstance(files, dict) else None
    expected = told.get("sha256") if isinstance(told, dict) else None
    if not isinstance(expected, str):
        raise ModelError(f"{folder / CARD}: expected the SHA-256 of {ARRAYS}, and it is not there")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ModelError(f"{path}: expected a head of at most {_MOST_BYTES >> 20} MB, found a larger file")
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror or error}") from error
    if (found := hashlib.sha256(content).hexdigest()) != expected:
        raise ModelError(
            f"{path}: is damaged or not the file of its card (SHA-256 {found[:12]}..., not {expected[:12]}...)"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            unpacked = sum(member.file_size for member in opened.infolist())
        if unpacked > _MOST_BYTES:
            raise ModelError(f"{path}: expected a head of at most {_MOST_BYTES >> 20} MB, found {unpacked >> 20} MB")
        with np.load(io.BytesIO(content), allow_pickle=False) as opened:
            # Heads of the first version had one temperature for all photos.
            absent = {} if "temperature_slope" in opened else {"temperature_slope": np.zeros((), np.float32)}
            arrays = absent | {name: _widened(opened[name]) for name in _SHAPES.keys() - absent.keys()}
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: expected the arrays of a head: {error}") from error
    _check_arrays(path, arrays, labels)
    return arrays


def _widened(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32) if array.dtype == np.float16 else np.asarray(array)


def _check_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], labels: int) -> None:
    sizes: dict[str, int] = {"k": labels, "3": 3}
    for name, shape in _SHAPES.items():
        array = arrays[name]
        if array.dtype != np.float32 or array.ndim != len(shape):
            raise ModelError(
                f"{path}: expected {name} as float32 with {len(shape)} axes, found {array.dtype}, {array.ndim}"
            )
        if not np.isfinite(array).all():
            raise ModelError(f"{path}: {name} holds NaN or infinity")
        for letter, size in zip(shape, array.shape, strict=True):
            if sizes.setdefault(letter, size) != size:
                raise ModelError(f"{path}: {name} is {array.shape}, which does not fit the other arrays")
    if sizes["m"] < labels or not arrays["temperature"] > 0 or not (arrays["variances"] > 0).all():
        raise ModelError(f"{path}: the arrays are not those of a fitted head with {labels} labels")
