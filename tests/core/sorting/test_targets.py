"""No two files get one name."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosort.core.sorting.plans.facts import Destination
from photosort.core.sorting.plans.names import collision_key
from photosort.core.sorting.plans.targets import TargetNames


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize(
    "names",
    [
        ("a.jpg", "a.xmp", "A.XMP"),
        ("a.jpg", "a.xmp", "A.XMP", "a (2).xmp"),
        ("m\u00e8re.jpg", "m\u00e8re.xmp", "me\u0300re.xmp"),
    ],
)
def test_files_of_one_photo_that_differ_by_case_only_get_names_of_their_own(names, restricted) -> None:
    place = Destination(Path("/to"), restricted=restricted, names={"sea": frozenset({"A.JPG"})})
    for folder in ("sea", "forest"):
        found = TargetNames(place).settle(folder, names, origin="in").names
        assert len({collision_key(name) for name in found}) == len(names)
    assert found[:2] == names[:2]
