"""One HTTP response, read by a thread of its own: whoever waits for its bytes can do so in small steps, and stop."""

from __future__ import annotations

import contextlib
import http
import http.client
import queue
import socket
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_CHUNK = 256 * 1024
"""Most bytes that are handed over at once."""

_AHEAD = 4
"""Chunks that are read before somebody takes them."""

_PATIENCE = 0.2
"""Seconds after which the thread looks whether anybody still wants what it has."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a server says before it sends.

    Attributes:
        start: which byte of the file comes first.
        total: length of the whole file, bytes; None where the server does not tell.
    """

    start: int
    total: int | None


class Incoming:
    """The bytes of one file on a server; a context manager. The thread starts at once.

    A stalled server blocks nobody but the thread. Leaving the context cuts the line, which ends the thread; where there
    is no line yet, it ends by itself when the attempt does.

    Args:
        url: http or https address. Proxies are taken from the environment as it is now.
        start: first byte that is wanted; the server may send the whole file all the same.
        timeout: seconds without a byte after which the connection counts as lost.
    """

    def __init__(self, url: str, start: int, timeout: float) -> None:
        self._start = start
        self._timeout = timeout
        # Without compression on the way: the bytes on disk are the bytes that a later Range counts.
        self._request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})  # noqa: S310 - see Source
        if start:
            self._request.add_header("Range", f"bytes={start}-")
        self._items: queue.Queue[Head | bytes | Exception] = queue.Queue(_AHEAD)
        self._lock = threading.Lock()
        self._line: int | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._read, name="photosort-download", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def take(self, seconds: float) -> Head | bytes | None:
        """What came next: first the head, then bytes, at the end no bytes; None where nothing came in time.

        Raises:
            OSError: the connection failed; also `urllib.error.URLError`, `TimeoutError`.
            http.client.HTTPException: the server does not speak HTTP, or not to its end.
        """
        try:
            item = self._items.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(item, Exception):
            raise item
        return item

    def close(self) -> None:
        """Cut the line."""
        with self._lock:
            self._closed = True
            if self._line is not None:
                line = socket.socket(fileno=self._line)
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                line.detach()
        self._thread.join(2 * _PATIENCE)

    def _read(self) -> None:
        try:
            # An opener of its own reads the proxies that the environment names now; the shared one keeps the first.
            with urllib.request.build_opener().open(self._request, timeout=self._timeout) as response:
                self._receive(response)
        except urllib.error.HTTPError as error:
            error.close()
            self._put(error)
        except Exception as error:  # noqa: BLE001 - handed to whoever takes
            self._put(error)

    def _receive(self, response: http.client.HTTPResponse) -> None:
        with self._lock:
            if self._closed:
                return
            self._line = response.fileno()
        try:
            wanted = self._put(self._head(response))
            while wanted and (chunk := response.read1(_CHUNK)):
                wanted = self._put(chunk)
            self._put(b"")
        finally:
            with self._lock:
                self._line = None

    def _head(self, response: http.client.HTTPResponse) -> Head:
        length = response.headers.get("Content-Length", "")
        start = 0
        if response.status == http.HTTPStatus.PARTIAL_CONTENT:
            # "bytes 300000-1000002/1000003"
            told = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
            start = int(told) if told.isdecimal() else self._start
        return Head(start, start + int(length) if length.isdecimal() else None)

    def _put(self, item: Head | bytes | Exception) -> bool:
        """Hand something over, whenever it is wanted; False when it never will be."""
        while not self._closed:
            with contextlib.suppress(queue.Full):
                self._items.put(item, timeout=_PATIENCE)
                return True
        return False
