"""What was interrupted is offered; what would get in each other's way waits, and says so."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths
from photosort.core.sorting.files.run_lock import sorting_lock
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, RunState, Status
from photosort.gui.dropping import Target
from tests.gui.conftest import Desk
from tests.gui.history.conftest import Hand, files_of, tree_of

_KILLED = textwrap.dedent("""
    import os, sys
    from pathlib import Path
    from photosort.core.catalog import Catalog
    from photosort.core.sorting.values import How
    from photosort.gui.sorting.file_steps import file_photos

    directory, album = Path(sys.argv[1]), Path(sys.argv[2])
    catalog = Catalog(directory)
    photos = [photo for photo in catalog.photos(catalog.find_root(album)) if photo.folder == "summer"]
    for progress in file_photos(catalog, album, photos, album / "Sea", How.MOVE, "killed"):
        if len(list((album / "Sea").glob("*.jpg"))) == 3:
            os._exit(9)
    """)


@pytest.fixture
def interrupted(desk_on: Callable[[Path], Desk], album: Path, tmp_path: Path) -> dict[str, tuple[str, int]]:
    """An album three of whose photos were moved by a program that died on the way; returns what it was before."""
    desk = desk_on(tmp_path / "catalog")
    desk.open(album)
    desk.close()
    desk.window.wait_for_threads()
    before = tree_of(album)
    directory = UserPaths.below(tmp_path / "catalog").data
    done = subprocess.run([sys.executable, "-c", _KILLED, str(directory), str(album)], check=False)
    assert done.returncode == 9
    assert len(list((album / "Sea").glob("*.jpg"))) == 3
    return before


@pytest.fixture
def again(
    interrupted: dict[str, tuple[str, int]], desk_on: Callable[[Path], Desk], album: Path, tmp_path: Path
) -> Hand:
    assert interrupted
    return Hand(desk_on(tmp_path / "catalog"), album)


def test_an_interrupted_run_is_offered_on_start_and_rolled_back(
    again: Hand, interrupted: dict[str, tuple[str, int]], album: Path
) -> None:
    bar = again.history.recover_bar
    assert bar.isVisible()
    assert bar.message.text().startswith("Moving 6 photos to Sea was interrupted.")
    bar.roll_back_button.click()
    again.desk.until(lambda: not again.history.files.busy)
    assert tree_of(album) == interrupted
    assert not bar.isVisible()


def test_what_was_interrupted_in_another_window_is_offered_with_history(again: Hand) -> None:
    bar = again.history.recover_bar
    bar.offer(None)  # As if it had been at work until now.
    again.history.show()
    assert bar.isVisible()


def test_an_interrupted_run_is_finished_when_its_folder_is_open(again: Hand, album: Path) -> None:
    again.desk.open(album)
    again.history.recover_bar.finish_button.click()
    again.rest()
    assert sorted(path.name for path in (album / "Sea").glob("*.jpg")) == [f"s{number}.jpg" for number in range(6)]
    assert not again.history.recover_bar.isVisible()
    again.undo()
    assert (album / "summer/s0.jpg").exists()


def test_the_offer_leads_to_what_was_done_so_far(again: Hand, album: Path) -> None:
    again.history.recover_bar.open_button.click()
    page = again.history.run_page
    again.desk.until(lambda: again.window.pages.currentWidget() is page)
    assert page.state.text() == "Interrupted"
    assert page.finish_button.isVisible()
    page.roll_back_button.click()
    again.desk.until(lambda: not again.history.files.busy)
    assert (album / "summer/s0.jpg").exists()


def test_another_program_that_moves_files_is_named(hand: Hand, album: Path, tmp_path: Path) -> None:
    before = tree_of(album)
    with sorting_lock(UserPaths.below(tmp_path / "catalog").data, "photosort sort Pictures"):
        hand.file(["s0.jpg"], "Sea")
        assert hand.window.error_bar.isVisible()
        assert "photosort sort Pictures" in hand.window.error_bar.message.text()
    assert tree_of(album) == before
    hand.file(["s0.jpg"], "Sea")
    assert (album / "Sea/s0.jpg").exists()


def begin_and_hold(hand: Hand, how: How) -> None:
    """Begin to file six photos, and pause before they are all filed."""
    hand.history.files.job_changed.connect(lambda job: job is not None and hand.window.status.pause_button.click())
    assert hand.history.files.apply(hand.plan([f"s{number}.jpg" for number in range(6)], "Sea", how))
    hand.desk.until(lambda: bool(hand.window._catalog.runs.runs()))
    assert hand.history.files.busy


def test_closing_ends_a_job_and_leaves_it_listed(hand: Hand, album: Path, tmp_path: Path) -> None:
    files = files_of(album)
    begin_and_hold(hand, How.COPY)
    hand.desk.close()
    assert not hand.history.files.busy
    hand.window.wait_for_threads()
    with Catalog(UserPaths.below(tmp_path / "catalog").data) as catalog:
        (run,) = catalog.runs.runs()
        assert run.state is RunState.STOPPED
        assert not engine.interrupted(catalog)
        assert sum(run.counts.values()) == 6
        assert run.counts[Status.SORTED] == len(list((album / "Sea").glob("*.jpg")))
    assert files.items() <= files_of(album).items()


def test_a_job_that_is_cancelled_is_listed_as_far_as_it_came(hand: Hand, album: Path) -> None:
    files = files_of(album)
    begin_and_hold(hand, How.MOVE)
    hand.window.status.cancel_button.click()
    hand.rest()
    moved = len(list((album / "Sea").glob("*.jpg")))
    (run,) = hand.window._catalog.runs.runs()
    assert run.state is RunState.STOPPED
    assert run.counts[Status.SORTED] == moved
    assert run.counts[Status.LEFT] == 6 - moved
    assert hand.window.status.notice.words.text().startswith("Stopped")
    assert hand.window.pages.currentWidget() is not hand.history.run_page
    if moved:
        hand.undo()
    assert files_of(album) == files


def test_another_folder_opens_when_the_files_are_moved(hand: Hand, album: Path, tmp_path: Path) -> None:
    other = tmp_path / "Other"
    shutil.copytree(album / "winter", other)
    assert hand.history.files.apply(hand.plan(["s0.jpg", "s1.jpg"], "Sea"))
    hand.window.open_target(Target(other))
    assert hand.desk.session.folder == album
    assert hand.window.status.notice.words.text() == "Other opens when the files are moved."
    hand.desk.until(lambda: hand.window.session is not None and hand.desk.session.folder == other)
    assert (album / "Sea/s1.jpg").exists()
    hand.desk.settle()


def test_while_files_are_moved_other_jobs_are_refused_and_say_why(hand: Hand, album: Path) -> None:
    plan = hand.plan(["s0.jpg"], "Sea")
    assert hand.history.files.apply(plan)
    assert not hand.history.files.apply(plan)
    assert "already" in hand.window.error_bar.message.text()
    hand.rest()
    assert (album / "Sea/s0.jpg").exists()


def test_duplicates_go_into_the_trash_and_come_back(
    hand: Hand, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    shutil.copy2(album / "summer/s0.jpg", album / "winter/copy.jpg")
    hand.desk.session.rescan()
    hand.desk.settle()
    hand.apply(["s0.jpg", "copy.jpg"], "Sea")
    assert {path.name for path in (album / "Sea").glob("*.jpg")} == {"s0.jpg"}
    card = hand.history.run_page.duplicates
    assert card.button.text() == "Put 1 duplicate into the trash"
    between = files_of(album)
    card.button.click()
    hand.rest()
    assert not (album / "winter/copy.jpg").exists()
    hand.desk.until(lambda: not card.isVisible())
    hand.undo()
    assert files_of(album) == between


def test_a_duplicate_whose_twin_is_gone_stays(hand: Hand, album: Path) -> None:
    shutil.copy2(album / "summer/s0.jpg", album / "winter/copy.jpg")
    hand.desk.session.rescan()
    hand.desk.settle()
    hand.apply(["s0.jpg", "copy.jpg"], "Sea")
    (album / "Sea/s0.jpg").unlink()
    hand.history.run_page.duplicates.button.click()
    hand.rest()
    assert (album / "winter/copy.jpg").exists()
    assert "stay" in hand.window.error_bar.message.text()
