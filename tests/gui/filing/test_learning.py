"""The name of a folder becomes a label where the person says so, once for each folder, and that can be undone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from photosort.core.catalog.filing import FOLDERS
from tests.gui.filing.conftest import FilingDesk


def labels(filing: FilingDesk) -> dict[str, str]:
    """Name of a photo -> its label from filing."""
    root_id = filing.desk.session.root_id
    assert root_id is not None
    catalog = filing.window._catalog
    return {catalog.photo(one).name: word for one, word in catalog.labels(root_id, FOLDERS).items()}


def answer(filing: FilingDesk, button: QPushButton) -> None:
    assert filing.window.filing.panel.card.isVisible()
    button.click()
    filing.settle()


def test_yes_labels_what_was_filed_and_what_will_be(filing: FilingDesk) -> None:
    card = filing.window.filing.panel.card
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", filing.photos("s0.jpg", "s1.jpg"))
    assert labels(filing) == {}
    answer(filing, card.yes)
    assert labels(filing) == {"s0.jpg": "Beach", "s1.jpg": "Beach"}
    filing.drop_on("Beach", filing.photos("s2.jpg"))
    assert not card.isVisible()
    assert labels(filing)["s2.jpg"] == "Beach"


def test_what_is_undone_first_is_what_was_done_last(filing: FilingDesk) -> None:
    card = filing.window.filing.panel.card
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", filing.photos("s0.jpg"))
    answer(filing, card.yes)
    filing.drop_on("Beach", filing.photos("s2.jpg"))
    # The filing itself, although it has labelled the photo as well.
    filing.undo()
    assert "s2.jpg" in filing.files("summer")
    filing.undo()
    assert labels(filing) == {"s0.jpg": "Beach"}
    filing.undo()
    assert labels(filing) == {}
    assert "s0.jpg" in filing.files("Beach")
    filing.undo()
    assert "s0.jpg" in filing.files("summer")


def test_not_now_asks_no_more_today_and_never_asks_never(filing: FilingDesk) -> None:
    card = filing.window.filing.panel.card
    filing.add(filing.album / "Beach", filing.album / "Town")
    filing.drop_on("Beach", filing.photos("s0.jpg"))
    answer(filing, card.not_now)
    filing.drop_on("Beach", filing.photos("s1.jpg"))
    assert not card.isVisible()
    filing.drop_on("Town", filing.photos("s2.jpg"))
    answer(filing, card.never)
    assert labels(filing) == {}
    filing.desk.open(filing.album.parent / "Album" / "winter")
    filing.desk.open(filing.album)
    filing.drop_on("Town", filing.photos("s3.jpg"))
    assert not card.isVisible()
    filing.drop_on("Beach", filing.photos("s4.jpg"))
    assert card.isVisible()
    assert card.folder == filing.album / "Beach"


def test_photos_filed_while_it_is_asked_are_meant_too(filing: FilingDesk) -> None:
    card = filing.window.filing.panel.card
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", filing.photos("s0.jpg"))
    filing.drop_on("Beach", filing.photos("s1.jpg"))
    assert "2 photos" in card.explanation.text()
    answer(filing, card.yes)
    assert sorted(labels(filing)) == ["s0.jpg", "s1.jpg"]


def test_a_filing_that_was_undone_is_asked_about_no_more(filing: FilingDesk) -> None:
    filing.add(filing.album / "Beach")
    filing.drop_on("Beach", filing.photos("s0.jpg"))
    filing.undo()
    assert not filing.window.filing.panel.card.isVisible()


def test_the_menu_of_a_folder_answers_too(filing: FilingDesk) -> None:
    filing.add(filing.album / "Beach")
    next(action for action in filing.window.filing.panel.menu_of(0).actions() if "Learn" in action.text()).trigger()
    filing.drop_on("Beach", filing.photos("s0.jpg"))
    assert labels(filing) == {"s0.jpg": "Beach"}
    assert not filing.window.filing.panel.card.isVisible()


def test_photos_that_have_left_the_folder_are_labelled_where_they_are(filing: FilingDesk) -> None:
    outside = filing.album.parent / "Beach"
    filing.add(outside)
    filing.drop_on("Beach", filing.photos("s0.jpg"))
    assert (outside / "s0.jpg").exists()
    answer(filing, filing.window.filing.panel.card.yes)
    catalog = filing.window._catalog
    root_id = catalog.find_root(outside)
    assert root_id is not None
    assert list(catalog.labels(root_id, FOLDERS).values()) == ["Beach"]
    # The next one is labelled before it leaves.
    filing.drop_on("Beach", filing.photos("s1.jpg"))
    assert list(catalog.labels(root_id, FOLDERS).values()) == ["Beach", "Beach"]
    filing.undo()
    assert "s1.jpg" in filing.files("summer")
    assert labels(filing) == {"s1.jpg": "Beach"}


def test_a_folder_that_was_opened_by_a_link_is_like_any_other(filing: FilingDesk) -> None:
    link = filing.album.parent / "Link"
    try:
        link.symlink_to(filing.album, target_is_directory=True)
    except OSError:
        pytest.skip("no links can be made here")
    filing.desk.open(link)
    filing.add(link / "Beach")
    filing.drop_on("Beach", filing.photos("s0.jpg"))
    assert filing.files("Beach") == ["s0.jpg"]
    answer(filing, filing.window.filing.panel.card.yes)
    assert labels(filing) == {"s0.jpg": "Beach"}
    filing.undo()
    filing.undo()
    assert "s0.jpg" in filing.files("summer")
