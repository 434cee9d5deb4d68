"""What was done, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from photosort.core.sorting.values import Account, How, Run, RunState, Status
from photosort.gui.history import words
from photosort.gui.history.figures import figures_of, title_of
from photosort.gui.history.report import FolderShare, Report

PICTURES = Path("/home/anna/Pictures")
RUN = Run(
    id=1,
    name="r",
    root_id=1,
    root=PICTURES,
    destination=PICTURES / "Sorted",
    how=How.MOVE,
    title="move 17,900 photos to Sorted",
    state=RunState.APPLIED,
    started_at=0.0,
    ended_at=1.0,
    counts=MappingProxyType({Status.SORTED: 17_900, Status.DUPLICATE: 12, Status.LEFT: 300, Status.FAILED: 2}),
    standing=17_900,
    folders=14,
    total_bytes=82_000_000_000,
    seconds=12.4,
)


def test_what_was_done_is_told_of_the_past_and_of_the_present() -> None:
    assert words.done(RUN.title) == "Moved 17,900 photos to Sorted"
    assert words.doing(RUN.title) == "Moving 17,900 photos to Sorted"
    assert words.done("put 12 photos into the trash") == "Put 12 photos into the trash"


def test_what_came_of_it_adds_up() -> None:
    assert words.sum_of(RUN) == "18,214 photos = 17,900 sorted + 12 duplicates + 300 left + 2 failed"
    assert words.told_when_done(RUN) == "Moved 17,900 photos to Sorted. 2 photos failed."


def test_doing_it_again_and_stopping_tells_what_stands_and_not_what_was_sorted_once() -> None:
    run = replace(RUN, state=RunState.STOPPED, standing=400)
    assert words.told_when_done(run) == "Stopped: 400 photos done, the others are as they were."
    assert words.state(run) == "17,500 of 17,900 put back"
    assert words.told_when_done(replace(run, standing=0)) == "Stopped: every photo is as it was."


def test_a_folder_that_was_sorted_before_tells_so_and_whether_it_was_all() -> None:
    later = datetime(2026, 11, 21)  # noqa: DTZ001
    run = replace(RUN, started_at=datetime(2026, 5, 3).timestamp())  # noqa: DTZ001
    assert words.told_when_opened(run, later) == "Sorted on 3 May: moved 17,900 photos to Sorted"
    stopped = replace(run, state=RunState.STOPPED, title="copy 80 photos to Sorted")
    assert words.told_when_opened(stopped, later) == "Sorted on 3 May: copied 80 photos to Sorted, then stopped"


@pytest.mark.parametrize(
    ("state", "standing", "told", "undo", "redo"),
    [
        (RunState.APPLIED, 17_900, "", True, False),
        (RunState.APPLIED, 17_000, "900 of 17,900 put back", True, True),
        (RunState.STOPPED, 17_900, "Stopped after 17,900 photos", True, False),
        (RunState.UNDONE, 0, "Undone", False, True),
        (RunState.ROLLED_BACK, 0, "Undone", False, False),
        (RunState.APPLYING, 400, "Interrupted", False, False),
    ],
)
def test_each_state_says_what_can_be_done(state: RunState, standing: int, told: str, undo: bool, redo: bool) -> None:
    run = replace(RUN, state=state, standing=standing)
    assert (words.state(run), words.can_undo(run), words.can_redo(run)) == (told, undo, redo)
    assert words.state(run, at_work=True) == "At work"


def test_places_are_called_as_a_person_calls_them() -> None:
    assert words.way(RUN) == "Pictures \N{RIGHTWARDS ARROW} Pictures/Sorted"
    assert words.way(replace(RUN, destination=PICTURES.parent / "Backup")).endswith(" Backup")
    assert words.way(replace(RUN, destination=Path("/media/usb/Backup"))).endswith(" /media/usb/Backup")
    trash = replace(RUN, destination=PICTURES, title="put 12 photos into the trash")
    assert words.way(trash).endswith(" the trash")
    assert not words.can_redo(replace(trash, state=RunState.UNDONE))


def test_days_are_told_as_they_are_remembered() -> None:
    now = at(2026, 5, 4)
    days = [at(2026, 5, 4), at(2026, 5, 3), at(2026, 5, 2), at(2024, 5, 3)]
    assert [words.day(day.timestamp(), now) for day in days] == ["Today", "Yesterday", "2 May", "3 May 2024"]
    assert words.on_day(days[1].timestamp(), now) == "yesterday"
    assert words.on_day(days[2].timestamp(), now) == "on 2 May"


def at(year: int, month: int, day: int) -> datetime:
    """Noon where the person is."""
    return datetime(year, month, day, 12)  # noqa: DTZ001


def test_the_picture_says_what_was_found_to_be_lost() -> None:
    report = Report(RUN, Account(1, ()), folders=(FolderShare("sea", 17_900),))
    assert title_of(report) == "17,900 photos sorted into 1 folder"
    assert ("0", "lost") in figures_of(report)
    assert ("3", "not found") in figures_of(replace(report, lost=3))
    undone = replace(report, run=replace(RUN, state=RunState.UNDONE))
    assert title_of(undone) == "Moved 17,900 photos to Sorted, and undone"
    interrupted = replace(report, run=replace(RUN, state=RunState.APPLYING, standing=400))
    assert title_of(interrupted) == "Moving 17,900 photos to Sorted"
    assert ("17,900", "photos in all") in figures_of(interrupted)
    keywords = replace(report, run=replace(RUN, how=How.KEYWORDS, title="write keywords for 9 photos"))
    assert title_of(keywords) == "Wrote keywords for 9 photos"
    assert words.way(keywords.run) == "Pictures", "nothing went anywhere"
    assert "folders" not in words.facts(keywords.run)
