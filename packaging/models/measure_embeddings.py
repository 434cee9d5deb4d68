#!/usr/bin/env python3
"""Measure the compact network's embeddings beside its teachers and two controls, and print one table.

    python packaging/models/measure_embeddings.py       # prints Markdown, writes embeddings.md and embeddings.json

Every column is measured on the same photos: learnt from up to so many training photos of a set, tested on validation
photos, which no training has seen. Sets marked * are held out of everything; they are parted into fixed halves. On the
others the labels were seen in training, by the compact network as by the heads, though not on these photos.

- *probe*: logistic regression; *10-NN*: vote of the ten nearest by cosine; both accuracies.
- *NMI* and *purity* of as many groups as labels, made by the program's own k-means; outliers count as one more group.
- *examples*: ten photos of a label; of the fifty photos nearest to their mean, among all tested photos of all sets,
  how many carry that label; the mean over labels with at least 50 such photos and five draws.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent))
from train_backbone import ROOT, Entry, list_photos, split_of, usable  # isort: skip - adds src to the path
from embedded import Embedder
from embedding_figures import by_examples, clustering, neighbours, probe
from fit_heads import open_backbone

from photosort.core.errors import ModelError
from photosort.ml.backbones import Backbone, LiteRTBackbone
from photosort.ml.cards import BackboneCard, Framing
from photosort.ml.runtime import Device

_logger = logging.getLogger("measure_embeddings")

Floats = NDArray[np.float32]

EDGETPU = ROOT.parent / "shared" / "weights" / "mobilenet_edgetpu_imagenet_embedding.keras"
HERE = Path(__file__).resolve().parent


@dataclasses.dataclass(frozen=True)
class Trial:
    """A set to measure on.

    Attributes:
        set_name: The set.
        learn: Photos of each label to learn from, at most.
        test: Photos of each label to test on, at most.
        held_out: Whether nothing of it entered any training.
        probed: Whether probe and neighbours are measured.
        clustered: Whether its tested photos are clustered.
    """

    set_name: str
    learn: int
    test: int
    held_out: bool = False
    probed: bool = True
    clustered: bool = False

    @property
    def title(self) -> str:
        """The set's name, with a star where held out."""
        return f"{self.set_name} *" if self.held_out else self.set_name


TRIALS = (
    Trial("scenes", 250, 100, clustered=True),
    Trial("cats-dogs", 1000, 300, clustered=True),
    Trial("birds", 15, 8),
    Trial("wildlife64", 0, 50, probed=False, clustered=True),
    Trial("dog-food", 250, 200, held_out=True),
    Trial("monkeys", 60, 60, held_out=True, clustered=True),
    Trial("chihuahua-muffin", 150, 150, held_out=True),
    Trial("caltech101", 40, 60, held_out=True),
)


@dataclasses.dataclass(frozen=True)
class RawPixels:
    """A control: a photo at 16 x 16 pixels is its own embedding."""

    id: str = "pixels-16"
    name: str = "pixels"
    input_size: int = 16
    framing: Framing = "stretch"
    dimension: int = 768
    device: Device = dataclasses.field(default_factory=lambda: Device.cpu("pixels need none"))
    workers: int = 2

    def embed(self, pixels: NDArray[np.uint8]) -> Floats:
        """Return the pixels, 0 to 1, as rows."""
        return np.asarray(pixels.reshape(len(pixels), -1) / 255, np.float32)

    def close(self) -> None:
        """Do nothing."""


@dataclasses.dataclass(frozen=True)
class Part:
    """Row numbers of a trial: what is learnt from, and what is tested on."""

    learn: NDArray[np.int64]
    test: NDArray[np.int64]


def choose(entries: Sequence[Entry], trial: Trial) -> tuple[list[Entry], list[Entry]]:
    """Choose a trial's photos: by the hash of their names, the same each time and on every machine.

    Args:
        entries: All photos of all sets.
        trial: The trial.

    Returns:
        Photos to learn from, and photos to test on.
    """
    fair = set(usable(entries))
    of_set = [e for e in entries if e.set_name == trial.set_name and (e not in fair) == trial.held_out]
    of_set.sort(key=lambda e: hashlib.blake2b(f"measure {e.member}".encode()).digest())
    learn: list[Entry] = []
    test: list[Entry] = []
    for label in sorted({e.label for e in of_set}):
        photos = [e for e in of_set if e.label == label]
        if trial.held_out:
            half = len(photos) // 2
            learn += photos[:half][: trial.learn]
            test += photos[half:][: trial.test]
        else:
            unseen = ("validation",) if trial.probed else ("validation", "calibration")
            learn += [e for e in photos if split_of(e) == "train"][: trial.learn]
            test += [e for e in photos if split_of(e) in unseen][: trial.test]
    return learn, test


def measure(embeddings: Floats, entries: Sequence[Entry], parts: dict[str, Part]) -> dict[str, float]:
    """Measure one column.

    Args:
        embeddings: float32 `(n, d)`.
        entries: The photos, rows aligned.
        parts: By set, which rows serve for what.

    Returns:
        Figures by name, in the order of the table.
    """
    centred = embeddings - embeddings.mean(0)
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)
    labels = np.array([e.label for e in entries])
    figures: dict[str, dict[str, float]] = {"probe": {}, "10-NN": {}, "NMI": {}, "purity": {}}
    for trial in TRIALS:
        part = parts[trial.set_name]
        if trial.probed:
            sides = (unit[part.learn], labels[part.learn], unit[part.test], labels[part.test])
            figures["probe"][trial.title] = probe(*sides)
            figures["10-NN"][trial.title] = neighbours(*sides)
        if trial.clustered:
            nmi, purity = clustering(embeddings[part.test], labels[part.test])
            figures["NMI"][trial.title], figures["purity"][trial.title] = nmi, purity
    tested = np.concatenate([part.test for part in parts.values()])
    full = np.array([f"{e.set_name}/{e.label}" for e in entries])
    flat = {f"{kind}: {name}": value for kind, by_set in figures.items() for name, value in by_set.items()}
    flat["examples: share of the first 50"] = by_examples(unit[tested], full[tested])
    return {name: round(value, 4) for name, value in flat.items()}


# ---------------------------------------------------------------- columns


def open_column(name: str, catalog: Path | None, work: Path) -> Backbone:
    """Open what a column measures.

    Raises:
        ModelError: It cannot be had on this machine.
    """
    if name == "pixels":
        return RawPixels()
    if name in {"compact", "mobilenetv2"}:
        return open_backbone(name, catalog, work)
    size, dimension, scale, offset = (224, 1280, 1 / 127.5, -1.0) if name == "edgetpu" else (128, 512, 1.0, 0.0)
    network = work / f"measured-{name}" / BackboneCard.NETWORK
    if not network.exists():
        if name == "edgetpu" and not EDGETPU.exists():
            raise ModelError(f"{EDGETPU} is not there")
        network.parent.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [sys.executable, str(Path(__file__).resolve()), "--convert", name, "--work", str(work)]
        subprocess.run(command, env=environment, check=True)
    digest = hashlib.sha256(network.read_bytes()).hexdigest()
    return LiteRTBackbone(
        BackboneCard(network.parent, name, size, dimension, "stretch", 1, scale, offset, "f16", digest)
    )


def convert(name: str, network: Path) -> None:
    """Write the network of a column that the program does not know (runs under TensorFlow, in a process of its own)."""
    import keras
    import tensorflow as tf

    if name == "edgetpu":
        model = keras.models.load_model(EDGETPU, compile=False)
    else:
        from photosort.ml.architectures import build_compact

        keras.utils.set_random_seed(0)
        model = build_compact(128)
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    unfinished = network.with_suffix(".tmp")
    unfinished.write_bytes(converter.convert())
    unfinished.replace(network)


COLUMNS = {
    "compact": "compact",
    "mobilenetv2": "MobileNetV2, ImageNet (teacher)",
    "edgetpu": "MobileNet EdgeTPU, ImageNet (teacher)",
    "random": "compact, random weights",
    "pixels": "pixels, 16 x 16",
}


def table(results: dict[str, dict[str, float]]) -> str:
    """Return the figures as a Markdown table, one row a figure."""
    rows = [f"| | {' | '.join(COLUMNS[name] for name in results)} |", f"|---|{'---|' * len(results)}"]
    rows += [
        f"| {figure} | {' | '.join(f'{column[figure]:.3f}' for column in results.values())} |"
        for figure in next(iter(results.values()))
    ]
    return "\n".join(rows) + "\n"


def _write_card(path: Path, backbone_id: str, figures: dict[str, float]) -> None:
    card = json.loads(path.read_text("utf-8"))
    note = f"of {backbone_id}; * = held-out sets; the others are seen labels, new photos"
    card["figures"] = {"embeddings": figures, "note": note}
    path.write_text(json.dumps(card, indent=2) + "\n", "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Embed, measure, print and write; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "photos")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "photosort-training")
    parser.add_argument("--catalog", type=Path, help="where imported weights lie; else those of ../shared are taken")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for embeddings.md and embeddings.json")
    parser.add_argument("--only", choices=list(COLUMNS), help="measure one column, write nothing")
    parser.add_argument("--convert", choices=["edgetpu", "random"], help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options.work.mkdir(parents=True, exist_ok=True)
    if options.convert:
        convert(options.convert, options.work / f"measured-{options.convert}" / BackboneCard.NETWORK)
        return 0

    everything = list_photos(options.photos)
    entries: list[Entry] = []
    parts: dict[str, Part] = {}
    for trial in TRIALS:
        learn, test = choose(everything, trial)
        start = len(entries)
        entries += learn + test
        parts[trial.set_name] = Part(np.arange(start, start + len(learn)), np.arange(start + len(learn), len(entries)))
    results: dict[str, dict[str, float]] = {}
    ids: dict[str, Any] = {}
    for name in [options.only] if options.only else COLUMNS:
        try:
            backbone = open_column(name, options.catalog, options.work)
        except (ModelError, subprocess.CalledProcessError) as error:
            _logger.warning("%s is left out: %s", name, error)
            continue
        ids[name] = backbone.id
        embeddings = Embedder(backbone, options.photos, options.work).embed(entries)
        backbone.close()
        _logger.info("measuring %s on %d photos", backbone.id, len(entries))
        results[name] = measure(embeddings, entries, parts)
    text = table(results)
    print(text)
    if not options.only:
        photos = {
            t.title: {"learnt": len(parts[t.set_name].learn), "tested": len(parts[t.set_name].test)} for t in TRIALS
        }
        stored = {"columns": ids, "photos": photos, "figures": results}
        (options.out / "embeddings.json").write_text(json.dumps(stored, indent=2) + "\n", "utf-8")
        (options.out / "embeddings.md").write_text(text, "utf-8")
        if "compact" in results:
            _write_card(ROOT / "resources" / "models" / "compact" / "card.json", ids["compact"], results["compact"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
