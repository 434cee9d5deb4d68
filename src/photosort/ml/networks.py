"""The networks that a person can choose: what they are, which are here, how to get, check and remove them.

Nothing here goes online unasked: only `get` does.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml import preparing
from photosort.ml.cards import BackboneCard
from photosort.ml.disk_space import Need, check_space
from photosort.ml.fetching import Source, fetch, part_of
from photosort.ml.keras_process import KerasProcess
from photosort.ml.network_facts import NAMES, NETWORKS, OWN, NetworkFacts, facts_of
from photosort.ml.verifying import Verified, verify
from photosort.ml.weights import check_form

__all__ = [
    "NAMES",
    "NETWORKS",
    "OWN",
    "NetworkFacts",
    "NetworkStatus",
    "State",
    "Verified",
    "best",
    "facts_of",
    "get",
    "remove",
    "status",
    "status_of",
    "take_file",
    "verify",
]

_logger = logging.getLogger(__name__)

_RECOMMENDED = "mobilenetv2"

_CONVERTED_BYTES = 8
"""Bytes a parameter that a conversion needs for a while: float32 for TensorFlow, float16, 8-bit integers, and some."""


class State(StrEnum):
    """What there is of a network on this computer."""

    BUNDLED = "bundled"
    ABSENT = "absent"
    PARTIAL = "partly fetched"
    FETCHED = "fetched, not prepared"
    READY = "ready"

    @property
    def usable(self) -> bool:
        """Whether it can be opened at once."""
        return self in {State.BUNDLED, State.READY}


@dataclass(frozen=True, slots=True)
class NetworkStatus:
    """A network and what there is of it on this computer.

    Attributes:
        facts: what is known of it anyway.
        state: what there is.
        backbone_id: under which its embeddings are kept; None while it cannot be opened.
        bytes_on_disk: of its weights and the converted network.
        part_bytes: of a download that was stopped, which the next one goes on with.
        weights: the file of Keras weights.
        variant: "f16", "f32", or "i8" for 8-bit integers; None while it cannot be opened.
    """

    facts: NetworkFacts
    state: State
    backbone_id: str | None
    bytes_on_disk: int
    part_bytes: int
    weights: Path | None
    variant: str | None

    @property
    def name(self) -> str:
        """The network's name."""
        return self.facts.name


def status(paths: UserPaths) -> tuple[NetworkStatus, ...]:
    """What there is of every network; reads cards and sizes, hashes nothing.

    Raises:
        ModelError: the program itself is damaged.
    """
    return tuple(_status(facts, paths) for facts in NETWORKS)


def status_of(name: str, paths: UserPaths) -> NetworkStatus:
    """What there is of one network; see `status`.

    Raises:
        ModelError: there is no network of this name.
    """
    return _status(facts_of(name), paths)


def best(paths: UserPaths) -> str:
    """The network that serves where nobody chose one: the recommended one if it is here, else the one that came along.

    The larger ones are for those who ask for them: they are slow, and no heads are shipped for them.
    """
    return _RECOMMENDED if status_of(_RECOMMENDED, paths).state.usable else OWN


def get(name: str, paths: UserPaths) -> Generator[Progress, None, NetworkStatus]:
    """Have a network ready: fetch its weights from where Keras has them, convert and check them.

    Does only what is left to do. A stopped or broken download goes on where it was. Never called unasked.

    Args:
        name: the network.
        paths: where weights and converted networks are kept.

    Yields:
        progress, of the download as `photosort.core.photo.Transfer`; closing the generator stops it and keeps what
        came.

    Returns:
        the state it is in now.

    Raises:
        ModelError: it cannot be fetched (the message names the way out), or something else came.
        EngineError: TensorFlow, which knows the address and converts, cannot be used here.
    """
    facts = facts_of(name)
    if preparing.find_usable(facts, paths) is not None:
        return _status(facts, paths)
    kept = preparing.find_weights(facts, paths)
    if kept is None:
        theirs = preparing.weights_of_keras(facts)
        if theirs is None or not (yield from _serves(name, theirs, paths)):
            yield from _fetch_and_prepare(facts, paths)
        return _status(facts, paths)
    try:
        yield from preparing.prepare(name, paths)
    except ModelError as error:
        message = f"the weights that are kept do not serve: {error}. Remove {facts.title}, then get it anew"
        raise ModelError(message) from error
    return _status(facts, paths)


def take_file(name: str, file: Path, paths: UserPaths) -> Generator[Progress, None, NetworkStatus]:
    """Have a network ready from a file of Keras weights, which is copied to the program's own folder.

    Args:
        name: the network.
        file: HDF5, in either of Keras' layouts, without the classifier.
        paths: where weights and converted networks are kept.

    Yields:
        progress; closing the generator stops it and leaves nothing.

    Returns:
        the state it is in now.

    Raises:
        ModelError: the file is missing, damaged, or holds something else; or the network takes no file.
        EngineError: TensorFlow, which converts, cannot be used here.
    """
    facts = facts_of(name)
    if facts.bundled:
        message = f"the network {name} comes with photosort and takes no file of weights"
        raise ModelError(message)
    check_form(file)
    check_space(facts.title, [Need(paths.weights, file.stat().st_size), *_needs_of_conversion(facts, paths)])
    yield from preparing.prepare(name, paths, file)
    return _status(facts, paths)


def remove(name: str, paths: UserPaths) -> int:
    """Delete a network's weights, the converted network, and what is left of a download.

    Embeddings that were made with it stay in the catalog.

    Args:
        name: the network.
        paths: where weights and converted networks are kept.

    Returns:
        bytes freed.

    Raises:
        ModelError: it came along with the program, or cannot be deleted.
    """
    facts = facts_of(name)
    if preparing.carried(facts) is not None:
        message = f"the network {name} comes with photosort and cannot be removed"
        raise ModelError(message)
    freed = 0
    try:
        for folder in preparing.all_converted(facts, paths):
            freed += _size(folder)
            shutil.rmtree(folder)
        for file in (*preparing.all_weights(facts, paths), part_of(paths.weights / facts.weights_file)):
            freed += _size(file)
            file.unlink(missing_ok=True)
    except OSError as error:
        message = f"the network {name} could not be removed: {error.strerror or error} ({error.filename})"
        raise ModelError(message) from error
    return freed


def _status(facts: NetworkFacts, paths: UserPaths) -> NetworkStatus:
    own = preparing.carried(facts)
    card = own or preparing.find_converted(facts, paths)
    part = part_of(paths.weights / facts.weights_file) if facts.weights_file else None
    part_bytes = _size(part) if part else 0
    if own is not None:
        weights = None
        state, size = State.BUNDLED, _size(own.folder)
    else:
        weights = preparing.find_weights(facts, paths) if card is None else preparing.weights_of(card, facts, paths)
        size = (_size(weights) if weights else 0) + (_size(card.folder) if card else 0)
        state = _state(card, weights, part_bytes)
    return NetworkStatus(
        facts=facts,
        state=state,
        backbone_id=card.id if card else None,
        bytes_on_disk=size,
        part_bytes=part_bytes,
        weights=weights,
        variant=card.variant if card else None,
    )


def _state(card: BackboneCard | None, weights: Path | None, part_bytes: int) -> State:
    if card is not None:
        return State.READY
    if weights is not None:
        return State.FETCHED
    return State.PARTIAL if part_bytes else State.ABSENT


def _serves(name: str, theirs: Path, paths: UserPaths) -> Generator[Progress, None, bool]:
    """Prepare what Keras has fetched for another program; False if that is of no use."""
    try:
        yield from preparing.prepare(name, paths, theirs)
    except ModelError as error:
        _logger.info("Keras' own copy does not serve: %s", error)
        return False
    return True


def _fetch_and_prepare(facts: NetworkFacts, paths: UserPaths) -> Generator[Progress, None, None]:
    target = paths.weights / facts.weights_file
    left = max(0, facts.download_bytes - _size(part_of(target)))
    check_space(facts.title, [Need(paths.weights, left), *_needs_of_conversion(facts, paths)])
    with KerasProcess() as process:
        told = yield from process.request("weights_source", name=facts.name)
    yield from fetch(Source(told["url"], told["algorithm"] or None, told["digest"], facts.title), target)
    try:
        yield from preparing.prepare(facts.name, paths)
    except ModelError as error:
        # Where Keras knows no hash, this is what tells the right file from a wrong one.
        target.unlink(missing_ok=True)
        message = f"what came is not what was expected, and was thrown away: {error}"
        raise ModelError(message) from error


def _needs_of_conversion(facts: NetworkFacts, paths: UserPaths) -> list[Need]:
    copied = Need(Path(tempfile.gettempdir()), facts.download_bytes)
    return [Need(paths.converted, _CONVERTED_BYTES * facts.parameters), copied]


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 where there is nothing."""
    try:
        if path.is_dir():
            return sum(entry.stat().st_size for entry in path.rglob("*") if entry.is_file())
        return path.stat().st_size
    except OSError:
        return 0
