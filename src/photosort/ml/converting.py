"""Turns Keras weights into a network for LiteRT, in the child process, and compares it with Keras before it is used."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import EngineError, ModelError
from photosort.core.photo import Progress
from photosort.ml.cards import BackboneCard
from photosort.ml.keras_networks import build
from photosort.ml.network_facts import NetworkFacts
from photosort.ml.reference import (
    SAMPLES,
    Reference,
    album_inputs,
    album_pictures,
    album_sha256,
    bundled_reference,
    lowest_cosine,
    pack,
)
from photosort.ml.reference import weights_sha256 as hash_of_arrays
from photosort.ml.runtime import Network
from photosort.ml.samples import sample_pictures

_logger = logging.getLogger(__name__)

Batch = NDArray[np.float32]
Tell = Callable[[Progress], None]

LEAST_COSINE = 0.999
LARGEST_DIFFERENCE = 0.05
"""How far LiteRT may be from what Keras computes: relative length of the difference. About what the cosine allows."""

LEAST_COSINE_I8 = 0.99
"""How like those of floats the embeddings of 8-bit integers must be, on pictures that they were not calibrated on."""

LEAST_SPEEDUP_I8 = 1.1
"""How many times as fast they must be to be worth that."""

_TIMED_PICTURES = 4
_TIMED_ROUNDS = 3


def convert(
    tensorflow: Any,
    facts: NetworkFacts,
    weights: Path,
    folder: Path,
    tell: Tell,
    *,
    quantise: bool,
    notes: Mapping[str, Any],
) -> BackboneCard:
    """Convert a network, check it against Keras, and against the stored reference where there is one.

    Args:
        tensorflow: the imported module.
        facts: which network.
        weights: its HDF5 file.
        folder: where to; must not exist yet. Its card is written last, when all is well.
        tell: hears of the progress.
        quantise: whether 8-bit integers are tried, too; they take the place of floats where they are as good.
        notes: for the card.

    Returns:
        the card.

    Raises:
        ModelError: these are not the network's weights, or LiteRT computes something else with them than Keras.
        EngineError: TensorFlow cannot do it here.
    """

    def step(what: str) -> None:
        # No two steps take equally long: counting them would only make a bar tell wrong times.
        tell(Progress(what, 0, None))

    step("Reading the weights")
    model = build(facts, weights)
    folder.mkdir(parents=True)
    reference = bundled_reference(facts.name)
    pictures = album_pictures() if reference is None else reference.pictures
    pixels = album_inputs(pictures, facts.input_size, facts.framing)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        saved = Path(name)
        step("Converting the network")
        signature = [tensorflow.TensorSpec((1, facts.input_size, facts.input_size, 3), tensorflow.float32)]
        model.export(str(saved), format="tf_saved_model", verbose=False, input_signature=signature)
        expected = _expected(model, facts, pixels)
        card, network, measured = _in_floats(
            lambda half: _to_float(tensorflow, saved, half=half),
            lambda network: _check(expected, network, facts, pixels, reference),
            _card(facts, folder, notes),
            step,
            # Heads are shipped for one variant alone.
            half_only=reference is not None,
        )
        identity = hash_of_arrays(model.get_weights()) if reference is None else reference.weights_sha256
        card = replace(card, identity=identity)
        if quantise:
            step("Making a faster network of 8-bit integers")
            batch = _preprocess(pixels, facts)
            content = _to_i8(tensorflow, saved, batch[::2])
            step("Measuring the faster network")
            card, judged = _judge_i8(card, content, network, batch[1::2])
            measured["int8"] = judged
    network = Network(card.network, sha256=card.sha256)
    samples = pack(pictures, network(_preprocess(pixels, facts)))
    (folder / SAMPLES).write_bytes(samples)
    told = {"sha256": hashlib.sha256(samples).hexdigest(), "bytes": len(samples), "album_sha256": album_sha256()}
    card = replace(card, notes={**card.notes, "measured": measured, "samples": told})
    card.write()
    return card


def _preprocess(pixels: NDArray[np.uint8], facts: NetworkFacts) -> Batch:
    return pixels.astype(np.float32) * np.float32(facts.scale) + np.float32(facts.offset)


def _card(facts: NetworkFacts, folder: Path, notes: Mapping[str, Any]) -> BackboneCard:
    """A card that lacks nothing but the network."""
    return BackboneCard(
        folder=folder,
        name=facts.name,
        input_size=facts.input_size,
        dimension=facts.dimension,
        framing=facts.framing,
        preprocessing_version=1,
        scale=facts.scale,
        offset=facts.offset,
        variant="",
        sha256="",
        notes=notes,
    )


def _in_floats(
    make: Callable[[bool], bytes],
    check: Callable[[Network], dict[str, Any]],
    card: BackboneCard,
    step: Callable[[str], None],
    *,
    half_only: bool,
) -> tuple[BackboneCard, Network, dict[str, Any]]:
    """Store a network with its weights as float16, or as float32 where they cannot be rounded to that.

    Args:
        make: converts, to float16 or not.
        check: measures a network, and raises `ModelError` if it is wrong.
        card: of the network to be.
        step: hears what is being done.
        half_only: refuse what float16 cannot hold.

    Returns:
        the card, the open network, and what was measured.

    Raises:
        ModelError: it computes something else than Keras.
    """
    for variant in ("f16", "f32"):
        step("Converting the network")
        content = make(variant == "f16")
        card.network.write_bytes(content)
        card = replace(card, variant=variant, sha256=hashlib.sha256(content).hexdigest())
        step("Checking the converted network")
        network = Network(card.network, sha256=card.sha256)
        try:
            return card, network, check(network)
        except ModelError as error:
            if half_only or variant == "f32":
                raise
            _logger.info("float16 does not do: %s", error)
    raise AssertionError


def _to_float(tensorflow: Any, saved: Path, *, half: bool) -> bytes:
    """Weights as they are, or rounded to float16; computed in float32 either way."""
    converter = tensorflow.lite.TFLiteConverter.from_saved_model(str(saved))
    if half:
        converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tensorflow.float16]
    return bytes(converter.convert())


def _to_i8(tensorflow: Any, saved: Path, batch: Batch) -> bytes:
    """8-bit integers throughout, float32 in and out, their ranges taken from the pictures of a batch."""

    def calibration() -> Iterator[list[Batch]]:
        for index in range(len(batch)):
            yield [batch[index : index + 1]]

    converter = tensorflow.lite.TFLiteConverter.from_saved_model(str(saved))
    converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
    converter.representative_dataset = calibration
    return bytes(converter.convert())


def _compared(facts: NetworkFacts, pixels: NDArray[np.uint8]) -> Batch:
    """What a network is compared with Keras on: patterns, and some pictures of the album."""
    samples = np.concatenate([sample_pictures(facts.input_size)[::2], pixels[:: max(1, len(pixels) // 4)]])
    return _preprocess(samples, facts)


def _expected(model: Any, facts: NetworkFacts, pixels: NDArray[np.uint8]) -> Batch:
    return np.asarray(model.predict(_compared(facts, pixels), verbose=0))


def _check(
    expected: Batch, network: Network, facts: NetworkFacts, pixels: NDArray[np.uint8], reference: Reference | None
) -> dict[str, Any]:
    """Compare LiteRT with what is expected of Keras, and with the reference.

    Returns:
        the figures, for the card.

    Raises:
        ModelError: they differ.
    """
    measured: dict[str, Any] = {"cosine_to_keras": _check_alike(expected, network(_compared(facts, pixels)))}
    if reference is not None:
        measured["cosine_to_reference"] = reference.check(network(_preprocess(pixels, facts)))
    return measured


def _check_alike(expected: Batch, found: Batch) -> float:
    if not (np.isfinite(expected).all() and np.isfinite(found).all()):
        message = "with these weights the network gives numbers that are not finite"
        raise ModelError(message)
    cosine = lowest_cosine(expected, found)
    lengths = np.maximum(np.linalg.norm(expected, axis=1), 1e-12)
    difference = float((np.linalg.norm(expected - found, axis=1) / lengths).max())
    _logger.info("converted: lowest cosine %.6f, largest difference %.6f", cosine, difference)
    if cosine < LEAST_COSINE or difference > LARGEST_DIFFERENCE:
        message = (
            f"the converted network differs from Keras': cosine {cosine:.4f}, expected at least {LEAST_COSINE}; "
            f"difference {difference:.4f}, expected at most {LARGEST_DIFFERENCE}"
        )
        raise ModelError(message)
    return cosine


def _judge_i8(card: BackboneCard, content: bytes, floats: Network, batch: Batch) -> tuple[BackboneCard, dict[str, Any]]:
    """Put 8-bit integers in the place of floats if they compute nearly the same, faster.

    Their id stands for their own file: unlike those of floats, two conversions of the same weights need not agree to
    0.999.

    Args:
        card: of the network of floats.
        content: the network of 8-bit integers.
        floats: the network of floats.
        batch: pictures that it was not calibrated on.

    Returns:
        the card of what is to be used, and the figures.
    """
    trial = card.folder / "trial.tflite"
    trial.write_bytes(content)
    try:
        network = Network(trial)
        cosine = lowest_cosine(floats(batch), network(batch))
        slow, fast = _photos_per_second(floats, network, batch[:_TIMED_PICTURES])
    except (ModelError, EngineError) as error:
        _logger.warning("8-bit integers cannot be used: %s", error)
        trial.unlink()
        return card, {"kept": False, "error": str(error)}
    kept = cosine >= LEAST_COSINE_I8 and fast >= LEAST_SPEEDUP_I8 * slow
    judged = {
        "kept": kept,
        "cosine_to_floats": cosine,
        "photos_per_second": {card.variant: slow, "i8": fast},
        "times_as_fast": fast / slow,
    }
    if not kept:
        trial.unlink()
        return card, judged
    shutil.move(trial, card.network)
    return replace(card, variant="i8", sha256=network.sha256, identity=""), judged


def _photos_per_second(first: Network, second: Network, batch: Batch) -> tuple[float, float]:
    """The speed of two networks, on one thread, in turns: whatever else the machine does slows both."""
    best = [float("inf"), float("inf")]
    for _ in range(_TIMED_ROUNDS):
        for index, network in enumerate((first, second)):
            started = time.perf_counter()
            network(batch)
            best[index] = min(best[index], time.perf_counter() - started)
    return len(batch) / best[0], len(batch) / best[1]
