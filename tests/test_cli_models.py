"""``photosort models``: what it prints, what it writes, and its exit status."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from photosort import cli
from photosort.core.paths import UserPaths
from photosort.ml import fetching, networks, preparing
from tests.ml.helper import WEIGHTS, pretended
from tests.ml.server import Server, serving

TINY = Path(__file__).resolve().parent / "data" / "tiny_backbone"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def catalog(tmp_path) -> Path:
    return tmp_path / "catalog"


@pytest.fixture
def run(catalog, capsys) -> Run:
    """Run a command on the catalog; gives exit status, standard output and standard error."""

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            status = cli.run(["models", *arguments, "--catalog", str(catalog)])
        except SystemExit as stop:
            status = int(str(stop.code))
        said = capsys.readouterr()
        return status, said.out, said.err

    return command


@pytest.fixture
def server(tmp_path, monkeypatch) -> Iterator[Server]:
    """A server with weights, and a helper process that names it and pretends to convert."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(fetching, "_WAITS", (0.0,))
    with serving(WEIGHTS) as facts:

        def start() -> Any:
            return pretended(TINY, source={"url": f"{facts.address}/it.h5", "algorithm": "", "digest": ""})

        for module in (networks, preparing):
            monkeypatch.setattr(module, "KerasProcess", start)
        yield facts


@pytest.fixture
def weights(tmp_path) -> Path:
    file = tmp_path / "my weights.h5"
    file.write_bytes(WEIGHTS)
    return file


def test_the_list_says_what_there_is_and_what_it_costs(run) -> None:
    status, out, _ = run("list")
    assert status == 0
    lines = out.splitlines()
    assert lines[0].split()[:5] == ["*", "compact", "bundled", lines[0].split()[3], "MB"]
    assert any(line.split()[:2] == ["mobilenetv2", "absent"] and "9.4 MB to fetch" in line for line in lines)
    assert len(lines) == 2 * len(networks.NAMES)


def test_the_list_as_json_knows_the_same(run, catalog) -> None:
    status, out, _ = run("list", "--json", "-")
    assert status == 0
    document = json.loads(out)
    assert document["best"] == "compact"
    found = {network["name"]: network for network in document["networks"]}
    assert list(found) == list(networks.NAMES)
    assert found["compact"]["backbone_id"] == networks.status_of("compact", UserPaths.below(catalog)).backbone_id
    assert found["xception"]["state"] == "absent"
    assert found["xception"]["download_bytes"] == 83_683_744


def test_get_fetches_below_the_catalog_and_shows_its_progress(run, server, catalog) -> None:
    status, out, err = run("get", "xception")
    assert status == 0
    assert out.startswith("xception is ready: ")
    assert "Fetching Xception" in err
    [kept] = (catalog / "weights").iterdir()
    assert kept.read_bytes() == WEIGHTS
    assert run("list")[1].count(" ready ") == 1


def test_get_without_a_line_says_what_else_can_be_done(run, server, weights) -> None:
    server.address = "http://127.0.0.1:1"
    status, out, err = run("get", "xception")
    assert (status, out) == (1, "")
    assert "no connection to 127.0.0.1:1" in err
    assert "import it as a weights file instead" in err
    assert run("import", "xception", str(weights))[0] == 0


def test_a_broken_download_is_listed_and_gone_on_with(run, server) -> None:
    server.cut_after = 200_000
    server.ranges = False
    status, _, err = run("get", "xception")
    assert status == 1
    assert "the connection broke" in err
    assert "0.2 MB of 83.7 MB to fetch" in run("list")[1]
    server.cut_after, server.ranges = None, True
    assert run("get", "xception")[0] == 0
    assert server.asked[-1] == "bytes=200000-"


def test_import_verify_and_remove(run, server, weights, catalog, tmp_path) -> None:
    answer = tmp_path / "answer.json"
    status, out, _ = run("import", "efficientnetb0", str(weights), "--json", str(answer))
    assert status == 0
    assert "efficientnetb0 is ready" in out
    assert json.loads(answer.read_text("utf-8"))["state"] == "ready"
    assert server.asked == [], "importing goes nowhere"

    status, out, _ = run("verify")
    assert status == 0
    assert out.count("is as it should be") == 2
    network = next(catalog.glob("cache/networks/*/backbone.tflite"))
    content = bytearray(network.read_bytes())
    content[-1] ^= 1
    network.write_bytes(content)
    status, out, _ = run("verify", "efficientnetb0", "--json", "-")
    assert status == 3
    [found] = json.loads(out)["networks"]
    assert not found["ok"]
    assert "backbone.tflite" in found["findings"][0]

    status, out, _ = run("remove", "efficientnetb0")
    assert status == 0
    assert out.startswith("efficientnetb0 is removed, ")
    assert run("remove", "efficientnetb0")[1] == "efficientnetb0 was not here\n"
    assert run("verify", "efficientnetb0")[0] == 1


@pytest.mark.parametrize(("content", "message"), [(None, "is missing"), (b"", "is empty"), (b"hello", "expected HDF5")])
def test_import_refuses_what_is_no_file_of_weights(run, server, tmp_path, content, message) -> None:
    file = tmp_path / "file.h5"
    if content is not None:
        file.write_bytes(content)
    status, out, err = run("import", "mobilenetv2", str(file))
    assert (status, out) == (1, "")
    assert message in err


@pytest.mark.parametrize(
    "arguments", [(), ("get",), ("get", "compact"), ("get", "resnet"), ("import", "xception"), ("remove", "compact")]
)
def test_wrong_usage_is_told_as_elsewhere(run, arguments) -> None:
    status, _, err = run(*arguments)
    assert status == 2
    assert "usage: photosort models" in err


def test_a_network_that_was_imported_serves_an_analysis(run, server, weights, catalog, tmp_path, capsys) -> None:
    assert run("import", "xception", str(weights))[0] == 0
    photos = tmp_path / "photos"
    album = Path(__file__).resolve().parents[1] / "resources" / "album" / "Phone"
    shutil.copytree(album, photos)
    status = cli.run(["cluster", str(photos), "--backbone", "xception", "--catalog", str(catalog), "--json", "-"])
    assert status == 0
    assert json.loads(capsys.readouterr().out)["backbone"] == "xception"
