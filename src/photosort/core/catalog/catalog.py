"""The catalog as everybody sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from photosort.core.catalog import actions, clusters, contents, photos, predictions, problems, reconcile, roots, serving
from photosort.core.catalog.filing import Filing
from photosort.core.catalog.rules import Rules
from photosort.core.catalog.runs import RunJournal
from photosort.core.catalog.store import Store
from photosort.core.catalog.values import (
    Action,
    AnalysedPhoto,
    ClassifierRow,
    Clustering,
    EmbeddingTable,
    PhotoListing,
    PredictionColumns,
    PredictionOutput,
    Root,
    ScanChanges,
    Serving,
)
from photosort.core.catalog.written import Written
from photosort.core.photo import Failure, Photo, PhotoState, Prediction, Progress
from photosort.core.scan import Ignored, ScanResult


class Catalog:
    """Everything that photosort knows of photos, in one SQLite file.

    Every method may be called from any thread, and any number of processes may have the same catalog open. Methods
    that write wait for it, except where they say *queued*: those return at once, in order, and what goes wrong is
    raised by whatever is written, flushed or closed next. Methods that read see what is on disk at that moment; for
    what the same thread has queued, they wait.

    Every method raises `CatalogError` where the file cannot be read or written, or was closed.

    Args:
        directory: the folder of the catalog; made if it is not there.

    Attributes:
        directory: that folder.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._store = Store(directory)

    @property
    def path(self) -> Path:
        """The catalog's file."""
        return self._store.path

    @property
    def read_only(self) -> bool:
        """True if a newer photosort made the file: then every write raises `CatalogError`."""
        return bool(self._store.read_only_reason)

    @property
    def read_only_reason(self) -> str:
        """Why nothing can be changed, for a person; empty where everything can."""
        return self._store.read_only_reason

    def flush(self, timeout: float | None = None) -> None:
        """Wait until everything queued is on disk, ``timeout`` seconds at most."""
        self._store.flush(timeout)

    def close(self) -> None:
        """Write what is queued and close the file; may be called twice."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # Folders

    def open_root(self, folder: Path) -> int:
        """The id of a folder, whether it is known, new or not even there now; it becomes the most recent one."""
        absolute = folder.expanduser().resolve()
        return self._store.write(lambda connection: roots.open_root(connection, absolute))

    def find_root(self, folder: Path) -> int | None:
        """The id of a folder that was opened before; None of any other."""
        absolute = folder.expanduser().resolve()
        with self._store.read() as connection:
            return roots.find_root(connection, absolute)

    def root_path(self, root_id: int) -> Path:
        """Where a folder lies."""
        with self._store.read() as connection:
            return roots.root_path(connection, root_id)

    def recent_roots(self, limit: int = 10) -> list[Root]:
        """The folders opened last, newest first."""
        with self._store.read() as connection:
            return roots.recent_roots(connection, limit)

    def forget_root(self, root_id: int) -> None:
        """Take a folder off the recent ones; all that is known of its photos stays."""
        self._store.write(lambda connection: roots.forget_root(connection, root_id))

    @property
    def runs(self) -> RunJournal:
        """The journal of all that changed files."""
        return RunJournal(self._store)

    @property
    def filing(self) -> Filing:
        """The folders that photos are filed into by hand."""
        return Filing(self._store)

    @property
    def rules(self) -> Rules:
        """By which rules folders are sorted again, names of groups, and what was said last."""
        return Rules(self._store)

    @property
    def written(self) -> Written:
        """What is written of photos in their files and sidecars: stars, colours, keywords."""
        return Written(self._store)

    # Photos

    def reconcile(
        self, result: ScanResult, root_id: int, *, key_of: Callable[[Path], str], complete: bool = True
    ) -> ScanChanges:
        """Bring the photos of a folder up to date with a scan; `reconcile_steps` without the steps."""
        steps = self.reconcile_steps(result, root_id, key_of=key_of, complete=complete)
        while True:
            try:
                next(steps)
            except StopIteration as stop:
                changes: ScanChanges = stop.value
                return changes

    def reconcile_steps(
        self, result: ScanResult, root_id: int, *, key_of: Callable[[Path], str], complete: bool = True
    ) -> Generator[Progress, None, ScanChanges]:
        """Bring the photos of a folder up to date with a scan, telling how far it is.

        A photo at its path is itself. One whose path is gone and whose content lies at a new path has moved and keeps
        its id and all that is known of it. One whose file changed keeps its id, and its content is forgotten. What
        is not found is missing; nothing is ever deleted. Stopped in the middle, nothing is written.

        Args:
            result: what the scan saw.
            root_id: the folder that was scanned.
            key_of: content key of a file; asked only for files as large as a photo whose path is gone.
            complete: False if only some files were scanned: then nothing is missing for not being in ``result``.
        """
        return reconcile.reconcile(self._store, root_id, result, key_of=key_of, complete=complete)

    def photos(self, root_id: int, *, states: Collection[PhotoState] = (PhotoState.PRESENT,)) -> list[Photo]:
        """The photos of a folder, ordered by path."""
        with self._store.read() as connection:
            return photos.photos_of_root(connection, root_id, states)

    def listing(self, root_id: int, *, states: Collection[PhotoState] = (PhotoState.PRESENT,)) -> PhotoListing:
        """The photos of a folder as columns, ordered by path: half the time of `photos`."""
        with self._store.read() as connection:
            return photos.listing(connection, root_id, states)

    def photos_of(self, photo_ids: Iterable[int]) -> dict[int, Photo]:
        """Photo id -> photo, present or missing; ids that are not known are left out."""
        with self._store.read() as connection:
            return photos.photos_of_ids(connection, photo_ids)

    def photo(self, photo_id: int) -> Photo:
        """One photo, present or missing."""
        with self._store.read() as connection:
            return photos.photo(connection, photo_id)

    def ignored(self, root_id: int) -> list[Ignored]:
        """What the last scan left out, and why, ordered by path."""
        with self._store.read() as connection:
            return [Ignored(relpath, reason) for relpath, reason in problems.notes(connection, root_id, "ignored")]

    def failures(self, root_id: int) -> list[Failure]:
        """Everything of a folder that could not be read, by the scan or by the analysis, ordered by path."""
        with self._store.read() as connection:
            return problems.failures(connection, root_id)

    def failed_photos(self, root_id: int) -> dict[int, Failure]:
        """Photo id -> why the analysis could not read it, for the present photos of a folder."""
        with self._store.read() as connection:
            return problems.failed_photos(connection, root_id)

    def record_failures(self, root_id: int, found: Sequence[Failure], *, photo_ids: Sequence[int]) -> None:
        """Remember that photos could not be read, one failure for each id, until their files change. Queued."""
        self._store.queue(lambda connection: problems.record_failures(connection, root_id, found, photo_ids))

    def retry_failures(self, root_id: int) -> None:
        """Forget which photos could not be read, so that they are pending again."""
        self._store.write(lambda connection: problems.retry_failures(connection, root_id))

    # What is in them

    def pending(self, root_id: int, backbone_id: str, classifier_ids: Sequence[int] = ()) -> NDArray[np.int64]:
        """Ids, rising, of present photos that lack something and did not fail.

        What may lack is known content, an embedding of the backbone, or a prediction of one of the classifiers.
        """
        with self._store.read() as connection:
            return contents.pending(connection, root_id, backbone_id, classifier_ids)

    def contents_known(self, keys: Sequence[str], backbone_id: str) -> dict[str, int]:
        """Content key -> content id, for the keys that have an embedding of the backbone."""
        with self._store.read() as connection:
            return contents.contents_known(connection, keys, backbone_id)

    def keys_with_embedding(self, backbone_id: str) -> frozenset[str]:
        """All content keys, of any folder, that have an embedding of the backbone."""
        with self._store.read() as connection:
            return contents.keys_with_embedding(connection, backbone_id)

    def store_analysis(
        self,
        root_id: int,
        rows: Sequence[AnalysedPhoto],
        backbone_id: str,
        predictions_by_classifier: Mapping[int, PredictionOutput] | None = None,
    ) -> None:
        """Store a batch of looked-at photos in one transaction. Queued.

        Args:
            root_id: their folder.
            rows: what was found; a row is dropped if its photo has changed since the scan that it was read for.
            backbone_id: whose embeddings they are.
            predictions_by_classifier: classifier id -> predictions, one for each of ``rows``.
        """

        def write(connection: sqlite3.Connection) -> None:
            content_ids = contents.store_contents(connection, root_id, rows, backbone_id)
            for classifier_id, output in (predictions_by_classifier or {}).items():
                predictions.store_for_contents(connection, classifier_id, content_ids, output)

        self._store.queue(write)

    def set_sharpness(self, values: Mapping[int, float]) -> None:
        """Store sharpness measured later: content id -> value. Queued."""
        self._store.queue(lambda connection: contents.set_sharpness(connection, values))

    def embeddings(self, root_id: int, backbone_id: str) -> EmbeddingTable:
        """Embeddings of the present photos of a folder, of those that have one."""
        with self._store.read() as connection:
            return contents.embeddings_of_root(connection, root_id, backbone_id)

    def embeddings_of(self, photo_ids: Iterable[int], backbone_id: str) -> EmbeddingTable:
        """Embeddings of single photos, of those that have one."""
        with self._store.read() as connection:
            return contents.embeddings_of_photos(connection, photo_ids, backbone_id)

    # Classifiers and what they guess

    def register_classifier(
        self, name: str, version: str, backbone_id: str, labels: Sequence[str], title: str = ""
    ) -> int:
        """The id of a version of a classifier, new or known.

        Raises:
            CatalogError: this version is known with other labels.
        """
        return self._store.write(
            lambda connection: predictions.register_classifier(
                connection, name=name, version=version, backbone_id=backbone_id, labels=labels, title=title or name
            )
        )

    def classifiers(self) -> list[ClassifierRow]:
        """Every version of every classifier, in the order they were registered."""
        with self._store.read() as connection:
            return predictions.classifiers(connection)

    def store_predictions(self, classifier_id: int, photo_ids: NDArray[np.int64], output: PredictionOutput) -> None:
        """Store predictions, one for each photo; those of photos that changed meanwhile are dropped. Queued."""
        self._store.queue(lambda connection: predictions.store_for_photos(connection, classifier_id, photo_ids, output))

    def without_prediction(self, root_id: int, classifier_id: int) -> NDArray[np.int64]:
        """Ids, rising, of present photos with an embedding of the classifier's backbone but no prediction of it."""
        with self._store.read() as connection:
            return predictions.without_prediction(connection, root_id, classifier_id)

    def predictions(self, root_id: int, classifier_id: int) -> PredictionColumns:
        """What a classifier guesses of the present photos of a folder, without the single probabilities."""
        with self._store.read() as connection:
            return predictions.predictions_of_root(connection, root_id, classifier_id)

    def probabilities(self, root_id: int, classifier_id: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Photo ids, rising, and the probability of each label: shape (n, k), float32."""
        with self._store.read() as connection:
            return predictions.probabilities_of_root(connection, root_id, classifier_id)

    # What a folder shows of it

    def serve(self, root_id: int, classifier_ids: Sequence[int], backbone_id: str) -> None:
        """Have a folder show the guesses of other versions, and compare by other embeddings: all of it at once.

        Args:
            root_id: the folder.
            classifier_ids: versions of classifiers, in the order in which they are shown; those of other names stay.
            backbone_id: whose embeddings make groups and look-alikes.
        """
        self._store.write(lambda connection: serving.serve(connection, root_id, classifier_ids, backbone_id))

    def serving(self, root_id: int) -> Serving:
        """What a folder shows; of one that was never looked at, the classifiers that were registered last."""
        with self._store.read() as connection:
            return serving.serving(connection, root_id)

    def seen(self, root_id: int, what: Serving) -> NDArray[np.int64]:
        """Ids, rising, of the present photos of a folder that have an embedding or a guess of what serves."""
        with self._store.read() as connection:
            return serving.seen(connection, root_id, what)

    def shown_predictions(self, root_id: int, classifier_id: int) -> PredictionColumns:
        """What a folder shows for a serving classifier.

        Photos that it has not seen show what another version with the same labels guesses.
        """
        with self._store.read() as connection:
            return serving.shown_of_root(connection, root_id, classifier_id)

    def predictions_of(self, photo_id: int) -> dict[str, Prediction]:
        """Classifier name -> what one photo shows, by the rule of `shown_predictions`, in the order of its folder."""
        with self._store.read() as connection:
            return serving.shown_of_photo(connection, photo_id)

    # Groups of look-alikes

    def store_clustering(
        self,
        root_id: int,
        backbone_id: str,
        method: str,
        k: int,
        photo_ids: NDArray[np.int64],
        cluster: NDArray[np.int32],
        typicality: NDArray[np.float32],
    ) -> int:
        """Store a clustering as the folder's newest; columns as in `Clustering`. Returns its id."""
        return self._store.write(
            lambda connection: clusters.store_clustering(
                connection,
                root_id,
                backbone_id=backbone_id,
                method=method,
                k=k,
                photo_ids=photo_ids,
                cluster=cluster,
                typicality=typicality,
            )
        )

    def clustering(self, root_id: int) -> Clustering | None:
        """The folder's newest clustering; None if there is none."""
        with self._store.read() as connection:
            return clusters.newest_clustering(connection, root_id)

    # What the person said

    def labels(self, root_id: int, classifier: str) -> dict[int, str]:
        """Photo id -> the person's label for a classifier, for the photos of a folder, present or missing."""
        with self._store.read() as connection:
            return actions.labels_of_root(connection, root_id, classifier)

    def all_labels(self, root_id: int) -> dict[str, dict[int, str]]:
        """Classifier -> photo id -> the person's label, for the photos of a folder, present or missing."""
        with self._store.read() as connection:
            return actions.all_labels_of_root(connection, root_id)

    def set_labels(self, root_id: int, classifier: str, labels: Mapping[int, str | None]) -> Action | None:
        """Label photos of a folder, photo id -> label, None to take it away.

        Returns:
            the action, which can be undone; None if every photo had that label already.

        Raises:
            CatalogError: a photo is not in the folder; then none is labelled.
        """
        return self._store.write(lambda connection: actions.set_labels(connection, root_id, classifier, labels))

    def actions(self, root_id: int) -> list[Action]:
        """Everything that was done in a folder, newest first, also what was undone."""
        with self._store.read() as connection:
            return actions.actions(connection, root_id)

    def next_undo(self, root_id: int) -> Action | None:
        """What `undo` would undo."""
        with self._store.read() as connection:
            return actions.next_undo(connection, root_id)

    def next_redo(self, root_id: int) -> Action | None:
        """What `redo` would do again."""
        with self._store.read() as connection:
            return actions.next_redo(connection, root_id)

    def undo(self, root_id: int) -> Action | None:
        """Undo the newest action of a folder that stands and return it; None if there is none."""
        return self._store.write(lambda connection: actions.undo(connection, root_id))

    def redo(self, root_id: int) -> Action | None:
        """Do again what was undone last and return it; None if there is none or something was done since."""
        return self._store.write(lambda connection: actions.redo(connection, root_id))
