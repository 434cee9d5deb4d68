"""The JSON that the command line writes: every file accounted for, what was seen in each photo, how right it is."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from photosort.core.catalog import Catalog
from photosort.core.errors import PhotosortError
from photosort.core.photo import VERDICTS, Failure, Photo, Verdict
from photosort.core.scan import ScanResult
from photosort.ml import metrics
from photosort.ml.heads import Head
from photosort.pipeline import AnalysisSummary

_DIGITS = 6
"""Digits of a probability: float32 holds no more, and a file of 100,000 photos is half as long."""

_CHANGED = "it was moved or changed meanwhile; the next run looks at it"


@dataclass(frozen=True, slots=True)
class Account:
    """Where every photo of a scan has ended: seen, or failed with a reason.

    Attributes:
        photos: what was looked at, in this run or before, sorted by path.
        failures: what could not be, sorted by path.
        analysed: how many of ``photos`` this run computed.
    """

    photos: tuple[Photo, ...]
    failures: tuple[Failure, ...]
    analysed: int

    @property
    def from_catalog(self) -> int:
        """How many of ``photos`` stored results serve."""
        return len(self.photos) - self.analysed

    @classmethod
    def of(cls, catalog: Catalog, root_id: int, scan: ScanResult, summary: AnalysisSummary) -> Account:
        """Account for what a scan found, and for nothing else.

        The catalog may hold more (photos in a folder that cannot be read any more) or less (another process has moved
        photos since).

        Args:
            catalog: where the results are.
            root_id: the folder.
            scan: what was found.
            summary: what the analysis counted.
        """
        failures = {failure.relpath: failure for failure in (*summary.failures, *scan.failures)}
        found = {photo.relpath: photo for photo in catalog.photos(root_id) if photo.content_id is not None}
        photos = []
        wanted = {failure.relpath for failure in scan.failures}
        for shot in scan.shots:
            path = shot.file.relpath
            photo = found.get(path)
            if path not in failures and photo is not None:
                photos.append(photo)
            else:
                wanted.add(path)
                failures.setdefault(path, Failure(path, _CHANGED))
        return cls(tuple(photos), tuple(failures[path] for path in sorted(wanted)), min(summary.analysed, len(photos)))


def analysis_report(
    catalog: Catalog,
    root_id: int,
    scan: ScanResult,
    account: Account,
    summary: AnalysisSummary,
    heads: Sequence[Head],
    *,
    backbone: str,
    device: str,
    scan_seconds: float,
) -> dict[str, Any]:
    """What is known of a folder after an analysis.

    Args:
        catalog: where the results are.
        root_id: the folder.
        scan: what the scan found.
        account: where each photo of it has ended.
        summary: how long the analysis took.
        heads: the classifiers that were asked.
        backbone: name of the network that the groups are made with.
        device: what it ran on.
        scan_seconds: how long the scan took.

    Returns:
        a document of plain dicts, lists, strings and numbers, ready for `json.dump`; the README tells its fields.
    """
    predictions = _predictions(catalog, root_id, heads)
    clustering = catalog.clustering(root_id)
    cluster_of: dict[int, int] = {}
    if clustering is not None:
        cluster_of = dict(zip(clustering.photo_ids.tolist(), clustering.cluster.tolist(), strict=True))
    return {
        "folder": str(scan.root),
        "backbone": backbone,
        "device": device,
        "classifiers": {head.name: {"version": head.version, "backbone": head.backbone_id} for head in heads},
        "photos": [
            _photo(photo, predictions.get(photo.id, {}), cluster_of.get(photo.id, -1)) for photo in account.photos
        ],
        "failures": [{"path": failure.relpath, "reason": failure.reason} for failure in account.failures],
        "counts": {
            "found": scan.found,
            "analysed": account.analysed,
            "from_catalog": account.from_catalog,
            "failed": len(account.failures),
            "companions": scan.companions,
            "ignored": len(scan.ignored),
        },
        "seconds": {
            "scan": round(scan_seconds, 3),
            "decode": round(summary.decode_seconds, 3),
            "embed": round(summary.embed_seconds, 3),
            "total": round(scan_seconds + summary.total_seconds, 3),
        },
    }


def _photo(photo: Photo, predictions: dict[str, Any], cluster: int) -> dict[str, Any]:
    return {
        "path": photo.relpath,
        "companions": list(photo.companions),
        "predictions": predictions,
        "cluster": cluster if cluster >= 0 else None,
        "sharpness": None if photo.sharpness is None else round(photo.sharpness, 3),
        "taken": photo.taken_at.isoformat(timespec="seconds"),
    }


def _predictions(catalog: Catalog, root_id: int, heads: Sequence[Head]) -> dict[int, dict[str, Any]]:
    """By photo id and classifier name, in the words of the JSON."""
    found: dict[int, dict[str, Any]] = {}
    for head in heads:
        classifier = catalog.register_classifier(head.name, head.version, head.backbone_id, head.labels, head.title)
        columns = catalog.predictions(root_id, classifier)
        ids, probabilities = catalog.probabilities(root_id, classifier)
        by_id = dict(zip(ids.tolist(), np.round(probabilities.astype(np.float64), _DIGITS).tolist(), strict=True))
        for i, photo_id in enumerate(columns.photo_ids.tolist()):
            found.setdefault(photo_id, {})[head.name] = {
                "label": columns.labels[columns.label_index[i]],
                "confidence": round(float(columns.confidence[i]), _DIGITS),
                "verdict": VERDICTS[columns.verdict[i]].value,
                "known": round(float(columns.known[i]), _DIGITS),
                "probabilities": dict(zip(columns.labels, by_id[photo_id], strict=True)),
            }
    return found


def evaluation_report(catalog: Catalog, root_id: int, head: Head) -> dict[str, Any]:
    """How right a classifier is on an analysed folder whose subfolders are named after its labels.

    Photos in other folders are others: they tell how well the classifier knows what it does not know.

    Args:
        catalog: where its guesses are.
        root_id: the folder.
        head: the classifier.

    Returns:
        a document ready for `json.dump`: accuracy, calibration error, precision and recall by label, confusion.

    Raises:
        PhotosortError: no photo lies in a folder named after a label.
    """
    classifier = catalog.register_classifier(head.name, head.version, head.backbone_id, head.labels, head.title)
    columns = catalog.predictions(root_id, classifier)
    index_of = {label.casefold(): index for index, label in enumerate(head.labels)}
    truth_of = {photo.id: _label_of(photo, index_of) for photo in catalog.photos(root_id)}
    truth = np.array([truth_of[i] for i in columns.photo_ids.tolist()], np.int64)
    inside = truth >= 0
    if not inside.any():
        raise PhotosortError(f"no photo lies in a folder named after a label; the labels are: {', '.join(head.labels)}")
    figures = metrics.evaluate(
        head.labels, truth[inside], columns.label_index[inside].astype(np.int64), columns.confidence[inside]
    )
    none_of_these = columns.verdict == VERDICTS.index(Verdict.NONE_OF_THESE)
    unsure = columns.verdict == VERDICTS.index(Verdict.UNSURE)
    others: dict[str, Any] | None = None
    if not inside.all():
        others = {
            "photos": int(np.sum(~inside)),
            "auroc": metrics.auroc(columns.known[inside], columns.known[~inside]),
            "none_of_these": float(np.mean(none_of_these[~inside])),
        }
    return {
        "classifier": head.name,
        "version": head.version,
        "backbone": head.backbone_id,
        "photos": figures.count,
        "accuracy": figures.accuracy,
        "calibration_error": figures.calibration_error,
        "unsure": float(np.mean(unsure[inside])),
        "none_of_these": float(np.mean(none_of_these[inside])),
        "labels": {
            label: {"precision": _number(p), "recall": _number(r), "photos": int(n)}
            for label, p, r, n in zip(
                head.labels, figures.precision, figures.recall, figures.confusion.sum(axis=1), strict=True
            )
        },
        "confusion": {
            label: dict(zip(head.labels, row.tolist(), strict=True))
            for label, row in zip(head.labels, figures.confusion, strict=True)
        },
        "others": others,
    }


def _label_of(photo: Photo, index_of: Mapping[str, int]) -> int:
    """Index of the label that a photo's folder names (the nearest one that is a label, in any case), -1 for none."""
    return next((index_of[part] for part in reversed(photo.folder.casefold().split("/")) if part in index_of), -1)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def check_target(target: str | None) -> None:
    """Find out before the work, and not after it, that its result could not be written.

    Args:
        target: a file's path, ``-`` for standard output, or None.

    Raises:
        PhotosortError: the file could not be written.
    """
    if target is None or target == "-":
        return
    path = Path(target).expanduser()
    if path.is_dir():
        raise PhotosortError(f"{path} is a folder; --json takes a file, or - for standard output")
    if not path.parent.is_dir():
        raise PhotosortError(f"{path.parent} is not there, so no JSON can be written to {path.name}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PhotosortError(f"{path} may not be written")


def write_json(document: dict[str, Any], target: str) -> None:
    """Write a whole document or none: a reader never sees half of it.

    Args:
        document: what to write.
        target: a file's path, or ``-`` for standard output.

    Raises:
        OSError: it could not be written.
    """
    if target == "-":
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        _dump(document, sys.stdout)
        return
    path = Path(target).expanduser().resolve()
    if path.exists() and not path.is_file():  # a pipe or a device: there is nothing to replace
        with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
            _dump(document, file)
        return
    temporary = path.with_name(f".photosort-{os.getpid()}.part")
    try:
        with temporary.open("w", encoding="utf-8", errors="backslashreplace") as file:
            _dump(document, file)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _dump(document: dict[str, Any], file: TextIO) -> None:
    """As JSON; the bytes of a name that are no text come out as its escapes, since no JSON holds them otherwise."""
    json.dump(document, file, ensure_ascii=False, indent=1)
    file.write("\n")
