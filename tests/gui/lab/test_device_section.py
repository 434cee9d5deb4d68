"""The Lab's word on the device: without a GPU, with one, with one that fails; testing, choosing, by mouse and keys."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from photosort.core.errors import EngineError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.core.settings import ThemeChoice
from photosort.gui.icons import IconSet
from photosort.gui.lab import device_words as words
from photosort.gui.lab.device_section import DeviceSection
from photosort.gui.theme import DARK, LIGHT, Themes
from photosort.ml.acceleration import Way, difference
from photosort.ml.device_reports import DeviceReport, choose, remember
from photosort.ml.device_test import network_at_hand
from photosort.ml.machine import Device

Until = Callable[[Callable[[], bool]], None]

HEADINGS = ("Runs on", "Device", "Agreement", "Photos/s")
GPU = "NVIDIA GeForce RTX 4070"
WITHOUT = choose(
    [
        DeviceReport(Way.CPU, "2 cores", "", 1.0, 109.6),
        DeviceReport(Way.LITERT, reason="no GPU found that LiteRT can use"),
        DeviceReport(Way.LITERT_HALF, reason="no GPU found that LiteRT can use"),
        DeviceReport(Way.TENSORFLOW, reason="no NVIDIA GPU found"),
        DeviceReport(Way.TENSORFLOW_HALF, reason="no NVIDIA GPU found"),
    ]
)
WITH = choose(
    [
        DeviceReport(Way.CPU, "16 cores", "", 1.0, 800.0),
        DeviceReport(Way.LITERT, GPU, "", 0.9999999, 410.0),
        DeviceReport(Way.LITERT_HALF, GPU, difference(GPU, 0.9913), 0.9913, 3200.0),
        DeviceReport(Way.TENSORFLOW, GPU, "", 0.99999, 2310.0),
        DeviceReport(Way.TENSORFLOW_HALF, GPU, "", 0.99991, 2400.0),
    ]
)


class Measuring:
    """Tests a computer one step each time it is let through, finds what it was given, and remembers nothing."""

    def __init__(self) -> None:
        self.finds = WITHOUT
        self.fails = ""
        self.asked: list[str] = []
        self.ended = 0
        self.through = threading.Semaphore(0)

    def __call__(self, name: str, _paths: UserPaths) -> Generator[Progress, None, tuple[DeviceReport, ...]]:
        self.asked.append(name)
        try:
            for done, what in enumerate(("Timing the CPU", "Trying LiteRT on the GPU")):
                yield Progress(what, done, 2)
                while not self.through.acquire(timeout=0.05):
                    yield Progress(what, done, 2)
            if self.fails:
                raise EngineError(self.fails)
            return self.finds
        finally:
            self.ended += 1


@pytest.fixture
def measuring() -> Measuring:
    return Measuring()


@pytest.fixture
def section(
    frame: QWidget, paths: UserPaths, icons: IconSet, themes: Themes, measuring: Measuring
) -> Iterator[DeviceSection]:
    result = DeviceSection(paths, icons, themes, "auto", frame, measure=measuring)
    result.resize(frame.size())
    frame.show()
    yield result
    measuring.through.release(1000)
    result.wait()


def found_before(paths: UserPaths, reports: tuple[DeviceReport, ...]) -> None:
    card, _weights = network_at_hand("auto", paths)
    remember(paths, card.id, reports)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def shown(section: DeviceSection) -> list[str]:
    """Every text of the table."""
    return [cell.text() for cell in section.table.findChildren(QLabel) if cell.isVisible() and cell.text()]


def test_before_any_test_it_says_what_is_known_and_offers_one(section: DeviceSection) -> None:
    assert section.now.text() == "Photos are looked at on the CPU."
    assert section.why.text().startswith("Why not a GPU: ")
    assert section.table.isHidden()
    assert section.strip.offer.isVisible()
    assert section.strip.test_button.text() == "Test this computer"
    assert section.choice.buttons["auto"].isChecked()


def test_without_a_gpu_a_test_leaves_one_calm_sentence(
    section: DeviceSection, measuring: Measuring, until: Until, qtbot: QtBot
) -> None:
    click(section.strip.test_button)
    until(lambda: section.strip.step.text().startswith("Timing the CPU"))
    assert section.busy
    assert section.strip.bar.isVisible()
    assert not section.strip.test_button.isVisible()
    with qtbot.waitSignal(section.tested, timeout=30_000):
        measuring.through.release(2)
    until(lambda: not section.busy)
    assert section.why.text() == "No GPU was found that photosort can use."
    assert shown(section) == [*HEADINGS, "CPU · LiteRT", "2 cores", words.NOTHING, "110"]
    assert section.strip.test_button.text() == "Test again"
    assert not section.strip.bar.isVisible()
    assert measuring.asked == ["auto"]


def test_what_else_was_tried_is_one_click_away(paths: UserPaths, section: DeviceSection) -> None:
    found_before(paths, WITHOUT)
    section.window().hide()
    section.window().show()
    details = section.strip.details_button
    assert details.text() == "What else was tried"
    click(details)
    assert shown(section).count("no GPU found that LiteRT can use") == 2
    assert shown(section).count("no NVIDIA GPU found") == 2
    click(details)
    assert "no NVIDIA GPU found" not in shown(section)


def test_with_a_gpu_every_way_has_a_line_and_the_fastest_right_one_a_tick(
    paths: UserPaths, section: DeviceSection, themes: Themes
) -> None:
    found_before(paths, WITH)
    section.set_network("auto")
    section.show_device(Device("gpu", GPU, ""))
    assert section.now.text() == f"Photos are looked at on {GPU}."
    assert section.why.text() == f"{GPU} computes the same as the CPU, 3.0 times as fast."
    texts = shown(section)
    assert f"{GPU}: not what the CPU computes" in texts
    assert {"0.9913", "3,200", "2,400", "0.9999"} <= set(texts)
    assert "1.0000" not in texts, "agreement is not rounded up"
    spoken = [cell.accessibleName() for cell in section.table.findChildren(QLabel)]
    assert any("TensorFlow (CUDA)" in name and name.endswith("the fastest that is right") for name in spoken)
    assert not section.strip.details_button.isVisible()
    tick = section.table.tick
    assert tick is not None
    before = tick.pixmap().toImage()
    themes.choose(ThemeChoice.DARK)
    assert tick.pixmap().toImage() != before


def test_a_gpu_that_failed_is_told_in_place_of_its_figures(paths: UserPaths, section: DeviceSection) -> None:
    found_before(paths, WITH)
    section.set_network("auto")
    assert section.now.text() == f"Photos will be looked at on {GPU}."
    assert not section.fallback.isVisible()
    section.show_device(Device.cpu("the GPU is being prepared"))
    assert section.now.text() == f"Photos will be looked at on {GPU}."
    assert not section.fallback.isVisible()
    section.show_device(Device.cpu(f"{GPU} failed: its memory does not suffice for a single picture", failed=True))
    assert section.now.text() == "Photos are looked at on the CPU."
    assert section.fallback.text() == (
        f"The CPU took over, and nothing was lost: {GPU} failed: its memory does not suffice for a single picture."
    )
    assert not section.why.isVisible()
    click(section.choice.buttons["cpu"])
    assert not section.fallback.isVisible(), "who wants the CPU has no fallback"


def test_a_choice_is_told_once_and_explained(section: DeviceSection, qtbot: QtBot) -> None:
    told: list[str] = []
    section.device_chosen.connect(told.append)
    click(section.choice.buttons["cpu"])
    assert told == ["cpu"]
    assert section.why.text() == "Why not a GPU: the CPU was asked for."
    click(section.choice.buttons["cpu"])
    assert told == ["cpu"]
    section.choice.buttons["cpu"].setFocus()
    QTest.keyClick(section.choice.buttons["cpu"], Qt.Key.Key_Right)
    assert told == ["cpu", "gpu"]
    section.set_choice("auto")
    assert section.choice.buttons["auto"].isChecked()
    assert told == ["cpu", "gpu"], "a choice made elsewhere is not told again"
    section.set_choice("something new")
    assert section.choice.current == "auto"


def test_a_test_can_be_cancelled_with_the_keyboard(section: DeviceSection, measuring: Measuring, until: Until) -> None:
    section.window().activateWindow()
    section.strip.test_button.setFocus()
    QTest.keyClick(section.strip.test_button, Qt.Key.Key_Space)
    until(section.strip.cancel_button.isVisible)
    assert section.strip.cancel_button.hasFocus()
    QTest.keyClick(section.strip.cancel_button, Qt.Key.Key_Space)
    until(lambda: not section.busy)
    assert measuring.ended == 1
    assert section.strip.test_button.hasFocus()
    assert section.strip.test_button.text() == "Test this computer"
    assert section.notice.isHidden()


def test_a_test_that_fails_says_why(section: DeviceSection, measuring: Measuring, until: Until) -> None:
    measuring.fails = "LiteRT, which computes networks, cannot be loaded on this machine: no such file"
    measuring.through.release(2)
    click(section.strip.test_button)
    until(section.notice.isVisible)
    assert section.notice.sentence.text() == measuring.fails
    click(section.notice.close_button)
    assert section.notice.isHidden()
    assert section.strip.test_button.isVisible()


def test_the_end_of_the_window_ends_the_test(section: DeviceSection, measuring: Measuring) -> None:
    section.test()
    section.wait()
    assert not section.busy
    assert measuring.ended == len(measuring.asked)
    section.test()
    assert not section.busy


def test_a_network_that_is_not_here_has_no_figures(section: DeviceSection) -> None:
    section.set_network("xception")
    assert section.table.isHidden()
    assert section.strip.test_button.isVisible()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_control_has_a_name(section: DeviceSection, themes: Themes, theme, qapp: QApplication) -> None:
    themes.choose(ThemeChoice(theme.name))
    for control in (*section.choice.buttons.values(), section.strip.cancel_button, section.strip.bar):
        assert control.accessibleName()
    for button in (section.strip.test_button, section.strip.details_button):
        assert button.text()
    assert section.choice.buttons["cpu"].palette().windowText().color().name() == theme.text
    del qapp
