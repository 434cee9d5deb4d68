"""Getting, importing, checking and removing networks, with a real server and a helper process that only pretends."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photosort.core import paths as places
from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Transfer
from photosort.ml import disk_space, fetching, networks, preparing
from photosort.ml.cards import BackboneCard
from photosort.ml.networks import NAMES, NETWORKS, State
from photosort.ml.reference import SAMPLES, album_inputs, album_pictures, album_sha256, pack
from photosort.ml.runtime import Network
from tests.ml.helper import WEIGHTS, pretended
from tests.ml.server import Server, serving

XCEPTION = networks.facts_of("xception")


@pytest.fixture
def paths(tmp_path, monkeypatch) -> UserPaths:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(fetching, "_WAITS", (0.0, 0.0, 0.0))
    return UserPaths.below(tmp_path / "user")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(WEIGHTS) as facts:
        yield facts


@pytest.fixture
def weights(tmp_path) -> Path:
    file = tmp_path / "my weights.h5"
    file.write_bytes(WEIGHTS)
    return file


Help = Callable[..., None]


@pytest.fixture
def help_with(tiny_folder, server, monkeypatch) -> Help:
    """Have the helper process pretend; its source is the server."""

    def install(network: Path = tiny_folder, digest: str | None = None, **how: Any) -> None:
        md5 = hashlib.md5(WEIGHTS).hexdigest() if digest is None else digest
        source = {"url": f"{server.address}/it_notop.h5", "algorithm": "md5" if md5 else "", "digest": md5}
        for module in (networks, preparing):
            monkeypatch.setattr(module, "KerasProcess", lambda: pretended(network, source=source, **how))

    return install


@pytest.fixture
def as_mobilenetv2(tiny_folder, tmp_path) -> Path:
    """A network that says it is the MobileNetV2 that heads are shipped for."""
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "pretended"))
    path = folder / BackboneCard.CARD
    expected = json.loads((places.resources() / "models" / "mobilenetv2" / "card.json").read_text("utf-8"))
    card = json.loads(path.read_text("utf-8")) | {"name": "mobilenetv2", "identity": expected["weights_sha256"]}
    path.write_text(json.dumps(card | {"input_size": 192, "variant": "f16"}), "utf-8")
    return folder


def result_of(generator: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(generator)
        except StopIteration as stop:
            return stop.value


def test_the_facts_name_every_network_once() -> None:
    assert NAMES == ("compact", "mobilenetv2", "efficientnetb0", "xception")
    assert len({facts.title for facts in NETWORKS}) == len(NETWORKS)
    assert [facts.name for facts in NETWORKS if facts.bundled] == ["compact"]
    with pytest.raises(ModelError, match="no network named 'resnet'; there are: compact, mobilenetv2"):
        networks.facts_of("resnet")


def test_the_facts_of_what_came_along_are_those_of_its_card(paths) -> None:
    folder = places.resources() / "models" / "compact"
    facts, card = networks.facts_of("compact"), BackboneCard.read(folder)
    assert (facts.input_size, facts.dimension, facts.framing) == (card.input_size, card.dimension, card.framing)
    assert (facts.scale, facts.offset) == (card.scale, card.offset)
    assert facts.parameters == json.loads((folder / card.CARD).read_text("utf-8"))["architecture"]["parameters"]


def test_nothing_is_here_at_first_but_what_came_along(paths) -> None:
    found = {status.name: status for status in networks.status(paths)}
    assert {name: status.state for name, status in found.items()} == {
        "compact": State.BUNDLED,
        "mobilenetv2": State.ABSENT,
        "efficientnetb0": State.ABSENT,
        "xception": State.ABSENT,
    }
    assert found["compact"].backbone_id.startswith("compact-")
    assert found["xception"].backbone_id is None
    assert networks.best(paths) == "compact"
    assert not paths.data.exists(), "looking leaves nothing"


def test_getting_fetches_and_prepares(paths, help_with) -> None:
    help_with()
    steps = list(networks.get("xception", paths))
    assert any(isinstance(step, Transfer) and step.done == len(WEIGHTS) for step in steps)
    assert "Fetching Xception" in {step.what for step in steps}
    status = networks.status_of("xception", paths)
    assert status.state is State.READY
    assert status.weights == paths.weights / XCEPTION.weights_file
    assert status.backbone_id is not None
    assert status.variant == "f16"
    files = [path for path in (*paths.weights.rglob("*"), *paths.converted.rglob("*")) if path.is_file()]
    assert status.bytes_on_disk == sum(path.stat().st_size for path in files)


def test_what_is_ready_is_not_fetched_again(paths, help_with, server, monkeypatch) -> None:
    help_with()
    first = result_of(networks.get("xception", paths))
    server.asked.clear()
    monkeypatch.setattr(preparing, "KerasProcess", None)
    monkeypatch.setattr(networks, "KerasProcess", None)
    assert result_of(networks.get("xception", paths)) == first
    assert server.asked == []
    assert result_of(networks.get("compact", paths)).state is State.BUNDLED


def test_a_stopped_download_is_kept_and_gone_on_with(paths, help_with, server) -> None:
    help_with()
    server.stall_after = 100_000
    getting = networks.get("xception", paths)
    while not (isinstance(step := next(getting), Transfer) and step.done == 100_000):
        pass
    getting.close()
    status = networks.status_of("xception", paths)
    assert (status.state, status.part_bytes) == (State.PARTIAL, 100_000)
    assert result_of(networks.get("xception", paths)).state is State.READY
    assert server.asked == [None, "bytes=100000-"]
    assert networks.status_of("xception", paths).part_bytes == 0


def test_a_stopped_conversion_leaves_the_weights(paths, help_with) -> None:
    help_with(slow=True)
    getting = networks.get("xception", paths)
    while not list(paths.converted.glob(".converting-*/made")):
        next(getting)
    getting.close()
    assert networks.status_of("xception", paths).state is State.FETCHED
    help_with()
    assert result_of(networks.get("xception", paths)).state is State.READY


def test_wrong_bytes_are_thrown_away(paths, help_with) -> None:
    help_with(digest="0" * 32)
    with pytest.raises(ModelError, match="not the expected file"):
        result_of(networks.get("xception", paths))
    assert networks.status_of("xception", paths).state is State.ABSENT


def test_without_a_hash_what_cannot_be_converted_is_thrown_away(paths, help_with) -> None:
    help_with(digest="", refusal="these are not the weights that the heads were made for")
    with pytest.raises(ModelError, match="thrown away: these are not the weights"):
        result_of(networks.get("mobilenetv2", paths))
    assert networks.status_of("mobilenetv2", paths).state is State.ABSENT


def test_keras_own_copy_is_taken_where_it_serves_and_fetched_anew_where_not(paths, help_with, server, tmp_path) -> None:
    theirs = tmp_path / "keras" / "models" / XCEPTION.weights_file
    theirs.parent.mkdir(parents=True)
    help_with()
    for content, asked in ((b"damaged", [None]), (WEIGHTS, [])):
        server.asked.clear()
        theirs.write_bytes(content)
        assert result_of(networks.get("xception", paths)).state is State.READY
        assert server.asked == asked
        networks.remove("xception", paths)
        assert theirs.exists()


def test_kept_weights_that_do_not_serve_are_told_with_the_way_out(paths, help_with, weights) -> None:
    help_with()
    result_of(networks.take_file("efficientnetb0", weights, paths))
    shutil.rmtree(paths.converted)
    networks.status_of("efficientnetb0", paths).weights.write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"expected HDF5.* Remove EfficientNetB0, then get it anew"):
        result_of(networks.get("efficientnetb0", paths))
    networks.remove("efficientnetb0", paths)
    assert result_of(networks.get("efficientnetb0", paths)).state is State.READY


def test_offline_the_way_out_is_named(paths, help_with, server) -> None:
    server.address = "http://127.0.0.1:1"
    help_with()
    with pytest.raises(ModelError, match=r"no connection to .* import it as a weights file instead"):
        result_of(networks.get("xception", paths))


def test_room_is_asked_for_before_anything_is_fetched(paths, help_with, server, weights, monkeypatch) -> None:
    help_with()
    full = shutil.disk_usage(paths.data.parent)._replace(free=10_000_000)
    monkeypatch.setattr(disk_space.shutil, "disk_usage", lambda _: full)
    with pytest.raises(ModelError, match=r"too little space for Xception: it needs \d+ MB .* 10 MB are free"):
        result_of(networks.get("xception", paths))
    with pytest.raises(ModelError, match="too little space for Xception"):
        result_of(networks.take_file("xception", weights, paths))
    assert server.asked == []


def test_an_imported_file_may_go_away(paths, help_with, weights) -> None:
    help_with()
    status = result_of(networks.take_file("efficientnetb0", weights, paths))
    weights.unlink()
    assert status.state is State.READY
    assert status.weights.read_bytes() == WEIGHTS
    assert result_of(networks.verify("efficientnetb0", paths)).ok


def test_a_file_that_is_refused_leaves_nothing(paths, help_with, weights) -> None:
    help_with(refusal="these are the weights of another network")
    with pytest.raises(ModelError, match="of another network"):
        result_of(networks.take_file("efficientnetb0", weights, paths))
    assert [path for path in paths.data.rglob("*") if path.is_file()] == []
    with pytest.raises(ModelError, match="comes with photosort and takes no file"):
        result_of(networks.take_file("compact", weights, paths))


def test_removing_frees_everything_of_one_network(paths, help_with, weights) -> None:
    help_with()
    result_of(networks.get("xception", paths))
    other = result_of(networks.take_file("efficientnetb0", weights, paths))
    (paths.weights / f"{XCEPTION.weights_file}.part").write_bytes(bytes(500))
    before = networks.status_of("xception", paths)
    assert networks.remove("xception", paths) == before.bytes_on_disk + 500
    assert networks.status_of("xception", paths).state is State.ABSENT
    assert networks.remove("xception", paths) == 0
    assert networks.status_of("efficientnetb0", paths) == other
    with pytest.raises(ModelError, match="cannot be removed"):
        networks.remove("compact", paths)


def test_mobilenetv2_is_the_best_as_soon_as_it_is_here(paths, help_with, as_mobilenetv2) -> None:
    help_with(as_mobilenetv2, digest="")
    status = result_of(networks.get("mobilenetv2", paths))
    assert status.backbone_id == preparing.expected_id("mobilenetv2")
    assert networks.best(paths) == "mobilenetv2"
    begun = time.perf_counter()
    for _ in range(20):
        networks.best(paths)
    assert (time.perf_counter() - begun) / 20 < 0.05
    networks.remove("mobilenetv2", paths)
    assert networks.best(paths) == "compact"


def test_what_an_installer_brings_along_is_there_at_once(paths, as_mobilenetv2, tmp_path, monkeypatch) -> None:
    resources = tmp_path / "resources"
    shutil.copytree(as_mobilenetv2, resources / "networks" / "mobilenetv2")
    (resources / "models").symlink_to(places.resources() / "models")
    monkeypatch.setattr(preparing.places, "resources", lambda: resources)
    status = networks.status_of("mobilenetv2", paths)
    assert status.state is State.BUNDLED
    assert networks.best(paths) == "mobilenetv2"
    assert result_of(networks.get("mobilenetv2", paths)) == status
    with pytest.raises(ModelError, match="cannot be removed"):
        networks.remove("mobilenetv2", paths)


# -- verify ------------------------------------------------------------------------------------------


@pytest.fixture
def ready(paths, tiny_folder, tmp_path, help_with, weights) -> UserPaths:
    """A network with what it made of the sample album when it was new."""
    card = BackboneCard.read(tiny_folder)
    pixels = album_inputs(album_pictures(), card.input_size, card.framing).astype(np.float32)
    samples = pack(album_pictures(), Network(card.network)(pixels * np.float32(card.scale) + np.float32(card.offset)))
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "with samples"))
    (folder / SAMPLES).write_bytes(samples)
    told = {"sha256": hashlib.sha256(samples).hexdigest(), "album_sha256": album_sha256()}
    path = folder / BackboneCard.CARD
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"samples": told}), "utf-8")
    help_with(folder)
    result_of(networks.take_file("xception", weights, paths))
    return paths


def test_a_network_as_it_was_is_found_to_be_so(ready) -> None:
    steps = list(networks.verify("xception", ready))
    assert (steps[-1].what, steps[-1].total) == ("Looking at sample pictures", len(album_pictures()))
    verified = result_of(networks.verify("xception", ready))
    assert verified.ok
    assert verified.findings[-1] == "It sees sample pictures as it should (cosine 1.0000)."


def flip(path: Path) -> None:
    """Change one byte and nothing else that can be seen from outside."""
    times = path.stat().st_mtime_ns
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times, times))


@pytest.mark.parametrize(
    ("pattern", "finding"),
    [
        ("weights/*.h5", "is damaged: it is not the file of weights"),
        ("cache/networks/*/backbone.tflite", "backbone.tflite is missing, damaged or another file"),
        ("cache/networks/*/samples.npz", "samples.npz is missing, damaged or another file"),
    ],
)
def test_one_wrong_byte_is_found(ready, pattern, finding) -> None:
    flip(next(ready.data.glob(pattern)))
    verified = result_of(networks.verify("xception", ready))
    assert not verified.ok
    assert finding in verified.findings[0]


def test_a_network_that_sees_something_else_is_found(ready) -> None:
    folder = next(ready.converted.iterdir())
    names = album_pictures()
    samples = pack(names, np.random.default_rng(1).normal(size=(len(names), 8)))
    (folder / SAMPLES).write_bytes(samples)
    card = json.loads((folder / BackboneCard.CARD).read_text("utf-8"))
    card["samples"]["sha256"] = hashlib.sha256(samples).hexdigest()
    (folder / BackboneCard.CARD).write_text(json.dumps(card), "utf-8")
    verified = result_of(networks.verify("xception", ready))
    assert not verified.ok
    assert "It sees sample pictures differently" in verified.findings[0]


def test_getting_mends_a_damaged_network(ready) -> None:
    flip(next(ready.converted.glob("*/backbone.tflite")))
    result_of(networks.get("xception", ready))
    assert result_of(networks.verify("xception", ready)).ok


def test_weights_without_a_network_are_fine_and_nothing_at_all_is_told(ready) -> None:
    shutil.rmtree(ready.converted)
    verified = result_of(networks.verify("xception", ready))
    assert verified.ok
    assert "It is not prepared yet." in verified.findings
    with pytest.raises(ModelError, match="is not here yet"):
        result_of(networks.verify("mobilenetv2", ready))


def test_what_came_along_is_checked_too(paths) -> None:
    verified = result_of(networks.verify("compact", paths))
    assert verified.ok
    assert any(finding.startswith("backbone.weights.h5 is what") for finding in verified.findings)
