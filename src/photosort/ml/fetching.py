"""Fetches a file of weights over the web: goes on where it was, and keeps nothing that is not the right file."""

from __future__ import annotations

import http
import http.client
import logging
import time
import urllib.error
import urllib.parse
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from photosort.core.errors import ModelError
from photosort.core.file_lock import claimed
from photosort.core.photo import Progress, Transfer
from photosort.ml.incoming import Head, Incoming
from photosort.ml.weights import hash_of, is_hdf5

_logger = logging.getLogger(__name__)

_TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as lost."""

_HEARTBEAT = 0.1
"""Seconds between two yields while nothing comes."""

_WAITS = (0.5, 2.0, 5.0)
"""Seconds before each try to go on with a broken download; counted anew whenever something came."""

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""What servers answer that may go well a moment later."""


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

    @property
    def name(self) -> str:
        """What a person knows it by."""
        return self.title or Path(urllib.parse.urlsplit(self.url).path).name

    @property
    def what(self) -> str:
        """What is being done, for a status bar."""
        return f"Fetching {self.name}"

    def __post_init__(self) -> None:
        scheme = urllib.parse.urlsplit(self.url).scheme
        if scheme not in {"http", "https"}:
            message = f"weights are fetched over http or https, not from {self.url}"
            raise ModelError(message)


def part_of(target: Path) -> Path:
    """Where a download keeps what has come of a file."""
    return target.with_name(target.name + ".part")


def fetch(source: Source, target: Path) -> Generator[Progress, None, Path]:
    """Download a file, whole and checked, or not at all.

    What has arrived when it is stopped or the line breaks is kept beside the target and gone on with: at once where the
    line had brought something, else the next time. Proxies are taken from the environment.

    Args:
        source: where, and what its hash is.
        target: where to; a file there that is the right one, as far as anybody can tell, is taken as it is.

    Yields:
        bytes done and in all, also while nothing comes.

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
        with claimed(target.with_name(f".{target.name}.lock")) as ours:
            if not ours:
                message = f"{source.name} is being fetched already, by another window or command"
                raise ModelError(message)
            yield from _fetch_whole(source, part)
            part.replace(target)
    except urllib.error.HTTPError as error:
        message = f"{source.url} could not be fetched: the server says {error.code} {error.reason}"
        raise ModelError(message) from error
    except urllib.error.URLError as error:
        host = urllib.parse.urlsplit(source.url).netloc
        message = (
            f"there is no connection to {host} ({_words(error.reason)}). Try again later, what came is kept; "
            f"or fetch {source.url} on another computer, and import it as a weights file instead"
        )
        raise ModelError(message) from error
    except (http.client.HTTPException, TimeoutError, ConnectionError) as error:
        message = (
            f"{source.url} could not be fetched: the connection broke ({_words(error)}); what came is kept, and the "
            "next try goes on from there"
        )
        raise ModelError(message) from error
    except OSError as error:
        message = f"{target} could not be written: {error.strerror or error}"
        raise ModelError(message) from error
    return target


def _fetch_whole(source: Source, part: Path) -> Generator[Progress, None, None]:
    """Have the whole file in `part`, and the right one."""
    resumed = _size(part) > 0
    yield from _transfer_patiently(source, part)
    if resumed and not _fits(part, source):
        _logger.info("What an earlier download left does not fit; starting over")
        part.unlink()
        yield from _transfer_patiently(source, part)
    if not _fits(part, source):
        part.unlink()
        message = f"what came from {source.url} is not the expected file, and was thrown away"
        raise ModelError(message)


def _transfer_patiently(source: Source, part: Path) -> Generator[Progress, None, None]:
    """Receive the rest of a file, over as many connections as it takes while bytes come.

    A job that was paused for minutes finds the line closed, and so does a computer that was asleep; neither is a reason
    to bother anybody.
    """
    begun = furthest = _size(part)
    tries = 0
    while True:
        try:
            yield from _transfer(source, part)
        except (http.client.HTTPException, urllib.error.URLError, TimeoutError, ConnectionError) as error:
            if isinstance(error, urllib.error.HTTPError) and error.code not in _PASSING:
                raise
            have = _size(part)
            if have > furthest:
                furthest, tries = have, 0
            if furthest == begun or tries == len(_WAITS):
                raise
            _logger.info("The connection broke after %s bytes and is tried again: %s", have, _words(error))
            yield from _wait(_WAITS[tries], Transfer(source.what, have, None))
            tries += 1
        else:
            return


def _transfer(source: Source, part: Path) -> Generator[Progress, None, None]:
    """Receive the rest of a file over one connection."""
    have = _size(part)
    with Incoming(source.url, have, _TIMEOUT) as incoming:
        try:
            while not isinstance(head := incoming.take(_HEARTBEAT), Head):
                yield Transfer(source.what, have, None)
        except urllib.error.HTTPError as error:
            if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                raise
            # Everything is there already, or too much of something else; the hash will tell.
            return
        # A server without ranges sends the whole file.
        done = have if head.start == have else 0
        with part.open("ab" if done else "wb") as file:
            yield Transfer(source.what, done, head.total)
            while (chunk := incoming.take(_HEARTBEAT)) != b"":
                if isinstance(chunk, bytes):
                    file.write(chunk)
                    done += len(chunk)
                yield Transfer(source.what, done, head.total)
    if head.total is not None and done != head.total:
        message = f"{done:,} of {head.total:,} bytes came"
        raise ConnectionError(message)


def _wait(seconds: float, progress: Progress) -> Generator[Progress, None, None]:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        yield progress
        time.sleep(min(left, _HEARTBEAT))


def _fits(path: Path, source: Source) -> bool:
    """Whether a file is the one that the source has, as far as its hash tells; without one, whether it may be."""
    if source.algorithm is None:
        return is_hdf5(path)
    return _size(path) > 0 and hash_of(path, source.algorithm) == source.digest.lower()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _words(error: object) -> str:
    """What an error says, without its number."""
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
