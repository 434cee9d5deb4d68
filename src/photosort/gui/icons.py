"""Our icons: line drawings in ``resources/icons``, painted in the colours of the theme and sharp at every scale."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from photosort.core.paths import resources
from photosort.gui.theme import Theme, Themes

_SIZES = (16, 20, 24)
_SCALES = (1, 2)


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


def icon(name: str, theme: Theme, *, colour: str | None = None) -> QIcon:
    """An icon for buttons and menus: the theme's text colour, accent when checked, faint when disabled."""
    result = QIcon()
    modes = (
        (colour or theme.text, QIcon.Mode.Normal, QIcon.State.Off),
        (theme.accent, QIcon.Mode.Normal, QIcon.State.On),
        (theme.faint, QIcon.Mode.Disabled, QIcon.State.Off),
    )
    for shade, mode, state in modes:
        for size in _SIZES:
            for scale in _SCALES:
                result.addPixmap(pixmap(name, shade, size, scale), mode, state)
    return result


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
        """An icon holds every size and scale that is needed; making one takes a millisecond, so each is made once."""
        key = (name, theme.name)
        if key not in self._made:
            self._made[key] = icon(name, theme)
        return self._made[key]
