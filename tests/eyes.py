"""Networks and classifiers for tests, made on the spot: which are there, which is the best, and what each one says."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photosort.core.errors import ModelError
from photosort.core.photo import Progress
from photosort.ml import backbones, heads, networks
from photosort.ml.heads import Head
from photosort.ml.heads.head import Density
from photosort.ml.networks import NetworkStatus, State, facts_of
from photosort.ml.runtime import Device

SIZE, DIMENSION = 16, 8
LABELS = ("forest", "sea")


class Network:
    """A backbone whose embeddings are the mean colours of a picture's quarters, turned as its id says.

    Attributes:
        embedded: how many pictures it has embedded.
        go: cleared, it waits with every further batch.
    """

    framing = "stretch"
    dimension = DIMENSION
    workers = 2
    device = Device.cpu("a test asks for it")

    def __init__(self, backbone_id: str, size: int = SIZE) -> None:
        self.id = backbone_id
        self.name = backbone_id.partition("-")[0]
        self.input_size = size
        self.embedded = 0
        self.closed = 0
        self.go = threading.Event()
        self.go.set()
        self._lock = threading.Lock()
        self._turn = np.random.default_rng(zlib.crc32(backbone_id.encode())).normal(size=(12, DIMENSION))

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        assert self.go.wait(30)
        half = self.input_size // 2
        rows = pixels.reshape(len(pixels), 2, half, 2, half, 3).mean((2, 4)).reshape(len(pixels), 12)
        with self._lock:
            self.embedded += len(pixels)
        return np.asarray(rows / 255 @ self._turn, np.float32)

    def close(self) -> None:
        self.closed += 1


def head_that_says(
    label: str, backbone_id: str, *, name: str = "scenes", labels: tuple[str, ...] = LABELS, version: str = "1"
) -> Head:
    """A classifier that is sure of the same label, whatever it is shown."""
    bias = np.where(np.array(labels) == label, 5.0, 0.0).astype(np.float32)
    return Head(
        name=name,
        title=name.capitalize(),
        version=version,
        backbone_id=backbone_id,
        labels=labels,
        thresholds=np.full(len(labels), 0.5, np.float32),
        temperature=1.0,
        weights=np.zeros((DIMENSION, len(labels)), np.float32),
        bias=bias,
        density=_no_density(),
        known_weights=np.array([3, 0, 0], np.float32),
        known_threshold=0.0,
    )


def _no_density() -> Density:
    nothing = np.zeros(DIMENSION, np.float32)
    return Density(nothing, np.eye(DIMENSION, dtype=np.float32)[:, :1], nothing[:1] + 1, 0.0, nothing[None, :1])


@dataclass
class Eyes:
    """What stands in for the networks of this computer and the classifiers that come along.

    Attributes:
        there: the networks at hand, by name.
        heads: the classifiers that come along.
        best: the network that serves where nobody chose one.
        broken: names of networks that are there and cannot be opened.
        opened: names of networks in the order in which they were opened.
    """

    there: dict[str, Network] = field(default_factory=dict)
    heads: list[Head] = field(default_factory=list)
    best: str = "compact"
    broken: set[str] = field(default_factory=set)
    opened: list[str] = field(default_factory=list)

    def add(self, name: str, tag: str, says: Mapping[str, str] | None = None, size: int = SIZE) -> Network:
        """Have a network, in place of one of the same name, with classifiers that say each one word."""
        network = Network(f"{name}-{tag}-{size}-p1-f16", size)
        self.remove(name)
        self.there[name] = network
        self.heads += [head_that_says(word, network.id, name=one) for one, word in (says or {}).items()]
        return network

    def says(self, classifier: str, word: str, backbone_id: str, labels: tuple[str, ...]) -> None:
        """Have one more classifier come along, which is sure of one of its labels."""
        self.heads.append(head_that_says(word, backbone_id, name=classifier, labels=labels))

    def remove(self, name: str) -> None:
        """Have a network no longer; the classifiers for it still come along, but for those of a replaced one."""
        gone = self.there.pop(name, None)
        if gone is not None and name == "compact":
            self.heads = [head for head in self.heads if head.backbone_id != gone.id]

    def status_of(self, name: str, _paths: object) -> NetworkStatus:
        network = self.there.get(name)
        state = State.ABSENT if network is None else State.READY
        backbone_id = None if network is None else network.id
        return NetworkStatus(facts_of(name), state, backbone_id, 0, 0, None, None if network is None else "f16")

    def bundled(self, backbone_id: str | None = None) -> list[Head]:
        found = [head for head in self.heads if backbone_id in (None, head.backbone_id)]
        return sorted(found, key=lambda head: ("kinds", "scenes", "animals").index(head.name))

    def open_network(
        self, name: str, _paths: object, weights: Path | None = None, wanted: str = "auto"
    ) -> Generator[Progress, None, Network]:
        yield Progress("Getting ready", 0, None)
        if name in self.broken or name not in self.there:
            message = f"the file of {name} is damaged"
            raise ModelError(message)
        self.opened.append(name)
        return self.there[name]

    def put_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """See with these, in this test."""
        monkeypatch.setattr(networks, "best", lambda _paths: self.best)
        monkeypatch.setattr(networks, "status_of", self.status_of)
        monkeypatch.setattr(heads, "bundled", self.bundled)
        monkeypatch.setattr(heads, "asked_of", dict)
        monkeypatch.setattr(backbones, "open_network", self.open_network)
