"""The Lab's page: networks, the device, classifiers, one below the other."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from photosort.core.paths import UserPaths
from photosort.gui.controls import label
from photosort.gui.icons import IconSet
from photosort.gui.lab.classifiers_section import ClassifiersSection
from photosort.gui.lab.device_section import DeviceSection
from photosort.gui.lab.network_jobs import NetworkJobs
from photosort.gui.lab.networks_section import NetworksSection
from photosort.gui.reading_page import ReadingPage
from photosort.gui.theme import SPACING, Themes

_WIDEST = 104 * SPACING
_NETWORKS = (
    "A network turns a photo into numbers; photos that look alike get numbers that are alike. Groups, look-alikes and "
    "guesses are made of them. Networks that do not come with photosort are fetched once from Keras, when you say so."
)
_DEVICE = "What the network runs on."
_CLASSIFIERS = "A classifier reads a guess out of a network's numbers. These are in use."


class LabPage(ReadingPage):
    """The page; it tells what the person wants and does nothing but fetch, import, check and remove networks.

    Args:
        jobs: what is done with the networks.
        paths: where networks are kept.
        icons: where buttons get their icons.
        themes: the window's colours.
        device: the device that was chosen, as in the settings.
    """

    network_wanted = Signal(str)
    """A network or "auto" shall serve; the answer is a call of ``networks.ask``, which tells what it costs."""
    network_chosen = Signal(str)
    """The same, agreed to."""
    device_chosen = Signal(str)
    about_requested = Signal(str)
    """The name of a classifier."""

    def __init__(
        self,
        jobs: NetworkJobs,
        paths: UserPaths,
        icons: IconSet,
        themes: Themes,
        device: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(icons, "The Lab", _WIDEST, parent)
        self.networks = NetworksSection(jobs, icons, themes)
        self.device = DeviceSection(paths, icons, themes, device)
        self.classifiers = ClassifiersSection()
        self._lay_out()

        self.networks.wanted.connect(self.network_wanted)
        self.networks.chosen.connect(self.network_chosen)
        self.device.device_chosen.connect(self.device_chosen)
        self.classifiers.about_requested.connect(self.about_requested)

    @Slot()
    def on_escape(self) -> None:
        """Escape takes back a question first, and leaves the page when none is asked."""
        if not self.networks.drop_questions():
            super().on_escape()

    def _lay_out(self) -> None:
        """The sections below each other."""
        sections = QVBoxLayout()
        sections.setSpacing(SPACING)
        for title, told, section in (
            ("Networks", _NETWORKS, self.networks),
            ("Device", _DEVICE, self.device),
            ("Classifiers", _CLASSIFIERS, self.classifiers),
        ):
            sections.addWidget(label(title, size=1.2, weight=QFont.Weight.DemiBold))
            sections.addWidget(label(told, "muted", wrap=True))
            sections.addSpacing(SPACING // 2)
            sections.addWidget(section)
            sections.addSpacing(3 * SPACING)
        sections.addStretch(1)
        self.show_column(sections)
