"""Is a network on this computer still what it was? Its files by their hashes, what it computes by sample embeddings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml import preparing
from photosort.ml.cards import BackboneCard
from photosort.ml.network_facts import NetworkFacts, facts_of
from photosort.ml.reference import (
    LEAST_COSINE,
    SAMPLES,
    album_inputs,
    album_pictures,
    album_sha256,
    bundled_reference,
    lowest_cosine,
    unpack,
)
from photosort.ml.runtime import Network
from photosort.ml.weights import check_form, import_name, sha256_of


@dataclass(frozen=True, slots=True)
class Verified:
    """How a check went.

    Attributes:
        name: the network.
        ok: whether everything is as it should be.
        findings: what was looked at and what came of it, as sentences; the bad ones first.
    """

    name: str
    ok: bool
    findings: tuple[str, ...]


class _Findings:
    """Collects sentences."""

    def __init__(self) -> None:
        self.good: list[str] = []
        self.bad: list[str] = []

    def tell(self, right: bool, good: str, bad: str) -> None:
        """Tell how one thing was found."""
        (self.good if right else self.bad).append(good if right else bad)


def verify(name: str, paths: UserPaths) -> Generator[Progress, None, Verified]:
    """Check a network's files by their hashes, and what it makes of the sample album by what it made of it before.

    Args:
        name: the network.
        paths: where weights and converted networks are kept.

    Yields:
        progress, once per sample picture.

    Returns:
        what was found.

    Raises:
        ModelError: there is no such network, or it is not here.
        EngineError: LiteRT cannot be used on this machine.
    """
    facts = facts_of(name)
    found = _Findings()
    yield Progress("Checking files", 0, None)
    card = preparing.carried(facts) or preparing.find_converted(facts, paths)
    weights = preparing.find_weights(facts, paths) if card is None else preparing.weights_of(card, facts, paths)
    if weights is not None:
        _check_weights(found, weights, facts, None if card is None else card.notes.get("weights"))
    if card is None:
        folders = preparing.all_converted(facts, paths)
        if weights is None and not folders:
            raise ModelError(preparing.how_to_get(facts))
        found.tell(
            not folders, "It is not prepared yet.", "The converted network is damaged; it is made again when used."
        )
        return _verdict(name, found)
    way_out = "photosort makes it again when it is next used" if weights else "remove the network, and get it again"
    for file, digest in _files_of(card):
        yield Progress("Checking files", 0, None)
        right = _sha256(card.folder / file) == digest
        found.tell(right, f"{file} is what its card says.", f"{file} is missing, damaged or another file; {way_out}.")
    if not found.bad:
        yield from _check_embeddings(found, card)
    return _verdict(name, found)


def _verdict(name: str, found: _Findings) -> Verified:
    return Verified(name, not found.bad, (*found.bad, *found.good))


def _check_weights(found: _Findings, weights: Path, facts: NetworkFacts, told: Any) -> None:
    """A file of weights by the hash that the card tells, or that is a part of its name."""
    try:
        check_form(weights)
        digest = sha256_of(weights)
    except ModelError as error:
        found.tell(False, "", f"The weights: {error}.")
        return
    if isinstance(told, dict):
        right = digest == told.get("sha256")
    else:
        right = weights.name in {facts.weights_file, import_name(facts.name, digest)}
    found.tell(
        right,
        f"{weights.name} is the file of weights that was fetched or imported.",
        f"{weights.name} is damaged: it is not the file of weights that was fetched or imported.",
    )


def _files_of(card: BackboneCard) -> Sequence[tuple[str, str]]:
    """Files beside a card with their SHA-256, as the card tells."""
    document: Any = json.loads((card.folder / BackboneCard.CARD).read_text("utf-8"))
    told = {str(name): entry for name, entry in document["files"].items()}
    if (card.folder / SAMPLES).exists() and isinstance(card.notes.get("samples"), dict):
        told[SAMPLES] = card.notes["samples"]
    return [(name, str(entry["sha256"] if isinstance(entry, dict) else entry)) for name, entry in told.items()]


def _check_embeddings(found: _Findings, card: BackboneCard) -> Generator[Progress, None, None]:
    reference = bundled_reference(card.name)
    if reference is not None:
        pictures, expected = reference.pictures, reference.embeddings
    elif (earlier := _earlier(card)) is not None:
        pictures, expected = earlier
    else:
        pictures, expected = album_pictures(), None
    network = Network(card.network, sha256=card.sha256)
    vectors = np.empty((len(pictures), card.dimension), np.float32)
    try:
        for index, name in enumerate(pictures):
            yield Progress("Looking at sample pictures", index, len(pictures))
            pixels = album_inputs([name], card.input_size, card.framing).astype(np.float32)
            vectors[index] = network(pixels * np.float32(card.scale) + np.float32(card.offset))[0]
    finally:
        network.close()
    if expected is None:
        right = bool(np.isfinite(vectors).all())
        found.tell(
            right, "It can look at sample pictures.", "It gives numbers that are not finite for sample pictures."
        )
        return
    cosine = lowest_cosine(expected, vectors)
    found.tell(
        cosine >= LEAST_COSINE,
        f"It sees sample pictures as it should (cosine {cosine:.4f}).",
        f"It sees sample pictures differently (cosine {cosine:.4f}, expected at least {LEAST_COSINE}).",
    )


def _earlier(card: BackboneCard) -> tuple[tuple[str, ...], NDArray[np.float32]] | None:
    """What the network made of the sample album when it was new; None where that, or the album, is another now."""
    told: Any = card.notes.get("samples")
    path = card.folder / SAMPLES
    if not isinstance(told, dict) or told.get("album_sha256") != album_sha256() or not path.exists():
        return None
    return unpack(path.read_bytes())


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
