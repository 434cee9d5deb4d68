"""The photos of a folder as columns of numbers, one row each: what is ordered, grouped and filtered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from photosort.core.asking import AskedOf, dependents, in_order, without_circles
from photosort.core.catalog.values import Clustering, PhotoListing, PredictionColumns, PredictionOutput
from photosort.core.photo import Photo, PhotoState
from photosort.core.shown import Shown, shown_of
from photosort.core.textkeys import fold_all, natural_ranks
from photosort.core.written import NOTHING_WRITTEN, WrittenColumns

_NO_NAMES: Mapping[int, str] = MappingProxyType({})
_SPARSE = 16
"""Up to how many ids there may be to a photo for a table of all of them."""


class PhotoColumns:
    """The photos of a folder as columns; grows and is updated in place while an analysis goes on.

    Change columns through the methods only: ranks and words are computed once and kept until then. Photo ids that are
    not here are passed over. Not for several threads at once.

    Attributes:
        ids: shape (n,), int64; rows keep their place, new photos come last.
        names: the files' names.
        folders: their folders, relative to the root, POSIX; empty for the root itself.
        relpaths: their paths.
        taken: shape (n,), float64, wall clock seconds since 1970-01-01.
        taken_uncertain: shape (n,), bool.
        sharpness: shape (n,), float32; NaN where not measured.
        sizes: shape (n,), int64, bytes.
        failed: shape (n,), bool: could not be read.
        missing: shape (n,), bool: the file was not there at the last scan.
        predictions: classifier name -> guesses aligned with ``ids``; ``label_index`` is -1 where there is none.
        cluster: shape (n,), int32; -1 where there is none.
        cluster_names: names that the person gave to clusters, by number.
        typicality: shape (n,), float32; NaN where there is none.
        similarity: shape (n,), float32, to a chosen photo, NaN where unknown; None while none is chosen.
        written: stars, colours and keywords in the files and sidecars, by photo id.
    """

    def __init__(self) -> None:
        self.ids = np.zeros(0, np.int64)
        self.names: list[str] = []
        self.folders: list[str] = []
        self.relpaths: list[str] = []
        self.taken = np.zeros(0, np.float64)
        self.taken_uncertain = np.zeros(0, np.bool_)
        self.sharpness = np.zeros(0, np.float32)
        self.sizes = np.zeros(0, np.int64)
        self.failed = np.zeros(0, np.bool_)
        self.missing = np.zeros(0, np.bool_)
        self.predictions: dict[str, PredictionColumns] = {}
        self.cluster = np.zeros(0, np.int32)
        self.cluster_names: dict[int, str] = {}
        self.typicality = np.zeros(0, np.float32)
        self.similarity: NDArray[np.float32] | None = None
        self.written = NOTHING_WRITTEN
        self._labels: dict[str, dict[int, str]] = {}
        self._asked_of: dict[str, AskedOf] = {}
        self._shown: dict[str, Shown] = {}
        self._id_order: NDArray[np.intp] | None = None
        self._id_range: tuple[int, int] | None = None
        self._row_by_id: NDArray[np.int32] | None = None
        self._name_ranks: NDArray[np.int32] | None = None
        self._folder_codes: tuple[tuple[str, ...], NDArray[np.int32]] | None = None
        self._searchable: list[str] | None = None

    @classmethod
    def from_photos(cls, photos: Sequence[Photo], failed: Iterable[int] = ()) -> Self:
        """Columns of photos.

        Args:
            photos: the photos, any order.
            failed: ids of those that could not be read.
        """
        columns = cls()
        columns.append(photos)
        columns.set_failed(failed)
        return columns

    @classmethod
    def from_listing(cls, listing: PhotoListing) -> Self:
        """Columns of what the catalog lists: quicker than through `Photo` objects."""
        columns = cls()
        columns.append_listing(listing)
        return columns

    def __len__(self) -> int:
        return len(self.ids)

    # Rows

    def append(self, photos: Sequence[Photo]) -> None:
        """Add photos that are not here yet as the last rows."""
        self.append_listing(_listing(photos))

    def append_listing(self, listing: PhotoListing) -> None:
        """Add photos that are not here yet as the last rows."""
        parts = [path.rpartition("/") for path in listing.relpaths]
        self.relpaths += listing.relpaths
        self.names += [name for _folder, _slash, name in parts]
        self.folders += [folder for folder, _slash, _name in parts]
        count = len(listing.ids)
        self.ids = np.concatenate((self.ids, listing.ids))
        self.taken = np.concatenate((self.taken, listing.taken))
        self.taken_uncertain = np.concatenate((self.taken_uncertain, listing.taken_uncertain))
        self.sharpness = np.concatenate((self.sharpness, listing.sharpness))
        self.sizes = np.concatenate((self.sizes, listing.sizes))
        self.failed = np.concatenate((self.failed, listing.failed))
        self.missing = np.concatenate((self.missing, listing.missing))
        self.cluster = np.concatenate((self.cluster, np.full(count, -1, np.int32)))
        self.typicality = np.concatenate((self.typicality, np.full(count, np.nan, np.float32)))
        if self.similarity is not None:
            self.similarity = np.concatenate((self.similarity, np.full(count, np.nan, np.float32)))
        self._id_order = None
        self._id_range = None
        self._row_by_id = None
        self._name_ranks = None
        self._folder_codes = None
        self._searchable = None
        for name, old in list(self.predictions.items()):
            self.with_predictions(name, old)
        self._shown.clear()

    def row_of(self, ids: ArrayLike) -> NDArray[np.int64]:
        """The row of each photo, -1 where it is not here: shape (m,), int64."""
        wanted = np.asarray(ids, np.int64)
        if not len(self.ids):
            return np.full(wanted.shape, -1, np.int64)
        if self._id_range is None:
            self._id_range = int(self.ids.min()), int(self.ids.max())
        lowest, highest = self._id_range
        if highest - lowest < _SPARSE * len(self.ids):
            # The usual case, ids of a catalog being numbered one after the other: 20 times as quick as a search.
            if self._row_by_id is None:
                self._row_by_id = np.full(highest - lowest + 1, -1, np.int32)
                self._row_by_id[self.ids - lowest] = np.arange(len(self.ids))
            inside = (wanted >= lowest) & (wanted <= highest)
            return np.where(inside, self._row_by_id[np.where(inside, wanted - lowest, 0)], -1).astype(np.int64)
        if self._id_order is None:
            self._id_order = np.argsort(self.ids, kind="stable")
        at = np.searchsorted(self.ids, wanted, sorter=self._id_order)
        rows = self._id_order[np.minimum(at, len(self.ids) - 1)].astype(np.int64)
        return np.where(self.ids[rows] == wanted, rows, -1)

    def _place(self, ids: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Rows of the photos that are here, and which of ``ids`` those are."""
        rows = self.row_of(ids)
        here = rows >= 0
        return rows[here], here

    # Columns

    def set_taken(self, ids: ArrayLike, taken: ArrayLike) -> None:
        """Dates found in the pictures themselves, wall clock seconds; NaN leaves a photo's date as it is."""
        rows, here = self._place(ids)
        values = np.asarray(taken, np.float64)[here]
        certain = np.isfinite(values)
        self.taken[rows[certain]] = values[certain]
        self.taken_uncertain[rows[certain]] = False

    def set_sharpness(self, ids: ArrayLike, sharpness: ArrayLike) -> None:
        """Sharpness of photos; NaN leaves a photo's as it is."""
        rows, here = self._place(ids)
        values = np.asarray(sharpness, np.float32)[here]
        known = np.isfinite(values)
        self.sharpness[rows[known]] = values[known]

    def set_failed(self, ids: Iterable[int], failed: bool = True) -> None:
        """Say which photos could not be read (or, with ``failed`` false, can)."""
        rows, _here = self._place(np.fromiter(ids, np.int64))
        self.failed[rows] = failed
        self._shown.clear()

    def set_missing(self, ids: Iterable[int], missing: bool = True) -> None:
        """Say which photos' files are not there (or, with ``missing`` false, are)."""
        rows, _here = self._place(np.fromiter(ids, np.int64))
        self.missing[rows] = missing

    def with_predictions(self, name: str, columns: PredictionColumns) -> Self:
        """Take all guesses of a classifier, in place of those that were here; returns the columns themselves."""
        aligned = _no_predictions(self.ids, columns.labels)
        self.predictions[name] = aligned
        self._fill(aligned, columns.photo_ids, columns)
        self._forget(name)
        return self

    def update_predictions(
        self, name: str, ids: NDArray[np.int64], output: PredictionOutput, labels: Sequence[str]
    ) -> None:
        """Take guesses of some photos. Other labels than before mean another classifier, and start anew."""
        aligned = self.predictions.get(name)
        if aligned is None or aligned.labels != tuple(labels):
            aligned = self.predictions[name] = _no_predictions(self.ids, tuple(labels))
        self._fill(aligned, ids, output)
        self._forget(name)

    def _fill(
        self, aligned: PredictionColumns, ids: NDArray[np.int64], values: PredictionOutput | PredictionColumns
    ) -> None:
        rows, here = self._place(ids)
        aligned.label_index[rows] = values.label_index[here]
        aligned.confidence[rows] = values.confidence[here]
        aligned.known[rows] = values.known[here]
        aligned.verdict[rows] = values.verdict[here]

    def with_labels(self, classifier: str, labels: Mapping[int, str]) -> Self:
        """Take all that the person said for a classifier, photo id -> label; returns the columns themselves."""
        self._labels[classifier] = dict(labels)
        self._forget(classifier)
        return self

    def update_labels(self, classifier: str, labels: Mapping[int, str | None]) -> None:
        """Take what the person said of some photos; None takes a label back."""
        said = self._labels.setdefault(classifier, {})
        for photo_id, label in labels.items():
            if label is None:
                said.pop(photo_id, None)
            else:
                said[photo_id] = label
        self._forget(classifier)

    def with_asking(self, rules: Mapping[str, AskedOf]) -> Self:
        """Take which photos a classifier is asked of, by its name; others are asked of all. Returns the columns.

        A classifier is not asked of a photo that has another word of the deciding classifier than those of its rule, or
        is something else for it. It is asked while that one is unsure or has not seen the photo. What the person says
        stands in any case.
        """
        self._asked_of = without_circles(rules)
        self._shown.clear()
        return self

    def _forget(self, classifier: str) -> None:
        """The words of a classifier are no longer true, nor those that depend on them."""
        for name in dependents(self._asked_of, classifier):
            self._shown.pop(name, None)

    def with_clusters(self, clustering: Clustering | None, names: Mapping[int, str] = _NO_NAMES) -> Self:
        """Take a clustering, and names of its clusters, in place of what was here; returns the columns themselves."""
        self.cluster_names = dict(names)
        self.cluster = np.full(len(self), -1, np.int32)
        self.typicality = np.full(len(self), np.nan, np.float32)
        if clustering is not None:
            rows, here = self._place(clustering.photo_ids)
            self.cluster[rows] = clustering.cluster[here]
            self.typicality[rows] = clustering.typicality[here]
        return self

    def cluster_title(self, cluster: int) -> str:
        """What a cluster is called on screen: the name that the person gave it, else its number, from 1."""
        return self.cluster_names.get(cluster) or f"group {cluster + 1}"

    def with_similarity(self, ids: ArrayLike, similarity: ArrayLike) -> Self:
        """Take how similar photos are to a chosen one, higher is more; returns the columns themselves."""
        self.similarity = np.full(len(self), np.nan, np.float32)
        rows, here = self._place(ids)
        self.similarity[rows] = np.asarray(similarity, np.float32)[here]
        return self

    def with_written(self, written: WrittenColumns) -> Self:
        """Take what is written of photos, in place of what was here; returns the columns themselves."""
        self.written = written
        return self

    def here(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which rows are of these photos: shape (n,), bool."""
        mask = np.zeros(len(self), np.bool_)
        mask[self._place(ids)[0]] = True
        return mask

    # What follows from them, computed when asked for

    @property
    def asked_of(self) -> Mapping[str, AskedOf]:
        """By classifier, which photos it is asked of; those that are not here are asked of all."""
        return MappingProxyType(self._asked_of)

    @property
    def classifiers(self) -> tuple[str, ...]:
        """Names of the classifiers that guess or that the person labels for, those that decide for others first."""
        return in_order(self._asked_of, dict.fromkeys((*self.predictions, *self._labels)))

    def shown(self, classifier: str) -> Shown:
        """The word for every photo; the person's label beats a guess."""
        if classifier not in self._shown:
            self._shown[classifier] = self._compute_shown(classifier)
        return self._shown[classifier]

    def _compute_shown(self, classifier: str) -> Shown:
        said = self._labels.get(classifier, {})
        rows, here = self._place(np.fromiter(said, np.int64, len(said)))
        labelled = [label for label, is_here in zip(said.values(), here.tolist(), strict=True) if is_here]
        rule = self._asked_of.get(classifier)
        deciding = None if rule is None else self.shown(rule.classifier)
        return shown_of(self.predictions.get(classifier), self.failed, rows, labelled, rule, deciding)

    def not_asked(self, photo_id: int) -> frozenset[str]:
        """The classifiers that are not asked of a photo: what they guess of it is not shown."""
        row = int(self.row_of(photo_id))
        if row < 0:
            return frozenset()
        shown = {name: self.shown(name) for name in self._asked_of}
        return frozenset(name for name, one in shown.items() if one.code[row] == one.not_asked)

    @property
    def name_ranks(self) -> NDArray[np.int32]:
        """The place of each row by name in natural order, equal names by path: shape (n,), int32."""
        if self._name_ranks is None:
            by_path = sorted(range(len(self)), key=self.relpaths.__getitem__)
            ranks = np.empty(len(self), np.int32)
            ranks[by_path] = natural_ranks([self.names[row] for row in by_path])
            self._name_ranks = ranks
        return self._name_ranks

    @property
    def folder_codes(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """All folders in natural order, and for each row the index of its own: shape (n,), int32."""
        if self._folder_codes is None:
            found = list(dict.fromkeys(self.folders))
            ranks = natural_ranks(found)
            code_of = dict(zip(found, ranks.tolist(), strict=True))
            codes = np.fromiter((code_of[folder] for folder in self.folders), np.int32, len(self))
            self._folder_codes = tuple(sorted(found, key=code_of.__getitem__)), codes
        return self._folder_codes

    @property
    def searchable(self) -> list[str]:
        """Path of each row without case and accents."""
        if self._searchable is None:
            self._searchable = fold_all(self.relpaths)
        return self._searchable


def _listing(photos: Sequence[Photo]) -> PhotoListing:
    return PhotoListing(
        ids=np.array([photo.id for photo in photos], np.int64),
        relpaths=[photo.relpath for photo in photos],
        sizes=np.array([photo.size for photo in photos], np.int64),
        taken=np.array([photo.taken for photo in photos], np.float64),
        taken_uncertain=np.array([photo.taken_source.uncertain for photo in photos], np.bool_),
        sharpness=np.array([photo.sharpness for photo in photos], np.float32),
        missing=np.array([photo.state is PhotoState.MISSING for photo in photos], np.bool_),
        failed=np.zeros(len(photos), np.bool_),
    )


def _no_predictions(ids: NDArray[np.int64], labels: tuple[str, ...]) -> PredictionColumns:
    count = len(ids)
    return PredictionColumns(
        photo_ids=ids,
        label_index=np.full(count, -1, np.int16),
        confidence=np.full(count, np.nan, np.float32),
        known=np.full(count, np.nan, np.float32),
        verdict=np.zeros(count, np.uint8),
        labels=labels,
    )
