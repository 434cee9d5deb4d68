"""Whatever was done to a folder, every file ends as one photo and no photo ends twice."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from photosort.core.catalog.compare import Known, compare
from photosort.core.photo import Failure, FileInfo, Shot, TakenSource

_PATHS = [f"{folder}{name}.jpg" for folder in ("", "a/", "a/b/") for name in "xyz"]
# Path -> content; contents of one length are told apart by their keys alone.
_folders = st.dictionaries(st.sampled_from(_PATHS), st.sampled_from(["1", "2", "33", "44"]), max_size=7)


def _shot(path: str, content: str) -> Shot:
    return Shot(FileInfo(path, len(content), int(content)), (), 0.0, TakenSource.FILE)


@settings(max_examples=250, deadline=None)
@given(
    before=_folders,
    after=_folders,
    lost=st.lists(st.tuples(st.sampled_from(_PATHS), st.sampled_from(["1", "33"])), max_size=3),
    unread=st.sets(st.sampled_from(_PATHS)),
    complete=st.booleans(),
    closed=st.sampled_from([(), ("a",), ("a/b",)]),
)
@example(
    before={"y.jpg": "33"},
    after={"a/x.jpg": "33", "x.jpg": "1"},
    lost=[("x.jpg", "33")],
    unread=set(),
    complete=True,
    closed=(),
)
def test_every_file_is_one_photo_and_every_photo_one_file(before, after, lost, unread, complete, closed):
    def key(path: str, content: str) -> str | None:
        return None if path in unread else f"key of {content}"

    present = [*before.items()]
    rows = [(path, content, True) for path, content in present] + [(path, content, False) for path, content in lost]
    known = [
        Known(number, path, None, len(content), int(content), is_present, 0.0, "file", key(path, content))
        for number, (path, content, is_present) in enumerate(rows)
    ]
    after = {
        path: content for path, content in after.items() if not path.startswith(tuple(f"{top}/" for top in closed))
    }
    shots = [_shot(path, content) for path, content in after.items()]
    failures = [Failure(folder, "may not be read") for folder in closed]
    wanted = compare(known, shots, failures, keys={}, complete=complete).wanted
    assert set(wanted) <= set(after)
    keys = {path: f"key of {after[path]}" for path in wanted}
    difference = compare(known, shots, failures, keys=keys, complete=complete)

    placed = [*difference.returned, *difference.changed, *difference.moved]
    photo_ids = [photo.id for photo, _shot in placed] + [photo.id for photo in difference.missing]
    assert len(photo_ids) == len(set(photo_ids))
    paths = [shot.file.relpath for _photo, shot in placed] + [shot.file.relpath for shot in difference.added]
    assert len(paths) == len(set(paths))
    assert len(paths) + difference.unchanged == len(after)
    for photo, shot in difference.moved:
        assert photo.relpath != shot.file.relpath
        assert photo.key == keys[shot.file.relpath]
    left = {photo.id for photo in known if photo.present} - set(photo_ids)
    for photo in (photo for photo in known if photo.id in left):
        is_same = after.get(photo.relpath) == rows[photo.id][1]
        assert is_same or not complete or any(photo.relpath.startswith(f"{top}/") for top in closed)
    # No photo that is missing now could have been found: its content lies at no new path.
    added = {f"key of {after[shot.file.relpath]}" for shot in difference.added}
    assert not {photo.key for photo in difference.missing if photo.relpath not in after} & added
