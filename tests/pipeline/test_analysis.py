"""The whole path on real files and the real compact network: counts, resuming, cancelling, copies, changes."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from photosort.core.catalog import Catalog, ClassifierRow
from photosort.core.errors import EngineError, ScanError
from photosort.core.imaging import decode
from photosort.core.photo import Progress
from photosort.core.thumbnails import ThumbnailCache
from photosort.ml import heads
from photosort.ml.backbones import Backbone, load_compact
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
from tests.pictures import picture, save_photo

_Result = TypeVar("_Result")
_Step = TypeVar("_Step", bound=Progress)


@pytest.fixture(scope="module")
def backbone() -> Iterator[Backbone]:
    """The bundled network."""
    network = load_compact()
    yield network
    network.close()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty photos in two folders."""
    for n in range(30):
        save_photo(
            tmp_path / "photos" / ("a" if n % 3 else "b") / f"{n:02}.jpg", n, taken=f"2020:01:{n + 1:02} 12:00:00"
        )
    return tmp_path / "photos"


def _drive(steps: Generator[_Step, None, _Result]) -> tuple[list[_Step], _Result]:
    yielded = []
    while True:
        try:
            yielded.append(next(steps))
        except StopIteration as stop:
            return yielded, stop.value


def _open(catalog: Catalog, folder: Path) -> Opened:
    return _drive(open_folder(catalog, folder))[1]


def _serving(catalog: Catalog, root_id: int) -> tuple[ClassifierRow, ...]:
    return catalog.serving(root_id).classifiers


def _analyze(
    catalog: Catalog, root_id: int, backbone: Backbone, thumbnails: ThumbnailCache | None = None
) -> tuple[list[Analysed], AnalysisSummary]:
    steps, summary = _drive(analyze(catalog, root_id, [backbone], heads.bundled(backbone.id), thumbnails))
    return [step for step in steps if isinstance(step, Analysed)], summary


def test_each_photo_is_told_once_with_its_predictions(catalog: Catalog, folder: Path, backbone: Backbone) -> None:
    root = _open(catalog, folder).root_id
    news, summary = _analyze(catalog, root, backbone)
    told = np.concatenate([step.photo_ids for step in news])
    assert sorted(told.tolist()) == sorted(photo.id for photo in catalog.photos(root))
    assert summary.analysed == 30
    assert summary.from_catalog == 0
    assert [step.done for step in news] == sorted(step.done for step in news)
    assert news[-1].done == news[-1].total == 30
    for step in news:
        assert len(step.taken) == len(step.sharpness) == len(step.photo_ids)
        for output in step.outputs.values():
            assert len(output.label_index) == len(step.photo_ids)
    assert {name for step in news for name in step.outputs} == {head.name for head in heads.bundled(backbone.id)}


def test_what_is_stored_is_what_was_told(catalog: Catalog, folder: Path, backbone: Backbone) -> None:
    root = _open(catalog, folder).root_id
    news, _ = _analyze(catalog, root, backbone)
    told = {
        (int(photo_id), name): (int(output.label_index[row]), float(output.confidence[row]))
        for step in news
        for name, output in step.outputs.items()
        for row, photo_id in enumerate(step.photo_ids)
    }
    for classifier in catalog.classifiers():
        columns = catalog.predictions(root, classifier.id)
        for row, photo_id in enumerate(columns.photo_ids.tolist()):
            label, confidence = told[photo_id, classifier.name]
            assert int(columns.label_index[row]) == label
            assert float(columns.confidence[row]) == pytest.approx(confidence, abs=1e-3)


def test_a_cancelled_run_goes_on_where_it_was(catalog: Catalog, folder: Path, backbone: Backbone) -> None:
    root = _open(catalog, folder).root_id
    steps = analyze(catalog, root, [backbone], heads.bundled(backbone.id), None)
    told = 0
    while told < 1:
        told += len(next(steps).photo_ids)
    steps.close()
    catalog.flush()
    stored = len(catalog.embeddings(root, backbone.id).photo_ids)
    assert told <= stored < 30
    _, summary = _analyze(catalog, root, backbone)
    assert summary.from_catalog == stored
    assert summary.analysed == 30 - stored
    assert not len(catalog.pending(root, backbone.id))


class _Failing:
    """A network that gives up at its third batch."""

    def __init__(self, network: Backbone) -> None:
        self._network = network
        self._lock = threading.Lock()
        self._calls = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        with self._lock:
            self._calls += 1
            if self._calls >= 3:
                raise EngineError("the device is gone")
        return self._network.embed(pixels)


def test_a_network_that_gives_up_ends_the_run_and_loses_nothing(
    catalog: Catalog, folder: Path, backbone: Backbone
) -> None:
    root = _open(catalog, folder).root_id
    with pytest.raises(EngineError, match="the device is gone"):
        _analyze(catalog, root, cast("Backbone", _Failing(backbone)))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("photosort-look")]
    stored = len(catalog.embeddings(root, backbone.id).photo_ids)
    assert stored >= 2  # what the two batches before gave
    _, summary = _analyze(catalog, root, backbone)
    assert (summary.from_catalog, summary.analysed, summary.failures) == (stored, 30 - stored, ())


def test_a_photo_that_memory_does_not_hold_fails_alone(
    catalog: Catalog, folder: Path, backbone: Backbone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short_of_memory(path: Path, **wanted: Any) -> Any:
        if path.name == "07.jpg":
            raise MemoryError
        return decode(path, **wanted)

    monkeypatch.setattr("photosort.pipeline.work.decode", short_of_memory)
    root = _open(catalog, folder).root_id
    _, summary = _analyze(catalog, root, backbone)
    assert [(failure.relpath, "memory" in failure.reason) for failure in summary.failures] == [("a/07.jpg", True)]
    assert summary.analysed == 29
    monkeypatch.undo()
    _, summary = _analyze(catalog, root, backbone)  # other programs may have gone: it is tried again
    assert (summary.analysed, summary.failures) == (1, ())


def test_what_is_on_screen_is_looked_at_first(catalog: Catalog, tmp_path: Path, backbone: Backbone) -> None:
    for n in range(60):
        save_photo(tmp_path / "p" / f"{n:02}.jpg", n)
    root = _open(catalog, tmp_path / "p").root_id
    ids = [photo.id for photo in catalog.photos(root)]
    priority = Priority()
    priority.set_visible(ids[40:52])
    steps = analyze(catalog, root, [backbone], [], None, priority=priority)
    told: list[int] = []
    while not set(ids[40:52]) <= set(told):
        told += next(steps).photo_ids.tolist()
    steps.close()
    assert told[0] in ids[40:52]
    # What else was done before the last of them is the batches that the threads had at hand.
    assert max(told.index(photo_id) for photo_id in ids[40:52]) < 12 + 8 * (backbone.workers + 1)


def test_a_copy_is_not_decoded_again(catalog: Catalog, folder: Path, backbone: Backbone) -> None:
    root = _open(catalog, folder).root_id
    _analyze(catalog, root, backbone)
    (folder / "copies").mkdir()
    for n in (1, 2, 4):
        (folder / "copies" / f"{n}.jpg").write_bytes((folder / "a" / f"{n:02}.jpg").read_bytes())
    root = _open(catalog, folder).root_id
    news, summary = _analyze(catalog, root, backbone)
    assert summary.analysed == 0
    assert summary.from_catalog == 33
    assert sum(len(step.photo_ids) for step in news) == 3
    original, copy = (
        next(photo for photo in catalog.photos(root) if photo.relpath == path) for path in ("a/01.jpg", "copies/1.jpg")
    )
    assert original.id != copy.id
    assert catalog.predictions_of(original.id) == catalog.predictions_of(copy.id)


def test_only_what_is_most_of_a_folder_stands_for_it(catalog: Catalog, folder: Path, backbone: Backbone) -> None:
    root = _open(catalog, folder).root_id
    news, _ = _analyze(catalog, root, backbone)
    assert any(step.sampling for step in news if len(step.photo_ids))
    for n in range(30, 50):
        save_photo(folder / "new" / f"{n}.jpg", n)
    _open(catalog, folder)
    news, _ = _analyze(catalog, root, backbone)
    assert sum(len(step.photo_ids) for step in news) == 20
    assert not any(step.sampling for step in news if len(step.photo_ids))


def test_a_changed_file_is_looked_at_again(catalog: Catalog, folder: Path, backbone: Backbone) -> None:
    root = _open(catalog, folder).root_id
    _analyze(catalog, root, backbone)
    changed = next(photo for photo in catalog.photos(root) if photo.relpath == "a/01.jpg")
    save_photo(folder / "a" / "01.jpg", 77, size=(400, 300))
    os.utime(folder / "a" / "01.jpg", ns=(changed.mtime_ns + 10**9, changed.mtime_ns + 10**9))
    _open(catalog, folder)
    _, summary = _analyze(catalog, root, backbone)
    assert (summary.analysed, summary.from_catalog) == (1, 29)
    again = catalog.photo(changed.id)
    assert (again.width, again.height) == (400, 300)


def test_a_file_that_is_being_written_fails_now_and_works_later(
    catalog: Catalog, folder: Path, backbone: Backbone
) -> None:
    root = _open(catalog, folder).root_id
    growing = folder / "a" / "02.jpg"
    whole = growing.read_bytes()
    growing.write_bytes(whole + b"more")  # between scan and analysis
    _, summary = _analyze(catalog, root, backbone)
    assert [failure.relpath for failure in summary.failures] == ["a/02.jpg"]
    assert "being written" in summary.failures[0].reason
    root = _open(catalog, folder).root_id
    _, summary = _analyze(catalog, root, backbone)
    assert (summary.analysed, summary.from_catalog, summary.failures) == (1, 29, ())


def test_bad_files_fail_once_and_are_remembered(catalog: Catalog, folder: Path, backbone: Backbone) -> None:
    (folder / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    whole = (folder / "a" / "04.jpg").read_bytes()
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 3])
    root = _open(catalog, folder).root_id
    news, summary = _analyze(catalog, root, backbone)
    assert {failure.relpath for failure in summary.failures} == {"bad.jpg", "cut.jpg"}
    assert sum(len(step.failures) for step in news) == 2
    assert (summary.analysed, summary.from_catalog) == (30, 0)
    news, summary = _analyze(catalog, root, backbone)
    assert not any(step.failures for step in news)  # not tried again
    assert {failure.relpath for failure in summary.failures} == {"bad.jpg", "cut.jpg"}
    assert (summary.analysed, summary.from_catalog) == (0, 30)


def test_a_new_classifier_needs_no_photo_decoded(catalog: Catalog, folder: Path, backbone: Backbone) -> None:
    root = _open(catalog, folder).root_id
    all_heads = heads.bundled(backbone.id)
    assert len(all_heads) >= 2
    _drive(analyze(catalog, root, [backbone], all_heads[:1], None))
    for photo in catalog.photos(root):
        photo.path.chmod(0o000)
        photo.path.rename(photo.path.with_suffix(".gone"))
    news, summary = _drive(analyze(catalog, root, [backbone], all_heads, None))
    assert (summary.analysed, summary.from_catalog, summary.failures) == (0, 30, ())
    assert sum(isinstance(step, Switched) for step in news) == 1
    shown = [(row.name, len(catalog.shown_predictions(root, row.id).photo_ids)) for row in _serving(catalog, root)]
    assert shown == [(head.name, 30) for head in all_heads]


def test_thumbnails_are_made_on_the_way(catalog: Catalog, folder: Path, backbone: Backbone, tmp_path: Path) -> None:
    root = _open(catalog, folder).root_id
    thumbnails = ThumbnailCache(tmp_path / "thumbnails")
    _analyze(catalog, root, backbone, thumbnails)
    for photo in catalog.photos(root):
        assert photo.content_key is not None
        assert thumbnails.has(photo.content_key)


def test_groups_keep_look_alikes_together(catalog: Catalog, tmp_path: Path, backbone: Backbone) -> None:
    for kind in range(3):
        for n in range(8):
            base = np.asarray(picture(kind)).astype(np.int16)
            noisy = base + np.random.default_rng(n).integers(-6, 7, base.shape)
            target = tmp_path / "p" / f"{kind}-{n}.png"
            target.parent.mkdir(exist_ok=True)
            Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(target)
    root = _open(catalog, tmp_path / "p").root_id
    _analyze(catalog, root, backbone)
    _, grouping = _drive(cluster(catalog, root, backbone.id, 3))
    assert grouping is not None
    kind_of = {photo.id: photo.name[0] for photo in catalog.photos(root)}
    groups: dict[int, set[str]] = {}
    for photo_id, number in zip(grouping.photo_ids.tolist(), grouping.cluster.tolist(), strict=True):
        groups.setdefault(number, set()).add(kind_of[photo_id])
    assert sorted(map(sorted, groups.values())) == [["0"], ["1"], ["2"]]


def test_a_folder_that_is_away_opens_from_the_catalog(catalog: Catalog, folder: Path, backbone: Backbone) -> None:
    root = _open(catalog, folder).root_id
    _analyze(catalog, root, backbone)
    folder.rename(folder.with_name("unplugged"))
    opened = _open(catalog, folder)
    assert opened.away
    assert opened.root_id == root
    assert len(catalog.photos(root)) == 30  # nothing was called missing


def test_a_folder_that_never_was_is_an_error_in_words(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(ScanError, match="is not there"):
        _open(catalog, tmp_path / "nowhere")
    (tmp_path / "file.txt").touch()
    with pytest.raises(ScanError, match="is a file, not a folder"):
        _open(catalog, tmp_path / "file.txt")
    assert catalog.recent_roots() == []


@pytest.mark.shared
def test_real_files_are_all_accounted_for(catalog: Catalog, real_photos: Path, backbone: Backbone) -> None:
    opened = _open(catalog, real_photos)
    _, summary = _analyze(catalog, opened.root_id, backbone)
    assert opened.scan is not None
    files = sum(path.is_file() for path in real_photos.rglob("*"))
    scan = opened.scan
    assert scan.found == files
    assert (
        summary.analysed + summary.from_catalog + len(summary.failures) + scan.companions + len(scan.ignored) == files
    )
    must_work = {"cameras", "gps", "orientation", "heic", "sidecar"}
    assert not [failure for failure in summary.failures if failure.relpath.split("/")[0] in must_work]
