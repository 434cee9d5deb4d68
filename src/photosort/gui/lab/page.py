"""The Lab's page: networks, the device, classifiers, one below the other."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from photosort.core.paths import UserPaths
from photosort.gui.controls import icon_button, label
from photosort.gui.icons import IconSet
from photosort.gui.lab.classifiers_section import ClassifiersSection
from photosort.gui.lab.device_section import DeviceSection
from photosort.gui.lab.network_jobs import NetworkJobs
from photosort.gui.lab.networks_section import NetworksSection
from photosort.gui.theme import SPACING, Themes

_WIDEST = 104 * SPACING
_NETWORKS = (
    "A network turns a photo into numbers; photos that look alike get numbers that are alike. Groups, look-alikes and "
    "guesses are made of them. Networks that do not come with photosort are fetched once from Keras, when you say so."
)
_DEVICE = "What the network runs on."
_CLASSIFIERS = "A classifier reads a guess out of a network's numbers. These are in use."


class LabPage(QWidget):
    """The page; it tells what the person wants and does nothing but fetch, import, check and remove networks.

    Args:
        jobs: what is done with the networks.
        paths: where networks are kept.
        icons: where buttons get their icons.
        themes: the window's colours.
        device: the device that was chosen, as in the settings.
    """

    back_requested = Signal()
    network_wanted = Signal(str)
    """A network or "auto" shall serve; the answer is a call of ``networks.ask``, which tells what it costs."""
    network_chosen = Signal(str)
    """The same, agreed to."""
    networks_changed = Signal()
    """Other networks than before can be used."""
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
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.back_button = icon_button(icons, "arrow-left", "Back (Esc)")
        self.networks = NetworksSection(jobs, icons, themes)
        self.device = DeviceSection(paths, icons, themes, device)
        self.classifiers = ClassifiersSection()

        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self.back_button)
        head.addWidget(label("The Lab", size=1.4, weight=QFont.Weight.DemiBold))
        head.addStretch(1)

        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setWidget(self._body())

        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACING, 2 * SPACING, SPACING, 0)
        column.setSpacing(2 * SPACING)
        column.addLayout(head)
        column.addWidget(self.scroll_area, 1)

        self.back_button.clicked.connect(self.back_requested)
        self.networks.wanted.connect(self.network_wanted)
        self.networks.chosen.connect(self.network_chosen)
        jobs.inventory_changed.connect(self.networks_changed)
        self.device.device_chosen.connect(self.device_chosen)
        self.classifiers.about_requested.connect(self.about_requested)
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self._on_escape)

    def _body(self) -> QWidget:
        """The sections below each other, no wider than can be read, in the middle of the page."""
        body = QWidget()
        body.setObjectName("page")
        body.setMaximumWidth(_WIDEST)
        body.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        sections = QVBoxLayout(body)
        sections.setContentsMargins(0, 0, 2 * SPACING, 2 * SPACING)
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

        holder = QWidget()
        holder.setObjectName("page")
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(body, 1000)
        across.addStretch(1)
        return holder

    @Slot()
    def _on_escape(self) -> None:
        """Escape takes back a question first, and leaves the page when none is asked."""
        if not self.networks.drop_questions():
            self.back_requested.emit()
