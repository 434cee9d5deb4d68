"""What the catalog takes and hands out, beside the words of `photosort.core.photo`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that was opened once.

    Attributes:
        id: the catalog's id.
        path: the folder, absolute.
        opened_at: when it was last opened, seconds since the epoch (UTC).
        photos: how many photos were there at the last scan.
    """

    id: int
    path: Path
    opened_at: float
    photos: int


@dataclass(frozen=True, slots=True)
class PhotoListing:
    """What ordering and grouping need of the photos of a folder, column by column: quicker than `Photo` objects.

    Attributes:
        ids: shape (n,), int64.
        relpaths: n paths relative to the folder, sorted.
        sizes: shape (n,), int64, bytes.
        taken: shape (n,), float64, wall clock seconds since 1970-01-01.
        taken_uncertain: shape (n,), bool.
        sharpness: shape (n,), float32; NaN where not measured.
        missing: shape (n,), bool.
        failed: shape (n,), bool: the analysis could not read it.
    """

    ids: NDArray[np.int64]
    relpaths: list[str]
    sizes: NDArray[np.int64]
    taken: NDArray[np.float64]
    taken_uncertain: NDArray[np.bool_]
    sharpness: NDArray[np.float32]
    missing: NDArray[np.bool_]
    failed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ScanChanges:
    """What a scan found different from the catalog; photo ids, each in one of the tuples at most.

    Attributes:
        added: photos never seen before.
        changed: photos whose picture file has another size or time, or is another file of the same shot; what was
            known of their content is forgotten.
        moved: photos found again at another path, with all that is known of them.
        missing: photos that were there and are not found now.
        returned: photos that were missing and are back, unchanged.
        unchanged: how many photos are as they were.
    """

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    unchanged: int = 0

    @property
    def any(self) -> bool:
        """True if a list of photos read before the scan is out of date."""
        return bool(self.added or self.changed or self.moved or self.missing or self.returned)


@dataclass(frozen=True, slots=True)
class AnalysedPhoto:
    """What one look into a photo's file told.

    Attributes:
        photo_id: the photo.
        size: bytes of the file that was read; the row is dropped when the photo has changed since.
        mtime_ns: its time, nanoseconds since the epoch; likewise.
        key: the content key.
        width: pixels of the upright picture; None where the file was not decoded (what is stored stays).
        height: likewise.
        sharpness: None where not measured yet (what is stored stays).
        perceptual_hash: 64 bits as a signed integer; None where the file was not decoded.
        taken: date in the picture's own metadata, wall clock seconds; None where it has none.
        embedding: shape (d,), float16 or float32; None where it is stored already.
    """

    photo_id: int
    size: int
    mtime_ns: int
    key: str
    width: int | None
    height: int | None
    sharpness: float | None
    perceptual_hash: int | None
    taken: float | None
    embedding: NDArray[np.float16] | NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class EmbeddingTable:
    """Embeddings of photos, one row each.

    Attributes:
        photo_ids: shape (n,), int64, rising.
        vectors: shape (n, d), float32.
    """

    photo_ids: NDArray[np.int64]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ClassifierRow:
    """A version of a classifier that the catalog knows.

    Attributes:
        id: the catalog's id.
        name: its name in files and on the command line.
        title: its name on screen.
        version: which fit of it.
        backbone_id: the backbone it was fitted on.
        labels: its labels; predictions are indices into them.
    """

    id: int
    name: str
    title: str
    version: str
    backbone_id: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Serving:
    """What a folder shows: guesses of which classifiers, groups and look-alikes by whose embeddings.

    Attributes:
        classifiers: a version of each classifier, in the order in which they are shown.
        backbone_id: whose embeddings are compared; None before the folder was looked at.
    """

    classifiers: tuple[ClassifierRow, ...]
    backbone_id: str | None

    @property
    def settled(self) -> bool:
        """False before the folder was looked at: the classifiers are then those that others were looked at with."""
        return self.backbone_id is not None


class PredictionOutput(Protocol):
    """Predictions of n photos as a head makes them; k is the number of labels.

    Attributes:
        label_index: shape (n,), the best label.
        confidence: shape (n,), calibrated probability of the best label.
        known: shape (n,), 0 to 1.
        verdict: shape (n,), index into `photosort.core.photo.VERDICTS`.
        probabilities: shape (n, k).
    """

    @property
    def label_index(self) -> NDArray[np.int16]: ...  # noqa: D102  (told above)

    @property
    def confidence(self) -> NDArray[np.float32]: ...  # noqa: D102

    @property
    def known(self) -> NDArray[np.float32]: ...  # noqa: D102

    @property
    def verdict(self) -> NDArray[np.uint8]: ...  # noqa: D102

    @property
    def probabilities(self) -> NDArray[np.float32]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class PredictionColumns:
    """What a classifier guesses of the photos of a folder, without the single probabilities.

    Attributes:
        photo_ids: shape (n,), int64, rising.
        label_index: shape (n,), int16, index into ``labels``.
        confidence: shape (n,), float32.
        known: shape (n,), float32.
        verdict: shape (n,), uint8, index into `photosort.core.photo.VERDICTS`.
        labels: the classifier's labels.
    """

    photo_ids: NDArray[np.int64]
    label_index: NDArray[np.int16]
    confidence: NDArray[np.float32]
    known: NDArray[np.float32]
    verdict: NDArray[np.uint8]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clustering:
    """Groups of look-alike photos.

    Attributes:
        id: the catalog's id.
        method: how they were made.
        k: number of clusters.
        backbone_id: whose embeddings were compared.
        photo_ids: shape (n,), int64, rising.
        cluster: shape (n,), int32, numbered from 0 by size when made; -1 for an outlier.
        typicality: shape (n,), float32, 1 for the most typical photo of a cluster.
    """

    id: int
    method: str
    k: int
    backbone_id: str
    photo_ids: NDArray[np.int64]
    cluster: NDArray[np.int32]
    typicality: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Action:
    """Something that was done and can be undone.

    Attributes:
        id: the catalog's id; later actions have larger ones.
        root_id: the folder it was done in.
        kind: what sort of action ("label").
        title: what was done, as a menu names it after "Undo:".
        done_at: seconds since the epoch (UTC).
        undone_at: likewise; None while it stands.
    """

    id: int
    root_id: int
    kind: str
    title: str
    done_at: float
    undone_at: float | None
