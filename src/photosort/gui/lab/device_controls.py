"""The controls of the Lab's word on the device: which device is wanted, and the test of this computer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QProgressBar, QRadioButton, QVBoxLayout, QWidget

from photosort.core.photo import Progress
from photosort.gui.controls import button, label
from photosort.gui.telling import show_share
from photosort.gui.theme import SPACING

_CHOICES = (
    ("auto", "Automatic", "The fastest that computes what the CPU does"),
    ("cpu", "CPU", "Leave the GPU alone"),
    ("gpu", "GPU", "Take the GPU although the CPU may be faster; the CPU goes on where it cannot be used"),
)
_OFFER = (
    "The test runs the network on everything this computer has, compares what comes out, and takes the time. "
    "It needs some ten seconds, half a minute with a GPU, and is best done while nothing else runs."
)


class DeviceChoice(QWidget):
    """Three radio buttons side by side.

    Args:
        device: what is chosen so far: "auto", "cpu" or "gpu".
    """

    chosen = Signal(str)
    """The person chose another."""

    def __init__(self, device: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current = device
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * SPACING)
        for value, name, told in _CHOICES:
            choice = QRadioButton(name)
            choice.setToolTip(told)
            choice.setAccessibleName(f"Look at photos on: {name}")
            choice.setAccessibleDescription(told)
            choice.toggled.connect(partial(self._on_toggled, value))
            self._group.addButton(choice)
            self.buttons[value] = choice
            row.addWidget(choice)
        row.addStretch(1)
        self.buttons[device].setChecked(True)

    @property
    def current(self) -> str:
        """What is chosen."""
        return self._current

    def set_current(self, device: str) -> None:
        """Tick what was chosen elsewhere; tells nobody."""
        self._current = device
        self.buttons[device].setChecked(True)

    def _on_toggled(self, value: str, checked: bool) -> None:
        if checked and value != self._current:
            self._current = value
            self.chosen.emit(value)


class TestStrip(QWidget):
    """Offers the test, and shows how it goes while it runs."""

    __test__ = False
    """Not a test case, whatever its name."""

    test_requested = Signal()
    cancel_requested = Signal()
    details_toggled = Signal(bool)
    """Whether everything that was tried is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offer = label(_OFFER, "muted", wrap=True)
        self.test_button = button("")
        self.test_button.setToolTip(_OFFER)
        self.test_button.clicked.connect(self.test_requested)
        self.details_button = button("", "link")
        self.details_button.setCheckable(True)
        self.details_button.toggled.connect(self.details_toggled)
        self.step = label(role="muted")
        self.cancel_button = button("Cancel", "link")
        self.cancel_button.setAccessibleName("Cancel the test")
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the test")

        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addWidget(self.test_button)
        row.addWidget(self.details_button)
        row.addWidget(self.step)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(self.offer)
        column.addWidget(self.bar)
        column.addLayout(row)
        self.set_state(testing=False, tested=False, more=False)

    @property
    def details_wanted(self) -> bool:
        """Whether everything that was tried is to be shown."""
        return self.details_button.isChecked()

    def set_state(self, *, testing: bool, tested: bool, more: bool) -> None:
        """Show what is possible now.

        Args:
            testing: a test runs.
            tested: a test has found something.
            more: something was tried that is shown only when asked for.
        """
        had_keyboard = self.test_button.hasFocus() or self.cancel_button.hasFocus()
        if testing and self.bar.isHidden():
            self.show_progress(Progress("Getting ready", 0, None))
        for widget in (self.bar, self.step, self.cancel_button):
            widget.setVisible(testing)
        self.test_button.setText("Test again" if tested else "Test this computer")
        self.test_button.setVisible(not testing)
        self.offer.setVisible(not (testing or tested))
        self.details_button.setText("Less" if self.details_wanted else "What else was tried")
        self.details_button.setVisible(more and not testing)
        if had_keyboard:
            (self.cancel_button if testing else self.test_button).setFocus()

    @Slot(object)
    def show_progress(self, progress: Progress) -> None:
        """Show what is being tried."""
        self.step.setText(f"{progress.what}\N{HORIZONTAL ELLIPSIS}")
        show_share(self.bar, progress)
