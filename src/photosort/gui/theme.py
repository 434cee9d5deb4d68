"""The window's colours and measures: a light and a dark theme of our own, as the system or the person wants.

Photos are judged against what lies around them, so both themes are neutral greys with one accent.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Template
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from photosort.core.paths import resources
from photosort.core.settings import ThemeChoice

SPACING: Final = 8
"""The step of the spacing grid, in device-independent pixels; half steps are allowed inside a control."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme, each as ``#rrggbb``.

    Attributes:
        name: "light" or "dark".
        canvas: behind the photos.
        surround: around one photo in the viewer: a grey against which its tones can be judged.
        panel: side panels, tool bar, status bar.
        raised: fields and buttons on a panel.
        hover: what the pointer is over.
        line: hairlines between surfaces.
        text: what is read.
        muted: what is read second: counts, hints, captions.
        faint: disabled text, tracks of bars.
        accent: the one colour that means "active".
        on_accent: text on the accent.
        selection: behind selected rows.
        warning: unsure, problems.
        danger: errors.
    """

    name: str
    canvas: str
    surround: str
    panel: str
    raised: str
    hover: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    selection: str
    warning: str
    danger: str

    @property
    def dark(self) -> bool:
        """True for a theme of light text on dark ground."""
        return QColor(self.canvas).lightness() < 128

    def palette(self) -> QPalette:
        """The theme as Qt's roles, for everything that paints itself."""
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: self.panel,
            QPalette.ColorRole.WindowText: self.text,
            QPalette.ColorRole.Base: self.canvas,
            QPalette.ColorRole.AlternateBase: self.panel,
            QPalette.ColorRole.Text: self.text,
            QPalette.ColorRole.PlaceholderText: self.muted,
            QPalette.ColorRole.Button: self.raised,
            QPalette.ColorRole.ButtonText: self.text,
            QPalette.ColorRole.BrightText: self.danger,
            QPalette.ColorRole.Highlight: self.accent,
            QPalette.ColorRole.HighlightedText: self.on_accent,
            QPalette.ColorRole.Accent: self.accent,
            QPalette.ColorRole.Link: self.accent,
            QPalette.ColorRole.LinkVisited: self.accent,
            QPalette.ColorRole.ToolTipBase: self.raised,
            QPalette.ColorRole.ToolTipText: self.text,
            QPalette.ColorRole.Light: self.hover,
            QPalette.ColorRole.Midlight: self.raised,
            QPalette.ColorRole.Mid: self.line,
            QPalette.ColorRole.Dark: self.faint,
            QPalette.ColorRole.Shadow: "#000000",
        }
        for role, colour in roles.items():
            palette.setColor(role, QColor(colour))
        disabled = QPalette.ColorGroup.Disabled
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(disabled, role, QColor(self.faint))
        palette.setColor(disabled, QPalette.ColorRole.Highlight, QColor(self.line))
        return palette

    def style_sheet(self) -> str:
        """The style sheet in ``resources/styles`` with this theme's colours."""
        folder = resources() / "styles"
        text = (folder / "photosort.qss").read_text(encoding="utf-8")
        return Template(text).substitute(asdict(self))


LIGHT: Final = Theme(
    name="light",
    canvas="#ffffff",
    surround="#dcdcde",
    panel="#f5f5f6",
    raised="#ffffff",
    hover="#e9e9eb",
    line="#dddde0",
    text="#1d1d20",
    muted="#6a6a72",
    faint="#b4b4bb",
    accent="#2f6bd8",
    on_accent="#ffffff",
    selection="#dbe6fa",
    warning="#9a5a00",
    danger="#c4322b",
)
DARK: Final = Theme(
    name="dark",
    canvas="#18181a",
    surround="#141415",
    panel="#202023",
    raised="#2b2b2f",
    hover="#333338",
    line="#34343a",
    text="#e8e8ea",
    muted="#9d9da6",
    faint="#5f5f68",
    accent="#6c9cff",
    on_accent="#0e1626",
    selection="#2a3a5c",
    warning="#e0a44a",
    danger="#ff7a70",
)


def apply(app: QApplication, theme: Theme) -> None:
    """Dress the whole program in ``theme``."""
    if app.style().objectName() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(theme.palette())
    app.setStyleSheet(theme.style_sheet())


def scaled(font: QFont, factor: float, weight: QFont.Weight | None = None) -> QFont:
    """A copy of ``font`` in another size and, where given, weight; works for fonts measured in points or pixels."""
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * factor)
    else:
        result.setPixelSize(round(font.pixelSize() * factor))
    if weight is not None:
        result.setWeight(weight)
    return result


class Themes(QObject):
    """Which theme is worn: the person's choice, or the system's colour scheme while they leave it to the system.

    Args:
        app: the program to dress.
        choice: the person's choice so far.
    """

    changed = Signal(object)
    """The theme now worn, after it was applied."""

    def __init__(self, app: QApplication, choice: ThemeChoice = ThemeChoice.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        self._current = self._wanted()
        apply(app, self._current)
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def current(self) -> Theme:
        """The theme now worn."""
        return self._current

    @property
    def choice(self) -> ThemeChoice:
        """What the person chose."""
        return self._choice

    def choose(self, choice: ThemeChoice) -> None:
        """Wear what the person chose."""
        self._choice = choice
        self._refresh()

    @Slot()
    def _on_system_changed(self) -> None:
        self._refresh()

    def _wanted(self) -> Theme:
        if self._choice is ThemeChoice.SYSTEM:
            return DARK if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._choice is ThemeChoice.DARK else LIGHT

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted != self._current:
            self._current = wanted
            apply(self._app, wanted)
            self.changed.emit(wanted)
