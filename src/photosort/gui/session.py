"""FolderSession: an open folder, what is known of it, and the jobs that learn more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from photosort.core.arrange import Arranged, Arrangement, Filter, Grouping, GroupKind, Order, PhotoColumns
from photosort.core.catalog import Catalog
from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Failure, Photo, Progress
from photosort.core.scan import Ignored
from photosort.core.thumbnails import ThumbnailCache
from photosort.core.written import WrittenColumns
from photosort.gui import steps
from photosort.gui.csv_export import Row, write_table
from photosort.gui.dropping import Target
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.jobs import Job
from photosort.gui.knowledge import Knowledge
from photosort.gui.look_alikes import LookAlikes
from photosort.gui.photo_book import PhotoBook
from photosort.gui.steps import Classifier, Content
from photosort.gui.written.reader import WrittenReader
from photosort.ml.acceleration import Wanted
from photosort.pipeline import Analysed, Opened, Priority, Switched
from photosort.pipeline.choice import AUTO, name_of

_SCANNING = "Looking for photos"
_LOOKING = "Looking at photos"


class FolderSession(QObject):
    """One open folder, from the first look into the catalog until all its jobs have ended.

    The photos keep their places while jobs learn more of them: `photos_updated` says whose marks have changed,
    `news_changed` how many would stand elsewhere by now, and `regroup` puts them there.

    Args:
        catalog: where everything is kept.
        paths: where networks and thumbnails are.
        thumbnails: the cache that an analysis fills.
        target: what to open.
        arrangement: how to show it.
        device: what photos should be looked at with.
        parent: who keeps the session.
        network: the network that should look at them, or `photosort.pipeline.choice.AUTO`.
    """

    content_changed = Signal()
    """Other photos than before, or much is new of them: `columns` is another object."""
    arranged_changed = Signal()
    """`arranged` is new: the grid shows other photos, or in another order."""
    photos_updated = Signal(object)
    """NDArray[int64]: what is known of these photos has changed; they keep their places."""
    counts_changed = Signal()
    news_changed = Signal(int)
    problems_changed = Signal()
    job_changed = Signal(object)
    """The Job to follow now; None when nothing is going on."""
    device_changed = Signal(object)
    """Device: what photos are looked at with, or would be."""
    network_changed = Signal(object)
    """str: the name of the network whose guesses and groups are shown from here on; None before there are any."""
    failed = Signal(object)
    """The exception of a job that failed."""
    files_changed = Signal(object)
    """tuple of ids: the files of these photos are not what they were."""
    photos_added = Signal(object)
    """tuple of ids: a scan has found these photos, which were never seen in the folder before."""
    stilled = Signal()
    """After `hold`: nothing looks at files any longer."""
    closed = Signal()
    """Every job has ended; the last signal."""

    def __init__(
        self,
        catalog: Catalog,
        paths: UserPaths,
        thumbnails: ThumbnailCache,
        target: Target,
        arrangement: Arrangement,
        device: Wanted = "auto",
        parent: QObject | None = None,
        *,
        network: str = AUTO,
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._paths = paths
        self._thumbnails = thumbnails
        self._target = target
        self._device = device
        self._wanted_network = network
        self._network: str | None = None
        self._look_again = False
        self._held = False
        self._jobs = JobKeeper(self)
        self._jobs.current_changed.connect(self.job_changed)
        self._jobs.failed.connect(self.failed)
        self._jobs.finished.connect(self._on_finished)
        self._jobs.all_ended.connect(self.closed)
        self._known = Knowledge()
        self._opened: Opened | None = None
        self._arrangement = arrangement
        self._filter = Filter()
        self._book = PhotoBook(catalog.photos_of)
        self.priority = Priority()
        self.look_alikes = LookAlikes(catalog, self._jobs, self._known, self)
        self.look_alikes.grouped.connect(self._on_grouped)
        self.look_alikes.compared.connect(self._on_compared)
        self.look_alikes.failed.connect(self.failed)
        self._written = WrittenReader(catalog, self._jobs, self._known, self)
        self._written.read.connect(self._on_written)

    # -- what is known -------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """The open folder."""
        return self._target.folder

    @property
    def target(self) -> Target:
        """What was asked to be opened."""
        return self._target

    @property
    def root_id(self) -> int | None:
        """The catalog's id of the folder; None before anything was read of it."""
        return None if self._known.content is None else self._known.content.root_id

    @property
    def loaded(self) -> bool:
        """True once there is something to show, be it that there is nothing."""
        return self._known.content is not None

    @property
    def scanned(self) -> bool:
        """True once the folder itself was looked at, or found to be away."""
        return self._opened is not None

    @property
    def away(self) -> bool:
        """True for a folder that is not there now and is shown from the catalog."""
        return self._opened is not None and self._opened.away

    @property
    def columns(self) -> PhotoColumns:
        """What is known of every photo."""
        return self._known.columns

    @property
    def arranged(self) -> Arranged:
        """Which photos are shown, in what order and groups."""
        return self._known.arranged

    @property
    def arrangement(self) -> Arrangement:
        """How the photos are arranged."""
        return self._arrangement

    @property
    def filter(self) -> Filter:
        """Which photos are shown."""
        return self._filter

    @property
    def classifiers(self) -> tuple[Classifier, ...]:
        """The classifiers whose guesses are there or will come, in the order in which they are shown."""
        return self._known.classifiers

    @property
    def network(self) -> str | None:
        """Name of the network whose guesses and groups are shown; None before there are any."""
        return self._network

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What could not be read, by path."""
        return self._known.failures

    @property
    def ignored(self) -> tuple[Ignored, ...]:
        """Files that are no photos."""
        return () if self._known.content is None else self._known.content.ignored

    @property
    def analysing(self) -> bool:
        """True while photos are looked at."""
        return self._jobs.runs(_LOOKING)

    @property
    def busy(self) -> bool:
        """True while any job has not ended."""
        return self._jobs.busy

    @property
    def still(self) -> bool:
        """True while nothing looks at files: while some are being moved, what it saw would be wrong."""
        return not (self._jobs.runs(_SCANNING) or self._jobs.runs(_LOOKING) or self._written.reading)

    def photo(self, photo_id: int) -> Photo:
        """A photo of the folder.

        Raises:
            KeyError: the folder has no such photo.
        """
        return self._book.photo(photo_id)

    def photos(self, ids: Iterable[int]) -> list[Photo]:
        """Many photos of the folder at once, in the order asked for."""
        return self._book.photos(ids)

    def problem_of(self, photo_id: int) -> str:
        """Why a photo could not be read; empty when it could, or was not tried."""
        return self._known.problem_of(photo_id)

    def sample(self) -> NDArray[np.int64] | None:
        """Ids of the photos that stand for the whole folder; None while (or since) every photo speaks for itself."""
        return self._known.sample() if self.analysing else None

    # -- what can be asked for -------------------------------------------------------------------------

    def open(self) -> None:
        """Show what the catalog knows, then look at the folder, then at its photos."""
        self._tell_device()
        known = partial(steps.read_known, self._catalog, self.folder)
        self._jobs.start("Opening the folder", known, self._on_known)

    def rescan(self, *, retry: bool = False) -> None:
        """Look for changes in the folder, with ``retry`` also at what could not be read before."""
        if self._held or self._jobs.runs(_SCANNING):
            return
        only = () if self.scanned else self._target.only
        shown = self.loaded
        scan = partial(steps.scan_folder, self._catalog, self.folder, only, shown=shown, retry=retry)
        self._jobs.start(_SCANNING, scan, self._on_scanned)

    def analyse(self) -> None:
        """Look at every photo that was not looked at yet."""
        content = self._known.content
        if content is None or self._held or self.away or self.analysing or self._catalog.read_only:
            return
        self._known.start_sample()
        look = partial(
            steps.look_at_photos,
            self._catalog,
            content.root_id,
            self._paths,
            self._thumbnails,
            self.priority,
            self._device,
            self._wanted_network,
        )
        self._jobs.start(_LOOKING, look, self._on_looked, self._on_news)

    def use_device(self, device: Wanted) -> None:
        """Look at photos with another device; an analysis that runs goes on with it."""
        if device == self._device:
            return
        self._device = device
        self._look_again = self.analysing
        self._jobs.cancel(_LOOKING)
        if not self._look_again:
            self._tell_device()

    def use_network(self, name: str) -> None:
        """Look at photos with another network; what was seen with the one before serves until all was seen with it."""
        if name != self._wanted_network:
            self._wanted_network = name
            self.networks_changed()

    @Slot()
    def networks_changed(self) -> None:
        """A network was fetched or removed: look again if another one is the best at hand now."""
        self._analyse_anew()

    def _analyse_anew(self) -> None:
        """Analyse with what is true now; an analysis that runs ends first, and what it did counts."""
        self._look_again = self.analysing
        self._jobs.cancel(_LOOKING)
        if not self._look_again:
            self.analyse()

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the photos in another order or other groups; makes groups of look-alikes where none are yet."""
        self._arrangement = arrangement
        self.regroup()
        by_groups = arrangement.group.kind is GroupKind.CLUSTER or arrangement.order is Order.CLUSTER
        if by_groups and self._known.clusters == 0:
            self.look_alikes.group()

    def show_only(self, only: Filter) -> None:
        """Show only some of the photos."""
        self._filter = only
        self.regroup()

    @Slot()
    def regroup(self) -> None:
        """Put every photo where it belongs by what is known now."""
        arranged = self._known.arrange(self._arrangement, self._filter)
        self._book.set_order(self.columns.ids[arranged.rows])
        self.arranged_changed.emit()
        self.news_changed.emit(0)

    def export(self, path: Path, rows: Iterable[Row], total: int) -> None:
        """Write photos as a table, as a job."""
        write = partial(write_table, path, rows, total, self.columns.classifiers)
        self._jobs.start("Writing the table", write, lambda _count: None)

    def hold(self) -> None:
        """Look at no file until `go_on`, since files are about to be moved; `stilled` tells when that is so."""
        self._held = True
        self._jobs.cancel(_SCANNING)
        self._jobs.cancel(_LOOKING)
        self._written.stop()

    def go_on(self) -> None:
        """Files were moved: show where they are now, and look for anything else that has changed."""
        self._held = False
        self.reread()
        self.rescan()

    def reread(self) -> None:
        """The catalog was changed at the person's wish: show what it knows now."""
        self._read_again(self._take_asked_for)

    def close(self) -> None:
        """End every job; `closed` tells when they have ended: after a batch at most."""
        self._jobs.end()

    def wait(self) -> None:
        """Close, and block until every job has ended."""
        self._jobs.wait()

    # -- jobs ----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_finished(self, job: Job) -> None:
        if job.name == _LOOKING:
            self.counts_changed.emit()
            if not self._held and not self._look_again:
                self._written.look()
            if job.cancelled:
                self._read_again()
            if self._look_again:
                self._look_again = False
                self.analyse()
        if self._held and self.still:
            self.stilled.emit()

    def _tell_device(self) -> None:
        tell = partial(steps.tell_device, self._device, self._paths)
        self._jobs.start("Getting ready", tell, self.device_changed.emit)

    def _on_known(self, content: Content | None) -> None:
        if content is not None:
            self._take(content)
        self.rescan()

    def _on_scanned(self, result: tuple[Opened, Content | None]) -> None:
        self._opened, content = result
        if content is not None:
            self._take(content)
        changes = self._opened.changes
        if changes is not None and changes.changed:
            self.files_changed.emit(changes.changed)
        if changes is not None and changes.added:
            self.photos_added.emit(changes.added)
        self.counts_changed.emit()
        self.problems_changed.emit()
        if changes is not None and (changes.added or changes.changed or changes.returned):
            # An analysis that runs knows nothing of these photos.
            self._analyse_anew()
        else:
            self.analyse()

    def _on_looked(self, summary: object) -> None:
        if summary is not None:
            self._read_again()
        self.look_alikes.go_on()

    def _read_again(self, on_read: Callable[[Content], None] | None = None) -> None:
        """Read what an analysis has stored: more than it told (keys, sizes), and the last batch of a cancelled one."""
        if self._known.content is not None:
            read = partial(steps.read_content, self._catalog, self._known.content.root_id)
            self._jobs.start("Finishing", read, on_read or self._take)

    def _take_asked_for(self, content: Content) -> None:
        """Show what was changed at the person's wish where it belongs, unless other photos would move with it.

        Photos that come back are what was asked for, and are shown in any case.
        """
        pending, before = len(self._known.moved) > 0, self.columns.ids
        self._take(content)
        if not pending or not np.isin(self.columns.ids, before).all():
            self.regroup()

    def _take_switched(self, content: Content) -> None:
        self._known.switch()
        self._take(content)

    @Slot()
    def _on_grouped(self) -> None:
        self.arrange(replace(self._arrangement, group=Grouping.CLUSTER, order=Order.CLUSTER, descending=False))
        self.counts_changed.emit()

    @Slot()
    def _on_compared(self) -> None:
        self.arrange(replace(self._arrangement, group=Grouping.NONE, order=Order.SIMILARITY, descending=True))

    # -- news ----------------------------------------------------------------------------------------

    def _take(self, content: Content) -> None:
        """Show what was read; photos that are shown already keep their places."""
        self._known.take(content, self._arrangement, self._filter)
        self._book = PhotoBook(self._catalog.photos_of)
        self._book.set_order(self.columns.ids[self.arranged.rows])
        self.content_changed.emit()
        self.arranged_changed.emit()
        self.counts_changed.emit()
        self.problems_changed.emit()
        self.news_changed.emit(len(self._known.moved))
        self._tell_network()
        self._written.recall()

    @Slot(object)
    def _on_written(self, written: WrittenColumns) -> None:
        self._known.take_written(written, self._arrangement, self._filter)
        self.counts_changed.emit()
        self.news_changed.emit(len(self._known.moved))

    @Slot(object)
    def _on_news(self, values: tuple[Progress, ...]) -> None:
        changed, problems = [], False
        for value in values:
            if isinstance(value, steps.Ready):
                self._on_ready(value)
            elif isinstance(value, steps.Moved):
                self.device_changed.emit(value.device)
            elif isinstance(value, Switched):
                self._known.expect_switch()
                self._read_again(self._take_switched)
            elif isinstance(value, Analysed):
                changed.append(self._known.learn(value, self._arrangement, self._filter))
                problems = problems or bool(value.failures)
        ids = np.unique(np.concatenate([np.empty(0, np.int64), *changed]))
        if len(ids):
            self._book.forget(ids.tolist())
            self.photos_updated.emit(ids)
            self.counts_changed.emit()
            self.news_changed.emit(len(self._known.moved))
        if problems:
            self.problems_changed.emit()

    def _on_ready(self, ready: steps.Ready) -> None:
        self._known.get_ready(ready)
        self.device_changed.emit(ready.device)
        self.counts_changed.emit()
        self._tell_network()
        if ready.reason:
            self.failed.emit(ModelError(ready.reason))

    def _tell_network(self) -> None:
        backbone_id = self._known.backbone_id
        name = None if backbone_id is None else name_of(backbone_id)
        if name != self._network:
            self._network = name
            self.network_changed.emit(name)
