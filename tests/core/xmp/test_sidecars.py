import pytest

from photosort.core.errors import SidecarError
from photosort.core.photo import Photo, PhotoState, TakenSource
from photosort.core.xmp import sidecars
from photosort.core.xmp.sidecars import read_sidecar, sidecar_to_write, sidecars_of


def photo(root, picture, *companions):
    return Photo(1, root, picture, companions, 1, 1, PhotoState.PRESENT, 0.0, TakenSource.FILE)


@pytest.mark.parametrize(
    ("picture", "companions", "written"),
    [
        ("a.jpg", (), "a.jpg.xmp"),
        ("2019/A.JPG", (), "2019/A.JPG.xmp"),
        ("a.heic", ("a.mov",), "a.heic.xmp"),
        ("a.cr2", (), "a.xmp"),
        ("2019/A.NEF", (), "2019/A.xmp"),
        ("a.jpg", ("a.cr2",), "a.xmp"),
        ("a.b.dng", (), "a.b.xmp"),
        # One that is there is added to, whatever a new one would be called.
        ("a.jpg", ("a.xmp",), "a.xmp"),
        ("a.jpg", ("a.xmp", "a.jpg.xmp"), "a.jpg.xmp"),
        ("a.cr2", ("a.cr2.xmp",), "a.cr2.xmp"),
        ("a.cr2", ("a.cr2.xmp", "a.xmp"), "a.xmp"),
        ("a.jpg", ("a.cr2", "a.cr2.xmp", "a.jpg.xmp"), "a.jpg.xmp"),
        ("a.JPG", ("a.jpg.XMP",), "a.jpg.XMP"),
    ],
)
def test_keywords_go_where_other_programs_look(tmp_path, picture, companions, written):
    assert sidecar_to_write(photo(tmp_path, picture, *companions)) == tmp_path / written


def test_all_sidecars_are_found_and_nothing_else(tmp_path):
    one = photo(tmp_path, "d/a.jpg", "d/a.aae", "d/a.cr2", "d/a.cr2.xmp", "d/a.jpg.xmp", "d/a.mov", "d/a.xmp")

    assert sidecars_of(one) == (tmp_path / "d/a.xmp", tmp_path / "d/a.jpg.xmp", tmp_path / "d/a.cr2.xmp")


def test_a_sidecar_is_read_whole_or_is_not_there(tmp_path):
    (tmp_path / "a.xmp").write_bytes(b"<a/>")

    assert read_sidecar(tmp_path / "a.xmp") == b"<a/>"
    assert read_sidecar(tmp_path / "b.xmp") is None


def test_what_is_far_too_large_is_no_sidecar(tmp_path, monkeypatch):
    monkeypatch.setattr(sidecars, "MAX_SIDECAR_BYTES", 100)
    (tmp_path / "a.xmp").write_bytes(bytes(101))

    with pytest.raises(SidecarError, match="too large"):
        read_sidecar(tmp_path / "a.xmp")
