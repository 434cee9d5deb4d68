"""Which network looks at photos, and which classifiers are asked."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest

from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml.networks import NetworkStatus, State
from photosort.pipeline.choice import Choice, choose, instead, name_of, open_chosen
from tests.eyes import Eyes, Network

_Result = TypeVar("_Result")
SEES = {"scenes": "sea", "animals": "sea"}


@pytest.fixture
def eyes(monkeypatch: pytest.MonkeyPatch) -> Eyes:
    """The compact network and its two classifiers."""
    eyes = Eyes()
    eyes.add("compact", "0123456789ab", SEES)
    eyes.put_on(monkeypatch)
    return eyes


@pytest.fixture
def paths(tmp_path: Path) -> UserPaths:
    return UserPaths.below(tmp_path)


def _drive(steps: Generator[Progress, None, _Result]) -> _Result:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value


def _asked(choice: Choice) -> dict[str, str]:
    return {head.name: name_of(head.backbone_id) for head in choice.heads}


def test_without_another_the_network_that_comes_along_is_taken(eyes: Eyes, paths: UserPaths) -> None:
    choice = _drive(choose("auto", paths))
    assert (choice.name, choice.reason) == ("compact", "")
    assert _asked(choice) == {"scenes": "compact", "animals": "compact"}
    assert list(choice.names.values()) == ["compact"]


def test_the_best_is_taken_with_the_classifiers_fitted_on_it(eyes: Eyes, paths: UserPaths) -> None:
    eyes.add("mobilenetv2", "ba9876543210", SEES)
    eyes.best = "mobilenetv2"
    choice = _drive(choose("auto", paths))
    assert _asked(choice) == {"scenes": "mobilenetv2", "animals": "mobilenetv2"}
    assert list(choice.names.values()) == ["mobilenetv2"]
    assert _asked(_drive(choose("compact", paths))) == {"scenes": "compact", "animals": "compact"}


def test_a_network_without_classifiers_goes_with_those_of_the_best(eyes: Eyes, paths: UserPaths) -> None:
    eyes.add("mobilenetv2", "ba9876543210", {"scenes": "sea"})
    eyes.best = "mobilenetv2"
    eyes.add("xception", "aaaaaaaaaaaa")
    choice = _drive(choose("xception", paths))
    assert choice.name == "xception"
    assert _asked(choice) == {"scenes": "mobilenetv2", "animals": "compact"}
    assert next(iter(choice.names.values())) == "xception"
    assert set(choice.names.values()) == {"xception", "mobilenetv2", "compact"}
    assert list(choice.asking(["animals"]).names.values()) == ["xception", "compact"]
    assert list(choice.asking(["animals"]).of_heads().names.values()) == ["compact"]


def test_classifiers_of_a_network_that_is_not_here_are_not_asked(eyes: Eyes, paths: UserPaths) -> None:
    eyes.add("mobilenetv2", "ba9876543210", SEES)
    eyes.remove("mobilenetv2")
    assert set(_asked(_drive(choose("auto", paths))).values()) == {"compact"}


def test_a_network_that_is_not_here_gives_way_with_a_reason(eyes: Eyes, paths: UserPaths) -> None:
    choice = _drive(choose("mobilenetv2", paths))
    assert choice.name == "compact"
    assert "MobileNetV2 cannot be used" in choice.reason
    assert "not on this computer" in choice.reason


def test_a_name_that_nobody_knows_is_as_good_as_none(eyes: Eyes, paths: UserPaths) -> None:
    choice = _drive(choose("eagle", paths))
    assert (choice.name, choice.reason) == ("compact", "")


def test_a_network_whose_preparation_went_with_the_cache_is_prepared_again(
    eyes: Eyes, paths: UserPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = eyes.add("mobilenetv2", "ba9876543210", SEES)
    usual = eyes.status_of

    def status_of(name: str, of: object) -> NetworkStatus:
        status = usual(name, of)
        if name == "mobilenetv2" and not eyes.opened:
            return NetworkStatus(status.facts, State.FETCHED, None, 0, 0, None, None)
        return status

    monkeypatch.setattr("photosort.ml.networks.status_of", status_of)
    choice = _drive(choose("mobilenetv2", paths))
    assert (choice.name, choice.backbone_id, choice.reason) == ("mobilenetv2", network.id, "")
    assert network.closed == 1


def test_the_network_that_comes_along_has_none_to_give_way_to(eyes: Eyes, paths: UserPaths) -> None:
    with pytest.raises(ModelError, match="damaged"):
        instead("compact", ModelError("it is damaged"), paths)


def test_networks_are_closed_when_one_of_them_cannot_be_opened(eyes: Eyes, paths: UserPaths) -> None:
    xception = eyes.add("xception", "aaaaaaaaaaaa")
    choice = _drive(choose("xception", paths))
    eyes.broken.add("compact")
    with pytest.raises(ModelError, match="damaged"):
        _drive(open_chosen(choice, paths))
    assert xception.closed == 1


def test_a_network_that_is_another_now_is_refused(eyes: Eyes, paths: UserPaths) -> None:
    choice = _drive(choose("compact", paths))
    eyes.there["compact"] = Network("compact-ffffffffffff-16-p1-f16")
    with pytest.raises(ModelError, match="was expected"):
        _drive(open_chosen(choice, paths))
    assert eyes.there["compact"].closed == 1
