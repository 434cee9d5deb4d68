"""The details panel: one photo with its guesses and what its file says, or a summary of several."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from PySide6.QtWidgets import QApplication, QFormLayout, QLabel
from pytestqt.qtbot import QtBot

from photosort.core.photo import Photo, PhotoState, Prediction, TakenSource, Verdict
from photosort.gui.details_panel import DetailsPanel, Share, Summary
from photosort.gui.guess_bars import Bar, GuessBars
from photosort.gui.photo_reader import PhotoRead
from photosort.gui.thumbnail_loader import image_of_pixels
from tests.gui.conftest import Desk
from tests.pictures import picture

TITLES = {"scenes": "Scene", "animals": "Animal"}


def photo(photo_id: int = 1, **changes: object) -> Photo:
    values: dict[str, object] = {
        "id": photo_id,
        "root": Path("/photos"),
        "relpath": "2019/Rome/IMG_2041.jpg",
        "companions": ("2019/Rome/IMG_2041.CR2",),
        "size": 4_240_000,
        "mtime_ns": 1,
        "state": PhotoState.PRESENT,
        "taken": 1_562_940_300.0,
        "taken_source": TakenSource.EXIF,
        "width": 4000,
        "height": 3000,
    }
    return Photo(**{**values, **changes})  # type: ignore[arg-type]


def guess(verdict: Verdict = Verdict.SURE) -> Prediction:
    shares = {"sea": 0.02, "forest": 0.9, "mountain": 0.05, "street": 0.02, "glacier": 0.01}
    return Prediction("forest", 0.9, verdict, 0.8, shares)


@pytest.fixture
def panel(qtbot: QtBot) -> DetailsPanel:
    result = DetailsPanel()
    qtbot.addWidget(result)
    result.resize(300, 700)
    return result


def facts(panel: DetailsPanel) -> dict[str, str]:
    rows = panel.facts.layout()
    assert isinstance(rows, QFormLayout)
    result = {}
    for row in range(rows.rowCount()):
        caption = rows.itemAt(row, QFormLayout.ItemRole.LabelRole).widget()
        value = rows.itemAt(row, QFormLayout.ItemRole.FieldRole).widget()
        assert isinstance(caption, QLabel)
        assert isinstance(value, QLabel)
        result[caption.text()] = value.text().replace("\N{NO-BREAK SPACE}", " ")
    return result


def bars(panel: DetailsPanel) -> list[GuessBars]:
    return [one for one in panel.guesses.findChildren(GuessBars) if not one.isHidden()]


def captions(panel: DetailsPanel) -> list[str]:
    return [one.text() for one in panel.guesses.findChildren(QLabel) if not one.isHidden()]


def test_what_is_known_at_once(panel: DetailsPanel) -> None:
    assert not panel.hint.isHidden()
    panel.show_photo(photo(), TITLES)
    assert panel.hint.isHidden()
    assert panel.name.text().replace("\N{ZERO WIDTH SPACE}", "") == "IMG_2041.jpg"
    assert facts(panel) == {
        "Date": "12 Jul 2019, 14:05",
        "Size": "4000 \N{MULTIPLICATION SIGN} 3000 \N{MIDDLE DOT} 4.2 MB",
        "Also": "IMG_2041.CR2",
    }


def test_a_date_of_the_file_is_called_uncertain(panel: DetailsPanel) -> None:
    panel.show_photo(photo(taken_source=TakenSource.FILE), TITLES)
    assert "uncertain" in facts(panel)["Date"]


def test_the_best_three_guesses_stand_as_bars(panel: DetailsPanel) -> None:
    panel.show_photo(photo(), TITLES)
    panel.add(PhotoRead(1, predictions={"scenes": guess(), "animals": guess(Verdict.NONE_OF_THESE)}))
    first, second = bars(panel)
    assert [bar.title for bar in first.bars] == ["forest", "mountain", "sea"]
    assert first.bars[0].strong
    assert not second.bars[0].strong
    assert captions(panel) == ["SCENE", "ANIMAL \N{MIDDLE DOT} SOMETHING ELSE"]


def test_a_guess_that_was_not_asked_for_is_not_shown(panel: DetailsPanel) -> None:
    kinds = Prediction("place", 0.99, Verdict.SURE, 0.9, {"place": 0.99, "food": 0.01})
    panel.show_photo(photo(), {"kinds": "Kind", **TITLES}, hidden={"animals"})
    panel.add(PhotoRead(1, predictions={"scenes": guess(), "animals": guess(), "kinds": kinds}))
    assert captions(panel) == ["KIND", "SCENE"]
    panel.show_photo(photo(), TITLES, hidden={"animals"})
    panel.add(PhotoRead(1, predictions={"animals": guess()}))
    assert panel.guesses.isHidden()


def test_a_longer_bar_is_painted_longer(qtbot: QtBot) -> None:
    def accent(share: float) -> int:
        widget = GuessBars()
        qtbot.addWidget(widget)
        widget.resize(300, 24)
        widget.set_bars([Bar("forest", share, "x", strong=True)])
        image = widget.grab().toImage()
        wanted = widget.palette().accent().color().name()
        middle = image.height() // 2
        return sum(image.pixelColor(x, middle).name() == wanted for x in range(image.width()))

    assert 0 < accent(0.1) < accent(0.5) < accent(1.0)
    assert accent(0.5) == pytest.approx(accent(1.0) / 2, abs=6)


def test_parts_of_another_photo_are_dropped(panel: DetailsPanel) -> None:
    panel.show_photo(photo(1), TITLES)
    panel.show_photo(photo(2), TITLES)
    panel.add(PhotoRead(1, predictions={"scenes": guess()}, problem="broken"))
    assert bars(panel) == []
    assert panel.note.isHidden()


def test_a_thumbnail_never_replaces_the_large_picture(panel: DetailsPanel) -> None:
    large = image_of_pixels(np.zeros((300, 400, 3), np.uint8))
    small = image_of_pixels(np.zeros((30, 40, 3), np.uint8))
    panel.show_photo(photo(), TITLES)
    panel.add(PhotoRead(1, thumbnail=small))
    assert panel.preview.pixmap.width() == 40
    panel.add(PhotoRead(1, preview=large))
    panel.add(PhotoRead(1, thumbnail=small))
    assert panel.preview.pixmap.width() == 400


@pytest.mark.parametrize(("shape", "ratio"), [((300, 400), 0.75), ((400, 300), 1.25), ((10, 4000), 0.25)])
def test_the_preview_is_as_high_as_its_picture(panel: DetailsPanel, shape: tuple[int, int], ratio: float) -> None:
    panel.show_photo(photo(), TITLES)
    panel.add(PhotoRead(1, preview=image_of_pixels(np.zeros((*shape, 3), np.uint8))))
    panel.grab()
    room = panel.width() - 32 - panel.verticalScrollBar().sizeHint().width()
    assert panel.preview.height() == pytest.approx(max(ratio * room, 64), abs=2)


def test_a_panel_of_any_height_comes_to_rest(panel: DetailsPanel, qapp: QApplication) -> None:
    """A height at which the scroll bar comes and goes once made the panel resize itself for ever."""
    panel.show()
    panel.show_photo(photo(), TITLES)
    panel.add(PhotoRead(1, predictions={"scenes": guess()}, preview=image_of_pixels(np.zeros((300, 400, 3), np.uint8))))
    for height in range(300, 620, 2):
        panel.resize(300, height)
        qapp.processEvents()
        assert panel.height() == height


def test_several_photos_are_summed_up(panel: DetailsPanel) -> None:
    panel.show_photo(photo(), TITLES)
    labels = {"Scene": [Share("forest", 30), Share("unsure", 10, quiet=True)]}
    panel.show_summary(Summary("40 photos selected", 40, 123_000_000, 1_562_940_300.0, 1_594_562_700.0, labels))
    assert panel.name.text() == "40 photos selected"
    assert panel.photo is None
    [shown] = bars(panel)
    assert [(bar.title, bar.share, bar.value) for bar in shown.bars] == [("forest", 0.75, "30"), ("unsure", 0.25, "10")]
    assert [bar.strong for bar in shown.bars] == [True, False]
    assert facts(panel) == {"Dates": "12 Jul 2019 \N{EN DASH} 12 Jul 2020", "Size": "123 MB"}
    panel.clear()
    assert not panel.hint.isHidden()


def test_the_window_fills_it_with_what_the_file_says(desk: Desk, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "Canon EOS 5D"
    details = exif.get_ifd(0x8769)
    details[0x9003] = "2018:03:04 05:06:07"
    details[0x829A], details[0x829D], details[0x8827], details[0x920A] = (
        IFDRational(1, 250),
        IFDRational(28, 10),
        200,
        IFDRational(35),
    )
    details[0xA434] = "EF 35mm f/2"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (43.0, 28.0, 6.0), "E", (11.0, 52.0, 53.4)
    folder = tmp_path / "Trip"
    folder.mkdir()
    picture(5, 640, 480).save(folder / "one.jpg", exif=exif)
    (folder / "two.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(40))
    desk.open(folder)
    panel = desk.window.details
    desk.window.grid.select_ids([desk.id_of("one.jpg")])
    desk.until(lambda: "Camera" in facts(panel) and panel.preview.pixmap.width() == 640)
    found = facts(panel)
    assert found["Date"] == "4 Mar 2018, 05:06"
    assert found["Camera"] == "Canon EOS 5D"
    assert found["Lens"] == "EF 35mm f/2"
    assert found["Exposure"].split(" \N{MIDDLE DOT} ")[0] == "1/250 s"
    assert {"ISO 200", "35 mm"} <= set(found["Exposure"].split(" \N{MIDDLE DOT} "))
    assert found["Place"].startswith("43.4683") or found["Place"].startswith("43.4684")
    not_asked = desk.session.columns.not_asked(desk.id_of("one.jpg"))
    assert len(bars(panel)) == len(desk.session.classifiers) - len(not_asked) > 0
    desk.window.grid.select_ids([desk.id_of("two.jpg")])
    assert panel.note.isVisible()
    problem = desk.session.problem_of(desk.id_of("two.jpg"))
    assert panel.note.text().lower() == problem.lower() != ""
