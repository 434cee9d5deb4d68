"""What an analysis stores: contents, embeddings, predictions, clusters, failures, and what is still to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from photosort.core.errors import CatalogError
from photosort.core.photo import Failure, PhotoState, TakenSource, Verdict

LABELS = ("forest", "sea")


@pytest.fixture
def three(album):
    for name in ("a", "b", "c"):
        album.write(f"{name}.jpg", f"picture {name}")
    album.scan()
    return album


def test_analysis_is_read_back_with_the_photo(three, backbone):
    photo = three.photos()["b.jpg"]
    row = replace(three.analysed(photo), sharpness=12.5, perceptual_hash=-(2**63), taken=86400.0)
    three.catalog.store_analysis(three.root_id, [row], backbone)
    after = three.catalog.photo(photo.id)
    assert (after.content_key, after.width, after.height) == (row.key, 40, 30)
    assert (after.sharpness, after.perceptual_hash) == (12.5, -(2**63))
    assert (after.taken, after.taken_source) == (86400.0, TakenSource.EXIF)
    assert three.catalog.photos_of([photo.id]) == {photo.id: after}


def test_what_a_second_look_does_not_tell_stays(three, backbone):
    photo = three.photos()["a.jpg"]
    full = replace(three.analysed(photo), sharpness=3.0, taken=5.0)
    three.catalog.store_analysis(three.root_id, [full], backbone)
    partial = replace(full, width=None, height=None, sharpness=None, perceptual_hash=None, taken=None, embedding=None)
    three.catalog.store_analysis(three.root_id, [partial], backbone)
    after = three.catalog.photo(photo.id)
    assert (after.width, after.height, after.sharpness, after.taken) == (40, 30, 3.0, 5.0)
    assert after.perceptual_hash == full.perceptual_hash
    assert len(three.catalog.embeddings(three.root_id, backbone).photo_ids) == 1


def test_pending_shrinks_batch_by_batch(three, backbone):
    ids = [photo.id for photo in three.photos().values()]
    assert three.catalog.pending(three.root_id, backbone).tolist() == ids
    for done, photo in enumerate(three.photos().values(), start=1):
        three.catalog.store_analysis(three.root_id, [three.analysed(photo)], backbone)
        pending = three.catalog.pending(three.root_id, backbone)
        assert pending.tolist() == ids[done:]
    assert pending.dtype == np.int64
    assert three.catalog.pending(three.root_id, "another backbone").tolist() == ids


def test_a_result_for_a_file_that_changed_meanwhile_is_dropped(three, backbone):
    old = three.photos()["a.jpg"]
    row = three.analysed(old)
    three.write("a.jpg", "edited since")
    three.scan()
    three.catalog.store_analysis(three.root_id, [row], backbone)
    assert three.catalog.photo(old.id).content_id is None
    assert old.id in three.catalog.pending(three.root_id, backbone)
    assert three.catalog.keys_with_embedding(backbone) == frozenset()


def test_embeddings_come_back_by_photo_as_float32(three, backbone):
    three.analyse()
    other = type(three)(three.folder / "..", three.catalog)
    table = three.catalog.embeddings(three.root_id, backbone)
    photos = sorted(three.photos().values(), key=lambda photo: photo.id)
    assert table.photo_ids.tolist() == [photo.id for photo in photos]
    assert table.vectors.dtype == np.float32
    expected = np.stack([three.analysed(photo).embedding for photo in photos])
    np.testing.assert_array_equal(table.vectors, expected)
    some = three.catalog.embeddings_of([photos[2].id, 99, photos[0].id], backbone)
    assert some.photo_ids.tolist() == [photos[0].id, photos[2].id]
    np.testing.assert_array_equal(some.vectors, expected[[0, 2]])
    for nothing in (three.catalog.embeddings(three.root_id, "x"), three.catalog.embeddings(other.root_id, backbone)):
        assert len(nothing.photo_ids) == len(nothing.vectors) == 0


def test_embeddings_lose_no_more_than_float16_does(three, backbone):
    photo = three.photos()["a.jpg"]
    vector = np.random.default_rng(1).standard_normal(512).astype(np.float32)
    three.catalog.store_analysis(three.root_id, [replace(three.analysed(photo), embedding=vector)], backbone)
    stored = three.catalog.embeddings_of([photo.id], backbone).vectors[0]
    np.testing.assert_array_equal(stored, vector.astype(np.float16).astype(np.float32))


@pytest.mark.parametrize(
    "embedding",
    [np.zeros(5, np.float32), np.array([1, 2, 3, np.nan], np.float32), np.full(4, 1e6, np.float32), np.zeros((2, 2))],
    ids=["another length", "not a number", "too large", "two rows"],
)
def test_an_embedding_that_cannot_be_one_is_refused_and_nothing_of_its_batch_stored(three, backbone, embedding):
    first, second, _third = three.photos().values()
    three.catalog.store_analysis(three.root_id, [three.analysed(first)], backbone)
    three.catalog.flush()
    bad = replace(three.analysed(second), embedding=embedding)
    three.catalog.store_analysis(three.root_id, [bad], backbone)
    with pytest.raises(CatalogError):
        three.catalog.flush()
    assert three.catalog.photo(second.id).content_id is None
    three.catalog.store_analysis(three.root_id, [three.analysed(second)], backbone)
    three.catalog.flush()


def test_known_contents_are_told_by_key(three, backbone):
    three.analyse()
    photos = three.photos()
    keys = [photo.content_key for photo in photos.values()]
    known = three.catalog.contents_known([*keys, "1-ff"], backbone)
    assert known == {photo.content_key: photo.content_id for photo in photos.values()}
    assert three.catalog.contents_known(keys, "another") == {}
    assert three.catalog.keys_with_embedding(backbone) == frozenset(keys)


def test_more_keys_and_ids_than_a_statement_takes(three, backbone):
    three.analyse()
    photo = three.photos()["c.jpg"]
    keys = [f"1-{number}" for number in range(5000)]
    assert three.catalog.contents_known([*keys, photo.content_key], backbone) == {photo.content_key: photo.content_id}
    assert three.catalog.embeddings_of(range(5000), backbone).photo_ids.tolist() == [1, 2, 3]


def test_sharpness_measured_later(three):
    three.analyse()
    photo = three.photos()["a.jpg"]
    assert photo.sharpness is None
    three.catalog.set_sharpness({np.int64(photo.content_id): np.float32(2.5)})
    assert three.catalog.photo(photo.id).sharpness == 2.5


def test_a_photo_that_failed_is_not_tried_again_until_it_changes(three, backbone):
    photo = three.photos()["a.jpg"]
    failure = Failure("a.jpg", "is cut off")
    three.catalog.record_failures(three.root_id, [failure], photo_ids=[photo.id])
    assert photo.id not in three.catalog.pending(three.root_id, backbone)
    assert three.catalog.failures(three.root_id) == [failure]
    assert three.catalog.failed_photos(three.root_id) == {photo.id: failure}
    three.scan()
    assert photo.id not in three.catalog.pending(three.root_id, backbone)
    three.write("a.jpg", "mended now")
    three.scan()
    assert photo.id in three.catalog.pending(three.root_id, backbone)
    assert three.catalog.failures(three.root_id) == []


def test_failures_can_be_tried_again(three, backbone):
    photo = three.photos()["a.jpg"]
    three.catalog.record_failures(three.root_id, [Failure("a.jpg", "locked")], photo_ids=[photo.id])
    three.catalog.retry_failures(three.root_id)
    assert photo.id in three.catalog.pending(three.root_id, backbone)
    three.catalog.record_failures(three.root_id, [Failure("a.jpg", "locked")], photo_ids=[photo.id])
    three.catalog.store_analysis(three.root_id, [three.analysed(photo)], backbone)
    assert three.catalog.failures(three.root_id) == []


def test_predictions_in_columns_and_one_by_one(three, backbone, output):
    three.analyse()
    catalog = three.catalog
    scenes = catalog.register_classifier("scenes", "1", backbone, LABELS, "Scenes")
    ids = np.array([photo.id for photo in three.photos().values()], np.int64)
    catalog.store_predictions(scenes, ids[::-1][:2], output.of([[0.25, 0.75], [0.5, 0.5]], verdict=1))
    columns = catalog.predictions(three.root_id, scenes)
    assert columns.photo_ids.tolist() == ids[1:].tolist()
    assert columns.label_index.tolist() == [0, 1]
    assert columns.confidence.tolist() == [0.5, 0.75]
    assert columns.verdict.tolist() == [1, 1]
    assert columns.labels == LABELS
    assert [columns.label_index.dtype, columns.confidence.dtype, columns.known.dtype, columns.verdict.dtype] == [
        np.int16, np.float32, np.float32, np.uint8,
    ]  # fmt: skip
    got, probabilities = catalog.probabilities(three.root_id, scenes)
    assert got.tolist() == ids[1:].tolist()
    assert probabilities.tolist() == [[0.5, 0.5], [0.25, 0.75]]
    assert catalog.predictions_of(int(ids[0])) == {}
    [(name, prediction)] = catalog.predictions_of(int(ids[2])).items()
    assert (name, prediction.label, prediction.confidence) == ("scenes", "sea", 0.75)
    assert (prediction.verdict, prediction.known) == (Verdict.UNSURE, 0.75)
    assert prediction.probabilities == {"forest": 0.25, "sea": 0.75}


def test_predictions_stored_again_replace_the_first(three, backbone, output):
    three.analyse()
    scenes = three.catalog.register_classifier("scenes", "1", backbone, LABELS)
    photo = three.photos()["a.jpg"]
    for probabilities in ([[0.1, 0.9]], [[0.75, 0.25]]):
        three.catalog.store_predictions(scenes, np.array([photo.id]), output.of(probabilities))
    assert three.catalog.predictions_of(photo.id)["scenes"].label == "forest"


def test_what_lacks_a_prediction_is_told(three, backbone, output):
    scenes = three.catalog.register_classifier("scenes", "1", backbone, LABELS)
    assert three.catalog.without_prediction(three.root_id, scenes).tolist() == []
    three.analyse()
    ids = [photo.id for photo in three.photos().values()]
    assert three.catalog.without_prediction(three.root_id, scenes).tolist() == ids
    assert three.catalog.pending(three.root_id, backbone).tolist() == []
    assert three.catalog.pending(three.root_id, backbone, [scenes]).tolist() == ids
    three.catalog.store_predictions(scenes, np.array(ids[:2]), output.of([[0.1, 0.9]] * 2))
    assert three.catalog.without_prediction(three.root_id, scenes).tolist() == ids[2:]
    assert three.catalog.pending(three.root_id, backbone, [scenes]).tolist() == ids[2:]


def test_predictions_can_come_with_the_analysis(three, backbone, output):
    scenes = three.catalog.register_classifier("scenes", "1", backbone, LABELS)
    rows = [three.analysed(photo) for photo in three.photos().values()]
    rows[1] = replace(rows[1], mtime_ns=rows[1].mtime_ns - 1)
    predicted = output.of([[1, 0], [0.5, 0.5], [0, 1]])
    three.catalog.store_analysis(three.root_id, rows, backbone, {scenes: predicted})
    columns = three.catalog.predictions(three.root_id, scenes)
    assert columns.photo_ids.tolist() == [rows[0].photo_id, rows[2].photo_id]
    assert columns.label_index.tolist() == [0, 1]


def test_predictions_of_another_shape_are_refused(three, backbone, output):
    three.analyse()
    scenes = three.catalog.register_classifier("scenes", "1", backbone, LABELS)
    three.catalog.store_predictions(scenes, np.array([1]), output.of([[0.2, 0.3, 0.5]]))
    with pytest.raises(CatalogError, match="2 labels"):
        three.catalog.flush()


def test_a_version_of_a_classifier_is_registered_once(catalog, backbone):
    first = catalog.register_classifier("scenes", "1", backbone, LABELS, "Scenes")
    assert catalog.register_classifier("scenes", "1", backbone, LABELS, "Scenes") == first
    second = catalog.register_classifier("scenes", "2", backbone, ["wood", "sea"])
    assert [(row.id, row.version, row.labels) for row in catalog.classifiers()] == [
        (first, "1", LABELS),
        (second, "2", ("wood", "sea")),
    ]
    assert catalog.classifiers()[0].backbone_id == backbone
    with pytest.raises(CatalogError, match="labels"):
        catalog.register_classifier("scenes", "1", backbone, ["other"])
    with pytest.raises(CatalogError, match="no classifier with the id 9"):
        catalog.predictions(1, 9)


def test_the_newest_version_speaks_for_a_classifier(three, backbone, output):
    three.analyse()
    photo = three.photos()["a.jpg"]
    for version, probabilities in (("1", [[1, 0]]), ("2", [[0, 1]])):
        classifier = three.catalog.register_classifier("scenes", version, backbone, LABELS)
        three.catalog.store_predictions(classifier, np.array([photo.id]), output.of(probabilities))
    assert three.catalog.predictions_of(photo.id)["scenes"].label == "sea"


def test_results_of_missing_photos_stay_and_are_not_listed(three, backbone, output):
    three.analyse()
    scenes = three.catalog.register_classifier("scenes", "1", backbone, LABELS)
    ids = np.array([photo.id for photo in three.photos().values()])
    three.catalog.store_predictions(scenes, ids, output.of([[0, 1]] * 3))
    (three.folder / "a.jpg").unlink()
    three.scan()
    catalog, root_id = three.catalog, three.root_id
    assert catalog.predictions(root_id, scenes).photo_ids.tolist() == ids[1:].tolist()
    assert catalog.embeddings(root_id, backbone).photo_ids.tolist() == ids[1:].tolist()
    assert catalog.predictions_of(int(ids[0]))["scenes"].label == "sea"


def test_clusterings(three, backbone):
    catalog, root_id = three.catalog, three.root_id
    assert catalog.clustering(root_id) is None
    ids = np.array([photo.id for photo in three.photos().values()])
    for k in range(1, 8):
        clustering_id = catalog.store_clustering(
            root_id, backbone, "kmeans", k, ids, np.array([1, -1, 0], np.int32), np.array([0.5, 0.25, 1.0], np.float32)
        )
    clustering = catalog.clustering(root_id)
    assert (clustering.id, clustering.k, clustering.method) == (clustering_id, 7, "kmeans")
    assert clustering.backbone_id == backbone
    assert clustering.photo_ids.tolist() == ids.tolist()
    assert clustering.cluster.tolist() == [1, -1, 0]
    assert clustering.typicality.tolist() == [0.5, 0.25, 1.0]
    (three.folder / "a.jpg").unlink()
    three.scan()
    assert catalog.clustering(root_id).photo_ids.tolist() == ids[1:].tolist()
    with catalog._store.read() as connection:
        assert connection.execute("SELECT count(DISTINCT clustering_id) FROM clusters").fetchone() == (5,)


def test_the_listing_says_the_same_as_the_photos(three, backbone):
    photos = three.photos()
    row = replace(three.analysed(photos["a.jpg"]), sharpness=4.0, taken=123.0)
    three.catalog.store_analysis(three.root_id, [row], backbone)
    three.catalog.record_failures(three.root_id, [Failure("b.jpg", "broken")], photo_ids=[photos["b.jpg"].id])
    three.catalog.flush()
    (three.folder / "c.jpg").unlink()
    three.scan()
    both = (PhotoState.PRESENT, PhotoState.MISSING)
    listing = three.catalog.listing(three.root_id, states=both)
    expected = three.catalog.photos(three.root_id, states=both)
    assert listing.relpaths == [photo.relpath for photo in expected]
    assert listing.ids.tolist() == [photo.id for photo in expected]
    assert listing.sizes.tolist() == [photo.size for photo in expected]
    assert listing.taken.tolist() == [photo.taken for photo in expected]
    assert listing.taken_uncertain.tolist() == [False, True, True]
    np.testing.assert_array_equal(listing.sharpness, np.array([4.0, np.nan, np.nan], np.float32))
    assert listing.missing.tolist() == [False, False, True]
    assert listing.failed.tolist() == [False, True, False]
    assert three.catalog.listing(three.root_id).relpaths == ["a.jpg", "b.jpg"]
    assert len(three.catalog.listing(three.catalog.open_root(three.folder / "none")).ids) == 0
