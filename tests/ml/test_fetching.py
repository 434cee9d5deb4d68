"""Fetching weights from a real server on this machine, which stalls, cuts the line, lies, or cannot do ranges."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photosort.core.errors import ModelError
from photosort.core.photo import Progress, Transfer
from photosort.ml import fetching
from photosort.ml.fetching import Source, fetch, part_of
from tests.ml.server import Server, serving

CONTENT = np.random.default_rng(3).bytes(1_000_003)
MD5 = hashlib.md5(CONTENT).hexdigest()
HDF5 = b"\x89HDF\r\n\x1a\n" + CONTENT


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(fetching, "_WAITS", (0.0, 0.0, 0.0))
    with serving(CONTENT) as facts:
        yield facts


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "kept" / "weights.h5"


def source_at(server: Server, digest: str = MD5) -> Source:
    return Source(f"{server.address}/models/weights_notop.h5", "md5" if digest else None, digest)


def run(source: Source, target: Path) -> list[Progress]:
    return list(fetch(source, target))


def leave(target: Path, content: bytes) -> None:
    """Leave something of an earlier download."""
    target.parent.mkdir(parents=True)
    part_of(target).write_bytes(content)


def names(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def test_a_file_is_fetched_whole(server, target) -> None:
    steps = run(source_at(server), target)
    assert target.read_bytes() == CONTENT
    assert names(target) == ["weights.h5"]
    assert all(isinstance(step, Transfer) for step in steps)
    assert {step.what for step in steps} == {"Fetching weights_notop.h5"}
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert (steps[-1].done, steps[-1].total) == (len(CONTENT), len(CONTENT))
    assert len(set(done)) > 3


def test_a_file_that_is_there_is_not_fetched_again(server, target) -> None:
    run(source_at(server), target)
    server.asked.clear()
    assert run(source_at(server), target) == []
    assert server.asked == []


def test_a_wrong_file_in_its_place_is_replaced(server, tmp_path) -> None:
    target = tmp_path / "weights.h5"
    target.write_bytes(b"something else")
    run(source_at(server), target)
    assert target.read_bytes() == CONTENT


def test_a_stopped_download_goes_on_where_it_was(server, target) -> None:
    loading = fetch(source_at(server), target)
    while next(loading).done == 0:
        pass
    loading.close()
    assert names(target) == ["weights.h5.part"]
    have = part_of(target).stat().st_size
    assert 0 < have < len(CONTENT)
    steps = run(source_at(server), target)
    assert target.read_bytes() == CONTENT
    assert server.asked == [None, f"bytes={have}-"]
    assert steps[0].done == have


def test_a_line_that_breaks_again_and_again_is_no_reason_to_bother_anybody(server, target) -> None:
    server.cut_after = 300_000
    run(source_at(server), target)
    assert target.read_bytes() == CONTENT
    assert server.asked == [None, "bytes=300000-", "bytes=600000-", "bytes=900000-"]


def test_a_job_that_paused_goes_on_though_the_server_has_hung_up(server, target) -> None:
    server.stall_after = 400_000
    loading = fetch(source_at(server), target)
    while next(loading).done == 0:
        pass
    # The job waits here between two steps, for as long as it likes; meanwhile the server closes the line.
    assert server.silent.wait(10)
    server.release()
    steps = list(loading)
    assert target.read_bytes() == CONTENT
    assert server.asked == [None, "bytes=400000-"]
    assert steps[-1].done == len(CONTENT)


def test_a_line_that_brings_nothing_more_is_told_and_the_next_try_goes_on(server, target) -> None:
    server.cut_after = 300_000
    loading = fetch(source_at(server), target)
    while next(loading).done < 300_000:
        pass
    server.cut_after = 0
    with pytest.raises(ModelError, match=r"the connection broke .* what came is kept"):
        list(loading)
    assert names(target) == ["weights.h5.part"]
    assert server.asked == [None] + ["bytes=300000-"] * 3
    server.cut_after = None
    run(source_at(server), target)
    assert target.read_bytes() == CONTENT


def test_a_line_that_never_brought_anything_is_not_tried_again(server, target) -> None:
    server.cut_after = 0
    with pytest.raises(ModelError, match="the connection broke"):
        run(source_at(server), target)
    assert server.asked == [None]


def test_a_stalled_server_counts_as_a_broken_line(server, target, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "_TIMEOUT", 0.3)
    server.stall_after = 500_000
    run(source_at(server), target)
    assert target.read_bytes() == CONTENT
    assert server.asked == [None, "bytes=500000-"]


def test_a_server_that_stalls_before_the_first_byte_is_told(server, target, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "_TIMEOUT", 0.3)
    server.stall_after = 0
    with pytest.raises(ModelError, match=r"the connection broke .*timed out"):
        run(source_at(server), target)


def test_stopping_does_not_wait_for_a_stalled_server(server, target) -> None:
    server.stall_after = 500_000
    loading = fetch(source_at(server), target)
    while next(loading).done < 500_000:
        pass
    assert server.silent.wait(10)
    # It goes on yielding, so that a job can be stopped, and then the line is cut: nothing waits for the 30 seconds.
    assert next(loading).done == 500_000
    begun = time.monotonic()
    loading.close()
    assert time.monotonic() - begun < 5
    assert [thread.name for thread in threading.enumerate() if thread.name == "photosort-download"] == []
    assert part_of(target).stat().st_size == 500_000


def test_a_server_without_ranges_starts_over(server, target) -> None:
    leave(target, CONTENT[:5000])
    server.ranges = False
    run(source_at(server), target)
    assert target.read_bytes() == CONTENT


def test_a_server_without_ranges_that_always_cuts_is_given_up(server, target) -> None:
    server.ranges, server.cut_after = False, 300_000
    with pytest.raises(ModelError, match="the connection broke"):
        run(source_at(server), target)
    assert len(server.asked) == 4


@pytest.mark.parametrize("left", [bytes(5000), bytes(len(CONTENT)), CONTENT + b"more"])
def test_what_does_not_fit_is_thrown_away_and_fetched_anew(server, target, left) -> None:
    leave(target, left)
    run(source_at(server), target)
    assert target.read_bytes() == CONTENT


def test_wrong_bytes_are_refused_and_thrown_away(server, target) -> None:
    server.content = CONTENT[:-1] + b"!"
    with pytest.raises(ModelError, match="not the expected file"):
        run(source_at(server), target)
    assert names(target) == []


def test_without_a_hash_it_must_at_least_be_a_file_of_weights(server, target) -> None:
    server.content = b"<html>Please log in to the network of this hotel.</html>"
    with pytest.raises(ModelError, match="not the expected file"):
        run(source_at(server, ""), target)
    assert names(target) == []
    server.content = HDF5
    run(source_at(server, ""), target)
    assert target.read_bytes() == HDF5


def test_what_the_server_says_is_told(server, target) -> None:
    server.statuses = [404]
    with pytest.raises(ModelError, match="the server says 404"):
        run(source_at(server), target)


def test_a_server_that_is_busy_for_a_moment_in_between_is_asked_again(server, target) -> None:
    server.cut_after = 600_000
    loading = fetch(source_at(server), target)
    while next(loading).done == 0:
        pass
    server.statuses = [503, 503]
    list(loading)
    assert target.read_bytes() == CONTENT


def test_offline_the_way_out_is_named(server, target) -> None:
    source = Source("http://127.0.0.1:1/weights.h5", "md5", MD5)
    with pytest.raises(ModelError, match=r"no connection to 127\.0\.0\.1:1 .*import it as a weights file instead"):
        run(source, target)


def test_two_at_once_do_not_write_into_each_other(server, target) -> None:
    first = fetch(source_at(server), target)
    while next(first).done == 0:
        pass
    with pytest.raises(ModelError, match="is being fetched already"):
        run(source_at(server), target)
    list(first)
    assert target.read_bytes() == CONTENT
    assert names(target) == ["weights.h5"]


def test_the_proxy_of_the_environment_is_used(server, target, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", server.address)
    run(Source("http://weights.invalid/models/weights_notop.h5", "md5", MD5), target)
    assert target.read_bytes() == CONTENT


def test_only_the_web_is_asked(tmp_path) -> None:
    (tmp_path / "secret").write_bytes(CONTENT)
    with pytest.raises(ModelError, match="http or https"):
        Source((tmp_path / "secret").as_uri(), "md5", MD5)


def test_a_disk_that_cannot_be_written_is_told(server, tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match="could not be written"):
        run(source_at(server), tmp_path / "file" / "weights.h5")
