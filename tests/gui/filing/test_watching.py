"""A watched folder: what is new is proposed, or filed where the rule is sure; what photosort did itself is no news."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from photosort.core.catalog.rules import Watch
from photosort.core.sorting.values import How, Rule, RuleKind, SortRequest
from tests.gui.filing.conftest import FilingDesk
from tests.pictures import save_photo

BY_DATE = (Rule(RuleKind.DATE),)


def watch(filing: FilingDesk, how: Watch, *, copy: bool = False, to: Path | None = None) -> None:
    """Give the album a rule that runs, as sorting it once and saying so does."""
    root_id = filing.desk.session.root_id
    assert root_id is not None
    destination = to or filing.album / "Sorted"
    request = SortRequest(BY_DATE, destination, How.COPY if copy else How.MOVE, template="{year}")
    filing.window.watching.watch.quiet.setInterval(50)
    filing.window._catalog.rules.keep(root_id, request, how)
    filing.window.watching.refresh()


def arrive(filing: FilingDesk, name: str, seed: int, *, taken: str | None = "2021:05:01 10:00:00") -> Path:
    """A photo comes into the watched folder, as another program puts it there."""
    made = save_photo(filing.album.parent / "camera" / name, seed, taken=taken)
    return Path(shutil.move(made, filing.album / name))


def test_new_photos_are_proposed_and_the_preview_opens(filing: FilingDesk) -> None:
    watch(filing, Watch.PROPOSE)
    pill = filing.window.watching.pill
    arrive(filing, "new1.jpg", 91)
    arrive(filing, "new2.jpg", 92)
    filing.desk.until(pill.isVisible)
    filing.desk.until(lambda: pill.sort_button.text() == "2 new photos: sort them as before")
    # Nothing is moved without asking.
    assert {"new1.jpg", "new2.jpg"} < set(filing.files())
    pill.sort_button.click()
    assert filing.window.pages.currentWidget() is filing.window.sorting.page
    assert not pill.isVisible()


def test_sure_ones_are_filed_and_come_back_for_good(filing: FilingDesk) -> None:
    watch(filing, Watch.FILE)
    arrive(filing, "new1.jpg", 91)
    filing.desk.until(lambda: filing.files("Sorted/2021") == ["new1.jpg"])
    filing.settle()
    # The album's own photos are none of its business: they were there before.
    assert len(filing.files("summer")) == 6
    assert filing.window.pages.currentWidget() is filing.window.photos_page
    assert "1 photo" in filing.window.commands.undo.text()
    filing.undo()
    assert "new1.jpg" in filing.files()
    # What was put back is not new: the next photo is filed alone.
    arrive(filing, "new2.jpg", 92)
    filing.desk.until(lambda: filing.files("Sorted/2021") == ["new2.jpg"])
    filing.settle()
    assert "new1.jpg" in filing.files()


def test_a_date_that_only_the_file_has_is_asked_about(filing: FilingDesk) -> None:
    watch(filing, Watch.FILE)
    pill = filing.window.watching.pill
    arrive(filing, "undated.jpg", 93, taken=None)
    filing.desk.until(pill.isVisible)
    assert pill.sort_button.text() == "1 new photo: sort it as before"
    filing.settle()
    assert "undated.jpg" in filing.files()


@pytest.mark.parametrize("inside", [True, False])
def test_copies_go_in_no_circles(filing: FilingDesk, inside: bool) -> None:
    to = filing.album / "Sorted" if inside else filing.album.parent / "Copies"
    watch(filing, Watch.FILE, copy=True, to=to)
    arrive(filing, "new1.jpg", 91)
    filing.desk.until((to / "2021" / "new1.jpg").exists)
    filing.settle()
    arrive(filing, "new2.jpg", 92)
    filing.desk.until((to / "2021" / "new2.jpg").exists)
    filing.settle()
    made = sorted(path.relative_to(to).as_posix() for path in to.rglob("*.jpg"))
    assert made == ["2021/new1.jpg", "2021/new2.jpg"]
    assert not filing.window.watching.pill.isVisible()


def test_filing_by_hand_is_no_news(filing: FilingDesk) -> None:
    watch(filing, Watch.PROPOSE)
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", filing.photos("s0.jpg"), copy=True)
    filing.drop_on("Beach", filing.photos("s1.jpg"))
    # By then everything that happened to the folder was looked at.
    arrive(filing, "new1.jpg", 91)
    pill = filing.window.watching.pill
    filing.desk.until(pill.isVisible)
    assert pill.sort_button.text() == "1 new photo: sort it as before"


def test_it_is_put_off_and_stopped(filing: FilingDesk) -> None:
    watch(filing, Watch.PROPOSE)
    pill, line = filing.window.watching.pill, filing.window.filing.panel.watch_button
    arrive(filing, "new1.jpg", 91)
    filing.desk.until(pill.isVisible)
    pill.close_button.click()
    assert not pill.isVisible()
    assert line.isVisible()
    next(one for one in filing.window.watching.menu().actions() if "no longer" in one.text()).trigger()
    assert not line.isVisible()
    assert not filing.window.watching.watch.on


def test_what_came_while_the_program_was_away_is_new_too(filing: FilingDesk) -> None:
    watch(filing, Watch.PROPOSE)
    filing.desk.open(filing.album / "summer")
    arrive(filing, "new1.jpg", 91)
    filing.desk.open(filing.album)
    filing.desk.until(filing.window.watching.pill.isVisible)
