"""Paths as people type them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from photosort.core.files import absolute


def test_a_folder_has_one_path_however_it_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path.resolve() / "a" / "b"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME" if sys.platform != "win32" else "USERPROFILE", str(here.parent))
    for typed in (".", "../b", "~/b", "../../a/b", str(here), f"{here}/../b/"):
        assert absolute(Path(typed)) == here, typed
    assert absolute(Path("../gone")) == here.parent / "gone"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_keeps_its_name_unless_a_part_goes_up_from_it(tmp_path: Path) -> None:
    real = tmp_path.resolve() / "elsewhere" / "photos"
    real.mkdir(parents=True)
    link = tmp_path.resolve() / "link"
    link.symlink_to(real)
    assert absolute(link) == link
    assert absolute(link / ".." / "photos") == real
