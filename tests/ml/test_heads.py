"""Heads are fitted on blobs with the geometry of embeddings: classes overlap, other kinds lie elsewhere."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photosort.core.errors import ModelError
from photosort.core.photo import VERDICTS, Verdict
from photosort.ml import heads, metrics

DIMENSION = 64
LABELS = ("cat", "dog", "wild")
NONE = VERDICTS.index(Verdict.NONE_OF_THESE)
UNSURE = VERDICTS.index(Verdict.UNSURE)


@dataclass(frozen=True)
class World:
    """Photos of three labels and of other kinds, as embeddings."""

    centres: NDArray[np.float32]
    kinds: NDArray[np.float32]

    @classmethod
    def make(cls) -> World:
        rng = np.random.default_rng(7)
        base = rng.gamma(2.0, 0.5, (1, DIMENSION))
        centres = base + rng.normal(0, 0.28, (3, DIMENSION))
        kinds = base + rng.normal(0, 1.0, (40, DIMENSION))
        return cls(centres.astype(np.float32), kinds.astype(np.float32))

    def photos(self, count: int, seed: int, noise: float = 0.75) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, 3, count)
        vectors = self.centres[truth] + rng.normal(0, noise, (count, DIMENSION))
        return vectors.astype(np.float32), truth

    def strangers(self, count: int, seed: int, kinds: slice) -> NDArray[np.float32]:
        rng = np.random.default_rng(seed)
        chosen = self.kinds[kinds][rng.integers(0, len(self.kinds[kinds]), count)]
        return (chosen + rng.normal(0, 0.5, (count, DIMENSION))).astype(np.float32)


@pytest.fixture(scope="module")
def world() -> World:
    return World.make()


@pytest.fixture(scope="module")
def fitted(world: World) -> heads.Head:
    vectors, truth = world.photos(1500, seed=1)
    return heads.fit(
        vectors,
        truth,
        LABELS,
        name="animals",
        backbone_id="tiny-1",
        others=world.strangers(2400, seed=2, kinds=slice(0, 30)),
        calibration=heads.Calibration(*world.photos(800, seed=3)),
    )


def test_columns_have_the_promised_types_and_agree_with_each_other(fitted: heads.Head, world: World) -> None:
    vectors, _ = world.photos(50, seed=4)
    output = fitted.predict(vectors)
    assert [a.dtype for a in (output.label_index, output.confidence, output.known, output.verdict)] == [
        np.int16,
        np.float32,
        np.float32,
        np.uint8,
    ]
    assert output.probabilities.shape == (50, 3)
    assert output.probabilities.dtype == np.float32
    np.testing.assert_allclose(output.probabilities.sum(1), 1, atol=1e-5)
    rows = np.arange(50)
    np.testing.assert_array_equal(output.probabilities[rows, output.label_index], output.confidence)
    np.testing.assert_array_equal(output.confidence, output.probabilities.max(1))
    assert 0 <= output.known.min() <= output.known.max() <= 1
    prediction = output.prediction(7, LABELS)
    assert prediction.label == LABELS[output.label_index[7]]
    assert prediction.probabilities[prediction.label] == prediction.confidence == pytest.approx(output.confidence[7])
    assert prediction.verdict is VERDICTS[output.verdict[7]]


def test_no_photos_give_no_predictions(fitted: heads.Head) -> None:
    output = fitted.predict(np.empty((0, DIMENSION), np.float32))
    assert len(output) == 0
    assert output.probabilities.shape == (0, 3)


def test_labels_of_new_photos_are_mostly_right_and_confidence_means_what_it_says(
    fitted: heads.Head, world: World
) -> None:
    vectors, truth = world.photos(4000, seed=5)
    output = fitted.predict(vectors)
    found = metrics.evaluate(LABELS, truth, output.label_index.astype(np.int64), output.confidence)
    nearest = np.linalg.norm(vectors[:, None] - world.centres, axis=2).argmin(1)
    assert found.accuracy > (nearest == truth).mean() - 0.03
    assert 0.7 < found.accuracy < 0.97, "photos that are all easy would tell nothing of calibration"
    assert found.calibration_error < 0.03


def test_calibration_photos_cure_the_confidence_of_a_backbone_that_knows_its_photos_by_heart(world: World) -> None:
    by_heart, truth = world.photos(1500, seed=6, noise=0.45)
    fresh, answers = world.photos(3000, seed=8)
    kept = heads.Calibration(*world.photos(800, seed=9))
    errors = []
    for calibration in (None, kept):
        head = heads.fit(by_heart, truth, LABELS, name="a", backbone_id="b", calibration=calibration, strengths=(0.03,))
        output = head.predict(fresh)
        errors.append(metrics.calibration_error(output.confidence, output.label_index == answers))
    assert errors[1] < 0.04
    assert errors[0] > errors[1] + 0.02


def test_far_photos_are_judged_with_less_confidence_where_the_calibration_photos_show_it(world: World) -> None:
    clear, answers = world.photos(1500, seed=30, noise=0.5)
    hazy, hazy_answers = world.photos(1500, seed=31, noise=1.3)
    both, truth = np.concatenate([clear, hazy]), np.concatenate([answers, hazy_answers])
    fit = partial(heads.fit, *world.photos(1500, seed=32, noise=0.5), LABELS, name="a", backbone_id="b")
    head = fit(calibration=heads.Calibration(both, truth))
    assert head.temperature_slope > 0
    flat = dataclasses.replace(fit(calibration=heads.Calibration(both, truth)), temperature_slope=0.0)
    fresh = [world.photos(3000, seed=33, noise=0.5), world.photos(3000, seed=34, noise=1.3)]
    errors = [
        [metrics.calibration_error(out.confidence, out.label_index == truth)
         for vectors, truth in fresh for out in [one.predict(vectors)]]
        for one in (head, flat)
    ]  # fmt: skip
    assert max(errors[0]) < max(errors[1])
    assert max(errors[0]) < 0.05


def test_without_calibration_photos_confidence_is_judged_by_fits_that_have_not_seen_the_photo(world: World) -> None:
    vectors, truth = world.photos(300, seed=10)
    fresh, answers = world.photos(3000, seed=11)
    output = heads.fit(vectors, truth, LABELS, name="a", backbone_id="b").predict(fresh)
    assert metrics.calibration_error(output.confidence, output.label_index == answers) < 0.06


@pytest.mark.parametrize(("with_others", "wanted"), [(True, 0.97), (False, 0.9)])
def test_kinds_that_nobody_fitted_are_none_of_these(
    fitted: heads.Head, world: World, *, with_others: bool, wanted: float
) -> None:
    head = fitted
    if not with_others:
        kept = heads.Calibration(*world.photos(800, seed=3))
        head = heads.fit(*world.photos(1500, seed=1), LABELS, name="a", backbone_id="b", calibration=kept)
    inside = head.predict(world.photos(3000, seed=12)[0])
    outside = head.predict(world.strangers(1000, seed=13, kinds=slice(30, 40)))
    assert metrics.auroc(inside.known, outside.known) > wanted
    assert (inside.verdict == NONE).mean() < 0.05
    assert (outside.verdict == NONE).mean() > 0.5


def test_a_photo_between_two_labels_is_unsure_and_still_carries_its_best_label(
    fitted: heads.Head, world: World
) -> None:
    way = np.linspace(0, 1, 101, dtype=np.float32)[:, None]
    output = fitted.predict(way * world.centres[0] + (1 - way) * world.centres[1])
    least = int(output.confidence.argmin())
    assert output.verdict[least] == UNSURE
    assert output.label_index[[0, 100]].tolist() == [1, 0]
    assert output.label_index[least] in {0, 1}
    assert (output.verdict[[0, 100]] == VERDICTS.index(Verdict.SURE)).all()


def test_what_is_sure_is_right_in_nineteen_of_twenty(fitted: heads.Head, world: World) -> None:
    vectors, truth = world.photos(4000, seed=14)
    output = fitted.predict(vectors)
    sure = output.verdict == VERDICTS.index(Verdict.SURE)
    assert 0.3 < sure.mean() < 1
    assert (output.label_index == truth)[sure].mean() > 0.92


def test_brightness_of_an_embedding_does_not_matter(fitted: heads.Head, world: World) -> None:
    vectors, _ = world.photos(20, seed=15)
    once, tenfold = fitted.predict(vectors), fitted.predict(10 * vectors)
    np.testing.assert_allclose(once.probabilities, tenfold.probabilities, atol=1e-4)
    np.testing.assert_allclose(once.known, tenfold.known, atol=1e-4)


def test_five_examples_of_two_labels_are_enough_and_claim_nothing_about_strangers(world: World) -> None:
    vectors, truth = world.photos(60, seed=16, noise=0.3)
    rows = np.concatenate([np.flatnonzero(truth == label)[:5] for label in (0, 1)])
    head = heads.fit(vectors[rows], truth[rows], LABELS[:2], name="mine", backbone_id="tiny-1")
    fresh, answers = world.photos(300, seed=17, noise=0.3)
    of_two = answers < 2
    output = head.predict(fresh)
    assert (output.label_index == answers)[of_two].mean() > 0.8
    assert not (output.verdict == NONE).any()


def test_the_same_photos_give_the_same_head(world: World) -> None:
    vectors, truth = world.photos(200, seed=18)
    strangers = world.strangers(500, seed=19, kinds=slice(0, 30))
    one, two = (
        heads.fit(vectors, truth, LABELS, name="a", backbone_id="b", others=strangers, seed=5).predict(vectors)
        for _ in range(2)
    )
    np.testing.assert_array_equal(one.probabilities, two.probabilities)
    np.testing.assert_array_equal(one.known, two.known)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda v, t: (v[:, :-1].ravel(), t), "shape"),
        (lambda v, t: (np.where(v == v[3, 3], np.nan, v), t), "finite"),
        (lambda v, t: (v, t[:-1]), "one label per embedding"),
        (lambda v, t: (v, t + 1), "0..2"),
        (lambda v, t: (v, np.where(t == 2, 1, t)), "'wild' needs at least 2"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason(
    world: World, change: Callable[..., tuple[NDArray[np.float32], NDArray[np.int64]]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        heads.fit(*change(*world.photos(60, seed=20)), LABELS, name="a", backbone_id="b")


def test_embeddings_of_another_backbone_are_refused(fitted: heads.Head) -> None:
    with pytest.raises(ValueError, match=r"\(n, 64\), got \(4, 32\)"):
        fitted.predict(np.ones((4, 32), np.float32))


# ---------------------------------------------------------------- files


def test_a_stored_head_predicts_the_same_without_scikit_learn(fitted: heads.Head, world: World, tmp_path: Path) -> None:
    vectors, _ = world.photos(100, seed=21)
    folder = tmp_path / "kopf für Tiere"
    fitted.save(folder, card={"figures": {"accuracy": 0.9}})
    np.save(tmp_path / "vectors.npy", vectors)
    script = (
        "import sys, numpy as np; from pathlib import Path; from photosort.ml.heads import Head;"
        "head = Head.load(Path(sys.argv[1])); out = head.predict(np.load(sys.argv[2]));"
        "np.save(sys.argv[3], np.column_stack([out.probabilities, out.known, out.verdict]));"
        "assert not {'sklearn', 'scipy', 'tensorflow', 'keras'} & sys.modules.keys()"
    )
    result = tmp_path / "result.npy"
    subprocess.run([sys.executable, "-c", script, str(folder), str(tmp_path / "vectors.npy"), str(result)], check=True)
    expected = fitted.predict(vectors)
    stored = np.load(result)
    np.testing.assert_allclose(stored[:, :3], expected.probabilities, atol=1e-6)
    np.testing.assert_allclose(stored[:, 3], expected.known, atol=1e-6)
    np.testing.assert_array_equal(stored[:, 4], expected.verdict)
    again = heads.Head.load(folder)
    assert (again.name, again.title, again.version, again.backbone_id) == ("animals", "Animals", "1", "tiny-1")
    assert again.labels == LABELS
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert card["figures"] == {"accuracy": 0.9}
    assert not list(folder.glob("*.tmp"))


def test_what_a_head_is_asked_of_goes_with_it(fitted: heads.Head, tmp_path: Path) -> None:
    asked = dataclasses.replace(fitted, asked_of=heads.AskedOf("kinds", ("animal",)))
    asked.save(tmp_path / "asked")
    fitted.save(tmp_path / "of all")
    assert heads.Head.load(tmp_path / "asked").asked_of == heads.AskedOf("kinds", ("animal",))
    assert heads.Head.load(tmp_path / "of all").asked_of is None
    _edit_card(tmp_path / "asked", asked_of={"classifier": "kinds", "labels": "animal"})
    with pytest.raises(ModelError, match="asked_of"):
        heads.Head.load(tmp_path / "asked")


def test_a_rounded_head_takes_half_the_room_and_says_the_same(fitted: heads.Head, world: World, tmp_path: Path) -> None:
    rounded = fitted.rounded()
    fitted.save(tmp_path / "full")
    rounded.save(tmp_path / "rounded")
    sizes = [(tmp_path / name / "head.npz").stat().st_size for name in ("rounded", "full")]
    assert sizes[0] < 0.65 * sizes[1]
    vectors, _ = world.photos(500, seed=24)
    expected, found = fitted.predict(vectors), heads.Head.load(tmp_path / "rounded").predict(vectors)
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=0.01)
    assert (found.verdict == expected.verdict).mean() > 0.98
    np.testing.assert_array_equal(found.probabilities, rounded.predict(vectors).probabilities)


def test_saving_replaces_the_head_that_lay_there(fitted: heads.Head, world: World, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    vectors, truth = world.photos(100, seed=22)
    heads.fit(vectors, truth, ("x", "y", "z"), name="new", version="2", backbone_id="b").save(tmp_path)
    assert heads.Head.load(tmp_path).version == "2"
    assert heads.Head.load(tmp_path).labels == ("x", "y", "z")


def test_a_card_may_not_speak_for_the_head(fitted: heads.Head, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="labels"):
        fitted.save(tmp_path, card={"labels": ["a", "b"]})


def _rewrite(folder: Path, **arrays: NDArray[np.generic]) -> None:
    """Replace arrays of a stored head, with a card that vouches for them."""
    path = folder / "head.npz"
    with np.load(path) as stored:
        content = {name: stored[name] for name in stored.files}
    np.savez(path, **{**content, **arrays})
    card = json.loads((folder / "card.json").read_text("utf-8"))
    card["files"]["head.npz"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "card.json").write_text(json.dumps(card), "utf-8")


def _edit_card(folder: Path, **values: object) -> None:
    path = folder / "card.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **values}), "utf-8")


def _truncate(folder: Path) -> None:
    path = folder / "head.npz"
    path.write_bytes(path.read_bytes()[:-500])


def _truncate_and_vouch(folder: Path) -> None:
    _truncate(folder)
    digest = hashlib.sha256((folder / "head.npz").read_bytes()).hexdigest()
    _edit_card(folder, files={"head.npz": {"sha256": digest}})


def _flip_a_bit(folder: Path) -> None:
    path = folder / "head.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (_truncate, "head.npz: is damaged"),
        (_flip_a_bit, "head.npz: is damaged"),
        (_truncate_and_vouch, "expected the arrays of a head"),
        (lambda f: (f / "head.npz").unlink(), "head.npz: cannot be read"),
        (lambda f: (f / "card.json").unlink(), "card.json: cannot be read"),
        (lambda f: (f / "card.json").write_bytes(b"\xff\xd8\xff\xe0 not a card"), "expected a model card in JSON"),
        (lambda f: (f / "card.json").write_text("[1, 2]", "utf-8"), "expected a model card, found list"),
        (lambda f: _edit_card(f, schema=99), "newer photosort"),
        (lambda f: _edit_card(f, kind="backbone"), "expected the card of a classifier head, found 'backbone'"),
        (lambda f: _edit_card(f, labels=["cat", "dog"]), "thresholds is"),
        (lambda f: _edit_card(f, labels="cat"), "at least two labels"),
        (lambda f: _edit_card(f, backbone_id=None), "'backbone_id'"),
        (lambda f: _edit_card(f, files={}), "SHA-256"),
        (lambda f: _rewrite(f, weights=np.full((DIMENSION, 11), np.nan, np.float32)), "NaN"),
        (lambda f: _rewrite(f, bias=np.zeros(5, np.float32)), "does not fit"),
        (lambda f: _rewrite(f, bias=np.zeros(5)), "float32"),
        (lambda f: _rewrite(f, bias=np.array([{"run": "me"}], object)), "expected the arrays of a head"),
        (lambda f: _rewrite(f, temperature=np.float32(-1)), "not those of a fitted head"),
    ],
)
def test_damaged_and_foreign_files_are_refused_with_the_reason(
    fitted: heads.Head, tmp_path: Path, damage: Callable[[Path], object], message: str
) -> None:
    fitted.save(tmp_path)
    damage(tmp_path)
    with pytest.raises(ModelError, match=message):
        heads.Head.load(tmp_path)


def test_a_head_of_the_first_version_had_one_temperature_for_all_photos(
    fitted: heads.Head, world: World, tmp_path: Path
) -> None:
    flat = dataclasses.replace(fitted, temperature_slope=0.0)
    flat.save(tmp_path)
    path = tmp_path / "head.npz"
    with np.load(path) as stored:
        content = {name: stored[name] for name in stored.files if name != "temperature_slope"}
    np.savez(path, **content)
    _edit_card(tmp_path, files={"head.npz": {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}})
    vectors, _ = world.photos(20, seed=25)
    expected = flat.predict(vectors).probabilities
    np.testing.assert_array_equal(heads.Head.load(tmp_path).predict(vectors).probabilities, expected)


def test_bundled_heads_are_found_by_backbone_and_in_order(
    fitted: heads.Head, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "resources", lambda: tmp_path)
    assert heads.bundled() == []
    for name, backbone_id in (("animals", "tiny-1"), ("flowers", "tiny-1"), ("scenes", "tiny-1"), ("kinds", "other")):
        vectors, truth = World.make().photos(60, seed=23)
        heads.fit(vectors, truth, LABELS, name=name, backbone_id=backbone_id).save(tmp_path / "models" / name)
    compact = tmp_path / "models" / "compact"
    compact.mkdir()
    (compact / "card.json").write_text(json.dumps({"schema": 1, "kind": "backbone"}), "utf-8")
    assert [head.name for head in heads.bundled()] == ["kinds", "scenes", "animals", "flowers"]
    assert [head.name for head in heads.bundled("tiny-1")] == ["scenes", "animals", "flowers"]
