"""The wheel is whole: installed outside the checkout, it finds its resources and looks at photos."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

_CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built as a release builds it."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(target), str(_CHECKOUT)], check=True, cwd=target)
    (built,) = target.glob("photosort-*.whl")
    return built


def test_the_wheel_holds_the_resources_and_nothing_of_the_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "photosort/resources/models/compact/backbone.tflite" in names
    assert any(name.startswith("photosort/resources/icons/") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "packaging/"))]
    assert not [name for name in names if name.endswith((".pyc", ".pkl"))]


def test_an_installed_wheel_analyses_photos(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(command, check=True)
    photos = tmp_path / "photos"
    photos.mkdir()
    picture = Image.new("RGB", (640, 480), "skyblue")
    ImageDraw.Draw(picture).rectangle((0, 300, 640, 480), fill="darkgreen")
    picture.save(photos / "meadow.jpg")
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff not a picture")

    run = subprocess.run(
        [sys.executable, "-c", _DRIVER, "analyze", str(photos), "--catalog", str(tmp_path / "catalog"), "--json", "-"],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 3, run.stderr
    document = json.loads(run.stdout)
    assert [photo["path"] for photo in document["photos"]] == ["meadow.jpg"]
    assert {"scenes", "animals"} <= set(document["photos"][0]["predictions"])
    assert [failure["path"] for failure in document["failures"]] == ["broken.jpg"]
    assert document["counts"]["found"] == 2


_DRIVER = """
import sys
from pathlib import Path
import photosort.__main__ as program
from photosort.core import paths
# The checkout is installed in this environment too: what runs must be the wheel.
assert Path(program.__file__).is_relative_to(Path.cwd() / "site"), program.__file__
assert paths.resources().is_relative_to(Path.cwd() / "site"), paths.resources()
sys.exit(program.main())
"""
