"""A window on an album with folders that cameras make and one that a person made, and hands that sort it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea

from photosort.core.catalog import Catalog
from photosort.core.catalog.values import AnalysedPhoto
from photosort.core.imaging import content_key
from photosort.core.paths import UserPaths
from photosort.core.photo import VERDICTS, Verdict, wall_clock_seconds
from photosort.gui.grid_drag import mime_of_photos
from photosort.gui.session import FolderSession
from photosort.gui.sorting.folder_view import FolderView
from photosort.gui.sorting.page import SortPage
from photosort.gui.sorting.wiring import Sorting
from photosort.ml import heads
from photosort.ml.heads import HeadOutput
from photosort.pipeline import open_folder
from tests.gui.conftest import Desk, drive
from tests.pictures import save_photo

LABELS = ("forest", "sea")
SURE = VERDICTS.index(Verdict.SURE)
UNSURE = VERDICTS.index(Verdict.UNSURE)

GUESSES = {
    "DCIM/100CANON/a0.jpg": (0, 0.99, SURE),
    "DCIM/100CANON/a1.jpg": (0, 0.97, SURE),
    "DCIM/100CANON/a2.jpg": (1, 0.96, SURE),
    "DCIM/100CANON/a3.jpg": (1, 0.70, UNSURE),
    "Camera/b0.jpg": (1, 0.90, SURE),
    "Camera/b1.jpg": (0, 0.40, UNSURE),
    "Italy 2019/c0.jpg": (1, 0.99, SURE),
    "Italy 2019/c1.jpg": (0, 0.99, SURE),
}
"""What a classifier called *scenes* says of each photo: index of the label, confidence, verdict."""


class SortDesk:
    """What a person does on the sort page."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.folder = folder

    @property
    def sorting(self) -> Sorting:
        return self.desk.window.sorting

    @property
    def page(self) -> SortPage:
        return self.sorting.page

    @property
    def after(self) -> FolderView:
        return self.page.after

    def sort(self) -> None:
        """Press *Sort*, and wait for the proposal."""
        self.desk.window.bar.sort_button.click()
        assert self.desk.window.pages.currentWidget() is self.page
        self.wait()

    def wait(self) -> None:
        """Until the preview stands."""
        proposal = self.sorting.proposal
        self.desk.until(lambda: proposal.plan is not None and not proposal.busy)

    def change(self, word: str) -> object:
        """Click a word of the sentence; gives what opens."""
        QTest.mouseClick(self.page.sentence.words[word], Qt.MouseButton.LeftButton)
        popup = self.sorting.menus.popup
        assert popup is not None, f"nothing opens at {word}"
        return popup

    def only_scenes(self) -> None:
        """Sort by scenes alone: without dates some photos stay."""
        request = self.sorting.proposal.request
        assert request is not None
        editor = self.change("rules")
        for rule in request.rules:
            editor.item_of(str(rule)).setCheckState(  # type: ignore[attr-defined]
                Qt.CheckState.Checked if str(rule) == "scenes" else Qt.CheckState.Unchecked
            )
        editor.close()  # type: ignore[attr-defined]
        self.wait()

    def lines(self) -> dict[str, int]:
        """The lines of the tree with their counts."""
        return {key: band.count for key, band in self.after.bands.items()}

    def open_line(self, key: str) -> None:
        """Click a line."""
        QTest.mouseClick(
            self.after.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            self.scrolled_to(key).topLeft() + QPoint(60, 15),
        )

    def scrolled_to(self, key: str) -> object:
        """The place of a line, once it can be seen."""
        rect = self.after.rect_of(key)
        bar = self.after.verticalScrollBar()
        if not self.after.viewport().rect().contains(rect):
            bar.setValue(bar.value() + rect.top() - 60)
            rect = self.after.rect_of(key)
        return rect

    def click_link(self, key: str) -> None:
        """Click what can be done about a line."""
        self.scrolled_to(key)
        QTest.mouseClick(
            self.after.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            self.after.link_of(key).center(),
        )

    def click_photo(self, name: str) -> None:
        """Click a photo of an open line."""
        model = self.after.photos
        assert model is not None
        photo_id = self.id_of(name)
        self.after.scroll_to_id(photo_id)
        place = self.after.visualRect(model.index(model.row_of_id(photo_id), 0)).center()
        QTest.mouseClick(self.after.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def id_of(self, name: str) -> int:
        return self.desk.id_of(name)

    def photos_of(self, key: str) -> set[str]:
        """Names of the photos that an open line shows."""
        model = self.after.photos
        assert model is not None
        assert model.arranged is not None
        place = next(index for index, group in enumerate(model.groups) if group.key == key)
        first, stop = model.arranged.group_starts[place : place + 2].tolist()
        return {model.photo(photo_id).name for photo_id in model.ids[first:stop].tolist()}

    def drop(self, names: Iterable[str], target: QAbstractScrollArea, place: QPoint) -> bool:
        """Drag photos over a place and let them go there; tells whether it took them."""
        ids = [self.id_of(name) for name in names]
        mime = mime_of_photos(ids, self.desk.session.photos(ids))
        action, button, no_keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(place, action, mime, button, no_keys)
        target.dragEnterEvent(enter)
        move = QDragMoveEvent(place, action, mime, button, no_keys)
        target.dragMoveEvent(move)
        drop = QDropEvent(QPointF(place), action, mime, button, no_keys)
        target.dropEvent(drop)
        return drop.isAccepted()

    def drop_on_line(self, names: Iterable[str], key: str) -> bool:
        """Drop photos on a line of the tree."""
        rect = self.scrolled_to(key)
        return self.drop(names, self.after, rect.center())  # type: ignore[attr-defined]

    def on_disk(self) -> set[str]:
        """Paths of all photos below the folder."""
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.jpg")}

    def tree(self) -> dict[str, tuple[bytes, int]]:
        """Content and time of every file below the folder, and the times of its folders."""
        found = sorted(self.folder.rglob("*"))
        return {
            path.relative_to(self.folder).as_posix(): (
                path.read_bytes() if path.is_file() else b"",
                path.stat().st_mtime_ns,
            )
            for path in found
        }


def make_photos(folder: Path) -> Path:
    """Eight photos of three folders, and a copy of the first one."""
    for number, path in enumerate(GUESSES):
        save_photo(folder / path, number, taken=f"2019:07:{10 + number:02} 12:00:00")
    (folder / "Downloads").mkdir()
    shutil.copy2(folder / "DCIM/100CANON/a0.jpg", folder / "Downloads/a0 copy.jpg")
    return folder


def make_guesses(catalog: Catalog, folder: Path) -> None:
    """Scan the folder, and store what two classifiers say, as an analysis would."""
    root_id = drive(open_folder(catalog, folder)).root_id
    photos = catalog.photos(root_id)
    rows = [
        AnalysedPhoto(
            photo_id=photo.id,
            size=photo.size,
            mtime_ns=photo.mtime_ns,
            key=content_key(photo.path),
            width=320,
            height=240,
            sharpness=1.0,
            perceptual_hash=photo.id,
            taken=wall_clock_seconds(datetime(2019, 7, 1, 12) + timedelta(days=photo.id)),  # noqa: DTZ001
            embedding=np.zeros(4, np.float16),
        )
        for photo in photos
    ]
    told = [GUESSES.get(photo.relpath, GUESSES["DCIM/100CANON/a0.jpg"]) for photo in photos]
    nothing = [(0, 0.3, UNSURE)] * len(photos)
    guesses = {}
    for name, labels, said in (("scenes", LABELS, told), ("animals", ("cat", "dog"), nothing)):
        guesses[catalog.register_classifier(name, "of the test", "test-network", labels)] = output_of(said)
    catalog.store_analysis(root_id, rows, "test-network", guesses)
    catalog.serve(root_id, list(guesses), "test-network")
    catalog.flush()


def output_of(told: list[tuple[int, float, int]]) -> HeadOutput:
    """What a classifier of two labels says: index of the label, confidence and verdict of each photo."""
    index = np.array([one[0] for one in told], np.int16)
    confidence = np.array([one[1] for one in told], np.float32)
    shares = np.repeat((1 - confidence)[:, None], 2, axis=1)
    shares[np.arange(len(told)), index] = confidence
    verdict = np.array([one[2] for one in told], np.uint8)
    return HeadOutput(index, confidence, np.ones(len(told), np.float32), verdict, shares)


@pytest.fixture
def sort_desk(desk_on: Callable[[Path], Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SortDesk:
    """A window on the album, at rest."""
    folder, paths = make_photos(tmp_path / "Pictures"), UserPaths.below(tmp_path / "catalog")
    with Catalog(paths.data) as catalog:
        make_guesses(catalog, folder)
    # What is known of the photos is known: nothing looks at them in these tests.
    monkeypatch.setattr(FolderSession, "analyse", lambda _self: None)
    monkeypatch.setattr(heads, "asked_of", dict)
    desk = desk_on(tmp_path / "catalog")
    desk.open(folder)
    return SortDesk(desk, folder)
