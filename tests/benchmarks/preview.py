"""The preview of sorting at 100,000 photos: a step of the slider, a line that opens, scrolling; all of it painted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from figures import Figure, of_repeats, timed
from planning import columns_of, request_for
from PySide6.QtWidgets import QApplication
from setting import Setting

from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.core.sorting.plans.rules import place
from photosort.core.sorting.values import KeepFolders
from photosort.gui.photo_model import PhotoModel
from photosort.gui.sorting.fates import ROOT, STAYS, Fates, fates_before_planning, fates_of_folders
from photosort.gui.sorting.folder_view import FolderView
from photosort.gui.sorting.outline import Outline

_MANY = 100_000


def measure(setting: Setting) -> Iterator[Figure]:
    """Everything that the window's own thread does, without thumbnails."""
    app = QApplication.instance() or QApplication([])
    columns = columns_of(_MANY)
    view = FolderView()
    view.resize(1000, 600)
    model = PhotoModel(lambda photo_id: _photo(photo_id, columns.relpaths[photo_id - 1]))
    model.set_columns(columns)
    view.set_model(model)
    view.show()
    app.processEvents()
    order, shuffled = np.argsort(columns.taken), np.random.default_rng(7).permutation(_MANY)
    before = fates_before_planning(columns, columns.ids.tolist(), KeepFolders())
    request = request_for(Path("/sorted"))

    def sketch(least: float) -> Fates:
        placed = place(columns, replace(request, min_confidence=least))
        return fates_of_folders(before, placed.folders, placed.code, placed.confidence, "unsure")

    def show(outline: Outline, opened: set[str]) -> None:
        view.show_bands(*outline.arranged(opened, order, shuffled))
        view.viewport().repaint()

    def outline_of(least: float) -> Outline:
        return Outline(columns, sketch(least), "Sorted")

    def in_ms(do: Callable[[], object]) -> float:
        return 1000 * timed(do)

    steps = [
        in_ms(lambda least=0.5 + 0.02 * n: show(outline_of(least), {ROOT, STAYS})) for n in range(4 * setting.repeats)
    ]
    yield of_repeats("100,000 photos: a step of the slider until it is painted", steps, "ms", aim=100)
    outline, closed = outline_of(0.7), {ROOT, STAYS}
    largest = max(outline.folders, key=lambda one: one[1])[0].partition("/")[0]
    opens = [
        in_ms(lambda opened=closed | {f"{ROOT}{largest}"} if n % 2 else closed: show(outline, opened))
        for n in range(4 * setting.repeats)
    ]
    yield of_repeats("100,000 photos: a line of the preview opens or closes", opens, "ms", aim=50)
    show(outline, closed | {f"{ROOT}{largest}", f"{STAYS}:unsure"})
    bar = view.verticalScrollBar()

    def scroll() -> None:
        bar.setValue(bar.value() + 90)
        view.viewport().repaint()

    bar.setValue(bar.maximum() // 2)
    scrolls = [in_ms(scroll) for _ in range(60)]
    yield of_repeats("100,000 photos: scrolling the preview by a notch", scrolls, "ms", aim=16)
    view.close()
    view.deleteLater()
    app.processEvents()


def _photo(photo_id: int, relpath: str) -> Photo:
    return Photo(photo_id, Path("/photos"), relpath, (), 1, 0, PhotoState.PRESENT, 0.0, TakenSource.EXIF)
