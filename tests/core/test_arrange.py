"""Order, groups and filters of photos, and the columns that they are computed from."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosort.core.arrange import (
    Arrangement,
    Filter,
    Group,
    Grouping,
    GroupKind,
    Order,
    PhotoColumns,
    arrange,
    count_groups,
    count_labels,
)
from photosort.core.catalog import Clustering, PredictionColumns
from photosort.core.photo import Photo, PhotoState, TakenSource, wall_clock_seconds

LABELS = ("forest", "sea", "street")
SURE, UNSURE, NONE = 0, 1, 2


def _photo(photo_id: int, relpath: str, **changes: object) -> Photo:
    values = {
        "companions": (), "size": 100, "mtime_ns": 0, "state": PhotoState.PRESENT, "taken": 0.0,
        "taken_source": TakenSource.EXIF, **changes,
    }  # fmt: skip
    return Photo(photo_id, Path("/photos"), relpath, **values)


def _seconds(moment: str) -> float:
    return wall_clock_seconds(datetime.fromisoformat(moment))


def _columns(*relpaths: str, **per_photo: list[object]) -> PhotoColumns:
    return PhotoColumns.from_photos(
        [
            _photo(10 + row, relpath, **{name: values[row] for name, values in per_photo.items()})
            for row, relpath in enumerate(relpaths)
        ]
    )


def _guesses(*rows: tuple[int, int, float, int], labels: tuple[str, ...] = LABELS) -> PredictionColumns:
    """(photo id, label, confidence, verdict) of each."""
    ids, label, confidence, verdict = zip(*rows, strict=True)
    return PredictionColumns(
        np.array(ids, np.int64),
        np.array(label, np.int16),
        np.array(confidence, np.float32),
        np.ones(len(ids), np.float32),
        np.array(verdict, np.uint8),
        labels,
    )


def _names(columns: PhotoColumns, arrangement: Arrangement, only: Filter | None = None) -> list[str]:
    return [columns.names[row] for row in arrange(columns, arrangement, only).rows]


def _by(order: Order, *, descending: bool = False, classifier: str | None = None) -> Arrangement:
    return Arrangement(order=order, descending=descending, classifier=classifier)


def _shown_groups(columns: PhotoColumns, arrangement: Arrangement, only: Filter | None = None) -> dict[str, list[str]]:
    """Title -> names, as they are shown; checks that the arithmetic of the groups holds."""
    arranged = arrange(columns, arrangement, only)
    assert arranged.rows.dtype == arranged.group_starts.dtype == np.int32
    assert len(arranged.group_starts) == len(arranged.groups) + 1
    assert (arranged.group_starts[0], arranged.group_starts[-1]) == (0, len(arranged.rows))
    assert np.diff(arranged.group_starts).tolist() == [group.count for group in arranged.groups]
    assert 0 not in [group.count for group in arranged.groups]
    spans = zip(arranged.group_starts[:-1], arranged.group_starts[1:], strict=True)
    return {
        group.title: [columns.names[row] for row in arranged.rows[start:end]]
        for group, (start, end) in zip(arranged.groups, spans, strict=True)
    }


# Orders


def test_names_are_in_natural_order_whatever_their_case_and_folder():
    columns = _columns("b/IMG_10.jpg", "a/img_9.jpg", "c/IMG_2.jpg", "IMG_002.jpg", "Éa.jpg", "eb.jpg")
    assert _names(columns, _by(Order.NAME)) == [
        "Éa.jpg", "eb.jpg", "IMG_002.jpg", "IMG_2.jpg", "img_9.jpg", "IMG_10.jpg",
    ]  # fmt: skip


def test_equal_values_are_ordered_by_name_in_both_directions():
    columns = _columns("c.jpg", "a.jpg", "b.jpg", size=[5, 7, 5])
    assert _names(columns, _by(Order.SIZE)) == ["b.jpg", "c.jpg", "a.jpg"]
    assert _names(columns, _by(Order.SIZE, descending=True)) == ["a.jpg", "b.jpg", "c.jpg"]


def test_photos_without_a_value_come_last_in_both_directions():
    columns = _columns("a.jpg", "b.jpg", "c.jpg", "d.jpg", sharpness=[None, 2.0, 3.0, None])
    assert _names(columns, _by(Order.SHARPNESS)) == ["b.jpg", "c.jpg", "a.jpg", "d.jpg"]
    assert _names(columns, _by(Order.SHARPNESS, descending=True)) == ["c.jpg", "b.jpg", "a.jpg", "d.jpg"]


def test_order_by_date():
    columns = _columns("a.jpg", "b.jpg", "c.jpg", taken=[3.0, -1.0, 2.0])
    assert _names(columns, _by(Order.TAKEN)) == ["b.jpg", "c.jpg", "a.jpg"]
    assert _names(columns, _by(Order.TAKEN, descending=True)) == ["a.jpg", "c.jpg", "b.jpg"]


def test_order_by_label_and_by_confidence():
    columns = _columns("a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg")
    columns.with_predictions(
        "scenes", _guesses((10, 2, 0.9, SURE), (11, 0, 0.8, SURE), (12, 0, 0.3, UNSURE), (14, 1, 0.95, SURE))
    )
    assert _names(columns, _by(Order.LABEL)) == ["b.jpg", "e.jpg", "a.jpg", "c.jpg", "d.jpg"]
    assert _names(columns, _by(Order.LABEL, descending=True)) == ["a.jpg", "e.jpg", "b.jpg", "c.jpg", "d.jpg"]
    assert _names(columns, _by(Order.CONFIDENCE)) == ["c.jpg", "b.jpg", "a.jpg", "e.jpg", "d.jpg"]
    assert _names(columns, _by(Order.CONFIDENCE, descending=True)) == ["e.jpg", "a.jpg", "b.jpg", "c.jpg", "d.jpg"]


def test_which_classifier_an_order_speaks_of():
    columns = _columns("a.jpg", "b.jpg")
    columns.with_predictions("scenes", _guesses((10, 0, 0.1, SURE), (11, 0, 0.2, SURE)))
    columns.with_predictions("animals", _guesses((10, 0, 0.9, SURE), (11, 0, 0.8, SURE)))
    assert _names(columns, _by(Order.CONFIDENCE)) == ["a.jpg", "b.jpg"]
    assert _names(columns, _by(Order.CONFIDENCE, classifier="animals")) == ["b.jpg", "a.jpg"]
    grouped = Arrangement(Grouping.by("animals"), Order.CONFIDENCE)
    assert _names(columns, grouped) == ["b.jpg", "a.jpg"]


def test_order_by_cluster_shows_the_most_typical_first():
    columns = _columns("a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg")
    assert _names(columns, _by(Order.CLUSTER)) == ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"]
    columns.with_clusters(_clustering([10, 11, 12, 13], [1, 0, 0, -1], [1.0, 0.25, 0.75, 0.0]))
    assert _names(columns, _by(Order.CLUSTER)) == ["c.jpg", "b.jpg", "a.jpg", "d.jpg", "e.jpg"]
    assert _names(columns, _by(Order.CLUSTER, descending=True)) == ["a.jpg", "c.jpg", "b.jpg", "d.jpg", "e.jpg"]


def _clustering(ids: list[int], cluster: list[int], typicality: list[float]) -> Clustering:
    return Clustering(
        1, "kmeans", 2, "tiny", np.array(ids), np.array(cluster, np.int32), np.array(typicality, np.float32)
    )


def test_order_by_similarity_to_a_chosen_photo():
    columns = _columns("a.jpg", "b.jpg", "c.jpg")
    assert _names(columns, _by(Order.SIMILARITY, descending=True)) == ["a.jpg", "b.jpg", "c.jpg"]
    columns.with_similarity([12, 10, 99], [1.0, 0.5, 0.7])
    assert _names(columns, _by(Order.SIMILARITY, descending=True)) == ["c.jpg", "a.jpg", "b.jpg"]


@pytest.mark.parametrize("order", Order)
def test_every_order_takes_a_folder_of_nothing_and_one_that_nobody_looked_at(order):
    for columns in (PhotoColumns(), _columns("b.jpg", "a.jpg")):
        for kind in (Grouping.NONE, Grouping.FOLDER, Grouping.YEAR, Grouping.CLUSTER, Grouping.by("scenes")):
            groups = _shown_groups(columns, Arrangement(kind, order, descending=True))
            assert sorted(name for names in groups.values() for name in names) == sorted(columns.names)


# Groups


def test_no_grouping_is_one_group():
    assert arrange(_columns("a.jpg"), Arrangement()).groups == (Group("all", "All photos", 1),)


def test_groups_of_words_by_count_then_the_doubtful_ones():
    columns = _columns(*(f"{name}.jpg" for name in "abcdefgh"))
    columns.set_failed([17])
    columns.with_predictions(
        "scenes",
        _guesses(
            (10, 0, 0.9, SURE), (11, 2, 0.9, SURE), (12, 2, 0.9, SURE), (13, 0, 0.4, UNSURE), (14, 1, 0.4, NONE),
            (15, 1, 0.9, SURE),
        ),
    )  # fmt: skip
    groups = _shown_groups(columns, Arrangement(Grouping.by("scenes"), Order.NAME))
    assert list(groups.items()) == [
        ("street", ["b.jpg", "c.jpg"]),
        ("forest", ["a.jpg"]),
        ("sea", ["f.jpg"]),
        ("unsure", ["d.jpg"]),
        ("something else", ["e.jpg"]),
        ("not looked at yet", ["g.jpg"]),
        ("could not be read", ["h.jpg"]),
    ]
    fixed = Arrangement(Grouping.by("scenes"), Order.NAME, largest_first=False)
    assert list(_shown_groups(columns, fixed))[:3] == ["forest", "sea", "street"]
    keys = [group.key for group in arrange(columns, fixed).groups]
    assert keys == ["label:forest", "label:sea", "label:street", "unsure", "none of these", "not seen", "failed"]


def test_a_persons_label_beats_a_guess_and_may_be_a_new_word():
    columns = _columns("a.jpg", "b.jpg", "c.jpg")
    columns.with_predictions("scenes", _guesses((10, 0, 0.9, SURE), (11, 1, 0.2, UNSURE)))
    columns.with_labels("scenes", {10: "sea", 11: "harbour", 12: "sea", 99: "nowhere"})
    groups = _shown_groups(columns, Arrangement(Grouping.by("scenes"), Order.NAME))
    assert groups == {"sea": ["a.jpg", "c.jpg"], "harbour": ["b.jpg"]}
    shown = columns.shown("scenes")
    assert shown.confidence.tolist() == [1.0, 1.0, 1.0]
    assert shown.by_person.tolist() == [True, True, True]
    columns.update_labels("scenes", {10: None, 11: "forest"})
    assert [columns.shown("scenes").titles[code] for code in columns.shown("scenes").code] == [
        "forest",
        "forest",
        "sea",
    ]
    assert columns.shown("scenes").by_person.tolist() == [False, True, True]


def test_months_and_years_are_called_by_name_and_follow_the_order_of_dates():
    moments = [
        _seconds("2019-07-31T23:59:59"),
        _seconds("2019-08-01"),
        _seconds("1969-12-31T12:00:00"),
        _seconds("2019-07-01"),
    ]
    columns = _columns("a.jpg", "b.jpg", "c.jpg", "d.jpg", taken=moments)
    months = _shown_groups(columns, Arrangement(Grouping.MONTH, Order.TAKEN))
    assert list(months.items()) == [
        ("December 1969", ["c.jpg"]), ("July 2019", ["d.jpg", "a.jpg"]), ("August 2019", ["b.jpg"]),
    ]  # fmt: skip
    latest = _shown_groups(columns, Arrangement(Grouping.MONTH, Order.TAKEN, descending=True))
    assert list(latest.items()) == [
        ("August 2019", ["b.jpg"]), ("July 2019", ["a.jpg", "d.jpg"]), ("December 1969", ["c.jpg"]),
    ]  # fmt: skip
    assert list(_shown_groups(columns, Arrangement(Grouping.YEAR, Order.SIZE, descending=True))) == ["1969", "2019"]
    assert [group.key for group in arrange(columns, Arrangement(Grouping.MONTH)).groups] == [
        "1969-12", "2019-07", "2019-08",
    ]  # fmt: skip


def test_folders_are_groups_in_natural_order():
    columns = _columns("trip 10/a.jpg", "trip 2/b.jpg", "c.jpg", "trip 2/sub/d.jpg")
    groups = _shown_groups(columns, Arrangement(Grouping.FOLDER, Order.NAME))
    assert list(groups) == ["(this folder)", "trip 2", "trip 2/sub", "trip 10"]
    assert arrange(columns, Arrangement(Grouping.FOLDER)).groups[0].key == ""


def test_clusters_are_groups_by_number():
    columns = _columns("a.jpg", "b.jpg", "c.jpg", "d.jpg")
    columns.with_clusters(_clustering([10, 11, 12], [2, 0, 2], [0.5, 1.0, 0.75]))
    groups = _shown_groups(columns, Arrangement(Grouping.CLUSTER, Order.CLUSTER))
    assert list(groups.items()) == [("group 1", ["b.jpg"]), ("group 3", ["c.jpg", "a.jpg"]), ("in no group", ["d.jpg"])]
    columns.with_clusters(None)
    assert list(_shown_groups(columns, Arrangement(Grouping.CLUSTER))) == ["in no group"]


def test_counts_for_the_panel_list_every_word_in_the_classifiers_order():
    columns = _columns("x/a.jpg", "x/b.jpg", "y/c.jpg")
    columns.with_predictions("scenes", _guesses((10, 1, 0.9, SURE), (11, 1, 0.9, UNSURE)))
    assert [(group.title, group.count) for group in count_labels(columns, "scenes")] == [
        ("forest", 0), ("sea", 1), ("street", 0), ("unsure", 1), ("not looked at yet", 1),
    ]  # fmt: skip
    only = Filter(folders=frozenset({"x"}))
    assert [group.count for group in count_labels(columns, "scenes", only)] == [0, 1, 0, 1]
    assert [(group.title, group.count) for group in count_groups(columns, Grouping.FOLDER)] == [("x", 2), ("y", 1)]


def test_a_grouping_goes_through_text_and_refuses_nonsense():
    for grouping in (Grouping.NONE, Grouping.MONTH, Grouping.by("a:b")):
        assert Grouping.parse(str(grouping)) == grouping
    assert Grouping("classifier", "scenes") == Grouping.by("scenes")
    for text in ("sideways", "classifier", "month:scenes", ""):
        with pytest.raises(ValueError):
            Grouping.parse(text)
    with pytest.raises(ValueError):
        Grouping(GroupKind.CLASSIFIER)


# Filters


@pytest.fixture
def filtered():
    columns = _columns(
        "Été 2019/Strand.jpg", "Été 2019/b.jpg", "winter/IMG_7.jpg", "winter/sub/d.jpg",
        taken=[_seconds(day) for day in ("2019-07-01", "2019-08-01", "2020-01-01", "2021-01-01")],
    )  # fmt: skip
    columns.with_predictions(
        "scenes", _guesses((10, 1, 0.9, SURE), (11, 0, 0.5, UNSURE), (12, 2, 0.75, SURE), (13, 0, 0.2, NONE))
    )
    columns.with_predictions("animals", _guesses((10, 0, 0.6, SURE), (12, 0, 0.6, SURE), labels=("dog",)))
    return columns


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (Filter(), ["b", "d", "IMG_7", "Strand"]),
        (Filter(text="  "), ["b", "d", "IMG_7", "Strand"]),
        (Filter(text="ete"), ["b", "Strand"]),
        (Filter(text="STRAND été"), ["Strand"]),
        (Filter(text="img winter"), ["IMG_7"]),
        (Filter(text="street"), ["IMG_7"]),
        (Filter(text="dog sea"), ["Strand"]),
        (Filter(text="unsure"), ["b"]),
        (Filter(text="forest"), []),
        (Filter(text="looked"), []),
        (Filter(labels=frozenset({("scenes", "sea")})), ["Strand"]),
        (Filter(labels=frozenset({("scenes", "sea"), ("scenes", "unsure")})), ["b", "Strand"]),
        (Filter(labels=frozenset({("scenes", "none of these")})), ["d"]),
        (Filter(labels=frozenset({("scenes", "street"), ("scenes", "unsure"), ("animals", "dog")})), ["IMG_7"]),
        (Filter(confidence=(0.5, 0.75)), ["b", "IMG_7"]),
        (Filter(confidence=(0.9, 1.0)), ["Strand"]),
        (Filter(confidence=(0.0, 1.0), classifier="animals"), ["IMG_7", "Strand"]),
        (Filter(folders=frozenset({"winter"})), ["d", "IMG_7"]),
        (Filter(folders=frozenset({"winter/sub"})), ["d"]),
        (Filter(folders=frozenset({"wint"})), []),
        (Filter(folders=frozenset({""})), ["b", "d", "IMG_7", "Strand"]),
        (Filter(months=frozenset({"2019-07", "2020"})), ["IMG_7", "Strand"]),
        (Filter(text="winter", confidence=(0.5, 1.0)), ["IMG_7"]),
    ],
)
def test_filters(filtered, only, names):
    assert [name.removesuffix(".jpg") for name in _names(filtered, _by(Order.NAME), only)] == names
    assert only.empty == (only == Filter())


def test_filter_by_problems_and_by_cluster(filtered):
    filtered.set_failed([11])
    filtered.set_missing([12])
    assert _names(filtered, _by(Order.NAME), Filter(problems_only=True)) == ["b.jpg", "IMG_7.jpg"]
    filtered.with_clusters(_clustering([10, 11], [0, 1], [1.0, 1.0]))
    assert _names(filtered, _by(Order.NAME), Filter(clusters=frozenset({1, -1}))) == ["b.jpg", "d.jpg", "IMG_7.jpg"]


def test_a_range_of_confidence_without_any_classifier_shows_nothing():
    assert _names(_columns("a.jpg"), _by(Order.NAME), Filter(confidence=(0.0, 1.0))) == []


# Columns that change


def test_columns_say_what_the_photos_say():
    photos = [
        _photo(
            3, "a/b/c.jpg", sharpness=2.5, taken_source=TakenSource.FILE, state=PhotoState.MISSING, size=9, taken=4.0
        ),
        _photo(1, "d.jpg"),
    ]
    columns = PhotoColumns.from_photos(photos, failed=[1, 55])
    assert len(columns) == 2
    assert (columns.names, columns.folders, columns.relpaths) == (
        ["c.jpg", "d.jpg"],
        ["a/b", ""],
        ["a/b/c.jpg", "d.jpg"],
    )
    assert columns.ids.tolist() == [3, 1]
    assert (columns.taken.tolist(), columns.taken_uncertain.tolist()) == ([4.0, 0.0], [True, False])
    assert (columns.sizes.tolist(), columns.missing.tolist()) == ([9, 100], [True, False])
    assert columns.failed.tolist() == [False, True]
    np.testing.assert_array_equal(columns.sharpness, np.array([2.5, np.nan], np.float32))
    assert columns.row_of([1, 2, 3, 999]).tolist() == [1, -1, 0, -1]
    assert PhotoColumns().row_of([1]).tolist() == [-1]


def test_news_of_an_analysis_are_taken_in_place():
    columns = _columns("a.jpg", "b.jpg", taken_source=[TakenSource.FILE, TakenSource.FILE])
    update = _guesses((11, 1, 0.9, SURE), (99, 1, 0.9, SURE))
    columns.update_predictions("scenes", update.photo_ids, update, LABELS)
    assert columns.predictions["scenes"].label_index.tolist() == [-1, 1]
    assert columns.shown("scenes").code.tolist() == [columns.shown("scenes").not_seen, 1]
    columns.set_taken([11, 10, 99], [7.0, np.nan, 1.0])
    assert (columns.taken.tolist(), columns.taken_uncertain.tolist()) == ([0.0, 7.0], [True, False])
    columns.set_sharpness([10, 11], [3.0, np.nan])
    assert columns.sharpness[0] == 3.0
    assert np.isnan(columns.sharpness[1])
    columns.set_failed([10])
    assert columns.shown("scenes").code.tolist() == [columns.shown("scenes").failed, 1]
    columns.set_failed([10], failed=False)
    update = _guesses((10, 0, 0.9, SURE), labels=("cat",))
    columns.update_predictions("scenes", update.photo_ids, update, ("cat",))
    assert columns.shown("scenes").titles[:1] == ("cat",)
    assert columns.predictions["scenes"].label_index.tolist() == [0, -1]


def test_new_photos_come_last_and_nothing_that_was_known_is_lost():
    columns = _columns("b.jpg", "c.jpg")
    columns.with_predictions("scenes", _guesses((10, 1, 0.9, SURE), (11, 0, 0.9, SURE)))
    columns.with_labels("scenes", {11: "street"})
    columns.with_clusters(_clustering([10, 11], [0, 1], [1.0, 1.0]))
    columns.with_similarity([10, 11], [0.5, 1.0])
    before = _shown_groups(columns, Arrangement(Grouping.by("scenes"), Order.NAME))
    columns.append([_photo(5, "a.jpg")])
    assert columns.ids.tolist() == [10, 11, 5]
    assert columns.row_of([5, 11]).tolist() == [2, 1]
    after = _shown_groups(columns, Arrangement(Grouping.by("scenes"), Order.NAME))
    assert after == {**before, "not looked at yet": ["a.jpg"]}
    assert _names(columns, _by(Order.NAME)) == ["a.jpg", "b.jpg", "c.jpg"]
    assert _names(columns, _by(Order.SIMILARITY, descending=True)) == ["c.jpg", "b.jpg", "a.jpg"]
    assert columns.cluster.tolist() == [0, 1, -1]
    assert _names(columns, _by(Order.NAME), Filter(text="a.jpg")) == ["a.jpg"]
    assert [group.title for group in count_groups(columns, Grouping.FOLDER)] == ["(this folder)"]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.integers(-1, 2), st.integers(0, 2), st.integers(0, 4), st.integers(0, 2)),
        max_size=40,
    ),
    order=st.sampled_from(list(Order)),
    kind=st.sampled_from([Grouping.NONE, Grouping.FOLDER, Grouping.MONTH, Grouping.CLUSTER, Grouping.by("scenes")]),
    descending=st.booleans(),
    threshold=st.floats(0, 1),
)
def test_arranging_is_filtering_then_a_stable_sort(rows, order, kind, descending, threshold):
    """Against the plain way: every photo once, in its group, in order, ties by name."""
    columns = PhotoColumns.from_photos(
        [
            _photo(
                row, f"{folder}/{name} {row}.jpg", size=size, taken=size * 4e6, sharpness=float(size) if size else None
            )
            for row, (folder, _label, _verdict, size, name) in enumerate(rows)
        ]
    )
    seen = [
        (row, label, 0.25 + size / 8, verdict) for row, (_f, label, verdict, size, _n) in enumerate(rows) if label >= 0
    ]
    if seen:
        columns.with_predictions("scenes", _guesses(*seen))
    columns.with_clusters(_clustering(list(range(len(rows))), [row[1] for row in rows], [row[3] / 4 for row in rows]))
    only = Filter(confidence=(threshold, 1.0)) if threshold > 0.5 else Filter()
    arrangement = Arrangement(kind, order, descending, "scenes")
    arranged = arrange(columns, arrangement, only)

    expected_rows = np.flatnonzero(only.mask(columns, "scenes"))
    assert sorted(arranged.rows.tolist()) == expected_rows.tolist()
    assert arranged.group_starts.tolist() == [0, *np.cumsum([group.count for group in arranged.groups]).tolist()]
    key_of = {Order.NAME: columns.name_ranks, Order.TAKEN: columns.taken, Order.SIZE: columns.sizes}.get(order)
    title_of: dict[int, str] = {}
    for group, start, end in zip(arranged.groups, arranged.group_starts[:-1], arranged.group_starts[1:], strict=True):
        shown = arranged.rows[start:end].tolist()
        title_of.update(dict.fromkeys(shown, group.key))
        if key_of is not None:
            sign = -1 if descending else 1
            assert shown == sorted(shown, key=lambda row: (sign * key_of[row], columns.name_ranks[row]))
    if kind == Grouping.FOLDER:
        assert title_of == {row: columns.folders[row] for row in expected_rows.tolist()}


@pytest.mark.parametrize("stride", [1, 3, 1000])
def test_rows_are_found_whether_ids_are_dense_or_sparse(stride: int) -> None:
    ids = [stride * number + 7 for number in (4, 0, 2, 3)]
    columns = PhotoColumns.from_photos([_photo(photo_id, f"{photo_id}.jpg") for photo_id in ids])
    absent = [ids[1] - 1, max(ids) + 1, stride + 7, -5, 10**12]
    assert columns.row_of([*ids, *absent]).tolist() == [0, 1, 2, 3, -1, -1, -1, -1, -1]
    columns.append([_photo(5 * stride + 7, "new.jpg")])
    assert columns.row_of([5 * stride + 7]).tolist() == [4]
