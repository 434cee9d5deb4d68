"""What becomes of photos whose files are moved, renamed, copied, edited, or gone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from photosort.core.catalog import Catalog, ScanChanges
from photosort.core.errors import CatalogError, ImageError
from photosort.core.photo import Failure, FileInfo, PhotoState, Shot, TakenSource
from photosort.core.scan import Ignored, ScanResult


def test_new_photos_are_listed_by_path_with_what_the_scan_saw(album):
    album.write("b/2.jpg", "two")
    album.write("a.jpg", "one")
    album.write("a.xmp", "sidecar")
    changes = album.scan()
    photos = album.catalog.photos(album.root_id)
    assert [photo.relpath for photo in photos] == ["a.jpg", "b/2.jpg"]
    assert [photo.id for photo in photos] == list(changes.added)
    stat = (album.folder / "a.jpg").stat()
    first = photos[0]
    assert (first.root, first.size, first.mtime_ns) == (album.folder, stat.st_size, stat.st_mtime_ns)
    assert first.companions == ("a.xmp",)
    assert (first.state, first.taken_source) == (PhotoState.PRESENT, TakenSource.FILE)
    assert (first.content_id, first.content_key, first.width) == (None, None, None)


def test_a_second_scan_finds_everything_unchanged_and_writes_nothing(album):
    album.write("a.jpg", "one")
    album.write("b.jpg", "two")
    album.scan()
    before = album.catalog.path.with_name("catalog.sqlite3-wal").stat().st_size
    changes = album.catalog.reconcile(album.look(), 1, key_of=pytest.fail)
    assert changes == ScanChanges(unchanged=2)
    assert not changes.any
    assert album.catalog.path.with_name("catalog.sqlite3-wal").stat().st_size == before


def test_a_moved_photo_keeps_its_id_and_what_is_known_of_it(album, backbone):
    album.write("old/a.jpg", "one")
    album.write("b.jpg", "other")
    album.scan()
    album.analyse()
    before = album.photos()["old/a.jpg"]
    album.move("old/a.jpg", "new/renamed.jpg")
    changes = album.scan()
    assert changes == ScanChanges(moved=(before.id,), unchanged=1)
    after = album.photos()["new/renamed.jpg"]
    assert (after.id, after.content_id, after.content_key) == (before.id, before.content_id, before.content_key)
    assert album.catalog.pending(album.root_id, backbone).tolist() == []


def test_a_photo_moved_after_it_was_missing_is_found_again(album):
    album.write("a.jpg", "one")
    album.scan()
    album.analyse()
    photo_id = album.photos()["a.jpg"].id
    album.move("a.jpg", "../elsewhere.jpg")
    assert album.scan() == ScanChanges(missing=(photo_id,))
    album.move("../elsewhere.jpg", "sub/b.jpg")
    assert album.scan() == ScanChanges(moved=(photo_id,))


def test_keys_are_asked_only_of_files_as_large_as_a_photo_that_is_gone(album):
    album.write("a.jpg", "12345")
    album.scan()
    album.analyse()
    album.move("a.jpg", "b.jpg")
    album.write("small.jpg", "1")
    album.write("same size.jpg", "54321")
    changes = album.scan()
    assert {path.name for path in album.keys_asked} == {"b.jpg", "same size.jpg"}
    assert len(changes.added) == 2
    assert len(changes.moved) == 1


def test_a_copy_is_a_photo_of_its_own_that_shares_the_content(album, backbone):
    album.write("a.jpg", "one")
    album.scan()
    album.analyse()
    album.write("copy.jpg", "one")
    changes = album.scan()
    assert len(changes.added) == 1
    assert changes.unchanged == 1
    album.analyse()
    photos = album.photos()
    assert photos["a.jpg"].id != photos["copy.jpg"].id
    assert photos["a.jpg"].content_id == photos["copy.jpg"].content_id
    table = album.catalog.embeddings(album.root_id, backbone)
    assert len(table.photo_ids) == 2
    assert (table.vectors[0] == table.vectors[1]).all()


def test_equal_files_that_move_together_keep_to_their_names(album):
    for name in ("x.jpg", "y.jpg", "z.jpg"):
        album.write(f"old/{name}", "the same")
    album.scan()
    album.analyse()
    before = {relpath.partition("/")[2]: photo.id for relpath, photo in album.photos().items()}
    album.move("old", "new")
    assert len(album.scan().moved) == 3
    assert {relpath.partition("/")[2]: photo.id for relpath, photo in album.photos().items()} == before


def test_files_renumbered_by_one_are_moves(album):
    for number in range(1, 5):
        album.write(f"{number}.jpg", f"picture {number}")
    album.scan()
    album.analyse()
    before = {photo.id: photo.content_id for photo in album.photos().values()}
    for number in (4, 3, 2, 1):
        album.move(f"{number}.jpg", f"{number + 1}.jpg")
    changes = album.scan()
    assert len(changes.moved) == 4
    assert (changes.added, changes.changed, changes.missing) == ((), (), ())
    assert {photo.id: photo.content_id for photo in album.photos().values()} == before


def test_two_files_that_changed_places_are_moves(album):
    album.write("a.jpg", "one")
    album.write("b.jpg", "two and more")
    album.scan()
    album.analyse()
    before = album.photos()
    album.move("a.jpg", "t")
    album.move("b.jpg", "a.jpg")
    album.move("t", "b.jpg")
    assert len(album.scan().moved) == 2
    after = album.photos()
    assert (after["a.jpg"].id, after["b.jpg"].id) == (before["b.jpg"].id, before["a.jpg"].id)


def test_an_edited_photo_keeps_its_id_and_its_content_is_forgotten(album, backbone):
    album.write("a.jpg", "one")
    album.scan()
    album.analyse()
    photo_id = album.photos()["a.jpg"].id
    album.write("a.jpg", "edited")
    assert album.scan() == ScanChanges(changed=(photo_id,))
    assert album.photos()["a.jpg"].content_id is None
    assert album.catalog.pending(album.root_id, backbone).tolist() == [photo_id]


def test_the_original_kept_beside_an_edited_photo_is_a_copy(album):
    album.write("a.jpg", "one")
    album.scan()
    album.analyse()
    photo_id = album.photos()["a.jpg"].id
    album.write("a original.jpg", "one")
    album.write("a.jpg", "edited")
    changes = album.scan()
    assert changes.changed == (photo_id,)
    assert len(changes.added) == 1


def test_a_new_time_alone_is_a_change(album):
    album.write("a.jpg", "one")
    album.scan()
    os.utime(album.folder / "a.jpg", ns=(1, 1))
    assert len(album.scan().changed) == 1


def test_a_missing_photo_stays_in_the_catalog_and_returns(album):
    album.write("a.jpg", "one")
    album.write("b.jpg", "two")
    album.scan()
    album.analyse()
    gone = album.photos()["a.jpg"]
    album.move("a.jpg", "../kept.jpg")
    assert album.scan() == ScanChanges(missing=(gone.id,), unchanged=1)
    assert list(album.photos()) == ["b.jpg"]
    missing = album.catalog.photos(album.root_id, states=[PhotoState.MISSING])
    assert [photo.id for photo in missing] == [gone.id]
    assert album.scan() == ScanChanges(unchanged=1)
    album.move("../kept.jpg", "a.jpg")
    assert album.scan() == ScanChanges(returned=(gone.id,), unchanged=1)
    assert album.photos()["a.jpg"] == gone


def test_an_empty_mount_point_makes_all_missing_and_nothing_lost(album):
    for number in range(3):
        album.write(f"{number}.jpg", str(number))
    album.scan()
    album.analyse()
    before = album.photos()
    changes = album.catalog.reconcile(ScanResult(album.folder, (), (), ()), album.root_id, key_of=pytest.fail)
    assert len(changes.missing) == 3
    assert len(album.scan().returned) == 3
    assert album.photos() == before


@pytest.mark.parametrize("relpath", ["closed", ".", ""])
def test_photos_below_an_unreadable_folder_keep_their_state(album, relpath):
    album.write("closed/in/a.jpg", "one")
    album.scan()
    result = ScanResult(album.folder, (), (Failure(relpath, "may not be read"),), ())
    assert album.scan(result) == ScanChanges()
    assert list(album.photos()) == ["closed/in/a.jpg"]
    assert album.catalog.failures(album.root_id) == [Failure(relpath, "may not be read")]


def test_a_folder_that_only_begins_like_an_unreadable_one_is_not_spared(album):
    album.write("closed too/a.jpg", "one")
    album.scan()
    result = ScanResult(album.folder, (), (Failure("closed", "may not be read"),), ())
    assert len(album.scan(result).missing) == 1


def test_a_photo_whose_own_file_fails_the_scan_is_missing(album):
    album.write("a.jpg", "one")
    album.scan()
    result = ScanResult(album.folder, (), (Failure("a.jpg", "is empty"),), ())
    assert len(album.scan(result).missing) == 1


def test_a_scan_of_some_files_makes_nothing_missing(album):
    album.write("a.jpg", "one")
    album.write("b.jpg", "two")
    album.scan()
    album.write("c.jpg", "three")
    only = tuple(shot for shot in album.look().shots if shot.file.relpath == "c.jpg")
    changes = album.scan(ScanResult(album.folder, only, (), ()), complete=False)
    assert (len(changes.added), changes.missing) == (1, ())
    assert list(album.photos()) == ["a.jpg", "b.jpg", "c.jpg"]


def test_notes_of_a_scan_replace_the_last_ones(album):
    album.write("a.jpg", "one")
    video, text = Ignored("b.mp4", "a video"), Ignored("c.txt", "no photo")
    album.scan(album.look(failures=(Failure("d.jpg", "is empty"),), ignored=(video, text)))
    assert album.catalog.ignored(album.root_id) == [video, text]
    album.scan(album.look(ignored=(text,)))
    assert album.catalog.ignored(album.root_id) == [text]
    assert album.catalog.failures(album.root_id) == []


def test_notes_of_a_scan_of_some_files_leave_the_others_alone(album):
    album.write("a.jpg", "one")
    album.scan(album.look(failures=(Failure("d.jpg", "is empty"), Failure("e.jpg", "is empty"))))
    album.write("d.jpg", "no longer")
    shots = tuple(shot for shot in album.look().shots if shot.file.relpath == "d.jpg")
    album.scan(ScanResult(album.folder, shots, (), ()), complete=False)
    assert [failure.relpath for failure in album.catalog.failures(album.root_id)] == ["e.jpg"]


def test_a_jpeg_that_joins_its_raw_is_the_same_photo(album):
    album.write("a.raw", "raw")
    album.scan()
    photo_id = album.photos()["a.raw"].id
    album.write("a.jpg", "developed")
    assert album.scan() == ScanChanges(changed=(photo_id,))
    assert album.photos()["a.jpg"].companions == ("a.raw",)
    (album.folder / "a.jpg").unlink()
    assert album.scan() == ScanChanges(changed=(photo_id,))
    assert album.photos()["a.raw"].id == photo_id


def test_a_new_sidecar_is_taken_over_without_another_look(album):
    album.write("a.jpg", "one")
    album.scan()
    album.analyse()
    album.write("a.xmp", "stars")
    assert album.scan() == ScanChanges(unchanged=1)
    photo = album.photos()["a.jpg"]
    assert photo.companions == ("a.xmp",)
    assert photo.content_id is not None


def test_a_file_that_cannot_be_read_for_comparing_is_new(album):
    album.write("a.jpg", "one")
    album.scan()
    album.analyse()
    album.move("a.jpg", "b.jpg")

    def unreadable(path: Path) -> str:
        raise ImageError(f"{path} is locked")

    changes = album.catalog.reconcile(album.look(), album.root_id, key_of=unreadable)
    assert (len(changes.added), len(changes.missing)) == (1, 1)


def test_stopped_while_comparing_nothing_is_written(album):
    for number in range(3):
        album.write(f"{number}.jpg", f"picture {number}")
    album.scan()
    album.analyse()
    before = album.photos()
    for number in range(3):
        album.move(f"{number}.jpg", f"new/{number}.jpg")
    steps = album.catalog.reconcile_steps(album.look(), album.root_id, key_of=lambda path: path.name)
    progress = next(steps)
    assert (progress.done, progress.total) == (0, 3)
    steps.close()
    assert album.photos() == before


@pytest.mark.parametrize(
    "name", ["Été 北京 🙂.jpg", 'un\'apostrophe "quoted".jpg', "a\nb.jpg", "\udcff\udc80.jpg", "\ud83d.jpg"]
)
def test_names_of_any_script_and_of_none_round_trip(catalog, tmp_path, name):
    root_id = catalog.open_root(tmp_path / "\udce9t\udce9")
    sidecar = FileInfo(f"{name}.xmp", 1, 2)
    shot = Shot(FileInfo(f"sub/{name}", 3, 4), (sidecar,), 5.0, TakenSource.NAME)
    result = ScanResult(tmp_path, (shot,), (Failure(f"f{name}", "broken"),), (Ignored(f"i{name}", "text"),))
    for unchanged in (0, 1):
        changes = catalog.reconcile(result, root_id, key_of=pytest.fail)
        assert changes.unchanged == unchanged
    [photo] = catalog.photos(root_id)
    assert photo.relpath == f"sub/{name}"
    assert photo.companions == (sidecar.relpath,)
    assert photo.root == tmp_path.resolve() / "\udce9t\udce9"
    assert catalog.failures(root_id)[0].relpath == f"f{name}"
    assert catalog.ignored(root_id)[0].relpath == f"i{name}"
    assert catalog.listing(root_id).relpaths == [f"sub/{name}"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has file names of any bytes")
def test_a_real_file_of_undecodable_name_is_moved_and_found(album):
    with Path(os.fsdecode(os.fsencode(album.folder) + b"/\xe9t\xe9.jpg")).open("w") as file:
        file.write("summer")
    album.scan()
    album.analyse()
    [before] = album.photos().values()
    before.path.rename(album.folder / "été.jpg")
    assert album.scan().moved == (before.id,)
    assert album.photos()["été.jpg"].id == before.id


def test_photos_are_sorted_by_path_whatever_is_stored_as_bytes(catalog, tmp_path):
    root_id = catalog.open_root(tmp_path)
    names = ["z.jpg", "\udcff.jpg", "a.jpg", "\ue000.jpg"]
    shots = tuple(Shot(FileInfo(name, 1, 1), (), 0.0, TakenSource.FILE) for name in names)
    catalog.reconcile(ScanResult(tmp_path, shots, (), ()), root_id, key_of=pytest.fail)
    assert [photo.relpath for photo in catalog.photos(root_id)] == sorted(names)
    assert catalog.listing(root_id).relpaths == sorted(names)


def test_roots_within_roots_have_photos_of_their_own_and_share_contents(album, tmp_path, backbone):
    album.write("2019/a.jpg", "one")
    album.scan()
    album.analyse()
    inner = type(album)(album.folder / "2019", album.catalog)
    inner.scan()
    assert inner.photos()["a.jpg"].id != album.photos()["2019/a.jpg"].id
    assert inner.catalog.pending(inner.root_id, backbone).tolist() == [inner.photos()["a.jpg"].id]
    inner.analyse()
    assert inner.photos()["a.jpg"].content_id == album.photos()["2019/a.jpg"].content_id


def test_recent_roots_and_forgetting_one(catalog, tmp_path):
    ids = [catalog.open_root(tmp_path / name) for name in ("one", "two", "three")]
    assert catalog.open_root(tmp_path / "one") == ids[0]
    assert [root.path.name for root in catalog.recent_roots()] == ["one", "three", "two"]
    assert [root.id for root in catalog.recent_roots(limit=1)] == [ids[0]]
    catalog.forget_root(ids[0])
    assert [root.path.name for root in catalog.recent_roots()] == ["three", "two"]
    assert catalog.find_root(tmp_path / "one") == ids[0]
    assert catalog.find_root(tmp_path / "four") is None
    assert catalog.root_path(ids[1]) == (tmp_path / "two").resolve()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_one_folder_by_two_names_is_one_root(catalog, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    assert catalog.open_root(tmp_path / "link") == catalog.open_root(tmp_path / "real" / ".." / "real")


def test_ids_that_nobody_knows_are_said_to_be_so(catalog: Catalog):
    with pytest.raises(CatalogError, match="no photo with the id 7"):
        catalog.photo(7)
    with pytest.raises(CatalogError, match="no folder with the id 7"):
        catalog.photos(7)
    assert catalog.photos_of([7]) == {}
