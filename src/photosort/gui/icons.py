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
    return _painted(QSvgRenderer(_drawing(_text_of(name), colour)), size, scale)


def icon(name: str, theme: Theme, *, colour: str | None = None) -> QIcon:
    """An icon for buttons and menus: the theme's text colour, accent when checked, faint when disabled."""
    result = QIcon()
    modes = (
        (colour or theme.text, QIcon.Mode.Normal, QIcon.State.Off),
        (theme.accent, QIcon.Mode.Normal, QIcon.State.On),
        (theme.faint, QIcon.Mode.Disabled, QIcon.State.Off),
    )
    text = _text_of(name)
    for shade, mode, state in modes:
        # Reading the drawing takes longer than painting it.
        renderer = QSvgRenderer(_drawing(text, shade))
        for size in _SIZES:
            for scale in _SCALES:
                result.addPixmap(_painted(renderer, size, scale), mode, state)
    return result


def _text_of(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _drawing(text: str, colour: str) -> QByteArray:
    return QByteArray(text.replace("currentColor", colour).encode())


def _painted(renderer: QSvgRenderer, size: int, scale: float) -> QPixmap:
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


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
