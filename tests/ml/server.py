"""A file server on this machine that can be told to misbehave."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Server:
    """What it serves, and how badly.

    Attributes:
        address: where it listens.
        content: the file.
        ranges: whether it can send a part.
        cut_after: bytes after which it closes each connection; None sends all.
        stall_after: bytes after which it falls silent, once; None never does.
        statuses: what it answers to the next requests instead of the file.
        asked: the ``Range`` of every request so far, None without one.
        silent: set as soon as it has fallen silent.
    """

    content: bytes
    address: str = ""
    ranges: bool = True
    cut_after: int | None = None
    stall_after: int | None = None
    statuses: list[int] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)
    silent: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        asked = handler.headers.get("Range")
        self.asked.append(asked)
        if self.statuses:
            handler.send_error(self.statuses.pop(0))
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and self.ranges else 0
        if start >= len(self.content):
            handler.send_error(416)
            return
        body = self.content[start:]
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        stall, self.stall_after = self.stall_after, None
        handler.wfile.write(body[: self.cut_after if stall is None else stall])
        if stall is not None:
            handler.wfile.flush()
            self.silent.set()
            self._released.wait(60)

    def release(self) -> None:
        """Let go of requests that it is silent about; it closes the line."""
        self._released.set()


@contextmanager
def serving(content: bytes) -> Iterator[Server]:
    """A server for as long as the context lasts."""
    facts = Server(content)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            facts.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        facts.address = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield facts
        finally:
            facts.release()
            listening.shutdown()
            thread.join()
