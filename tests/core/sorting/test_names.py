"""Names of folders and files: legal everywhere, never another's."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from photosort.core.sorting.plans.names import (
    MAX_LABEL_BYTES,
    MAX_NAME_BYTES,
    collision_key,
    cut,
    legal_name,
    numbered,
    numbered_stem,
    safe_name,
)

# Of Windows: what FAT and NTFS refuse, and the names of devices.
ILLEGAL = set('<>:"/\\|?*') | {chr(code) for code in range(32)}
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(1, 10))}

nasty = st.text(
    st.sampled_from('./\\ :*?"<>|\0\n\t~$()_-CONconuxl1é́ﬁßİ👩‍👧🏽🇩🇪\u202e\u200d\uff41中字' + "가각"), max_size=300
)
anything = st.text(max_size=300)


def is_legal(name: str) -> bool:
    stem = name.split(".", maxsplit=1)[0].rstrip(" ").upper()
    return (
        bool(name)
        and name not in {".", ".."}
        and ILLEGAL.isdisjoint(name)
        and not name.endswith((" ", "."))
        and stem not in DEVICES
        and len(name.encode()) <= MAX_NAME_BYTES
        and len(name.encode("utf-16-le")) // 2 <= 255
    )


class TestFolderOfALabel:
    @given(nasty | anything)
    @example("..")
    @example("")
    @example("con .txt")
    @example("x" * 300)
    @example("👨‍👩‍👧‍👦" * 60)
    @example("e\u0301" * 300)
    @example("con." + "x" * 300)
    @example("nul" + " " * 300 + "x")
    def test_is_legal_on_every_system_and_stays_as_it_is_when_made_safe_again(self, label: str) -> None:
        name = safe_name(label)
        assert is_legal(name)
        assert not name.startswith((".", " "))
        assert len(name.encode()) <= MAX_LABEL_BYTES
        assert unicodedata.is_normalized("NFC", name)
        assert not {"\u202e", "\u2066", "\0", "\ufeff"} & set(name)
        assert safe_name(name) == name

    @pytest.mark.parametrize("label", ["Beach", "Été à Nîmes", "日本", "👨‍👩‍👧", "a (2)", "Tom & Anna's, 2019", "v1.0"])
    def test_of_a_harmless_label_is_the_label(self, label: str) -> None:
        assert safe_name(label) == label

    @pytest.mark.parametrize(
        ("label", "name"),
        [
            ("..", "_"),
            ("../../etc", "-..-etc"),
            ("AC/DC", "AC-DC"),
            ("CON", "CON_"),
            ("nul.tar", "nul_.tar"),
            ("com¹", "com¹_"),
            ("line\nbreak", "line break"),
            ("end. . ", "end"),
            (".hidden", "hidden"),
            ("what?", "what_"),
            ("\u202egpj.exe", "gpj.exe"),
        ],
    )
    def test_of_a_harmful_label(self, label: str, name: str) -> None:
        assert safe_name(label) == name

    def test_cuts_no_character_in_two(self) -> None:
        family = "👨‍👩‍👧"
        room = len(family.encode())
        assert safe_name(family * 50) == family * (MAX_LABEL_BYTES // room)
        assert safe_name("🇩🇪" * 60) == "🇩🇪" * (MAX_LABEL_BYTES // 8)


class TestCollisionKey:
    @given(nasty | anything)
    def test_is_the_same_for_every_form_and_case_of_a_name(self, name: str) -> None:
        key = collision_key(name)
        for form in ("NFC", "NFD"):
            assert collision_key(unicodedata.normalize(form, name)) == key
        assert collision_key(name.casefold()) == key
        assert collision_key(unicodedata.normalize("NFC", name).casefold()) == key

    def test_tells_different_names_apart(self) -> None:
        names = ["a.jpg", "b.jpg", "a.jpeg", "é.jpg", "e.jpg", "ё.jpg", "\u0435.jpg"]
        assert len({collision_key(name) for name in names}) == len(names)


class TestNumbers:
    def test_stand_before_the_suffix(self) -> None:
        assert numbered("a.jpg", 2) == "a (2).jpg"
        assert numbered("a.b.jpg", 12) == "a.b (12).jpg"
        assert numbered("noext", 2) == "noext (2)"
        assert numbered(".hidden", 2) == ".hidden (2)"

    @given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=255))
    def test_leave_a_name_that_every_file_system_has_room_for(self, name: str) -> None:
        name = cut(name, MAX_NAME_BYTES)
        found = {numbered_stem(name, number) for number in (2, 3, 10, 100)}
        assert len(found) == 4
        assert all(len(one.encode()) <= MAX_NAME_BYTES for one in found)

    def test_keep_a_long_suffix(self) -> None:
        found = numbered("x" * 300 + ".jpeg", 2)
        assert found.endswith(" (2).jpeg")
        assert len(found) <= MAX_NAME_BYTES


class TestFilesOnFat:
    @given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60))
    def test_have_names_that_it_takes(self, name: str) -> None:
        found = legal_name(name)
        assert is_legal(found)
        assert legal_name(found) == found

    def test_keep_their_suffix_and_whatever_is_legal(self) -> None:
        assert legal_name("IMG_1234.JPG") == "IMG_1234.JPG"
        assert legal_name(".hidden.jpg") == ".hidden.jpg"
        assert legal_name("10:30 what?.jpg") == "10-30 what_.jpg"
        assert legal_name("con.jpg") == "con_.jpg"
        assert legal_name("con.jpg.xmp") == "con_.jpg.xmp"
