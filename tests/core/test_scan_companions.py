"""Which files are one shot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosort.core.companions import group_files


def grouped(*names: str) -> dict[str, set[str]]:
    groups, lonely = group_files(names)
    found = {group.picture: set(group.companions) for group in groups}
    if lonely:
        found["-"] = set(lonely)
    return found


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a.jpg", "b.jpg"], {"a.jpg": set(), "b.jpg": set()}),
        (["a.JPG", "a.CR2"], {"a.JPG": {"a.CR2"}}),
        (["a.nef", "A.jpg"], {"A.jpg": {"a.nef"}}),
        (["a.dng", "a.heic"], {"a.heic": {"a.dng"}}),
        (["a.dng", "a.heic", "a.jpg"], {"a.jpg": {"a.dng"}, "a.heic": set()}),
        (["a.cr2", "a.dng"], {"a.cr2": {"a.dng"}}),
        (["a.cr2", "a.tif"], {"a.cr2": set(), "a.tif": set()}),
        (["a.jpg", "a.png"], {"a.jpg": set(), "a.png": set()}),
        (["a.jpg", "a.heic"], {"a.jpg": set(), "a.heic": set()}),
        (["IMG_1.HEIC", "IMG_1.MOV"], {"IMG_1.HEIC": {"IMG_1.MOV"}}),
        (["IMG_1.HEIC", "IMG_1.MP4", "IMG_2.MP4"], {"IMG_1.HEIC": {"IMG_1.MP4"}, "-": {"IMG_2.MP4"}}),
        (["PXL_1.MP.jpg", "PXL_1.MP"], {"PXL_1.MP.jpg": {"PXL_1.MP"}}),
        (["a.jpg", "a.avi"], {"a.jpg": set(), "-": {"a.avi"}}),
        (["a.jpg", "a.jpg.xmp"], {"a.jpg": {"a.jpg.xmp"}}),
        (["a.jpg", "a.png", "a.png.xmp"], {"a.jpg": set(), "a.png": {"a.png.xmp"}}),
        (["a.jpg", "a.cr2", "a.xmp", "a.cr2.xmp"], {"a.jpg": {"a.cr2", "a.xmp", "a.cr2.xmp"}}),
        (["IMG_1.HEIC", "IMG_1.AAE"], {"IMG_1.HEIC": {"IMG_1.AAE"}}),
        (["IMG_1.HEIC", "IMG_O1.AAE"], {"IMG_1.HEIC": {"IMG_O1.AAE"}}),
        (["a.jpg", "a.thm", "b.thm"], {"a.jpg": {"a.thm"}, "-": {"b.thm"}}),
        (["a.jpg", "a.jpg.json"], {"a.jpg": {"a.jpg.json"}}),
        (["a.jpg", "a.jpg.supplemental-metadata.json"], {"a.jpg": {"a.jpg.supplemental-metadata.json"}}),
        (["a.jpg", "a.jpg.supplemental-me.json"], {"a.jpg": {"a.jpg.supplemental-me.json"}}),
        (["a.jpg", "a.jpg.s.json"], {"a.jpg": {"a.jpg.s.json"}}),
        (["a.jpg", "a.jpg..json"], {"a.jpg": {"a.jpg..json"}}),
        (["a.jpg", "a(1).jpg", "a.jpg(1).json"], {"a.jpg": set(), "a(1).jpg": {"a.jpg(1).json"}}),
        (
            ["a.jpg", "a(1).jpg", "a.jpg.supplemental-metadata(1).json", "a.jpg.supplemental-metadata.json"],
            {
                "a.jpg": {"a.jpg.supplemental-metadata.json"},
                "a(1).jpg": {"a.jpg.supplemental-metadata(1).json"},
            },
        ),
        (["IMG_1.HEIC", "IMG_1.MP4", "IMG_1.MP4.json"], {"IMG_1.HEIC": {"IMG_1.MP4", "IMG_1.MP4.json"}}),
        (["a.jpg", "metadata.json"], {"a.jpg": set(), "-": {"metadata.json"}}),
        (["ÄÖ.jpg", "äö.xmp"], {"ÄÖ.jpg": {"äö.xmp"}}),
    ],
)
def test_files_of_one_shot(names: list[str], expected: dict[str, set[str]]) -> None:
    assert grouped(*names) == expected
    assert grouped(*reversed(names)) == expected


def test_names_that_takeout_cut() -> None:
    photo = "Screenshot_20190712-183000_Some Very Long App Name.jpg"
    for cut in (photo[:46], photo[:43]):
        assert grouped(photo, f"{cut}.json") == {photo: {f"{cut}.json"}}
    twin = "Screenshot_20190712-183000_Some Very Long App Game.jpg"
    assert grouped(photo, twin, f"{photo[:43]}.json")["-"] == {f"{photo[:43]}.json"}
    assert grouped("abcdef.jpg", "abc.json") == {"abcdef.jpg": set(), "-": {"abc.json"}}


def test_edits_take_the_date_of_their_original() -> None:
    groups, _ = group_files(["a.jpg", "a-edited.jpg", "b-edited.jpg", "a.jpg.json"])
    assert {group.picture: group.takeout for group in groups} == {
        "a.jpg": "a.jpg.json",
        "a-edited.jpg": "a.jpg.json",
        "b-edited.jpg": None,
    }


_NAMES = st.lists(
    st.builds(
        "".join,
        st.tuples(
            st.sampled_from(["a", "A", "b", "IMG_1", "a.jpg", "a(1)", "a.jpg(1)", "."]),
            st.sampled_from([".jpg", ".JPG", ".cr2", ".heic", ".png", ".mov", ".xmp", ".aae", ".json", ".mp", ".thm"]),
        ),
    ),
    unique=True,
    max_size=15,
)


@given(_NAMES)
def test_every_file_ends_up_in_exactly_one_place(names: list[str]) -> None:
    groups, lonely = group_files(names)
    placed = [name for group in groups for name in (group.picture, *group.companions)] + lonely
    assert sorted(placed) == sorted(names)
