"""Fetching and importing weights, against a real server on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from photosort.core.errors import ModelError
from photosort.core.photo import Progress
from photosort.ml import weights
from photosort.ml.weights import Source, fetch, import_file

CONTENT = np.random.default_rng(3).bytes(1_000_003)
MD5 = hashlib.md5(CONTENT).hexdigest()


@dataclass
class Server:
    """A file server that can be told to misbehave."""

    address: str = ""
    content: bytes = CONTENT
    ranges: bool = True
    break_after: int | None = None
    status: int | None = None
    asked: list[str | None] = field(default_factory=list)

    def source(self, digest: str = MD5) -> Source:
        return Source(f"{self.address}/models/weights_notop.h5", "md5", digest)


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    facts = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            facts.asked.append(asked)
            if facts.status is not None:
                self.send_error(facts.status)
                return
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and facts.ranges else 0
            if start >= len(facts.content):
                self.send_error(416)
                return
            body = facts.content[start:]
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(facts.content) - 1}/{len(facts.content)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if facts.break_after is None else body[: facts.break_after])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        facts.address = f"http://127.0.0.1:{listening.server_port}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield facts
        listening.shutdown()
        thread.join()


def run(source: Source, target: Path) -> list[Progress]:
    return list(fetch(source, target))


def test_a_file_is_fetched_whole(server, tmp_path) -> None:
    target = tmp_path / "deep" / "weights.h5"
    steps = run(server.source(), target)
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == ["weights.h5"]
    assert steps[0].what == "Fetching weights_notop.h5"
    assert [step.done for step in steps] == sorted({step.done for step in steps})
    assert (steps[-1].done, steps[-1].total) == (len(CONTENT), len(CONTENT))
    assert len(steps) > 3


def test_a_file_that_is_there_is_not_fetched_again(server, tmp_path) -> None:
    target = tmp_path / "weights.h5"
    target.write_bytes(CONTENT)
    assert run(server.source(), target) == []
    assert server.asked == []


def test_a_wrong_file_in_its_place_is_replaced(server, tmp_path) -> None:
    target = tmp_path / "weights.h5"
    target.write_bytes(b"something else")
    run(server.source(), target)
    assert target.read_bytes() == CONTENT


def test_a_stopped_download_goes_on_where_it_was(server, tmp_path) -> None:
    target = tmp_path / "weights.h5"
    loading = fetch(server.source(), target)
    while next(loading).done == 0:
        pass
    loading.close()
    assert not target.exists()
    have = (tmp_path / "weights.h5.part").stat().st_size
    assert 0 < have < len(CONTENT)
    steps = run(server.source(), target)
    assert target.read_bytes() == CONTENT
    assert server.asked == [None, f"bytes={have}-"]
    assert steps[0].done == have


def test_a_broken_line_is_told_and_the_next_try_goes_on(server, tmp_path) -> None:
    target = tmp_path / "weights.h5"
    server.break_after = 300_000
    with pytest.raises(ModelError, match="the connection broke"):
        run(server.source(), target)
    assert not target.exists()
    server.break_after = None
    run(server.source(), target)
    assert target.read_bytes() == CONTENT
    assert server.asked[1] == "bytes=300000-"


def test_a_server_without_ranges_starts_over(server, tmp_path) -> None:
    (tmp_path / "weights.h5.part").write_bytes(CONTENT[:5000])
    server.ranges = False
    run(server.source(), tmp_path / "weights.h5")
    assert (tmp_path / "weights.h5").read_bytes() == CONTENT


@pytest.mark.parametrize("left", [bytes(5000), bytes(len(CONTENT)), CONTENT + b"more"])
def test_what_does_not_fit_is_thrown_away_and_fetched_anew(server, tmp_path, left) -> None:
    (tmp_path / "weights.h5.part").write_bytes(left)
    run(server.source(), tmp_path / "weights.h5")
    assert (tmp_path / "weights.h5").read_bytes() == CONTENT
    assert server.asked[-1] is None


def test_a_whole_part_is_taken_as_it_is(server, tmp_path) -> None:
    (tmp_path / "weights.h5.part").write_bytes(CONTENT)
    run(server.source(), tmp_path / "weights.h5")
    assert (tmp_path / "weights.h5").read_bytes() == CONTENT


def test_something_else_is_never_put_in_place(server, tmp_path) -> None:
    server.content = CONTENT[:-1] + b"!"
    with pytest.raises(ModelError, match="not the expected file"):
        run(server.source(), tmp_path / "weights.h5")
    assert list(tmp_path.iterdir()) == []


def test_what_the_server_says_is_told(server, tmp_path) -> None:
    server.status = 404
    with pytest.raises(ModelError, match="the server says 404"):
        run(server.source(), tmp_path / "weights.h5")


def test_a_server_that_is_not_there_is_told(server, tmp_path) -> None:
    source = Source("http://127.0.0.1:1/weights.h5", "md5", MD5)
    with pytest.raises(ModelError, match="could not be fetched"):
        run(source, tmp_path / "weights.h5")


def test_the_proxy_of_the_environment_is_used(server, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", server.address)
    run(Source("http://weights.invalid/models/weights_notop.h5", "md5", MD5), tmp_path / "weights.h5")
    assert (tmp_path / "weights.h5").read_bytes() == CONTENT


def test_only_the_web_is_asked(tmp_path) -> None:
    (tmp_path / "secret").write_bytes(CONTENT)
    with pytest.raises(ModelError, match="http or https"):
        Source((tmp_path / "secret").as_uri(), "md5", MD5)


def test_a_disk_that_cannot_be_written_is_told(server, tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="could not be written"):
        run(server.source(), tmp_path / "file" / "weights.h5")


def test_an_imported_file_is_copied_once(tmp_path) -> None:
    source = tmp_path / "my weights.h5"
    source.write_bytes(CONTENT)
    first = import_file(source, tmp_path / "kept", "xception")
    assert first.name == f"xception-{hashlib.sha256(CONTENT).hexdigest()[:16]}.h5"
    assert first.read_bytes() == CONTENT
    written = first.stat().st_mtime_ns
    assert import_file(source, tmp_path / "kept", "xception") == first
    assert import_file(first, tmp_path / "kept", "xception") == first
    assert first.stat().st_mtime_ns == written
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_damaged_copy_is_made_again(tmp_path) -> None:
    source = tmp_path / "weights.h5"
    source.write_bytes(CONTENT)
    copy = import_file(source, tmp_path / "kept", "xception")
    copy.write_bytes(b"damaged")
    assert import_file(source, tmp_path / "kept", "xception").read_bytes() == CONTENT


def test_a_copy_that_fails_leaves_nothing(tmp_path, monkeypatch) -> None:
    source = tmp_path / "weights.h5"
    source.write_bytes(CONTENT)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(weights.os, "fsync", full)
    with pytest.raises(ModelError, match="No space left"):
        import_file(source, tmp_path / "kept", "xception")
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize(("content", "message"), [(None, "is missing"), (b"", "is empty")])
def test_nothing_is_imported_from_nothing(tmp_path, content, message) -> None:
    source = tmp_path / "weights.h5"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        import_file(source, tmp_path / "kept", "xception")
