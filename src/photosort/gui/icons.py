"""Our icons: line drawings in ``resources/icons``, painted in the colours of the theme and sharp at every scale."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from photosort.core.paths import resources
from photosort.gui.theme import Theme, Themes


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


def pixmap(name: str, colour: str, size: int, scale: float = 1.0) -> QPixmap:
    """An icon as a picture of ``size`` device-independent pixels, its lines in ``colour``.

    Raises:
        FileNotFoundError: there is no icon of that name.
    """
    text = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


class _LineIcon(QIconEngine):
    """Paints an icon in the sizes that are asked for, when they are: most of those that a window has never are.

    Args:
        name: of the icon.
        off: colour of the lines.
        on: their colour where a button is checked.
        disabled: their colour where it can do nothing.
    """

    def __init__(self, name: str, off: str, on: str, disabled: str) -> None:
        super().__init__()
        self._name = name
        self._off, self._on, self._disabled = off, on, disabled
        self._painted: dict[tuple[str, int], QPixmap] = {}

    def clone(self) -> QIconEngine:
        """The same icon once more."""
        return _LineIcon(self._name, self._off, self._on, self._disabled)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint the icon into ``rect``."""
        painter.drawPixmap(rect, self.pixmap(rect.size(), mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon as a picture of ``size`` pixels of the device."""
        shade = self._on if state == QIcon.State.On else self._off
        if mode == QIcon.Mode.Disabled:
            shade = self._disabled
        side = min(size.width(), size.height())
        key = (shade, side)
        if key not in self._painted:
            self._painted[key] = pixmap(self._name, shade, side)
        return self._painted[key]


def icon(name: str, theme: Theme, *, colour: str | None = None) -> QIcon:
    """An icon for buttons and menus: the theme's text colour, accent when checked, faint when disabled."""
    return _line_icon(name, colour or theme.text, theme.accent, theme.faint)


@cache
def _line_icon(name: str, off: str, on: str, disabled: str) -> QIcon:
    """One for the whole program, for good.

    Python's collector may run on any thread; an icon that it takes apart there, while the window's own thread lets go
    of a button that wears it, ends the program.
    """
    return QIcon(_LineIcon(name, off, on, disabled))


def application_icon() -> QIcon:
    """The program's own icon."""
    renderer = QSvgRenderer(str(resources() / "icons" / "photosort.svg"))
    result = QIcon()
    for size in (16, 32, 48, 64, 128, 256):
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer.render(painter, QRectF(picture.rect()))
        painter.end()
        result.addPixmap(picture)
    return result


class IconSet:
    """Gives buttons and actions their icons, and gives them again whenever the theme changes.

    Args:
        themes: whose colours the icons take.
    """

    def __init__(self, themes: Themes) -> None:
        self._themes = themes
        self._worn: list[tuple[_HasIcon, str]] = []
        self._made: dict[tuple[str, str], QIcon] = {}
        themes.changed.connect(self._on_theme_changed)

    def put_on(self, target: _HasIcon, name: str) -> None:
        """Give ``target`` the icon ``name`` from now on; a target may change its icon by calling this again."""
        self._worn = [(worn, known) for worn, known in self._worn if worn is not target]
        self._worn.append((target, name))
        target.setIcon(self._icon(name, self._themes.current))

    def _on_theme_changed(self, theme: Theme) -> None:
        for target, name in self._worn:
            target.setIcon(self._icon(name, theme))

    def _icon(self, name: str, theme: Theme) -> QIcon:
        """An icon keeps what it has painted, so each is made once."""
        key = (name, theme.name)
        if key not in self._made:
            self._made[key] = icon(name, theme)
        return self._made[key]
