"""Keras' own networks with ImageNet weights, in the child process: where the weights are, and networks made of them.

Keras says neither in public. Both times it is asked for the network with its ImageNet weights, and when it is about to
fetch them it is told something else: to stop, or the file that is to be taken. So the network is exactly the one that
Keras makes of its own weights (EfficientNet's differs from the one without weights by a layer).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from photosort.core.errors import EngineError
from photosort.ml.network_facts import NetworkFacts
from photosort.ml.weights_file import checked_copy, loading

_ALGORITHMS = {32: "md5", 64: "sha256"}
"""By the length of the digest in hex."""


class _StopError(Exception):
    """Keras is about to download."""


def weights_source(facts: NetworkFacts) -> Mapping[str, str]:
    """Ask Keras where it has the ImageNet weights of a network without its classifier.

    Returns:
        ``url``, ``algorithm`` and ``digest``; the last two are "" where Keras knows no hash.

    Raises:
        EngineError: this version of Keras does not say.
    """
    asked: dict[str, str] = {}

    def get_file(_name: str, origin: str = "", **options: Any) -> str:
        digest = options.get("file_hash") or options.get("md5_hash") or ""
        asked.update(url=origin, digest=digest, algorithm=_ALGORITHMS.get(len(digest), ""))
        raise _StopError

    with _instead_of_fetching(facts, get_file) as make:
        try:
            make(facts.keras_size)
        except _StopError:
            return asked
    raise _unknown(facts)


def build(facts: NetworkFacts, weights: Path) -> Any:
    """Make a network of a file of ImageNet weights.

    Args:
        facts: which network.
        weights: HDF5 file in either of Keras' layouts, without the classifier.

    Returns:
        the Keras model: float32 of shape (n, input_size, input_size, 3) to (n, dimension).

    Raises:
        ModelError: the file is missing, damaged, or holds other weights.
        EngineError: this version of Keras makes the network in another way.
    """
    asked: list[str] = []
    with checked_copy(weights, facts.parameters) as copy:

        def get_file(name: str, *_: Any, **__: Any) -> str:
            asked.append(name)
            return str(copy)

        what = f"{facts.title} without its classifier (Keras calls the file {facts.weights_file})"
        with _instead_of_fetching(facts, get_file) as make, loading(weights, what):
            model = make(facts.input_size)
    if not asked:
        raise _unknown(facts)
    return model


@contextmanager
def _instead_of_fetching(facts: NetworkFacts, get_file: Callable[..., str]) -> Iterator[Callable[[int], Any]]:
    """Have Keras call `get_file` where it would fetch weights; gives what makes the network for an input size."""
    module: Any = importlib.import_module(f"keras.src.applications.{facts.keras_module}")
    original = module.file_utils
    module.file_utils = _Replaced(original, get_file)

    def make(size: int) -> Any:
        function = getattr(module, facts.keras_name)
        return function(include_top=False, weights="imagenet", pooling="avg", input_shape=(size, size, 3))

    try:
        yield make
    finally:
        module.file_utils = original


def _unknown(facts: NetworkFacts) -> EngineError:
    return EngineError(f"this version of Keras does not say where it has the weights of {facts.title}")


class _Replaced:
    """A module with one function replaced."""

    def __init__(self, module: Any, get_file: Callable[..., str]) -> None:
        self._module = module
        self.get_file = get_file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)
