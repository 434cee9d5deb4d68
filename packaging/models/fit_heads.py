#!/usr/bin/env python3
"""Fit the bundled classifiers on a backbone, and measure them.

    python packaging/models/fit_heads.py                            # resources/models/kinds, scenes, animals
    python packaging/models/fit_heads.py --backbone mobilenetv2     # resources/models/kinds-mobilenetv2, ...

Photos go through the code of the product (`photosort.core.imaging`, `photosort.ml.backbones`), so that a head is
fitted on what it will be shown, and a second time as another camera would have taken them (`other_camera.py`), so
that a head knows scenes and animals rather than the sets that they come from. Which photo serves for what is decided
by `split_of` in train_backbone.py beside this file: heads are fitted on the backbone's training photos, calibrated on
photos that the backbone has not seen, and measured on photos that entered nothing. Held-out sets and `NEVER_FITTED`
enter no fit; they only give figures.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import logging
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent))
from train_backbone import ROOT, Entry, held_out_classes, usable  # isort: skip - adds src to the path
from album_truth import album_figures
from classifiers import CLASSIFIERS, NEVER_FITTED, OTHER, Classifier, list_entries, never_fitted, roles, split_of_entry
from embedded import Embedder, Vectors
from figures import confusions, figures_of, of_other_photos, share_called, verdicts_on
from render_pages import write_pages

from photosort.core.paths import UserPaths
from photosort.ml import heads
from photosort.ml.backbones import Backbone, load

_logger = logging.getLogger("fit_heads")

BACKBONES = ("compact", "mobilenetv2")
WEIGHTS = {"mobilenetv2": ROOT.parent / "shared" / "weights" / "mobilenetv2_imagenet_notop.weights.h5"}

_STRENGTHS = (0.0003, 0.001, 0.003, 0.01)
_MOST_OTHERS = 7000
"""Photos of other kinds that take part in a fit, spread over sets and their labels."""

_ALBUM_SHARE = 60
"""Photos of each kind in the mixed album, beside those that carry no label."""

HELD_OUT_ANIMALS = (("dog-food", "dog", "dog"), ("chihuahua-muffin", "chihuahua", "dog"), ("monkeys", None, "wild"))
"""Set, label (None for all) and answer of animals that no training has seen."""


def spread(entries: Sequence[Entry], rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Choose at most so many photos, alike from each set, and within a set alike from each label.

    Args:
        entries: All photos.
        rows: Row numbers to choose from.
        most: How many at most.

    Returns:
        Row numbers, sorted.
    """
    if len(rows) <= most:
        return rows
    groups: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in np.random.default_rng(0).permutation(rows):
        groups[entries[row].set_name][entries[row].label].append(int(row))
    of_set = _shares({name: sum(map(len, labels.values())) for name, labels in groups.items()}, most)
    chosen: list[int] = []
    for name, labels in groups.items():
        of_label = _shares({label: len(found) for label, found in labels.items()}, of_set[name])
        chosen += [row for label, found in labels.items() for row in found[: of_label[label]]]
    return np.sort(np.array(chosen, np.int64))


def _shares(sizes: dict[str, int], most: int) -> dict[str, int]:
    """Give each group as much as every other, as far as it has so many: the smallest first."""
    left, shares = most, {}
    for number, name in enumerate(sorted(sizes, key=lambda name: (sizes[name], name))):
        shares[name] = min(sizes[name], left // (len(sizes) - number))
        left -= shares[name]
    return shares


def fit_classifier(
    classifier: Classifier, entries: Sequence[Entry], vectors: Vectors, backbone: tuple[str, str]
) -> tuple[heads.Head, dict[str, Any]]:
    """Fit one classifier and measure it.

    Args:
        classifier: What to fit.
        entries: All photos, held-out ones and `never_fitted` ones too; those only give figures.
        vectors: Their embeddings.
        backbone: Name and id of what embedded them.

    Returns:
        The head, and what its card says beyond the head's own.
    """
    answers = roles(classifier, entries)
    splits = np.array([split_of_entry(e) for e in entries])
    index = np.array([-2 if a is None else -1 if a == OTHER else classifier.labels.index(a) for a in answers])

    def rows(split: str, label: int) -> NDArray[np.int64]:
        return np.flatnonzero((splits == split) & (index == label))

    fitted = np.concatenate(
        [spread(entries, rows("train", label), classifier.most) for label in range(len(classifier.labels))]
    )
    others = spread(entries, rows("train", -1), _MOST_OTHERS)
    kept = np.flatnonzero((splits == "calibration") & (index >= 0))
    learnt, learnt_rows = vectors.both(fitted)
    judged, judged_rows = vectors.both(kept)
    head = heads.fit(
        learnt,
        index[learnt_rows],
        classifier.labels,
        name=classifier.name,
        title=classifier.title,
        backbone_id=backbone[1],
        others=vectors.either(others),
        calibration=heads.Calibration(judged, index[judged_rows]),
        strengths=_STRENGTHS,
        balanced=classifier.balanced,
        share_outside=classifier.share_outside,
        asked_of=classifier.asked_of,
    ).rounded()
    figures = _measure(head, entries, index, splits, vectors.own)
    figures |= _measure_unlabelled_and_held_out(head, entries, index, splits, vectors.own)
    figures["by_other_camera"] = _measure(head, entries, index, splits, vectors.other)
    option = "" if backbone[0] == BACKBONES[0] else f" --backbone {backbone[0]}"
    card = {
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "notes": classifier.notes,
        "known_failures": [*classifier.known_failures, *confusions(figures, classifier.labels)],
        "training": {
            "command": f"python packaging/models/fit_heads.py{option}",
            "photos": dict(sorted(Counter(answers[row] for row in np.concatenate([fitted, others])).items())),
            "calibration_photos": len(kept),
            "sets": sorted({e.set_name for e, a in zip(entries, answers, strict=True) if a}),
        },
        "held_out": [*held_out_classes(entries), *NEVER_FITTED],
        "figures": figures,
        "licence": {
            "weights": "MIT, as photosort",
            "sources": "fitted on public research sets, mostly collected from the web, and on pages painted by "
            "render_pages.py; no photo is distributed",
        },
    }
    return head, card


def _measure(
    head: heads.Head,
    entries: Sequence[Entry],
    index: NDArray[np.int64],
    splits: NDArray[np.str_],
    vectors: NDArray[np.float32],
) -> dict[str, Any]:
    measured = splits == "validation"
    inside = measured & (index >= 0)
    strange = np.array([never_fitted(e) for e in entries])
    figures = figures_of(head, vectors[inside], index[inside])
    if head.name == "kinds":  # everything is of some kind, and these are things
        figures["kinds_never_fitted"] = {
            "called thing": share_called(head, vectors[strange], "thing"),
            **verdicts_on(head, vectors[strange]),
        }
    else:
        figures["other_kinds"] = of_other_photos(head, vectors[inside], vectors[measured & (index == -1)])
        figures["kinds_never_fitted"] = of_other_photos(head, vectors[inside], vectors[strange])
    return figures


def _measure_unlabelled_and_held_out(
    head: heads.Head,
    entries: Sequence[Entry],
    index: NDArray[np.int64],
    splits: NDArray[np.str_],
    vectors: NDArray[np.float32],
) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    if head.name == "kinds":
        inside = np.flatnonzero((splits == "validation") & (index >= 0))
        of_each = [spread(entries, inside[index[inside] == k], _ALBUM_SHARE) for k in range(len(head.labels))]
        unlabelled = np.flatnonzero([e.set_name == "unlabelled" for e in entries])
        figures["mixed_album"] = verdicts_on(head, vectors[np.concatenate([unlabelled, *of_each])])
    if head.name == "animals":
        figures["held_out_sets"] = {
            f"{set_name}/{label or '*'} called {answer}": share_called(head, vectors[rows], answer)
            for set_name, label, answer in HELD_OUT_ANIMALS
            if (rows := np.array([e.set_name == set_name and label in (None, e.label) for e in entries])).any()
        }
    return figures


def to_be_viewed(entries: Sequence[Entry], most: int | None) -> NDArray[np.bool_]:
    """Tell which photos are embedded by another camera, too: all that are calibrated on or measured, and some to fit.

    Args:
        entries: All photos.
        most: Photos to fit, at most, spread over sets and their labels; None for all.

    Returns:
        bool `(n,)`.
    """
    fair = set(usable(entries))
    splits = np.array([split_of_entry(e) for e in entries])
    strange = np.array([never_fitted(e) for e in entries], np.bool_)
    told = np.array([e in fair and any(c.of(e) is not None for c in CLASSIFIERS) for e in entries], np.bool_)
    fitted = np.flatnonzero(told & ~strange & (splits == "train"))
    viewed: NDArray[np.bool_] = strange | (told & (splits != "train"))
    viewed[fitted if most is None else spread(entries, fitted, most)] = True
    return viewed


def open_backbone(name: str, catalog: Path | None, work: Path) -> Backbone:
    """Open a network on the CPU.

    Args:
        name: One of `BACKBONES`.
        catalog: Below which fetched or imported weights lie; None imports those of `WEIGHTS` below the work folder.
        work: Folder for everything that can be made again.
    """
    weights = None if catalog else WEIGHTS.get(name)
    return load(name, UserPaths.below(catalog or work / "catalog"), weights, "cpu")


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, measure and write; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "photos")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "photosort-training")
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models")
    parser.add_argument("--backbone", choices=BACKBONES, default=BACKBONES[0])
    parser.add_argument("--catalog", type=Path, help="where imported weights lie; else those of ../shared are taken")
    parser.add_argument("--classifier", choices=[c.name for c in CLASSIFIERS], help="only this one")
    parser.add_argument("--views", type=int, help="fit so many photos, at most, by another camera too; all by default")
    parser.add_argument("--every", type=int, default=1, help="take every n-th photo only, for a quick trial")
    parser.add_argument("--dry", action="store_true", help="measure, write nothing")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options.work.mkdir(parents=True, exist_ok=True)

    write_pages(options.photos, options.work)
    backbone = open_backbone(options.backbone, options.catalog, options.work)
    entries = list_entries(options.photos, options.work)[:: options.every]
    vectors = Embedder(backbone, options.photos, options.work).vectors(entries, to_be_viewed(entries, options.views))
    for classifier in CLASSIFIERS:
        if options.classifier not in (None, classifier.name):
            continue
        _logger.info("fitting %s", classifier.name)
        head, card = fit_classifier(classifier, entries, vectors, (backbone.name, backbone.id))
        if (painted := album_figures(head, backbone, ROOT / "resources" / "album")) is not None:
            card["figures"]["sample_album"] = painted
        print(json.dumps({classifier.name: card["figures"]}))
        if not options.dry:
            suffix = "" if options.backbone == BACKBONES[0] else f"-{options.backbone}"
            head.save(options.out / f"{classifier.name}{suffix}", card=card)
    backbone.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
