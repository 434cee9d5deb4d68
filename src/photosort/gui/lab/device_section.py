"""The Lab's word on the device: what looks at photos and why, a test of this computer, and the person's choice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from photosort.core.errors import PhotosortError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.gui.choices import device_of
from photosort.gui.controls import label
from photosort.gui.error_bar import sentence_of
from photosort.gui.icons import IconSet
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.lab.device_controls import DeviceChoice, TestStrip
from photosort.gui.lab.device_table import DeviceTable
from photosort.gui.lab.strips import NoticeStrip
from photosort.gui.theme import SPACING, Themes
from photosort.ml.acceleration import Wanted, Way
from photosort.ml.backbones import planned_device
from photosort.ml.device_reports import DeviceReport, by_speed, explanation, recall
from photosort.ml.device_test import measure, network_at_hand
from photosort.ml.machine import Device

_logger = logging.getLogger(__name__)

Measure = Callable[[str, UserPaths], Generator[Progress, None, tuple[DeviceReport, ...]]]
"""Tests this computer with the network of that name and remembers what it finds."""

_BEST = "auto"
_TESTING = "Testing this computer"


class DeviceSection(QWidget):
    """What looks at photos, why, and what else this computer could do.

    Args:
        paths: where networks are kept, and what a test has found.
        icons: where buttons get their icons.
        themes: whose colours the signs take.
        device: the device that was chosen: "auto", "cpu" or "gpu".
        measure: tests this computer, on a job's thread.
    """

    device_chosen = Signal(str)
    """The person chose "auto", "cpu" or "gpu"."""
    tested = Signal()
    """A test has found something: what "auto" means may have changed."""
    job_changed = Signal(object)
    """The Job to follow now; None when no test runs."""

    def __init__(
        self,
        paths: UserPaths,
        icons: IconSet,
        themes: Themes,
        device: str,
        parent: QWidget | None = None,
        *,
        measure: Measure = measure,
    ) -> None:
        super().__init__(parent)
        self._paths = paths
        self._measure = measure
        self._network = _BEST
        self._device: Device | None = None
        self._reports: tuple[DeviceReport, ...] = ()
        self._jobs = JobKeeper(self)
        self.now = label(wrap=True)
        self.why = label(role="muted", wrap=True)
        self.fallback = label(role="warning", wrap=True)
        self.choice = DeviceChoice(device_of(device))
        self.table = DeviceTable(themes)
        self.strip = TestStrip()
        self.notice = NoticeStrip(icons, themes)

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        for words in (self.now, self.why, self.fallback):
            column.addWidget(words)
        column.addSpacing(SPACING // 2)
        column.addWidget(self.choice)
        column.addSpacing(SPACING // 2)
        column.addWidget(self.table)
        column.addWidget(self.strip)
        column.addWidget(self.notice)

        self.choice.chosen.connect(self._on_chosen)
        self.strip.test_requested.connect(self.test)
        self.strip.cancel_requested.connect(partial(self._jobs.cancel, _TESTING))
        self.strip.details_toggled.connect(self._refresh)
        self.notice.closed.connect(partial(self.notice.say, ""))
        self._jobs.current_changed.connect(self._refresh)
        self._jobs.current_changed.connect(self.job_changed)
        self._jobs.failed.connect(self._on_failed)
        self._refresh()

    @property
    def busy(self) -> bool:
        """True while a test has not ended."""
        return self._jobs.busy

    def set_choice(self, device: str) -> None:
        """Tick a device that was chosen elsewhere; tells nobody."""
        self.choice.set_current(device_of(device))
        self._refresh()

    def set_network(self, name: str) -> None:
        """Speak of the network of this name from now on; "auto" is the best at hand."""
        self._network = name
        self._recall()

    @Slot(object)
    def show_device(self, device: Device | None) -> None:
        """Say what photos are looked at with now; None when no folder is open."""
        self._device = device
        self._refresh()

    @Slot()
    def test(self) -> None:
        """Test this computer, as a job."""
        if self._jobs.busy:
            return
        self.notice.say("")
        job = self._jobs.start(_TESTING, partial(self._measure, self._network, self._paths), self._on_measured)
        if job is not None:
            job.progressed.connect(self.strip.show_progress)

    def end(self) -> None:
        """Stop the test; none is started any more."""
        self._jobs.end()

    def wait(self) -> None:
        """End, and block until the test's thread has ended; for the end of the program."""
        self._jobs.wait()

    def showEvent(self, event: QShowEvent) -> None:
        """Look up what was found before: a command, or another window, may have tested."""
        super().showEvent(event)
        self._recall()

    @Slot(str)
    def _on_chosen(self, device: str) -> None:
        self._refresh()
        self.device_chosen.emit(device)

    def _on_measured(self, reports: tuple[DeviceReport, ...]) -> None:
        self._reports = reports
        self._refresh()
        self.tested.emit()

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        self.notice.say(sentence_of(error), bad=True)

    def _recall(self) -> None:
        """Read what the last test has found: two small files."""
        try:
            card, _weights = network_at_hand(self._network, self._paths)
            self._reports = recall(self._paths, card.id)
        except PhotosortError:
            _logger.info("No test of %s to recall", self._network, exc_info=True)
            self._reports = ()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        reports, wanted = self._reports, device_of(self.choice.current)
        device = self._device or self._planned()
        failed = device.failed and wanted != "cpu"
        for place, words in (
            (self.now, _now(device, reports, wanted)),
            (self.why, "" if failed else explanation(reports, wanted) or _why_not(device)),
            (self.fallback, f"The CPU took over, and nothing was lost: {device.reason}." if failed else ""),
        ):
            place.setText(words)
            place.setVisible(bool(words))
        self.table.set_reports(reports, show_all=self.strip.details_wanted)
        more = any(not report.available for report in reports)
        self.strip.set_state(testing=self._jobs.busy, tested=bool(reports), more=more)

    def _planned(self) -> Device:
        try:
            return planned_device(device_of(self.choice.current), self._paths)
        except PhotosortError as error:
            return Device.cpu(str(error))


def _now(device: Device, reports: tuple[DeviceReport, ...], wanted: Wanted) -> str:
    """What looks at photos; a GPU that has proved right needs some seconds, or photos, before it does."""
    gpu = next((report for report in by_speed(reports) if wanted == "auto" or report.way is not Way.CPU), None)
    if device.kind == "cpu" and gpu is not None and gpu.way is not Way.CPU and wanted != "cpu" and not device.failed:
        return f"Photos will be looked at on {gpu.device}."
    return f"Photos are looked at on {'the CPU' if device.kind == 'cpu' else device.name}."


def _why_not(device: Device) -> str:
    return f"Why not a GPU: {device.reason}." if device.reason else ""
