"""What a plan makes of a folder: one place for every photo, its files with it, and no two of one name."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosort.core.companions import group_files
from photosort.core.photo import Failure
from photosort.core.sorting.plans.account import counts, would_be
from photosort.core.sorting.plans.names import collision_key
from photosort.core.sorting.plans.planning import Changes, file_into, resolve
from photosort.core.sorting.plans.rules import place
from photosort.core.sorting.plans.survey import History
from photosort.core.sorting.plans.targets import numbered_group
from photosort.core.sorting.values import How, KeepFolders, MovePlan, Rule, Status
from tests.core.sorting.desk import Desk, by_path, reasons, targets


@dataclass(frozen=True)
class Before:
    at: float
    folder: Path
    how: How = How.MOVE


def statuses(plan: MovePlan) -> dict[str, str]:
    return {photo.source: photo.status.value for photo in plan.photos}


class TestFilesOfAPhoto:
    def test_go_together_and_keep_their_names(self, tmp_path: Path) -> None:
        files = ["a.jpg", "a.cr2", "a.mov", "a.jpg.xmp", "a.jpg.json", "b.jpg", "notes.txt"]
        desk = Desk(tmp_path, dict.fromkeys(files, b""), {"a.jpg": "cat", "b.jpg": "dog"})
        found = targets(desk.plan())
        assert found == {name: f"cat/{name}" for name in files[:5]} | {"b.jpg": "dog/b.jpg"}

    def test_get_one_number_where_any_of_their_names_is_taken(self, tmp_path: Path) -> None:
        desk = Desk(
            tmp_path,
            {"one/a.jpg": b"", "two/a.jpg": b"", "two/a.xmp": b"", "two/a.jpg.xmp": b"", "two/a.CR2": b""},
            {"one/a.jpg": "cat", "two/a.jpg": "cat"},
        )
        plan = desk.plan()
        assert targets(plan) == {
            "one/a.jpg": "cat/a.jpg",
            "two/a.jpg": "cat/a (2).jpg",
            "two/a.xmp": "cat/a (2).xmp",
            "two/a.jpg.xmp": "cat/a (2).jpg.xmp",
            "two/a.CR2": "cat/a (2).CR2",
        }
        assert "“a (2).jpg”" in by_path(plan)["two/a.jpg"].conflict
        assert not by_path(plan)["one/a.jpg"].conflict

    def test_get_a_number_where_only_a_sidecar_is_in_the_way(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "a.xmp": b""}, {"a.jpg": "cat"})
        (desk.destination / "cat").mkdir(parents=True)
        (desk.destination / "cat" / "A.XMP").write_bytes(b"of another")
        assert targets(desk.plan()) == {"a.jpg": "cat/a (2).jpg", "a.xmp": "cat/a (2).xmp"}

    @pytest.mark.parametrize(
        "names",
        [
            ["IMG_1.jpg", "IMG_1.cr2", "IMG_1.mov", "IMG_1.xmp", "IMG_1.JPG.xmp", "IMG_1.aae", "IMG_1.jpg.json"],
            ["PXL_1.MP.jpg", "PXL_1.MP", "PXL_1.MP.jpg.supplemental-metadata.json"],
            ["IMG_1234.heic", "IMG_1234.mov", "IMG_O1234.aae", "IMG_1234.aae"],
            ["photo(1).jpg", "photo.jpg(1).json"],
            ["Screenshot_20200101-101112_Some Application.png", "Screenshot_20200101-101112_Some Application.pn.json"],
            ["x" * 44 + "yyy.jpg", "x" * 44 + "yy.json"],
            ["A.heic", "A_3.mov"],
            ["x" * 240 + ".jpg", "x" * 240 + ".jpg.xmp"],
        ],
    )
    def test_still_belong_together_for_the_scan_when_they_were_numbered(self, names: list[str]) -> None:
        assert [len(group.companions) for group in group_files(names)[0]] == [len(names) - 1]
        groups, lonely = group_files(numbered_group(names, 2))
        assert not lonely
        assert [len(group.companions) for group in groups] == [len(names) - 1]
        assert all(len(name.encode()) <= 255 for name in numbered_group(names, 2))

    def test_of_one_camera_do_not_become_those_of_another(self, tmp_path: Path) -> None:
        """A RAW of one card beside a JPEG of another would be taken for one shot."""
        desk = Desk(
            tmp_path,
            {"one/a.jpg": b"", "two/a.cr2": b"", "three/a.png": b"", "four/a.tif": b"", "four/a.xmp": b""},
            dict.fromkeys(("one/a.jpg", "two/a.cr2", "three/a.png", "four/a.tif"), "cat"),
        )
        names = [target.rpartition("/")[2] for target in targets(desk.plan()).values() if target]
        groups, lonely = group_files(names)
        assert not lonely
        assert sorted(len(group.companions) for group in groups) == [0, 0, 0, 1]

    def test_get_names_of_their_own_where_they_differ_by_case_only(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "a.xmp": b"", "b.jpg": b""}, {"a.jpg": "cat", "b.jpg": "cat"})
        desk.write("A.xmp", b"another")
        if len(list(desk.root.glob("*.xmp"))) < 2:
            pytest.skip("this file system holds both for one")
        assert sorted(filter(None, targets(desk.plan()).values())) == [
            "cat/A.xmp", "cat/a (2).xmp", "cat/a.jpg", "cat/b.jpg",
        ]  # fmt: skip

    def test_stay_with_a_photo_that_stays(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "a.xmp": b""})
        assert targets(desk.plan()) == {"a.jpg": None, "a.xmp": None}


class TestSharedSidecar:
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Desk:
        return Desk(tmp_path, {"a.jpg": b"", "a.png": b"", "a.xmp": b""})

    def test_stays_while_a_photo_stays_that_needs_it(self, desk: Desk) -> None:
        for label in ({"a.jpg": "cat"}, {"a.png": "cat"}):
            desk.labels = label
            assert targets(desk.plan())["a.xmp"] is None
            assert targets(desk.plan(how=How.COPY))["a.xmp"] == ("cat/a.xmp" if "a.jpg" in label else None)

    def test_moves_when_the_last_photo_does_and_is_told_to_all_of_them(self, desk: Desk) -> None:
        desk.labels = {"a.jpg": "cat", "a.png": "dog"}
        plan = desk.plan()
        both = [[file for file in photo.files if file.source == "a.xmp"] for photo in plan.photos]
        assert [[file.target for file in files] for files in both] == [["cat/a.xmp"], [None]]
        assert all(file.shared for files in both for file in files)

    def test_is_also_takeouts_of_an_original_and_its_edit(self, tmp_path: Path) -> None:
        files = {"a.jpg": b"", "a-edited.jpg": b"", "a.jpg.json": b"{}"}
        desk = Desk(tmp_path, files, {"a.jpg": "cat"})
        assert targets(desk.plan())["a.jpg.json"] is None
        desk.labels["a-edited.jpg"] = "cat"
        assert "cat/a.jpg.json" in {file.target for photo in desk.plan().photos for file in photo.files}

    def test_stays_when_one_of_its_photos_is_filed_by_hand(self, desk: Desk) -> None:
        folder = desk.root / "Beach"
        for photo in desk.photos():
            plan = file_into(desk.root, [photo], folder, How.MOVE, desk.survey(folder))
            assert "a.xmp" not in {file.source for one in plan.photos for file in one.files if file.target}
        plan = file_into(desk.root, desk.photos(), folder, How.MOVE, desk.survey(folder))
        assert "a.xmp" in {file.source for one in plan.photos for file in one.files if file.target}

    def test_is_none_that_names_its_photo(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "a.png": b"", "a.jpg.xmp": b""}, {"a.jpg": "cat"})
        assert targets(desk.plan())["a.jpg.xmp"] == "cat/a.jpg.xmp"


class TestDuplicates:
    def test_stay_whatever_they_are_called_and_the_labelled_one_goes(self, tmp_path: Path) -> None:
        desk = Desk(
            tmp_path,
            {"a.jpg": b"same", "b/c.jpg": b"same", "d.jpg": b"s4me", "e.jpg": b"same"},
            dict.fromkeys(("a.jpg", "b/c.jpg", "d.jpg"), "cat"),
        )
        plan = desk.plan()
        assert statuses(plan) == {"a.jpg": "sorted", "b/c.jpg": "duplicate", "d.jpg": "sorted", "e.jpg": "left"}
        assert reasons(plan)["b/c.jpg"] == "the same picture as “a.jpg”"
        assert by_path(plan)["b/c.jpg"].target is None

    def test_of_what_lies_in_the_destination_are_found_there(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"same", "b.jpg": b"other"}, {"a.jpg": "cat", "b.jpg": "cat"})
        (desk.destination / "elsewhere").mkdir(parents=True)
        (desk.destination / "elsewhere" / "x.jpg").write_bytes(b"same")
        plan = desk.plan()
        assert reasons(plan)["a.jpg"] == "the destination has it already, as “elsewhere/x.jpg”"
        assert statuses(plan) == {"a.jpg": "duplicate", "b.jpg": "sorted"}

    def test_are_none_where_the_ends_are_equal_and_the_middle_is_not(self, tmp_path: Path) -> None:
        one, two = bytearray(300_000), bytearray(300_000)
        two[150_000] = 1
        desk = Desk(tmp_path, {"a.jpg": bytes(one), "b.jpg": bytes(two)}, {"a.jpg": "cat", "b.jpg": "cat"})
        assert statuses(desk.plan()) == {"a.jpg": "sorted", "b.jpg": "sorted"}

    def test_are_none_where_a_raw_goes_with_one_that_the_other_lacks(self, tmp_path: Path) -> None:
        files = {"one/a.jpg": b"same", "two/a.jpg": b"same", "two/a.cr2": b"raw"}
        desk = Desk(tmp_path, files, dict.fromkeys(("one/a.jpg", "two/a.jpg"), "cat"))
        assert statuses(desk.plan()) == {"one/a.jpg": "sorted", "two/a.jpg": "sorted"}
        desk.write("one/a.cr2", b"raw")
        assert statuses(desk.plan()) == {"one/a.jpg": "sorted", "two/a.jpg": "duplicate"}

    def test_of_hard_links_are_found(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"same"}, {"a.jpg": "cat", "b.jpg": "cat"})
        os.link(desk.root / "a.jpg", desk.root / "b.jpg")
        assert statuses(desk.plan()) == {"a.jpg": "sorted", "b.jpg": "duplicate"}

    def test_are_no_matter_when_keywords_are_written(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"same", "b.jpg": b"same"}, {"a.jpg": "cat", "b.jpg": "AC/DC"})
        plan = desk.plan(how=How.KEYWORDS)
        assert [photo.keywords for photo in plan.photos] == [("cat",), ("AC/DC",)]
        assert {file.target for photo in plan.photos for file in photo.files} == {None}
        assert statuses(plan) == {"a.jpg": "sorted", "b.jpg": "sorted"}


class TestFolders:
    def test_of_labels_that_differ_by_case_are_one(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "b.jpg": b"", "c.jpg": b""})
        desk.labels = {"a.jpg": "Été", "b.jpg": "e\u0301te\u0301", "c.jpg": "ÉTÉ"}
        assert len({photo.folder for photo in desk.plan().photos}) == 1

    def test_are_spelled_as_they_lie_in_the_destination(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b""}, {"a.jpg": "beach"})
        (desk.destination / "BEACH").mkdir(parents=True)
        assert targets(desk.plan()) == {"a.jpg": "BEACH/a.jpg"}

    def test_of_two_spellings_share_no_name_of_a_file(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "b.jpg": b""}, {"a.jpg": "Beach", "b.jpg": "Beach"})
        for folder, name in (("beach", "a.jpg"), ("Beach", "c.jpg")):
            (desk.destination / folder).mkdir(parents=True, exist_ok=True)
            (desk.destination / folder / name).write_bytes(b"other")
        assert targets(desk.plan())["b.jpg"] in {"Beach/b.jpg", "beach/b.jpg"}
        assert targets(desk.plan())["a.jpg"] in {"Beach/a (2).jpg", "beach/a (2).jpg"}

    def test_get_a_number_where_a_file_has_their_name(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b""}, {"a.jpg": "beach"})
        desk.destination.mkdir()
        (desk.destination / "Beach").write_text("a shopping list")
        assert targets(desk.plan()) == {"a.jpg": "beach (2)/a.jpg"}

    def test_that_a_person_made_are_kept_and_told(self, tmp_path: Path) -> None:
        files = ["DCIM/100APPLE/a.jpg", "Italy 2019/b.jpg", "Italy 2019/DCIM/c.jpg", "2019/Anna/d.jpg", "e.jpg"]
        desk = Desk(tmp_path, dict.fromkeys(files, b""), dict.fromkeys(files, "cat"))
        plan = desk.plan(keep=KeepFolders(auto=True))
        assert [(kept.folder, kept.photos) for kept in plan.kept] == [("2019/Anna", 1), ("Italy 2019", 2)]
        assert [photo.source for photo in plan.photos if photo.target] == ["DCIM/100APPLE/a.jpg", "e.jpg"]
        included = desk.plan(keep=KeepFolders(auto=True, included=("Italy 2019",)))
        assert [kept.folder for kept in included.kept] == ["2019/Anna"]
        assert desk.plan().kept == ()

    def test_that_are_left_empty_are_named_from_below(self, tmp_path: Path) -> None:
        files = ["a/b/1.jpg", "a/b/2.jpg", "a/c/3.jpg", "d/4.jpg", "d/notes.txt", "e/f/5.jpg", "g.jpg"]
        desk = Desk(tmp_path, dict.fromkeys(files, b""), dict.fromkeys(files, "cat"))
        (desk.root / "e" / "empty").mkdir()
        assert desk.plan().empties == ("a/b", "a/c", "e/f", "a")
        del desk.labels["a/b/2.jpg"]
        assert desk.plan().empties == ("a/c", "e/f")
        assert desk.plan(how=How.COPY).empties == ()

    def test_that_get_photos_are_not_left_empty(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"cat/1.jpg": b"", "dog/2.jpg": b"", "cat/Sorted/x.jpg": b""})
        desk.labels = {"cat/1.jpg": "dog", "dog/2.jpg": "cat"}
        assert desk.plan(destination=desk.root).empties == ()
        plan = desk.plan(destination=desk.root / "cat" / "Sorted")
        assert plan.empties == ("dog",)


class TestWhatWasSortedBefore:
    @pytest.fixture
    def desk(self, tmp_path: Path) -> Desk:
        desk = Desk(tmp_path, {"Sorted/cat/a.jpg": b"", "b.jpg": b"", "c.jpg": b""})
        desk.destination = desk.root / "Sorted"
        desk.labels = dict.fromkeys(("Sorted/cat/a.jpg", "b.jpg", "c.jpg"), "dog")
        return desk

    def test_stays_where_it_lies(self, desk: Desk) -> None:
        plan = desk.plan()
        assert statuses(plan) == {"Sorted/cat/a.jpg": "left", "b.jpg": "sorted", "c.jpg": "sorted"}
        assert reasons(plan)["Sorted/cat/a.jpg"] == "it lies in the destination already"

    def test_goes_again_if_it_was_relabelled_since(self, desk: Desk) -> None:
        moved = desk.ids()["Sorted/cat/a.jpg"]
        before = {moved: Before(100.0, desk.destination / "cat")}
        desk.history = History(sorted_before=before, said_at={moved: 50.0})
        assert reasons(desk.plan())["Sorted/cat/a.jpg"] == "sorted before into “cat”"
        desk.history = replace(desk.history, said_at={moved: 150.0})
        assert targets(desk.plan())["Sorted/cat/a.jpg"] == "dog/a.jpg"
        desk.labels["Sorted/cat/a.jpg"] = "cat"
        assert statuses(desk.plan())["Sorted/cat/a.jpg"] == "left"

    def test_is_in_no_folder_of_a_persons_own(self, desk: Desk) -> None:
        moved, keep = desk.ids()["Sorted/cat/a.jpg"], KeepFolders(auto=True)
        before = {moved: Before(100.0, desk.destination / "cat")}
        desk.history = History(sorted_before=before, said_at={moved: 150.0})
        assert targets(desk.plan(keep=keep))["Sorted/cat/a.jpg"] == "dog/a.jpg"
        keywords = desk.plan(keep=keep, how=How.KEYWORDS)
        assert keywords.kept == ()
        assert statuses(keywords)["Sorted/cat/a.jpg"] == "sorted"

    def test_as_a_copy_stays_until_it_is_relabelled(self, desk: Desk) -> None:
        copy = desk.write("Sorted/cat/b.jpg", b"b.jpg")
        copied = desk.ids()["b.jpg"]
        before = {copied: Before(100.0, desk.destination / "cat", How.COPY)}
        desk.history = History(before, {}, frozenset({copy}))
        plan = desk.plan(how=How.COPY)
        assert reasons(plan)["b.jpg"] == "sorted before into “cat”"
        assert reasons(plan)["Sorted/cat/b.jpg"] == "a copy that photosort made"
        desk.history = replace(desk.history, said_at={copied: 150.0})
        assert targets(desk.plan(how=How.COPY))["b.jpg"] == "dog/b.jpg"

    def test_into_another_destination_does_not_matter(self, desk: Desk) -> None:
        desk.history = History({desk.ids()["b.jpg"]: Before(100.0, desk.root.parent / "other" / "cat", How.COPY)})
        assert statuses(desk.plan(how=How.COPY))["b.jpg"] == "sorted"

    def test_in_place_stays_at_its_place(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"cat/a.jpg": b"same", "b.jpg": b"same", "c.jpg": b""})
        desk.labels = dict.fromkeys(("cat/a.jpg", "b.jpg", "c.jpg"), "Cat")
        plan = desk.plan(destination=desk.root)
        assert statuses(plan) == {"cat/a.jpg": "left", "b.jpg": "duplicate", "c.jpg": "sorted"}
        assert targets(plan)["c.jpg"] == "cat/c.jpg"


class TestWhatCannotBeSorted:
    def test_lies_in_a_library_of_photos(self, tmp_path: Path) -> None:
        path = "My.photoslibrary/originals/A/a.jpg"
        desk = Desk(tmp_path, {path: b""}, {path: "cat"})
        assert statuses(desk.plan()) == {path: "left"}
        assert any("library of Apple Photos" in note for note in desk.plan().notes)
        assert targets(desk.plan(how=How.COPY)) == {path: "cat/a.jpg"}
        assert desk.plan(destination=desk.root / "My.photoslibrary" / "x", how=How.COPY).refusals

    def test_is_gone(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "b.jpg": b""}, {"a.jpg": "cat", "b.jpg": "cat"})
        columns, request = desk.columns(), desk.request()
        photos = desk.photos()
        (desk.root / "a.jpg").unlink()
        found = replace(desk.survey(), photos=tuple(photos))
        plan = resolve(columns, place(columns, request), found, request)
        assert statuses(plan) == {"a.jpg": "failed", "b.jpg": "sorted"}

    @pytest.mark.parametrize(("how", "status"), [(How.MOVE, Status.LEFT), (How.COPY, Status.SORTED)])
    def test_lies_in_a_folder_elsewhere(self, tmp_path: Path, how: How, status: Status) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"a"}, {"a.jpg": "sea", "nas/b.jpg": "sea"})
        (tmp_path / "nas").mkdir()
        (tmp_path / "nas/b.jpg").write_bytes(b"b")
        (desk.root / "nas").symlink_to(tmp_path / "nas")
        found = by_path(desk.plan(how=how))
        assert found["a.jpg"].status is Status.SORTED
        assert found["nas/b.jpg"].status is status
        assert ("nothing is taken from there" in found["nas/b.jpg"].reason) == (how is How.MOVE)

    def test_is_a_link_to_a_file_elsewhere(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"b.jpg": b""}, {"a.jpg": "cat", "b.jpg": "cat"})
        (tmp_path / "outside.jpg").write_bytes(b"x")
        (desk.root / "a.jpg").symlink_to(tmp_path / "outside.jpg")
        assert statuses(desk.plan()) == {"a.jpg": "left", "b.jpg": "sorted"}
        (tmp_path / "outside.cr2").write_bytes(b"x")
        (desk.root / "b.cr2").symlink_to(tmp_path / "outside.cr2")
        assert statuses(desk.plan()) == {"a.jpg": "left", "b.jpg": "left"}

    def test_could_not_be_read_and_is_accounted_for(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "b.jpg": b""}, {"a.jpg": "cat"})
        (desk.root / "empty.jpg").write_bytes(b"")
        plan = desk.plan()
        assert by_path(plan)["empty.jpg"].photo_id is None
        assert by_path(plan)["empty.jpg"].status is Status.FAILED
        assert "0 bytes" in reasons(plan)["empty.jpg"]
        assert [photo.source for photo in plan.photos] == ["a.jpg", "b.jpg", "empty.jpg"]

    def test_could_not_be_read_and_is_left_where_nothing_is_sorted(self, tmp_path: Path) -> None:
        files = ["a.jpg", "Sorted/cat/b.jpg", "Italy/c.jpg"]
        desk = Desk(tmp_path, dict.fromkeys(files, b""), {"a.jpg": "cat"})
        for path in ("empty.jpg", "Sorted/cat/empty.jpg", "Italy/empty.jpg"):
            (desk.root / path).write_bytes(b"")
        plan = desk.plan(destination=desk.root / "Sorted", keep=KeepFolders(auto=True))
        assert {path: status for path, status in statuses(plan).items() if "empty" in path} == {
            "empty.jpg": "failed", "Sorted/cat/empty.jpg": "left", "Italy/empty.jpg": "left",
        }  # fmt: skip

    def test_lies_in_a_folder_that_may_not_be_changed(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"in/a.jpg": b"", "in/b.jpg": b""}, {"in/a.jpg": "cat"})
        found = desk.survey()
        closed = replace(found, folders={**found.folders, "in": replace(found.folders["in"], writable=False)})
        columns = desk.columns()
        for how, status in ((How.MOVE, "failed"), (How.COPY, "sorted"), (How.KEYWORDS, "failed")):
            request = desk.request(how=how)
            plan = resolve(columns, place(columns, request), closed, request)
            assert statuses(plan) == {"in/a.jpg": status, "in/b.jpg": "left"}

    def test_failed_in_the_analysis_unless_a_person_says_what_it_is(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "b.jpg": b"", "IMG_20190712_101112.jpg": b""}, {"a.jpg": "cat"})
        ids = desk.ids()
        columns = desk.columns()
        columns.set_failed(ids.values())
        request = desk.request(rules=(Rule.parse("labels"), Rule.parse("date")))
        plan = resolve(columns, place(columns, request), desk.survey(), request)
        assert statuses(plan) == {"IMG_20190712_101112.jpg": "sorted", "a.jpg": "sorted", "b.jpg": "left"}
        desk_failures = [Failure(path, "it is no picture") for path in ids]
        found = desk.survey(failures=desk_failures)
        plan = resolve(columns, place(columns, request), found, request)
        assert statuses(plan)["b.jpg"] == "failed"
        assert reasons(plan)["b.jpg"] == "it is no picture"


class TestRefusals:
    def test_a_destination_that_is_a_file_or_below_one(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b""}, {"a.jpg": "cat"})
        desk.destination.write_text("x")
        for destination in (desk.destination, desk.destination / "below"):
            assert "is a file, not a folder" in desk.plan(destination=destination).refusals[0]

    def test_a_destination_that_may_not_be_written(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        desk = Desk(tmp_path, {"a.jpg": b""}, {"a.jpg": "cat"})
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o500)
        if os.access(closed, os.W_OK):  # for this user nothing is closed
            real = os.access
            monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed and real(path, mode))
        assert "no permission" in desk.plan(destination=closed / "Sorted").refusals[0]

    def test_a_destination_that_leads_back_through_a_link(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b""}, {"a.jpg": "cat"})
        (desk.root / "loop").symlink_to(desk.root)
        plan = desk.plan(destination=desk.root / "loop" / "Sorted")
        assert "leads back into the folder that is sorted" in plan.refusals[0]

    def test_too_little_space(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"x" * 100, "a.xmp": b"x" * 20, "b.jpg": b"y" * 50}, {"a.jpg": "cat"})
        found = desk.survey()
        columns, request = desk.columns(), desk.request(how=How.COPY)
        full = replace(found, place=replace(found.place, free=119))
        plan = resolve(columns, place(columns, request), full, request)
        assert [(need.needed, need.free) for need in plan.space] == [(120, 119)]
        assert "not enough space" in plan.refusals[0]
        enough = replace(found, place=replace(found.place, free=120))
        assert not resolve(columns, place(columns, request), enough, request).refusals
        move = desk.request(how=How.MOVE)
        assert not resolve(columns, place(columns, move), full, move).refusals
        elsewhere = replace(full, place=replace(full.place, device=found.place.device + 1))
        assert resolve(columns, place(columns, move), elsewhere, move).refusals

    def test_hard_links_to_another_disk(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b""}, {"a.jpg": "cat"})
        found = desk.survey()
        columns, request = desk.columns(), desk.request(how=How.HARDLINK)
        assert not resolve(columns, place(columns, request), found, request).refusals
        elsewhere = replace(found, place=replace(found.place, device=found.place.device + 1))
        assert "hard links" in resolve(columns, place(columns, request), elsewhere, request).refusals[0]

    @pytest.mark.parametrize("how", [How.HARDLINK, How.SYMLINK, How.COPY])
    def test_links_on_a_disk_that_has_none(self, tmp_path: Path, how: How) -> None:
        desk = Desk(tmp_path, {"a.jpg": b""}, {"a.jpg": "cat"})
        found = desk.survey()
        card = replace(found, place=replace(found.place, links=False))
        columns, request = desk.columns(), desk.request(how=how)
        refusals = resolve(columns, place(columns, request), card, request).refusals
        assert [("links" in refusal) for refusal in refusals] == ([] if how is How.COPY else [True])


class TestNotes:
    @pytest.mark.parametrize(("name", "program"), [("Photos.lrcat", "Lightroom"), ("digikam4.db", "digiKam")])
    def test_say_who_would_lose_track(self, tmp_path: Path, name: str, program: str) -> None:
        desk = Desk(tmp_path, {"in/a.jpg": b""}, {"in/a.jpg": "cat"})
        beside = tmp_path / "Lightroom"
        beside.mkdir()
        (beside / name).write_bytes(b"x")
        assert [note.partition(" ")[0] for note in desk.plan().notes] == [program]
        assert desk.plan(how=How.COPY).notes == ()


class TestByHand:
    def test_photos_are_taken_out_and_sent_elsewhere(self, tmp_path: Path) -> None:
        names = ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
        desk = Desk(tmp_path, dict.fromkeys(names, b""), dict.fromkeys(names[:3], "cat"))
        ids = desk.ids()
        changes = Changes(frozenset({ids["a.jpg"]}), {ids["b.jpg"]: "my/own", ids["d.jpg"]: ""})
        plan = desk.plan(changes)
        assert targets(plan) == {"a.jpg": None, "b.jpg": "my/own/b.jpg", "c.jpg": "cat/c.jpg", "d.jpg": "d.jpg"}
        assert reasons(plan)["a.jpg"] == "taken out by hand"
        assert by_path(plan)["b.jpg"].rule == "by hand"

    def test_no_photo_is_sent_out_of_the_destination(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "b.jpg": b""})
        (desk.destination / "a:b?").mkdir(parents=True)
        ids = desk.ids()
        plan = desk.plan(Changes(elsewhere={ids["a.jpg"]: "../../etc", ids["b.jpg"]: "a:b?"}))
        assert targets(plan) == {"a.jpg": "_/_/etc/a.jpg", "b.jpg": "a:b?/b.jpg"}

    def test_photos_are_filed_into_one_folder(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"x/a.jpg": b"1", "x/a.xmp": b"2", "Beach/a.jpg": b"3", "b.jpg": b"1", "c.jpg": b"4"})
        folder = desk.root / "Beach"
        chosen = [photo for photo in desk.photos() if photo.relpath != "c.jpg"]
        plan = file_into(desk.root, chosen, folder, How.MOVE, desk.survey(folder))
        assert targets(plan) == {"Beach/a.jpg": None, "b.jpg": "b.jpg", "x/a.jpg": None, "x/a.xmp": None}
        assert statuses(plan) == {"Beach/a.jpg": "left", "b.jpg": "sorted", "x/a.jpg": "duplicate"}
        desk.write("x/a.jpg", b"5")
        plan = file_into(desk.root, desk.photos(), folder, How.MOVE, desk.survey(folder))
        assert targets(plan)["x/a.jpg"] == "a (2).jpg"
        assert targets(plan)["x/a.xmp"] == "a (2).xmp"


class TestSomePhotos:
    def test_are_no_occasion_to_tell_of_files_that_are_none(self, tmp_path: Path) -> None:
        desk = Desk(tmp_path, {"a.jpg": b"", "b.jpg": b""}, {"a.jpg": "cat"})
        (desk.root / "empty.jpg").write_bytes(b"")
        columns, request = desk.columns(), desk.request()
        found = desk.survey()
        some = replace(found, photos=found.photos[:1])
        plan = resolve(columns, place(columns, request), some, request)
        assert [photo.source for photo in plan.photos] == ["a.jpg"]


names = st.sampled_from(["a", "A", "b", "é", "e\u0301", "ß", "ss", "CON", "a (2)"])
suffixes = st.sampled_from([".jpg", ".JPG", ".png", ".cr2", ".mov", ".xmp", ".jpg.xmp"])
folders = st.sampled_from(["", "one/", "two/", "DCIM/", "Sorted/", "Sorted/cat/", "Sorted/Cat/"])
contents = st.sampled_from([b"1", b"2", b"333", b""])
trees = st.dictionaries(st.tuples(folders, names, suffixes).map("".join), contents, min_size=1, max_size=14)
labels = st.sampled_from(["cat", "Cat", "..", "dog/1", None])


@settings(max_examples=120, deadline=None)
@given(
    tree=trees,
    data=st.data(),
    how=st.sampled_from(list(How)),
    inside=st.sampled_from(["", "Sorted", None]),
    restricted=st.booleans(),
)
def test_every_photo_has_one_place_and_no_two_files_have_one_name(
    tree: dict[str, bytes], data: st.DataObject, how: How, inside: str | None, restricted: bool
) -> None:
    with tempfile.TemporaryDirectory() as base:
        desk = Desk(Path(base), {path: content for path, content in tree.items() if content})
        for path, content in tree.items():
            if not content:
                (desk.root / path).parent.mkdir(parents=True, exist_ok=True)
                (desk.root / path).write_bytes(b"")
        photos = desk.photos()
        said = {photo.relpath: data.draw(labels) for photo in photos}
        desk.labels = {path: label for path, label in said.items() if label}
        if inside is not None:
            desk.destination = desk.root / inside
        request, columns, found = desk.request(how=how), desk.columns(), desk.survey()
        found = replace(found, place=replace(found.place, restricted=restricted))
        plan = resolve(columns, place(columns, request), found, request)

        asked = [photo.relpath for photo in photos] + [failure.relpath for failure in found.unreadable]
        assert sorted(asked) == [photo.source for photo in plan.photos]
        sums = counts(would_be(plan))
        assert sums["in"] == sums["sorted"] + sums["duplicates"] + sums["left"] + sums["failed"] == len(asked)

        going = Counter(
            collision_key(file.target) for photo in plan.photos for file in photo.files if file.target is not None
        )
        assert all(count == 1 for count in going.values())
        there = {
            collision_key(path.relative_to(desk.destination).as_posix())
            for path in desk.destination.rglob("*")
            if path.is_file()
        }
        assert there.isdisjoint(going)
        for photo in plan.photos:
            is_placed = photo.status is Status.SORTED and how is not How.KEYWORDS
            assert (photo.target is not None) == is_placed
            assert all(is_placed or file.target is None for file in photo.files)
            assert photo.reason
            for file in photo.files:
                if file.target is not None:
                    assert ".." not in file.target.split("/")
                    assert file.target.rpartition("/")[0] == photo.folder
