"""Look at every photo of a folder: decode, thumbnail, embed, predict, store, batch by batch."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from photosort.core.catalog import AnalysedPhoto, Catalog
from photosort.core.photo import Failure, Photo, Progress
from photosort.core.thumbnails import ThumbnailCache
from photosort.ml.backbones import Backbone
from photosort.ml.heads import Head, HeadOutput
from photosort.pipeline.news import Analysed, Switched
from photosort.pipeline.order import Priority, WorkOrder
from photosort.pipeline.serving import Transition
from photosort.pipeline.sharpness import measure_missing
from photosort.pipeline.tally import Tally
from photosort.pipeline.work import BatchResult, KnownContents, Looked, PhotoFailure, look_at

_logger = logging.getLogger(__name__)

_WHAT = "Looking at photos"
AGAIN = "Looking at photos again"
_FIRST_BATCH = 1
_BATCH = 8
"""Photos per batch. Small: a batch in flight is what a kill loses, and what a cancel waits for."""

_HEARTBEAT = 0.1
"""Seconds after which a step yields although nothing is done, so that it can be stopped."""

_STORE_EVERY = 0.25
"""Seconds between two transactions, once photos arrive quickly."""

_PREDICT_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class AnalysisSummary:
    """An analysis that went to its end.

    Attributes:
        analysed: photos whose content (or thumbnail, the second time) was read and computed in this run.
        from_catalog: photos that stored results serve.
        failures: photos that could not be read, in this run or before.
        decode_seconds: summed over the threads.
        embed_seconds: summed over the threads.
        total_seconds: by the clock.
    """

    analysed: int
    from_catalog: int
    failures: tuple[Failure, ...]
    decode_seconds: float
    embed_seconds: float
    total_seconds: float


class _Analysis:
    """One run over one folder; `analyze` drives it."""

    def __init__(
        self,
        catalog: Catalog,
        root_id: int,
        backbones: Sequence[Backbone],
        heads: Sequence[Head],
        thumbnails: ThumbnailCache | None,
        priority: Priority,
        again: str,
        switch: bool,
    ) -> None:
        self._catalog = catalog
        self._root_id = root_id
        self._backbones = backbones
        self._thumbnails = thumbnails
        self._priority = priority
        self._switch = switch
        self._transition = Transition.begin(catalog, root_id, heads, backbones[0].id)
        self._heads = self._transition.heads
        self._workers = min(backbone.workers for backbone in backbones)
        self._tally = Tally()
        self._again = again
        self._what = _WHAT
        self._quiet = False
        self._sampling = True
        self._total = 0
        self._before = 0

    def run(self) -> Generator[Analysed | Switched, None, AnalysisSummary]:
        started = time.perf_counter()
        photos = {photo.id: photo for photo in self._catalog.photos(self._root_id)}
        pending = [photos[i] for i in self._without_embedding() if i in photos]
        failed_before = self._catalog.failures(self._root_id)
        stored = len(photos) - len(pending) - len(self._catalog.failed_photos(self._root_id).keys() & photos.keys())
        yield from self._predict_stored()
        yield from self._complete()
        seen = frozenset(self._transition.seen.tolist())
        # Where most photos show a guess already, those speak for the folder, and not the few that are new.
        self._sampling = max(stored, len(seen)) < len(pending) - len(seen)
        # Photos that show nothing yet come first; those that are looked at again show what was guessed before.
        yield from self._look([photo for photo in pending if photo.id not in seen])
        self._what, self._quiet = self._again, True
        yield from self._look([photo for photo in pending if photo.id in seen])
        yield from self._complete()
        yield from measure_missing(self._catalog, self._root_id, self._workers)
        self._catalog.flush()
        tally = self._tally
        failures = {failure.relpath: failure for failure in [*failed_before, *tally.failures]}
        return AnalysisSummary(
            analysed=tally.analysed,
            from_catalog=tally.served + stored,
            failures=tuple(failures[path] for path in sorted(failures)),
            decode_seconds=tally.decode_seconds,
            embed_seconds=tally.embed_seconds,
            total_seconds=time.perf_counter() - started,
        )

    def _without_embedding(self) -> list[int]:
        ids: set[int] = set()
        for backbone in self._backbones:
            ids.update(self._catalog.pending(self._root_id, backbone.id).tolist())
        return sorted(ids)

    def _complete(self) -> Generator[Switched, None, None]:
        """Let what was computed serve, once it covers what serves now."""
        if not self._switch or not self._transition.replaces:
            return
        self._catalog.flush()
        after = self._transition.complete(self._catalog, self._root_id)
        if after is not self._transition:
            self._transition = after
            yield Switched(self._what, self._done(), self._total)

    # -- predictions of what was embedded before ---------------------------------------------------

    def _predict_stored(self) -> Generator[Analysed, None, None]:
        """A classifier that is new here needs no photo decoded: the embeddings are stored.

        While something else serves, it goes on until all of this is done: a matter of seconds.
        """
        for classifier_id, head in self._heads.items():
            missing = self._catalog.without_prediction(self._root_id, classifier_id)
            for start in range(0, len(missing), _PREDICT_CHUNK):
                table = self._catalog.embeddings_of(missing[start : start + _PREDICT_CHUNK], head.backbone_id)
                if not len(table.photo_ids):
                    continue
                output = head.predict(table.vectors)
                self._catalog.store_predictions(classifier_id, table.photo_ids, output)
                yield self._news() if self._transition.replaces else self._news(table.photo_ids, {head.name: output})

    # -- photos that were never looked at, or not with these networks ------------------------------

    def _look(self, photos: Sequence[Photo]) -> Generator[Analysed, None, None]:
        if not photos:
            return
        order = WorkOrder(photos, self._priority)
        self._total, self._before = len(photos), self._tally.done
        stop = threading.Event()
        known = KnownContents.of({b.id: self._catalog.keys_with_embedding(b.id) for b in self._backbones})
        workers = self._workers
        pool = ThreadPoolExecutor(workers, thread_name_prefix="photosort-look")
        running: set[Future[BatchResult]] = set()
        finished: list[BatchResult] = []
        stored_at = time.perf_counter()
        try:
            yield self._news()
            size = _FIRST_BATCH
            while True:
                while len(running) <= workers and (batch := order.take(size)):
                    running.add(pool.submit(look_at, batch, self._backbones, self._thumbnails, known, stop))
                if not running:
                    break
                done, running = wait(running, timeout=_HEARTBEAT, return_when=FIRST_COMPLETED)
                finished.extend(future.result() for future in done if not future.exception())
                for future in done:
                    future.result()  # an error ends the analysis, after what the other threads finished was taken
                now = time.perf_counter()
                if finished and (size == _FIRST_BATCH or not running or now - stored_at >= _STORE_EVERY):
                    size, stored_at = _BATCH, now
                    news = self._store(finished, sampling=self._sampling and order.sampling())
                    finished = []
                    yield news
                elif not done:
                    yield self._news(sampling=self._sampling and order.sampling())
        finally:
            # Reached at the end, on an error and when the job is cancelled: what is finished is kept in every case.
            stop.set()
            finished.extend(future.result() for future in wait(running).done if not future.exception())
            pool.shutdown(wait=True, cancel_futures=True)
            if finished:
                self._store(finished, sampling=False)

    def _store(self, results: Iterable[BatchResult], *, sampling: bool) -> Analysed:
        looked: list[Looked] = []
        failed: list[PhotoFailure] = []
        for result in results:
            self._tally.add(result)
            looked.extend(result.looked)
            failed.extend(result.failures)
        for backbone in self._backbones:
            rows = [_row(one, backbone.id) for one in looked]
            self._catalog.store_analysis(self._root_id, rows, backbone.id)
        lasting = [one for one in failed if one.lasting]
        if lasting:
            self._catalog.record_failures(
                self._root_id, [one.failure for one in lasting], photo_ids=[one.photo.id for one in lasting]
            )
        _logger.debug("stored %d photos", len(looked))
        ids = np.array([one.photo.id for one in looked], np.int64)
        outputs = self._predict(looked, ids)
        failures = tuple((one.photo.id, one.failure) for one in failed)
        if self._quiet:
            # What was guessed of them before goes on being shown.
            return replace(self._news(), failures=failures)
        return Analysed(
            what=self._what,
            done=self._done(),
            total=self._total,
            photo_ids=ids,
            taken=np.array([_exif_date(one) for one in looked], np.float64),
            sharpness=np.array([_sharpness(one) for one in looked], np.float32),
            outputs=outputs,
            failures=failures,
            photos_per_second=self._tally.rate(),
            sampling=sampling,
        )

    def _done(self) -> int:
        return self._tally.done - self._before

    def _predict(self, looked: Sequence[Looked], ids: NDArray[np.int64]) -> dict[str, HeadOutput]:
        if not looked:
            return {}
        outputs = {}
        for classifier_id, head in self._heads.items():
            vectors = [one.embeddings.get(head.backbone_id) for one in looked]
            if self._quiet and all(vector is None for vector in vectors):
                # Looked at with another network than this classifier's, which had seen them before.
                continue
            if any(vector is None for vector in vectors):
                # Copies of photos that were embedded before: the catalog knows theirs.
                table = self._catalog.embeddings_of(ids, head.backbone_id)
                stored = dict(zip(table.photo_ids.tolist(), table.vectors, strict=True))
                vectors = [
                    stored.get(one.photo.id) if vector is None else vector
                    for one, vector in zip(looked, vectors, strict=True)
                ]
            rows = [vector for vector in vectors if vector is not None]
            if not rows:
                continue
            output = head.predict(np.stack(rows).astype(np.float32, copy=False))
            there = np.array([vector is not None for vector in vectors], np.bool_)
            self._catalog.store_predictions(classifier_id, ids[there], output)
            if not there.all():
                # Another process has found copies changed meanwhile; the next run looks at them.
                _logger.info("%s: %d embeddings are missing", head.name, np.sum(~there))
            elif self._transition.may_be_shown(head):
                outputs[head.name] = output
        return outputs

    def _news(
        self,
        photo_ids: NDArray[np.int64] | None = None,
        outputs: Mapping[str, HeadOutput] | None = None,
        *,
        sampling: bool = True,
    ) -> Analysed:
        progress = Progress(self._what, self._done(), self._total)
        rate = self._tally.rate()
        return Analysed.about(progress, photo_ids, outputs=outputs, photos_per_second=rate, sampling=sampling)


def analyze(
    catalog: Catalog,
    root_id: int,
    backbones: Sequence[Backbone],
    heads: Sequence[Head],
    thumbnails: ThumbnailCache | None,
    *,
    priority: Priority | None = None,
    again: str = AGAIN,
    switch: bool = True,
) -> Generator[Analysed | Switched, None, AnalysisSummary]:
    """Look at every photo of an opened folder that was not looked at before, or not with these networks.

    Results are stored batch by batch, so that a run that was cancelled, killed or cut off goes on where it was. Where
    other networks or classifiers serve the folder, they go on until these have seen all that those had seen; then
    everything is switched at once (see `photosort.pipeline.serving`).

    Args:
        catalog: where results are kept.
        root_id: the folder, as `open_folder` returned it.
        backbones: the networks to embed with: at least those that ``heads`` were fitted on. The first one's
            embeddings make groups and look-alikes.
        heads: the classifiers to ask.
        thumbnails: the cache to fill; None for none.
        priority: what is on screen comes first.
        again: what to say while photos are looked at again.
        switch: False leaves what serves as it is, unless nothing does.

    Yields:
        what is new to be shown since the last yield, at least every 0.1 s or so; `Switched` when something else serves
        from here on.

    Returns:
        counts and seconds; photos that stored results serve are counted too.
    """
    return _Analysis(catalog, root_id, backbones, heads, thumbnails, priority or Priority(), again, switch).run()


def _row(one: Looked, backbone_id: str) -> AnalysedPhoto:
    decoded = one.decoded
    return AnalysedPhoto(
        photo_id=one.photo.id,
        size=one.photo.size,
        mtime_ns=one.photo.mtime_ns,
        key=one.key,
        width=decoded.width if decoded else None,
        height=decoded.height if decoded else None,
        sharpness=decoded.sharpness if decoded else None,
        perceptual_hash=decoded.perceptual_hash if decoded else None,
        taken=decoded.taken if decoded else None,
        embedding=one.embeddings.get(backbone_id),
    )


def _exif_date(one: Looked) -> float:
    return one.decoded.taken if one.decoded is not None and one.decoded.taken is not None else float("nan")


def _sharpness(one: Looked) -> float:
    return one.decoded.sharpness if one.decoded is not None and one.decoded.sharpness is not None else float("nan")
