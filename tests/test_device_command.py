"""The command `photosort device`: a test of this computer from the command line, and what it remembers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from photosort import cli
from photosort.ml.acceleration import LEAST_COSINE, Way


def test_a_test_is_made_told_and_remembered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalog, told = tmp_path / "catalog", tmp_path / "device.json"
    assert cli.run(["device", "--catalog", str(catalog)]) == cli.OK
    assert "not tested with compact yet" in capsys.readouterr().out
    assert (
        cli.run(["device", "--test", "--backbone", "compact", "--catalog", str(catalog), "--json", str(told)]) == cli.OK
    )
    lines = capsys.readouterr().out.splitlines()
    document = json.loads(told.read_text("utf-8"))
    assert document["network"] == "compact"
    assert document["explanation"] in lines[0]
    ways = {entry["way"]: entry for entry in document["ways"]}
    assert set(ways) == set(Way)
    assert ways["litert-cpu"]["photos_per_second"] > 0
    [chosen] = [entry for entry in document["ways"] if entry["chosen"]]
    assert chosen["right"]
    for way, entry in ways.items():
        [line] = [line for line in lines if line[2:].split()[0] == way]
        assert line.startswith("*") == entry["chosen"]
        assert entry["right"] == (entry["cosine"] is not None and entry["cosine"] >= LEAST_COSINE)
        assert entry["available"] or entry["reason"] in line
    assert cli.run(["device", "--catalog", str(catalog), "--json", "-"]) == cli.OK
    assert json.loads(capsys.readouterr().out) == document


def test_a_network_that_is_not_here_cannot_be_tested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["device", "--test", "--backbone", "xception", "--catalog", str(tmp_path)]
    assert cli.run(arguments) == cli.COULD_NOT_RUN
    assert "photosort models get xception" in capsys.readouterr().err
