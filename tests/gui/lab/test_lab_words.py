"""What the Lab says of costs, and what it reads in the cards of the classifiers."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosort.gui.lab.classifier_cards import read_cards
from photosort.gui.lab.costs import about_time, cost_sentence
from photosort.ml import heads
from photosort.pipeline.cost import SwitchCost
from tests.gui.conftest import drive


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds"),
        (42, "about 40 seconds"),
        (100, "about 2 minutes"),
        (3000, "about 50 minutes"),
        (9000, "about 2 hours"),
    ],
)
def test_times_are_told_as_roughly_as_they_are_known(seconds: float, words: str) -> None:
    assert about_time(seconds) == words


def test_a_switch_without_work_costs_nothing() -> None:
    assert cost_sentence(SwitchCost(0, 0, 0.0), Path("/photos/Album"), "MobileNetV2") == ""


def test_a_switch_tells_photos_folder_network_and_time() -> None:
    told = cost_sentence(SwitchCost(5310, 5000, 41.0), Path("/photos/Album"), "MobileNetV2")
    assert "5,310 photos" in told
    assert "Album" in told
    assert "MobileNetV2: about 40 seconds" in told
    assert cost_sentence(SwitchCost(1, 0, 1.0), Path("/photos/Album"), "Xception").startswith("1 photo of")


def test_the_cards_of_the_bundled_classifiers_can_be_read() -> None:
    cards = drive(read_cards())
    bundled = heads.bundled()
    assert {(card.name, card.backbone_id) for card in cards} == {(head.name, head.backbone_id) for head in bundled}
    assert list(dict.fromkeys(card.name for card in cards)) == list(dict.fromkeys(head.name for head in bundled))
    for card in cards:
        assert card.accuracy is not None
        assert 0.5 < card.accuracy <= 1.0
        assert card.fitted_on is not None
        assert card.fitted_on > 1000
        assert (card.folder / "card.json").is_file()
