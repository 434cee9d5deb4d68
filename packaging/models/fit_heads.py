#!/usr/bin/env python3
"""Fit the bundled classifiers on the bundled backbone, and measure them.

    python packaging/models/fit_heads.py --photos ../shared/photos

Photos go through the code of the product (`photosort.core.imaging`, `photosort.ml.backbones`), so that a head is
fitted on what it will be shown, and a second time as another camera would have taken them (`other_camera.py`), so
that a head knows scenes and animals rather than the sets that they come from. Which photo serves for what is decided
by `split_of` in train_backbone.py beside this file: heads are fitted on the backbone's training photos, calibrated on
photos that the backbone has not seen, and measured on photos that entered nothing. Held-out sets and `NEVER_FITTED`
enter no fit; they only give figures.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import logging
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent))
from other_camera import other_camera
from train_backbone import ROOT, Entry, held_out_classes, list_photos, split_of, usable  # adds src to the path

from photosort.core.imaging import decode, model_input
from photosort.core.photo import VERDICTS, Verdict
from photosort.ml import heads, metrics
from photosort.ml.backbones import Backbone, load_compact

_logger = logging.getLogger("fit_heads")

OTHER = "(other)"

SCENES = ("buildings", "forest", "glacier", "mountain", "sea", "street")
ANIMALS = ("cat", "dog", "wild")

_DRAWN_OR_PLACES = frozenset(
    [
        "minaret",
        "pagoda",
        "pyramid",
        "ferry",
        "ketch",
        "schooner",
        "stop_sign",
        "helicopter",
        "airplanes",
        "windmill",
        "fuji_mountain",
        "golden_gate",
        "eiffel_tower",
        "pisa_tower",
        "taj_mahal",
        "temple_of_heaven",
        "open_road",
        "tree",
        "sailboat",
        "hot_air_balloon",
        "car",
        "cyclist",
        "camel",
        "elephant",
        "giraffe",
        "horse",
        "heron",
        "seagull",
        "swan",
        "flamingo",
        "emu",
        "ibis",
        "llama",
        "okapi",
        "gerenuk",
        "rhino",
        "kangaroo",
    ]
)
"""Things that may well stand in a scene: neither an example of a scene nor of what is none."""

_WILD_THINGS = frozenset(
    ["beaver", "cougar_face", "elephant", "gerenuk", "giraffe", "hedgehog", "kangaroo", "okapi", "panda", "tiger"]
)
_ANIMAL_THINGS = _WILD_THINGS | frozenset(
    [
        "camel",
        "cougar_body",
        "crocodile",
        "crocodile_head",
        "dalmatian",
        "dolphin",
        "emu",
        "flamingo",
        "flamingo_head",
        "garfield",
        "hawksbill",
        "heron",
        "horse",
        "ibis",
        "leopards",
        "llama",
        "pigeon",
        "platypus",
        "rhino",
        "rooster",
        "seagull",
        "snoopy",
        "swan",
        "teddy_bear",
        "wild_cat",
        "tench",
        "octopus",
    ]
)


_THINGS = frozenset({"caltech101", "objects", "imagenette"})


def never_fitted(entry: Entry) -> bool:
    """Tell whether a photo is kept from every head's fit, to measure *none of these* on kinds nobody fitted."""
    return entry.set_name == "everyday" and (entry.label == "clothing" or entry.label.startswith("trash_"))


def scene_of(entry: Entry) -> str | None:
    """Return the scene that a photo is an example of, `OTHER` for an example of none, None for neither."""
    if entry.set_name == "scenes":
        return entry.label
    if entry.set_name in {"bread", "flowers", "cats-dogs", "birds", "everyday"}:
        return OTHER
    if entry.set_name in {"caltech101", "objects"} and entry.label not in _DRAWN_OR_PLACES:
        return OTHER
    if entry.set_name == "imagenette" and entry.label not in {"church", "parachute", "garbage_truck", "gas_pump"}:
        return OTHER
    return None


def animal_of(entry: Entry) -> str | None:
    """Return cat, dog or wild, `OTHER` for an example of none, None for neither.

    `wild` is mammals that live in the wild (the wildlife sets, with their few eagles). Birds and farm animals are
    neither: nobody would call a duck wrong for either answer.
    """
    answer: str | None = None
    if entry.set_name == "cats-dogs":
        answer = entry.label
    elif entry.set_name in {"wildlife", "wildlife64"} or (entry.set_name in _THINGS and entry.label in _WILD_THINGS):
        answer = "wild"
    elif entry.label in {"dalmatian", "english_springer"}:
        answer = "dog"
    elif entry.set_name in {"scenes", "bread", "flowers", "everyday", "house-fronts"}:
        answer = OTHER
    elif entry.set_name == "other-animals":
        answer = OTHER if entry.label in {"spider", "snake", "shark"} else None
    elif entry.set_name in _THINGS:
        answer = None if entry.label in _ANIMAL_THINGS else OTHER
    return answer


@dataclasses.dataclass(frozen=True)
class Classifier:
    """What a bundled classifier is fitted for.

    Attributes:
        name: Its name.
        title: What a person reads.
        labels: Its labels.
        of: Gives the label of a photo, `OTHER` or None.
        notes: What it can and cannot do, in a sentence or two.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    of: Callable[[Entry], str | None]
    notes: str


CLASSIFIERS = (
    Classifier(
        "scenes",
        "Scene",
        SCENES,
        scene_of,
        "Landscapes and towns. Glacier and mountain, and buildings and street, overlap in the photos themselves.",
    ),
    Classifier(
        "animals",
        "Animal",
        ANIMALS,
        animal_of,
        "Wild means mammals in the wild, and eagles. It was fitted neither on birds nor on farm animals: either answer "
        "may come for those.",
    ),
)


@dataclasses.dataclass(frozen=True)
class Vectors:
    """Embeddings of the photos of the sets, rows aligned with the entries.

    Attributes:
        own: float32 `(n, d)`, of the photos as they are.
        other: float32 `(n, d)`, of the same photos as another camera would have taken them.
    """

    own: NDArray[np.float32]
    other: NDArray[np.float32]

    def both(self, rows: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Return the chosen rows twice: as they are, then by another camera."""
        return np.concatenate([self.own[rows], self.other[rows]])


def embed(
    backbone: Backbone, photos: Path, entries: Sequence[Entry], work: Path, *, by_other_camera: bool = False
) -> NDArray[np.float32]:
    """Embed photos as the product does, or read what an earlier run embedded.

    Args:
        backbone: The backbone.
        photos: Folder of the set archives.
        entries: The photos.
        work: Folder for the cache.
        by_other_camera: Change each photo as another camera would have, always in the same way.

    Returns:
        float32 `(n, d)`.
    """
    cache = work / f"embeddings-{backbone.id}{'-other' if by_other_camera else ''}.npz"
    known: dict[str, NDArray[np.float32]] = {}
    if cache.exists():
        with np.load(cache, allow_pickle=False) as stored:
            known = dict(zip(stored["members"].tolist(), stored["vectors"], strict=True))
    todo = [e for e in entries if e.member not in known]
    if todo:
        _logger.info("embedding %d photos", len(todo))
        chunks = [todo[start : start + 256] for start in range(0, len(todo), 256)]
        with concurrent.futures.ThreadPoolExecutor(backbone.workers) as pool:
            for chunk, vectors in zip(
                chunks, pool.map(lambda c: _embed_chunk(backbone, photos, c, by_other_camera), chunks), strict=True
            ):
                known.update(zip((e.member for e in chunk), vectors, strict=True))
        members = sorted(known)
        temporary = cache.with_suffix(".tmp.npz")
        np.savez(temporary, members=np.array(members), vectors=np.stack([known[m] for m in members]))
        temporary.replace(cache)
    return np.stack([known[e.member] for e in entries])


def _embed_chunk(
    backbone: Backbone, photos: Path, entries: Sequence[Entry], by_other_camera: bool
) -> NDArray[np.float32]:
    inputs = []
    with contextlib.ExitStack() as stack:
        temporary = stack.enter_context(tempfile.TemporaryDirectory())
        # Opened once for all: reading the directory of an archive takes longer than decoding a photo.
        names = {entry.set_name for entry in entries}
        archives = {name: stack.enter_context(zipfile.ZipFile(photos / f"{name}.zip")) for name in names}
        for entry in entries:
            path = Path(archives[entry.set_name].extract(entry.member, temporary))
            decoded = decode(path, short_side=backbone.input_size)
            pixels = decoded.pixels
            if by_other_camera:
                seed = int.from_bytes(hashlib.blake2b(entry.member.encode(), digest_size=8).digest(), "big")
                pixels = other_camera(pixels, np.random.default_rng(seed))
            inputs.append(model_input(pixels, backbone.input_size, fit=backbone.framing))
            path.unlink()
    return backbone.embed(np.stack(inputs))


# ---------------------------------------------------------------- fit and measure


def roles(classifier: Classifier, entries: Sequence[Entry]) -> list[str | None]:
    """Tell what each photo is an example of: a label, `OTHER`, or nothing.

    Args:
        classifier: What is to be fitted.
        entries: All photos of the sets: which classes are held out depends on all of them.

    Returns:
        One answer per photo; None for everything that is held out of all fitting.
    """
    fair = set(usable(entries))
    return [classifier.of(e) if e in fair and not never_fitted(e) else None for e in entries]


def fit_classifier(
    classifier: Classifier, entries: Sequence[Entry], vectors: Vectors, backbone_id: str
) -> tuple[heads.Head, dict[str, Any]]:
    """Fit one classifier and measure it.

    Args:
        classifier: What to fit.
        entries: All photos, held-out ones and `never_fitted` ones too; those only give figures.
        vectors: Their embeddings.
        backbone_id: Whose embeddings these are.

    Returns:
        The head, and what its card says beyond the head's own.
    """
    answers = roles(classifier, entries)
    splits = [split_of(e) for e in entries]
    index = np.array([-2 if a is None else -1 if a == OTHER else classifier.labels.index(a) for a in answers])
    part = {name: np.array([s == name for s in splits]) for name in ("train", "calibration", "validation")}

    fitted, kept = part["train"] & (index >= 0), part["calibration"] & (index >= 0)
    head = heads.fit(
        vectors.both(fitted),
        np.tile(index[fitted], 2),
        classifier.labels,
        name=classifier.name,
        title=classifier.title,
        backbone_id=backbone_id,
        others=vectors.both(part["train"] & (index == -1)),
        calibration=heads.Calibration(vectors.both(kept), np.tile(index[kept], 2)),
    )
    inside, outside = part["validation"] & (index >= 0), part["validation"] & (index == -1)
    strange = np.array([never_fitted(e) for e in entries])
    counts = Counter(a for a, rows in zip(answers, part["train"], strict=True) if a and rows)
    card = {
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "notes": classifier.notes,
        "training": {
            "command": "python packaging/models/fit_heads.py",
            "photos": dict(sorted(counts.items())),
            "calibration_photos": int(kept.sum()),
            "sets": sorted({e.set_name for e, a in zip(entries, answers, strict=True) if a}),
        },
        "held_out": [*held_out_classes(entries), "everyday/clothing", "everyday/trash_*"],
        "figures": {
            **_figures(head, index, vectors.own, inside, outside, strange, entries),
            "by_other_camera": _figures(head, index, vectors.other, inside, outside, strange, entries),
        },
        "licence": {
            "weights": "MIT, as photosort",
            "sources": "fitted on public research sets, mostly collected from the web; no photo is distributed",
        },
    }
    return head, card


def _figures(
    head: heads.Head,
    index: NDArray[np.int64],
    vectors: NDArray[np.float32],
    inside: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    strange: NDArray[np.bool_],
    entries: Sequence[Entry],
) -> dict[str, Any]:
    output = head.predict(vectors[inside])
    found = metrics.evaluate(head.labels, index[inside], output.label_index.astype(np.int64), output.confidence)
    foreign, unheard = head.predict(vectors[outside]), head.predict(vectors[strange])
    none, unsure = VERDICTS.index(Verdict.NONE_OF_THESE), VERDICTS.index(Verdict.UNSURE)
    spread = 1.96 * float(np.sqrt(found.accuracy * (1 - found.accuracy) / max(found.count, 1)))
    figures: dict[str, Any] = {
        "measured_on": "photos kept out of all training (seen labels)",
        "photos": found.count,
        "accuracy": round(found.accuracy, 4),
        "accuracy_interval_95": [round(found.accuracy - spread, 4), round(found.accuracy + spread, 4)],
        "calibration_error": round(found.calibration_error, 4),
        "precision": _by_label(head.labels, found.precision),
        "recall": _by_label(head.labels, found.recall),
        "confusion": found.confusion.tolist(),
        "unsure": round(float((output.verdict == unsure).mean()), 4),
        "called_none_of_these": round(float((output.verdict == none).mean()), 4),
        "other_kinds": {
            "photos": len(foreign),
            "auroc_of_known": round(metrics.auroc(output.known, foreign.known), 4),
            "called_none_of_these": round(float((foreign.verdict == none).mean()), 4),
        },
        "kinds_never_fitted": {
            "photos": len(unheard),
            "auroc_of_known": round(metrics.auroc(output.known, unheard.known), 4),
            "called_none_of_these": round(float((unheard.verdict == none).mean()), 4),
        },
    }
    if head.name == "animals":
        figures["held_out_sets"] = {
            f"{set_name}/{label or '*'} called {answer}": _share_called(head, vectors, entries, set_name, label, answer)
            for set_name, label, answer in (
                ("dog-food", "dog", "dog"),
                ("chihuahua-muffin", "chihuahua", "dog"),
                ("monkeys", None, "wild"),
            )
        }
    return figures


def _share_called(
    head: heads.Head,
    vectors: NDArray[np.float32],
    entries: Sequence[Entry],
    set_name: str,
    label: str | None,
    answer: str,
) -> float | None:
    rows = np.array([e.set_name == set_name and label in (None, e.label) for e in entries])
    if not rows.any():
        return None
    return round(float((head.predict(vectors[rows]).label_index == head.labels.index(answer)).mean()), 4)


def _by_label(labels: Sequence[str], values: NDArray[np.float64]) -> dict[str, float]:
    return {label: round(float(value), 4) for label, value in zip(labels, values, strict=True)}


def probe(entries: Sequence[Entry], vectors: NDArray[np.float32]) -> dict[str, float]:
    """Measure embeddings by linear probes; held-out sets, marked *, are parted into halves.

    Returns:
        Accuracy by set, on photos that entered no training.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer, StandardScaler

    fair = set(usable(entries))
    splits = np.array([split_of(e) for e in entries])
    unit_rng = np.random.default_rng(0)
    halves = unit_rng.random(len(entries)) < 0.5
    results: dict[str, float] = {}
    for set_name in ("scenes", "cats-dogs", "birds", "wildlife64", "dog-food", "monkeys", "caltech101"):
        of_set = np.array([e.set_name == set_name for e in entries])
        seen = set_name not in {"dog-food", "monkeys", "caltech101"}
        if not seen:
            of_set &= np.array([e not in fair for e in entries])
        train = of_set & (splits == "train" if seen else halves)
        test = of_set & (splits == "validation" if seen else ~halves)
        if set_name == "cats-dogs":
            rows = np.flatnonzero(train)
            train = np.zeros(len(entries), bool)
            train[unit_rng.choice(rows, min(2000, len(rows)), replace=False)] = True
        if not train.any() or not test.any():
            continue
        labels = np.array([e.label for e in entries])
        model = make_pipeline(Normalizer(), StandardScaler(), LogisticRegression(C=0.03, max_iter=300, tol=1e-3))
        model.fit(vectors[train], labels[train])
        results[set_name if seen else f"{set_name} *"] = round(float(model.score(vectors[test], labels[test])), 4)
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, measure and write; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "photos")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "photosort-training")
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models")
    parser.add_argument("--every", type=int, default=1, help="take every n-th photo only, for a quick trial")
    parser.add_argument("--probe", action="store_true", help="also measure the backbone by linear probes")
    parser.add_argument("--dry", action="store_true", help="measure, write nothing")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options.work.mkdir(parents=True, exist_ok=True)

    backbone = load_compact()
    entries = list_photos(options.photos)[:: options.every]
    vectors = Vectors(
        embed(backbone, options.photos, entries, options.work),
        embed(backbone, options.photos, entries, options.work, by_other_camera=True),
    )
    probes = probe(entries, vectors.own) if options.probe else {}
    if probes:
        print(json.dumps({"probes": probes}))
    summary: dict[str, Any] = {}
    for classifier in CLASSIFIERS:
        _logger.info("fitting %s", classifier.name)
        head, card = fit_classifier(classifier, entries, vectors, backbone.id)
        summary[classifier.name] = card["figures"]
        print(json.dumps({classifier.name: card["figures"]}))
        if not options.dry:
            head.save(options.out / classifier.name, card=card)
    if probes and not options.dry:
        path = options.out / "compact" / "card.json"
        stored = json.loads(path.read_text("utf-8"))
        stored["figures"] = {
            "linear_probes": probes,
            "note": "* = held-out sets; the others are seen labels, new photos",
        }
        path.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
