"""What an installer brings along opens as if it had been fetched, and a build without a line goes on without it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from photosort.core import paths as places
from photosort.core.paths import UserPaths
from photosort.ml import backbones, networks

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ROOT.parent / "shared" / "weights" / "mobilenetv2_imagenet_notop.weights.h5"


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("carry_networks", ROOT / "packaging" / "carry_networks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_a_build_that_cannot_have_the_network_says_so_and_leaves_what_was_carried(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    carried = tmp_path / "networks" / "mobilenetv2"
    carried.mkdir(parents=True)
    (carried / "card.json").write_text("from the build before", "utf-8")
    wrong = tmp_path / "weights.h5"
    wrong.write_text("no weights", "utf-8")

    status = script.main(["--from", str(wrong), "--out", str(tmp_path / "networks")])

    assert status == 1
    assert "mobilenetv2 is not carried" in capsys.readouterr().err
    assert (carried / "card.json").read_text("utf-8") == "from the build before"


@pytest.mark.skipif(not WEIGHTS.exists(), reason="the teachers' weights are not here")
def test_a_carried_network_serves_without_any_download(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resources = tmp_path / "resources"
    shutil.copytree(places.resources() / "models", resources / "models")
    (resources / "album").symlink_to(places.resources() / "album")

    assert script.main(["--from", str(WEIGHTS), "--out", str(resources / "networks")]) == 0
    monkeypatch.setattr(places, "resources", lambda: resources)

    paths = UserPaths.below(tmp_path / "user")
    assert networks.status_of("mobilenetv2", paths).state is networks.State.BUNDLED
    assert networks.best(paths) == "mobilenetv2"
    backbone = backbones.load("mobilenetv2", paths)
    assert backbone.dimension == 1280
    backbone.close()
