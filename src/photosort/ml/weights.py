"""Files of weights: hashed, looked at, and copied to the program's own folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO

from photosort.core.errors import ModelError

_CHUNK = 256 * 1024
"""Bytes that are copied at once."""


_HDF5 = b"\x89HDF\r\n\x1a\n"
"""How an HDF5 file begins, at its start or after a block of somebody else's."""

_HDF5_PLACES = (0, 512, 1024, 2048)


def sha256_of(path: Path) -> str:
    """Hash a file.

    Raises:
        ModelError: it cannot be read.
    """
    return hash_of(path, "sha256")


def import_name(stem: str, digest: str) -> str:
    """What a copy of an imported file is called."""
    return f"{stem}-{digest[:16]}.h5"


def check_form(path: Path) -> None:
    """Tell at a glance whether a file can be one of weights, before any engine is started for it.

    Raises:
        ModelError: it is missing, a folder, empty, or no HDF5 file.
    """
    try:
        size, right = path.stat().st_size, is_hdf5(path)
    except FileNotFoundError as error:
        message = f"{path} is missing"
        raise ModelError(message) from error
    except OSError as error:
        message = f"{path} could not be read: {error.strerror or error}"
        raise ModelError(message) from error
    if not size:
        message = f"{path} is empty"
        raise ModelError(message)
    if not right:
        message = f"{path} is no file of weights: expected HDF5, as Keras writes it (.h5)"
        raise ModelError(message)


def import_file(source: Path, folder: Path, stem: str) -> Path:
    """Copy a file of weights into the program's own folder, so that it is there the next time.

    Args:
        source: the user's file.
        folder: where to.
        stem: beginning of the copy's name; a part of its hash follows, then the ending `.h5`.

    Returns:
        the copy; one that is there already is taken.

    Raises:
        ModelError: it is missing or empty, or cannot be copied.
    """
    digest = sha256_of(source)
    target = folder / import_name(stem, digest)
    if target.exists() and target.samefile(source):
        return target
    if target.exists() and sha256_of(target) == digest:
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".importing-", delete=False) as copy:
            temporary = Path(copy.name)
            try:
                with source.open("rb") as original:
                    while chunk := original.read(_CHUNK):
                        copy.write(chunk)
                copy.flush()
                os.fsync(copy.fileno())
                copy.close()
                temporary.replace(target)
            except BaseException:
                copy.close()
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        message = f"{source} could not be copied to {folder}: {error.strerror or error}"
        raise ModelError(message) from error
    return target


def is_hdf5(path: Path) -> bool:
    """Whether a file begins as HDF5 files do.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _HDF5 in (_read_at(file, place) for place in _HDF5_PLACES)


def _read_at(file: IO[bytes], place: int) -> bytes:
    file.seek(place)
    return file.read(len(_HDF5))


def hash_of(path: Path, algorithm: str) -> str:
    """Hash a file.

    Args:
        path: the file.
        algorithm: as `hashlib` knows it.

    Returns:
        the hash in hex.

    Raises:
        ModelError: it is missing, empty, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                message = f"{path} is empty"
                raise ModelError(message)
            # Keras knows its files by MD5: a check that the right file came, not a proof against a forger.
            return hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
    except FileNotFoundError as error:
        message = f"{path} is missing"
        raise ModelError(message) from error
    except OSError as error:
        message = f"{path} could not be read: {error.strerror or error}"
        raise ModelError(message) from error
