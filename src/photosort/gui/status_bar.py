"""The bottom of the window: what is going on, how large the tiles are, which device works, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QSlider, QWidget

from photosort.core.settings import MAX_TILE_SIZE, MIN_TILE_SIZE
from photosort.gui.controls import button, icon_button, label
from photosort.gui.followed import Followed
from photosort.gui.icons import IconSet
from photosort.gui.jobs import Job
from photosort.gui.notice import Notice
from photosort.gui.telling import show_share
from photosort.gui.theme import SPACING

_MESSAGE = 30 * SPACING
"""As much room as what is going on has in any window, if it needs that much."""


class StatusBar(QWidget):
    """What is going on, in one line.

    Args:
        icons: where the buttons get their icons.
    """

    tile_size_changed = Signal(int)
    problems_requested = Signal()
    side_job_requested = Signal()
    """The person wants to see more of the job that goes on beside the folder's."""
    job_state_changed = Signal(bool, bool)
    """Whether a job runs that can be stopped, and whether it is paused."""

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icons = icons
        self._files, self._main, self._side = Followed(self), Followed(self), Followed(self)
        self._resting = ""

        self.notice = Notice(icons)
        self.message = QLabel()
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(20 * SPACING)
        self.pause_button = icon_button(icons, "pause", "Pause")
        self.cancel_button = icon_button(icons, "close", "Cancel: what is done is kept")
        self.side_button = button("", "link")
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
        row.addWidget(self.notice)
        row.addWidget(self.message, 1)
        row.addWidget(self.bar)
        row.addWidget(self.pause_button)
        row.addWidget(self.cancel_button)
        row.addSpacing(SPACING)
        row.addWidget(self.side_button)
        row.addWidget(self.problems_button)
        row.addWidget(self.device)
        row.addSpacing(SPACING)
        row.addWidget(self.slider)
        self.setFixedHeight(5 * SPACING)

        self.pause_button.clicked.connect(self._on_pause_clicked)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.side_button.clicked.connect(self.side_job_requested)
        self.problems_button.clicked.connect(self.problems_requested)
        self.slider.valueChanged.connect(self.tile_size_changed)
        self._files.changed.connect(self._refresh)
        self._main.changed.connect(self._refresh)
        self._side.changed.connect(self._refresh)
        self.set_problems(0)
        self._refresh()

    @property
    def job(self) -> Job | None:
        """The job that the bar shows and its buttons act on; None while nothing is going on."""
        return self._shown().job

    def set_job(self, job: Job | None) -> None:
        """Follow ``job`` of the open folder until it has finished; None follows nothing."""
        self._main.follow(job)

    def set_file_job(self, job: Job | None) -> None:
        """Follow a job that moves files: it has the bar before any other."""
        self._files.follow(job)

    def set_side_job(self, job: Job | None) -> None:
        """Follow a job beside the folder's: it has the bar while that has none to show, and a word beside it else."""
        self._side.follow(job)

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
    def _on_pause_clicked(self) -> None:
        if (job := self.job) is not None:
            (job.resume if job.paused else job.pause)()

    @Slot()
    def _on_cancel_clicked(self) -> None:
        if (job := self.job) is not None:
            job.cancel()

    def _shown(self) -> Followed:
        return next((one for one in (self._files, self._main) if one.job is not None), self._side)

    @Slot()
    def _refresh(self) -> None:
        shown, job = self._shown(), self.job
        self._show_controls(job)
        self.message.setText(self._resting if job is None else shown.sentence())
        self.message.setToolTip(self.message.text())
        # In a narrow window what was done gives way to what is going on.
        self.message.setMinimumWidth(min(self.message.sizeHint().width(), _MESSAGE))
        show_share(self.bar, None if job is None or job.cancelled else shown.progress)
        aside = "" if shown is self._side else self._side.in_short()
        self.side_button.setVisible(bool(aside))
        self.side_button.setText(aside)
        self.job_state_changed.emit(job is not None and not job.cancelled, job is not None and job.paused)

    def _show_controls(self, job: Job | None) -> None:
        for widget in (self.bar, self.pause_button, self.cancel_button):
            widget.setVisible(job is not None)
        if job is None:
            return
        self.pause_button.setEnabled(not job.cancelled)
        self.cancel_button.setEnabled(not job.cancelled)
        said = "Go on" if job.paused else "Pause"
        if self.pause_button.accessibleName() != said:
            self._icons.put_on(self.pause_button, "play" if job.paused else "pause")
            self.pause_button.setToolTip(said)
            self.pause_button.setAccessibleName(said)
