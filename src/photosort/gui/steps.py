"""What an open folder does in the background, as generators for jobs. Knows no Qt; what is heavy is loaded here."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photosort.core.asking import in_order
from photosort.core.catalog import Catalog, Clustering, Serving
from photosort.core.columns import PhotoColumns
from photosort.core.errors import EngineError, ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Failure, Progress
from photosort.core.scan import Ignored
from photosort.core.thumbnails import ThumbnailCache
from photosort.ml import backbones, heads, networks
from photosort.ml.acceleration import Wanted
from photosort.ml.backbones import Backbone
from photosort.ml.runtime import Device
from photosort.pipeline import (
    Analysed,
    AnalysisSummary,
    Opened,
    Priority,
    Switched,
    analyze,
    cluster,
    open_folder,
)
from photosort.pipeline.choice import AUTO, choose, instead, name_of, open_chosen
from photosort.pipeline.serving import Transition

_OPENING = Progress("Opening", 0, None)
_GETTING_READY = Progress("Getting ready", 0, None)


@dataclass(frozen=True, slots=True)
class Classifier:
    """A classifier as the window knows it.

    Attributes:
        name: its name in the catalog and in columns.
        title: its name on screen.
        labels: its labels.
        backbone_id: whose embeddings it works on.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    backbone_id: str


@dataclass(frozen=True, slots=True)
class Content:
    """A folder as the catalog knows it.

    Attributes:
        root_id: the catalog's id of the folder.
        columns: what is known of them, for order, groups and filters.
        classifiers: the classifiers that serve, in the order in which they are shown.
        backbone_id: whose embeddings are compared; None before anything was looked at.
        clustering: its groups of look-alike photos; None before any were made.
        failures: what could not be read: photos and folders.
        ignored: files that are no photos.
        failed_photos: why, by photo id.
    """

    root_id: int
    columns: PhotoColumns
    classifiers: tuple[Classifier, ...]
    backbone_id: str | None
    clustering: Clustering | None
    failures: tuple[Failure, ...]
    ignored: tuple[Ignored, ...]
    failed_photos: dict[int, Failure]


@dataclass(frozen=True, slots=True)
class Ready(Progress):
    """The networks are loaded.

    Attributes:
        device: what they run on.
        classifiers: whose guesses are shown while they work, in the order in which they are shown.
        backbone_id: whose embeddings are compared while they work.
        reason: why they are not the ones that were wanted, for a person; empty where they are.
    """

    device: Device
    classifiers: tuple[Classifier, ...]
    backbone_id: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moved(Progress):
    """The networks run on another device from here on: a GPU is ready, or has failed.

    Attributes:
        device: what they run on.
    """

    device: Device


def tell_device(wanted: Wanted, paths: UserPaths) -> Generator[Progress, None, Device]:
    """Tell what photos would be looked at with; a test of this computer is remembered below ``paths``."""
    yield _OPENING
    return backbones.planned_device(wanted, paths)


def clear_thumbnails(thumbnails: ThumbnailCache) -> Generator[Progress, None, None]:
    """Empty the cache of thumbnails: seconds, where there are many."""
    yield Progress("Clearing the cache", 0, None)
    thumbnails.clear()


def read_content(catalog: Catalog, root_id: int) -> Generator[Progress, None, Content]:
    """Read a folder from the catalog.

    Yields:
        between the queries.

    Returns:
        all that is needed to show it.
    """
    yield _OPENING
    # A cancelled analysis leaves its last batch to the catalog's writer as it ends.
    catalog.flush()
    listing = catalog.listing(root_id)
    yield _OPENING
    rules = heads.asked_of()
    columns = PhotoColumns.from_listing(listing).with_asking(rules)
    # Computed when first needed, and kept: here it costs the window nothing.
    _ = columns.name_ranks, columns.folder_codes, columns.searchable
    yield _OPENING
    serving = catalog.serving(root_id)
    for row in serving.classifiers:
        columns.with_predictions(row.name, catalog.shown_predictions(root_id, row.id))
        yield _OPENING
    for name, labels in catalog.all_labels(root_id).items():
        columns.with_labels(name, labels)
    clustering = catalog.clustering(root_id)
    columns.with_clusters(clustering, catalog.rules.cluster_names(root_id))
    return Content(
        root_id=root_id,
        columns=columns,
        classifiers=_shown(serving),
        backbone_id=serving.backbone_id,
        clustering=clustering,
        failures=tuple(catalog.failures(root_id)),
        ignored=tuple(catalog.ignored(root_id)),
        failed_photos=catalog.failed_photos(root_id),
    )


def _shown(serving: Serving) -> tuple[Classifier, ...]:
    rows = {row.name: row for row in serving.classifiers}
    found = (rows[name] for name in in_order(heads.asked_of(), rows))
    return tuple(Classifier(row.name, row.title, row.labels, row.backbone_id) for row in found)


def read_known(catalog: Catalog, folder: Path) -> Generator[Progress, None, Content | None]:
    """Read a folder that was opened before; None for one that was not."""
    root_id = catalog.find_root(folder)
    if root_id is None:
        return None
    return (yield from read_content(catalog, root_id))


def scan_folder(
    catalog: Catalog, folder: Path, only: Sequence[Path], *, shown: bool, retry: bool = False
) -> Generator[Progress, None, tuple[Opened, Content | None]]:
    """Scan a folder and read it again where that is needed.

    Args:
        catalog: where photos are kept.
        folder: the folder.
        only: just these files and folders of it; empty for all.
        shown: the window shows the catalog's content already.
        retry: forget which photos could not be read, so that they are tried again.

    Returns:
        what the scan found, and the new content; None when what is shown is still true.
    """
    if retry and (root_id := catalog.find_root(folder)) is not None:
        catalog.retry_failures(root_id)
    opened = yield from open_folder(catalog, folder, only=only or None)
    changed = opened.changes is not None and opened.changes.any
    if shown and not changed and not retry:
        return opened, None
    return opened, (yield from read_content(catalog, opened.root_id))


def look_at_photos(
    catalog: Catalog,
    root_id: int,
    paths: UserPaths,
    thumbnails: ThumbnailCache,
    priority: Priority,
    wanted: Wanted = "auto",
    network: str = AUTO,
) -> Generator[Progress, None, AnalysisSummary | None]:
    """Analyse a folder with the bundled classifiers; loads no network when nothing is left to do.

    Args:
        catalog: where everything is kept.
        root_id: the folder.
        paths: where networks are.
        thumbnails: the cache to fill.
        priority: what is on screen.
        wanted: which device.
        network: which network, or `AUTO` for the best at hand.

    Yields:
        `Ready` once, then `Analysed` values, `Moved` whenever the device has changed, and `Switched` when what another
        network has seen serves from here on.

    Returns:
        what was done; None when nothing was left.

    Raises:
        ModelError: a bundled classifier or the bundled network is missing or damaged.
    """
    choice = yield from choose(network, paths)
    loaded: tuple[Backbone, ...] = ()
    settled = catalog.serving(root_id).settled
    while not loaded:
        transition = Transition.begin(catalog, root_id, choice.heads, choice.backbone_id)
        yield _GETTING_READY
        if not _work_left(catalog, root_id, transition):
            if transition.complete(catalog, root_id) is not transition or not settled:
                yield Switched(_GETTING_READY.what, 0, None)
            return None
        try:
            loaded = yield from open_chosen(choice, paths, wanted)
        except (ModelError, EngineError) as error:
            choice = instead(choice.name, error, paths)
    with ExitStack() as stack:
        for backbone in loaded:
            stack.callback(backbone.close)
        shown, now = _shown(transition.now), transition.now.backbone_id
        yield Ready(_GETTING_READY.what, 0, None, loaded[0].device, shown, now, choice.reason)
        again = _again(now, choice.name)
        work = analyze(catalog, root_id, loaded, choice.heads, thumbnails, priority=priority, again=again)
        return (yield from _telling_device(work, loaded[0]))


def _again(serving: str | None, name: str) -> str:
    """What to say while photos are looked at again."""
    before = name_of(serving) if serving is not None else name
    order = networks.NAMES
    better = before in order and order.index(name) >= order.index(before)
    return "Looking again with sharper eyes" if better else "Looking at photos again"


def _telling_device(
    work: Generator[Analysed | Switched, None, AnalysisSummary], backbone: Backbone
) -> Generator[Progress, None, AnalysisSummary]:
    device = backbone.device
    try:
        while True:
            try:
                value = next(work)
            except StopIteration as stop:
                summary: AnalysisSummary = stop.value
                return summary
            if backbone.device != device:
                device = backbone.device
                yield Moved(value.what, value.done, value.total, device)
            yield value
    finally:
        work.close()


def group_alike(
    catalog: Catalog, root_id: int, backbone_id: str, k: int | None
) -> Generator[Progress, None, Clustering | None]:
    """Group look-alike photos; ``k`` None lets the program propose how many groups."""
    return (yield from cluster(catalog, root_id, backbone_id, k))


def similar_to(
    catalog: Catalog, root_id: int, backbone_id: str, photo_id: int
) -> Generator[Progress, None, tuple[NDArray[np.int64], NDArray[np.float32]] | None]:
    """How similar every photo of a folder is to one of them.

    Returns:
        photo ids (n,) and the cosines of their embeddings with that of the photo (n,); None when the photo has none.
    """
    yield Progress("Comparing photos", 0, None)
    table = catalog.embeddings(root_id, backbone_id)
    yield Progress("Comparing photos", 0, None)
    (found,) = np.nonzero(table.photo_ids == photo_id)
    if not len(found):
        return None
    lengths = np.linalg.norm(table.vectors, axis=1)
    chosen = table.vectors[found[0]]
    cosines = table.vectors @ chosen / np.maximum(lengths * np.linalg.norm(chosen), 1e-12)
    return table.photo_ids, cosines.astype(np.float32, copy=False)


def _work_left(catalog: Catalog, root_id: int, transition: Transition) -> bool:
    if len(transition.lacking(catalog, root_id)):
        return True
    return any(photo.content_id is not None and photo.sharpness is None for photo in catalog.photos(root_id))
