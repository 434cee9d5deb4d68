"""The bottom of the window: what is going on, how large the tiles are, which device works, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QSlider, QWidget

from photosort.core.photo import Progress
from photosort.core.settings import MAX_TILE_SIZE, MIN_TILE_SIZE
from photosort.gui.controls import button, icon_button, label
from photosort.gui.icons import IconSet
from photosort.gui.jobs import Job
from photosort.gui.telling import Telling, show_share
from photosort.gui.theme import SPACING


class StatusBar(QWidget):
    """What is going on, in one line.

    Args:
        icons: where the buttons get their icons.
    """

    tile_size_changed = Signal(int)
    problems_requested = Signal()
    job_state_changed = Signal(bool, bool)
    """Whether a job runs that can be stopped, and whether it is paused."""

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons = icons
        self._job: Job | None = None
        self._telling = Telling()
        self._resting = ""

        self.message = QLabel()
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(20 * SPACING)
        self.pause_button = icon_button(icons, "pause", "Pause")
        self.cancel_button = icon_button(icons, "close", "Cancel: what is done is kept")
        self.device = label(role="muted")
        self.problems_button = button("", "link")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(MIN_TILE_SIZE, MAX_TILE_SIZE)
        self.slider.setPageStep(32)
        self.slider.setFixedWidth(15 * SPACING)
        self.slider.setToolTip("Size of the photos (Ctrl+wheel)")
        self.slider.setAccessibleName("Size of the photos")

        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACING, SPACING // 2, 2 * SPACING, SPACING // 2)
        row.setSpacing(SPACING)
        row.addWidget(self.message, 1)
        row.addWidget(self.bar)
        row.addWidget(self.pause_button)
        row.addWidget(self.cancel_button)
        row.addSpacing(SPACING)
        row.addWidget(self.problems_button)
        row.addWidget(self.device)
        row.addSpacing(SPACING)
        row.addWidget(self.slider)
        self.setFixedHeight(5 * SPACING)

        self.pause_button.clicked.connect(self._on_pause_clicked)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.problems_button.clicked.connect(self.problems_requested)
        self.slider.valueChanged.connect(self.tile_size_changed)
        self.set_problems(0)
        self._show_job_controls(visible=False)

    def set_job(self, job: Job | None) -> None:
        """Follow ``job`` until it has finished; None follows nothing."""
        if self._job is not None:
            self._job.state_changed.disconnect(self._on_job_state)
            self._job.progressed.disconnect(self._on_progressed)
        self._job = job
        self._telling = Telling()
        if job is not None:
            job.state_changed.connect(self._on_job_state)
            job.progressed.connect(self._on_progressed)
        self._on_job_state()

    def rest(self, message: str) -> None:
        """What to say while nothing is going on."""
        self._resting = message
        self._refresh()

    def set_device(self, name: str, reason: str = "") -> None:
        """Say which device analyses photos, and why not a better one."""
        self.device.setText(name)
        self.device.setToolTip(reason)

    def set_problems(self, count: int) -> None:
        """Say how many files could not be read."""
        self.problems_button.setVisible(count > 0)
        self.problems_button.setText(f"{count:,} problem{'' if count == 1 else 's'}")

    def set_slider(self, *, visible: bool) -> None:
        """Show the slider: only while the photos are in the middle."""
        self.slider.setVisible(visible)

    @Slot()
    def _on_job_state(self) -> None:
        job = self._job
        busy = job is not None and job.running
        self._show_job_controls(visible=busy)
        stoppable = job is not None and busy and not job.cancelled
        self.job_state_changed.emit(stoppable, job is not None and job.paused)
        if job is not None and busy:
            self.pause_button.setEnabled(stoppable)
            self.cancel_button.setEnabled(stoppable)
            self._icons.put_on(self.pause_button, "play" if job.paused else "pause")
            self.pause_button.setToolTip("Go on" if job.paused else "Pause")
            self.pause_button.setAccessibleName(self.pause_button.toolTip())
            self._telling.set_paused(paused=job.paused)
        self._refresh()

    @Slot(object)
    def _on_progressed(self, progress: object) -> None:
        if isinstance(progress, Progress):
            self._telling.update(progress)
            self._refresh()

    @Slot()
    def _on_pause_clicked(self) -> None:
        if self._job is not None:
            (self._job.resume if self._job.paused else self._job.pause)()

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _show_job_controls(self, *, visible: bool) -> None:
        for widget in (self.bar, self.pause_button, self.cancel_button):
            widget.setVisible(visible)

    def _refresh(self) -> None:
        job = self._job
        if job is None or not job.running:
            self.message.setText(self._resting)
        elif job.cancelled:
            self.message.setText("Finishing\N{HORIZONTAL ELLIPSIS}")
            self.bar.setRange(0, 0)
        else:
            self.message.setText(self._telling.sentence() or f"{job.name}\N{HORIZONTAL ELLIPSIS}")
            show_share(self.bar, self._telling.last)
        self.message.setToolTip(self.message.text())
