"""Two themes: what is painted, in which colours, and who decides which is worn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from photosort.core.paths import resources
from photosort.core.settings import ThemeChoice
from photosort.gui.icons import IconSet, application_icon, icon, pixmap
from photosort.gui.theme import DARK, LIGHT, Theme, Themes
from tests.gui.conftest import Desk

ICONS = sorted(path.stem for path in (resources() / "icons").glob("*.svg"))


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_text_can_be_read(theme: Theme) -> None:
    for ground in (theme.canvas, theme.panel, theme.raised):
        assert contrast(theme.text, ground) >= 10
        assert contrast(theme.muted, ground) >= 4.5
        assert contrast(theme.accent, ground) >= 4.5
        assert contrast(theme.warning, ground) >= 4.5
        assert contrast(theme.danger, ground) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.text, theme.selection) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_style_sheet_is_complete_and_understood(theme: Theme, qtbot: QtBot, qapp: QApplication) -> None:
    sheet = theme.style_sheet()
    assert "$" not in sheet
    for item in fields(theme):
        if item.name not in {"name", "warning", "danger"}:
            assert getattr(theme, item.name) in sheet or item.name in {"canvas", "faint"}
    # Qt tells of a style sheet that it cannot parse with a warning, which fails a test here.
    qapp.setStyleSheet(sheet)
    button = QToolButton()
    qtbot.addWidget(button)
    button.ensurePolished()


def test_the_persons_choice_beats_the_system(qapp: QApplication, qtbot: QtBot) -> None:
    themes = Themes(qapp, ThemeChoice.LIGHT)
    assert themes.current is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Base).name() == LIGHT.canvas
    with qtbot.waitSignal(themes.changed) as blocker:
        themes.choose(ThemeChoice.DARK)
    assert blocker.args == [DARK]
    assert qapp.palette().color(QPalette.ColorRole.Base).name() == DARK.canvas
    with qtbot.assertNotEmitted(themes.changed):
        themes.choose(ThemeChoice.DARK)
    themes.deleteLater()


def test_left_to_the_system_its_scheme_counts(qapp: QApplication) -> None:
    themes = Themes(qapp, ThemeChoice.SYSTEM)
    scheme = qapp.styleHints().colorScheme().name
    assert themes.current is (DARK if scheme == "Dark" else LIGHT)
    themes.deleteLater()


@pytest.mark.parametrize(
    ("choice", "theme"), [(ThemeChoice.LIGHT, LIGHT), (ThemeChoice.DARK, DARK)], ids=["light", "dark"]
)
def test_the_window_is_painted_in_the_theme(
    desk_on: Callable[[Path], Desk], tmp_path: Path, choice: ThemeChoice, theme: Theme
) -> None:
    window = desk_on(tmp_path / "catalog").window
    window.commands.theme_chosen.emit(choice)
    picture = window.grab().toImage()
    corner = window.welcome.mapTo(window, QPoint(20, 20))
    assert picture.pixelColor(corner).name() == theme.canvas
    assert picture.pixelColor(window.width() - 5, 5).name() == theme.panel


def test_the_menu_wears_and_remembers_a_theme(desk: Desk) -> None:
    menu = desk.window.commands._themes.actions()
    [dark] = [action for action in menu if action.text() == "&Dark"]
    [light] = [action for action in menu if action.text() == "&Light"]
    dark.trigger()
    assert desk.themes.current is DARK
    light.trigger()
    assert desk.themes.current is LIGHT
    assert desk.settings.current.theme is ThemeChoice.LIGHT
    assert light.isChecked()
    assert not dark.isChecked()


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something_sharp_at_every_scale(qapp: QApplication, name: str) -> None:
    for scale in (1.0, 2.0):
        picture = pixmap(name, "#ff0000", 24, scale)
        assert picture.width() == 24 * scale
        image = picture.toImage()
        pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        painted = [colour for colour in pixels if colour.alpha() > 100]
        assert painted
        if name != "photosort":
            assert all(colour.red() > 250 and colour.blue() + colour.green() < 5 for colour in painted)


def test_icons_change_with_the_theme(qapp: QApplication, qtbot: QtBot) -> None:
    themes = Themes(qapp, ThemeChoice.LIGHT)
    button = QToolButton()
    qtbot.addWidget(button)
    icons = IconSet(themes)
    icons.put_on(button, "folder")
    light = button.icon().pixmap(24, 24).toImage()
    themes.choose(ThemeChoice.DARK)
    assert button.icon().pixmap(24, 24).toImage() != light
    expected = icon("folder", DARK).pixmap(24, 24).toImage()
    assert button.icon().pixmap(24, 24).toImage() == expected
    themes.deleteLater()


def test_the_application_has_an_icon(qapp: QApplication) -> None:
    assert {size.width() for size in application_icon().availableSizes()} >= {16, 32, 256}
