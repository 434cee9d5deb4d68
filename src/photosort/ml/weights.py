"""Files of weights: fetched from where Keras has them, or imported from a file of the user's."""

from __future__ import annotations

import hashlib
import http
import http.client
import logging
import os
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from photosort.core.errors import ModelError
from photosort.core.photo import Progress, Transfer

_logger = logging.getLogger(__name__)

_CHUNK = 256 * 1024
"""Bytes between two yields."""

_TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as lost."""

_HDF5 = b"\x89HDF\r\n\x1a\n"
"""How an HDF5 file begins, at its start or after a block of somebody else's."""

_HDF5_PLACES = (512, 1024, 2048)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a file can be fetched, and how to know it.

    Attributes:
        url: http or https address.
        algorithm: of the hash; None where nobody knows one.
        digest: hash of the whole file, hex.
        title: what is fetched, for a person; by default the file's name.
    """

    url: str
    algorithm: Literal["md5", "sha256"] | None
    digest: str
    title: str = ""

    def __post_init__(self) -> None:
        scheme = urllib.parse.urlsplit(self.url).scheme
        if scheme not in {"http", "https"}:
            message = f"weights are fetched over http or https, not from {self.url}"
            raise ModelError(message)


def sha256_of(path: Path) -> str:
    """Hash a file.

    Raises:
        ModelError: it cannot be read.
    """
    return _hash_of(path, "sha256")


def part_of(target: Path) -> Path:
    """Where a download keeps what has come of a file."""
    return target.with_name(target.name + ".part")


def fetch(source: Source, target: Path) -> Generator[Progress, None, Path]:
    """Download a file, whole and checked, or not at all.

    What has arrived when it is stopped or the line breaks is kept beside the target and gone on with the next time.
    Proxies are taken from the environment.

    Args:
        source: where, and what its hash is.
        target: where to; a file there that has the right hash is taken as it is.

    Yields:
        bytes done and in all.

    Returns:
        `target`.

    Raises:
        ModelError: it cannot be fetched or stored, or something else came.
    """
    if target.exists() and _fits(target, source):
        return target
    part = part_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        resumed = part.exists() and part.stat().st_size > 0
        yield from _transfer(source, part)
        if resumed and not _fits(part, source):
            _logger.info("What an earlier download left does not fit; starting over")
            part.unlink()
            yield from _transfer(source, part)
        if not _fits(part, source):
            part.unlink()
            message = f"what came from {source.url} is not the expected file"
            raise ModelError(message)
        part.replace(target)
    except urllib.error.HTTPError as error:
        message = f"{source.url} could not be fetched: the server says {error.code} {error.reason}"
        raise ModelError(message) from error
    except urllib.error.URLError as error:
        message = f"{source.url} could not be fetched: {error.reason}"
        raise ModelError(message) from error
    except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
        message = f"{source.url} could not be fetched: the connection broke ({error or type(error).__name__})"
        raise ModelError(message) from error
    except OSError as error:
        message = f"{target} could not be written: {error.strerror or error}"
        raise ModelError(message) from error
    return target


def import_name(stem: str, digest: str) -> str:
    """What a copy of an imported file is called."""
    return f"{stem}-{digest[:16]}.h5"


def check_form(path: Path) -> None:
    """Tell at a glance whether a file can be one of weights, before any engine is started for it.

    Raises:
        ModelError: it is missing, a folder, empty, or no HDF5 file.
    """
    try:
        with path.open("rb") as file:
            beginnings = [file.read(len(_HDF5))] + [_read_at(file, at) for at in _HDF5_PLACES]
    except FileNotFoundError as error:
        message = f"{path} is missing"
        raise ModelError(message) from error
    except OSError as error:
        message = f"{path} could not be read: {error.strerror or error}"
        raise ModelError(message) from error
    if not beginnings[0]:
        message = f"{path} is empty"
        raise ModelError(message)
    if _HDF5 not in beginnings:
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


def _transfer(source: Source, part: Path) -> Generator[Progress, None, None]:
    have = part.stat().st_size if part.exists() else 0
    # Without compression on the way: the bytes on disk are the bytes that a later Range counts.
    request = urllib.request.Request(source.url, headers={"Accept-Encoding": "identity"})  # noqa: S310 - see Source
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        # An opener of its own reads the proxies that the environment names now; the shared one keeps the first.
        response = urllib.request.build_opener().open(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        # Everything is there already, or too much of something else; the hash will tell.
        error.close()
        return
    name = Path(urllib.parse.urlsplit(source.url).path).name
    with response:
        goes_on = response.status == http.HTTPStatus.PARTIAL_CONTENT
        done = have if goes_on else 0
        length = response.headers.get("Content-Length")
        total = done + int(length) if length is not None and length.isdigit() else None
        with part.open("ab" if goes_on else "wb") as file:
            yield Transfer(f"Fetching {name}", done, total)
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                yield Transfer(f"Fetching {name}", done, total)
    if total is not None and done != total:
        message = f"{done:,} of {total:,} bytes came"
        raise ConnectionError(message)


def _fits(path: Path, source: Source) -> bool:
    """Whether a file is the one that the source has, as far as anybody can tell."""
    return source.algorithm is None or _hash_of(path, source.algorithm) == source.digest.lower()


def _read_at(file: IO[bytes], place: int) -> bytes:
    file.seek(place)
    return file.read(len(_HDF5))


def _hash_of(path: Path, algorithm: str) -> str:
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
