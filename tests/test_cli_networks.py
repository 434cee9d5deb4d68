"""Networks on the command line: which one is taken, what it says of that, what it leaves as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from photosort import cli
from photosort.core.catalog import Catalog
from tests.eyes import Eyes
from tests.pictures import save_photo


@pytest.fixture
def eyes(monkeypatch: pytest.MonkeyPatch) -> Eyes:
    """The compact network and MobileNetV2 with classifiers, Xception without."""
    eyes = Eyes()
    eyes.add("compact", "0123456789ab", {"scenes": "sea"})
    eyes.add("mobilenetv2", "ba9876543210", {"scenes": "forest"})
    eyes.add("xception", "aaaaaaaaaaaa")
    eyes.best = "mobilenetv2"
    eyes.put_on(monkeypatch)
    return eyes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos of forests and one of the sea."""
    for number in range(3):
        save_photo(tmp_path / "set" / "forest" / f"{number}.jpg", number)
    save_photo(tmp_path / "set" / "sea" / "3.jpg", 3)
    return tmp_path / "set"


class Terminal:
    """Runs commands on one catalog."""

    def __init__(self, catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.catalog = catalog
        self._capsys = capsys

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        status = cli.run([*map(str, arguments), "--catalog", str(self.catalog)])
        captured = self._capsys.readouterr()
        return status, captured.out, captured.err

    def document(self, *arguments: str | Path) -> dict[str, Any]:
        status, out, _ = self.run(*arguments, "--json", "-")
        assert status == cli.OK
        document: dict[str, Any] = json.loads(out)
        return document


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path / "catalog", capsys)


def _guesses(document: dict[str, Any]) -> set[str]:
    return {photo["predictions"]["scenes"]["label"] for photo in document["photos"]}


def test_the_best_network_at_hand_is_taken(eyes: Eyes, folder: Path, terminal: Terminal) -> None:
    document = terminal.document("analyze", folder)
    assert document["backbone"] == "mobilenetv2"
    assert document["classifiers"] == {"scenes": {"version": "1", "backbone": eyes.there["mobilenetv2"].id}}
    assert _guesses(document) == {"forest"}
    assert eyes.opened == ["mobilenetv2"]


def test_another_one_is_taken_when_told(eyes: Eyes, folder: Path, terminal: Terminal) -> None:
    terminal.document("analyze", folder)
    document = terminal.document("analyze", folder, "--backbone", "compact")
    assert (document["backbone"], _guesses(document)) == ("compact", {"sea"})


def test_a_network_without_classifiers_groups_and_the_best_one_guesses(
    eyes: Eyes, folder: Path, terminal: Terminal
) -> None:
    document = terminal.document("cluster", folder, "--backbone", "xception", "-k", "2")
    assert (document["backbone"], _guesses(document)) == ("xception", {"forest"})
    with Catalog(terminal.catalog) as catalog:
        grouping = catalog.clustering(1)
        assert grouping is not None
        assert grouping.backbone_id == eyes.there["xception"].id


def test_one_that_is_not_here_gives_way_aloud(eyes: Eyes, folder: Path, terminal: Terminal) -> None:
    eyes.remove("mobilenetv2")
    status, out, err = terminal.run("analyze", folder, "--backbone", "mobilenetv2", "--json", "-")
    assert status == cli.OK
    assert json.loads(out)["backbone"] == "compact"
    assert "MobileNetV2 cannot be used" in err


def test_a_classifier_is_measured_on_the_network_told(eyes: Eyes, folder: Path, terminal: Terminal) -> None:
    best = terminal.document("evaluate", folder, "--classifier", "scenes")
    assert (best["backbone"], best["accuracy"]) == (eyes.there["mobilenetv2"].id, 0.75)
    own = terminal.document("evaluate", folder, "--classifier", "scenes", "--backbone", "compact")
    assert (own["backbone"], own["accuracy"]) == (eyes.there["compact"].id, 0.25)


def test_a_measurement_never_takes_another_network_than_told(eyes: Eyes, folder: Path, terminal: Terminal) -> None:
    status, _, err = terminal.run("evaluate", folder, "--classifier", "scenes", "--backbone", "xception")
    assert status == cli.WRONG_USAGE
    assert "not fitted on xception" in err
    assert "compact, mobilenetv2" in err
    eyes.remove("mobilenetv2")
    status, _, err = terminal.run("evaluate", folder, "--classifier", "scenes", "--backbone", "mobilenetv2")
    assert status == cli.COULD_NOT_RUN
    assert "MobileNetV2 cannot be used" in err


def test_a_command_leaves_what_the_window_shows(eyes: Eyes, folder: Path, terminal: Terminal) -> None:
    terminal.document("analyze", folder, "--backbone", "compact")
    with Catalog(terminal.catalog) as catalog:
        before = catalog.serving(1)
    assert before.backbone_id == eyes.there["compact"].id
    terminal.document("analyze", folder)
    terminal.document("evaluate", folder, "--classifier", "scenes")
    with Catalog(terminal.catalog) as catalog:
        assert catalog.serving(1) == before
