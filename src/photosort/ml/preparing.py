"""From a file of ImageNet weights to a converted network in the cache, whole and checked or not at all."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photosort.core import paths as places
from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml.cards import BackboneCard
from photosort.ml.keras_process import KerasProcess
from photosort.ml.machine import nvidia_visible
from photosort.ml.network_facts import NetworkFacts, facts_of
from photosort.ml.runtime import Network
from photosort.ml.weights import check_form, import_file, import_name, sha256_of

_logger = logging.getLogger(__name__)

_UNFINISHED = ".converting-"

_LEFT_OVER_AFTER = 24 * 3600.0
"""Seconds after which an unfinished conversion is surely nobody's any more."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A network ready to be opened.

    Attributes:
        card: where it lies and what it is.
        weights: the Keras weights that it was made of; None where only the converted network is left.
    """

    card: BackboneCard
    weights: Path | None


def prepare(name: str, paths: UserPaths, weights: Path | None = None) -> Generator[Progress, None, Prepared]:
    """Find a converted network, or convert it once, in the helper process.

    Args:
        name: one of `network_facts.NAMES` that does not come along.
        paths: where weights and converted networks are kept.
        weights: a file of the user's, which is copied to the program's weights; None takes what is there, from an
            earlier time or because Keras has fetched it for another program.

    Yields:
        progress; closing the generator stops the helper process.

    Returns:
        the network, whose file was opened and compared with Keras in the helper process before.

    Raises:
        ModelError: there are no weights (the message says how to get them), or they are not this network's.
        EngineError: TensorFlow, which converts, cannot be used here.
    """
    facts = facts_of(name)
    if weights is None:
        card = find_usable(facts, paths)
        if card is not None:
            return Prepared(card, weights_of(card, facts, paths))
        weights = find_weights(facts, paths) or weights_of_keras(facts)
        if weights is None:
            raise ModelError(how_to_get(facts))
    yield Progress("Reading the weights", 0, None)
    check_form(weights)
    digest = sha256_of(weights)
    folder = paths.converted / f"{name}-{digest[:16]}"
    card = _usable(folder)
    # What is kept already keeps its name.
    kept = weights.resolve().parent == paths.weights.resolve()
    file = weights.name if kept else import_name(name, digest)
    if card is None:
        made_of = {"file": file, "sha256": digest, "bytes": weights.stat().st_size}
        card = yield from _convert(facts, weights, folder, made_of)
    else:
        # The newest is the one in use.
        with contextlib.suppress(OSError):
            os.utime(folder / BackboneCard.CARD)
    if not kept:
        # Only now: what could not be converted is not worth keeping.
        weights = import_file(weights, paths.weights, name)
    return Prepared(card, weights)


def find_converted(facts: NetworkFacts, paths: UserPaths) -> BackboneCard | None:
    """The card of the converted network in use: the newest that is as long as its card says; nothing is hashed.

    Where heads are shipped for the network, only the very one that they were fitted on counts.
    """
    expected = expected_id(facts.name)
    cards = (folder / BackboneCard.CARD for folder in all_converted(facts, paths))
    for path in _newest_first(path for path in cards if path.exists()):
        try:
            card = BackboneCard.read(path.parent)
            size = card.network.stat().st_size
            if size == (card.size or size) and expected in (None, card.id):
                return card
        except (ModelError, OSError) as error:
            _logger.info("A converted network is passed over: %s", error)
    return None


def find_usable(facts: NetworkFacts, paths: UserPaths) -> BackboneCard | None:
    """The card of the network in use if its file is whole: opened, and its hash taken."""
    found = carried(facts) or find_converted(facts, paths)
    return None if found is None else _usable(found.folder)


def carried(facts: NetworkFacts) -> BackboneCard | None:
    """The card of a converted network that an installer brought along; the repository has none but the compact one."""
    folder = places.resources() / ("models" if facts.bundled else "networks") / facts.name
    return BackboneCard.read(folder) if (folder / BackboneCard.CARD).is_file() else None


def all_converted(facts: NetworkFacts, paths: UserPaths) -> list[Path]:
    """The folder of every network that was converted from some weights of this one, whole or not."""
    return list(paths.converted.glob(f"{facts.name}-*"))


def find_weights(facts: NetworkFacts, paths: UserPaths) -> Path | None:
    """The newest file of weights that was fetched or imported."""
    return next(_newest_first(all_weights(facts, paths)), None)


def all_weights(facts: NetworkFacts, paths: UserPaths) -> list[Path]:
    """Every file of weights of a network that is kept."""
    if facts.bundled:
        return []
    return [*paths.weights.glob(import_name(facts.name, "*")), *paths.weights.glob(facts.weights_file)]


def weights_of(card: BackboneCard, facts: NetworkFacts, paths: UserPaths) -> Path | None:
    """The file of weights that a converted network was made of, if it is still there."""
    told: Any = card.notes.get("weights")
    if not isinstance(told, dict):
        # A card of an older version, which says nothing of it.
        return find_weights(facts, paths)
    file = paths.weights / Path(str(told.get("file"))).name
    return file if file.is_file() else None


def weights_of_keras(facts: NetworkFacts) -> Path | None:
    """Where Keras keeps what it has fetched, if it has."""
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    file = home / "models" / facts.weights_file
    return file if file.is_file() else None


def expected_id(name: str) -> str | None:
    """The backbone id that the shipped heads of a network were fitted on; None where none are shipped.

    Raises:
        ModelError: the card that says so is damaged.
    """
    path = places.resources() / "models" / name / "card.json"
    try:
        card: Any = json.loads(path.read_text("utf-8"))
        return str(card["backbone_id"]) if card["kind"] == "reference" else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"the card {path} cannot be read: {error}"
        raise ModelError(message) from error


def how_to_get(facts: NetworkFacts) -> str:
    """What to do about a network that is not there."""
    return (
        f"the network {facts.name} is not here yet: photosort models get {facts.name} fetches its ImageNet weights "
        f"({facts.download_bytes / 1e6:.0f} MB, once) from where Keras has them, and photosort models import "
        f"{facts.name} FILE takes a copy of Keras' {facts.weights_file}; the Lab does both"
    )


def _convert(
    facts: NetworkFacts, weights: Path, folder: Path, made_of: dict[str, Any]
) -> Generator[Progress, None, BackboneCard]:
    """Convert into a folder that appears whole or not at all, also when this is stopped half-way."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder.parent)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=_UNFINISHED, ignore_cleanup_errors=True) as name:
            made = Path(name).resolve() / "made"
            with KerasProcess() as process:
                yield from process.request(
                    "convert",
                    name=facts.name,
                    weights=str(weights.resolve()),
                    folder=str(made),
                    # 8-bit integers are for the CPU: a GPU computes what float16 computes, and much faster.
                    quantise=facts.quantised and not nvidia_visible(),
                    made_of=made_of,
                )
            if folder.exists():
                # Damaged, see `_usable`; or made by another process meanwhile, then one is as good as the other.
                shutil.rmtree(folder)
            made.replace(folder)
    except OSError as error:
        message = f"the converted network could not be stored in {folder}: {error.strerror or error}"
        raise ModelError(message) from error
    return BackboneCard.read(folder)


def _remove_leftovers(folder: Path) -> None:
    """Remove what conversions left that were killed together with photosort itself."""
    for leftover in folder.glob(f"{_UNFINISHED}*"):
        if time.time() - leftover.stat().st_mtime > _LEFT_OVER_AFTER:
            shutil.rmtree(leftover, ignore_errors=True)


def _usable(folder: Path) -> BackboneCard | None:
    """The converted network in a folder, if it is whole; the cache may be cleared or damaged at any time."""
    if not folder.exists():
        return None
    try:
        card = BackboneCard.read(folder)
        Network(card.network, sha256=card.sha256).close()
    except ModelError as error:
        _logger.info("The converted network is made again: %s", error)
        return None
    expected = expected_id(card.name)
    return card if expected in (None, card.id) else None


def _newest_first(found: Iterable[Path]) -> Iterator[Path]:
    return iter(sorted(found, key=_modified, reverse=True))


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # Removed this moment, by another process.
        return 0.0
