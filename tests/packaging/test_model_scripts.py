"""The scripts that make the bundled models: what photos stand for, pages that are painted, figures, and docs."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from photosort.ml import heads
from tests.model_scripts import MODEL_SCRIPTS, model_script

REPOSITORY = MODEL_SCRIPTS.parents[1]


@pytest.fixture(scope="module")
def training() -> ModuleType:
    return model_script("train_backbone")


@pytest.fixture(scope="module")
def rendering() -> ModuleType:
    return model_script("render_pages")


# ---------------------------------------------------------------- what photos stand for


def test_every_kind_has_labels_and_no_label_has_two_kinds() -> None:
    kinds = model_script("kinds_of_sets")
    assert set(kinds.LABELS) == set(kinds.KINDS)
    names = [name for of_kind in kinds.LABELS.values() for name in of_kind.split()]
    assert len(names) == len(set(names))
    assert not set(names) & set(kinds.LEFT_OUT)
    assert not {name.split("/")[0] for name in names} & set(kinds.WHOLE_SETS)
    assert set(kinds.WHOLE_SETS.values()) <= set(kinds.KINDS)


@pytest.mark.shared
def test_each_label_of_the_sets_has_a_kind_or_is_left_out_or_held_out(
    training: ModuleType, shared_photos: Path
) -> None:
    kinds, classifying = model_script("kinds_of_sets"), model_script("classifiers")
    entries = training.list_photos(shared_photos)
    fair = {e for e in training.usable(entries) if not classifying.never_fitted(e)}
    untold = {f"{e.set_name}/{e.label}" for e in fair if kinds.kind_of(e) is None}
    assert untold == set(kinds.LEFT_OUT)
    told = {f"{e.set_name}/{e.label}" for e in entries}
    listed = {name for of_kind in kinds.LABELS.values() for name in of_kind.split()}
    assert listed - told == {"pages/document", "pages/screenshot"}
    assert not {e for e in set(entries) - fair if kinds.kind_of(e) is not None}


def test_birds_are_no_animal_of_the_animal_classifier_and_eagles_are_not_wild(training: ModuleType) -> None:
    classifying = model_script("classifiers")
    answers = {
        ("wildlife", "fox"): "wild",
        ("wildlife", "eagle"): None,
        ("birds", "blue_jay"): classifying.OTHER,
        ("other-animals", "snake"): classifying.OTHER,
        ("other-animals", "horse"): None,
        ("imagenette", "english_springer"): "dog",
        ("caltech101", "wild_cat"): "wild",
        ("pages", "document"): classifying.OTHER,
        ("unlabelled", "google"): None,
    }
    for (set_name, label), answer in answers.items():
        assert classifying.animal_of(training.Entry(set_name, label, "1.webp")) == answer, (set_name, label)


def test_a_cap_is_spread_over_sets_and_then_over_their_labels(training: ModuleType) -> None:
    fitting = model_script("fit_heads")
    entries = [training.Entry("large", f"l{n % 2}", f"{n}") for n in range(1000)]
    entries += [training.Entry("many", f"l{n % 50}", f"{n}") for n in range(500)]
    entries += [training.Entry("small", "l", f"{n}") for n in range(10)]
    rows = np.arange(100, len(entries))
    chosen = fitting.spread(entries, rows, 210)
    assert len(chosen) == len(set(chosen.tolist())) == 210
    assert chosen.min() >= 100
    counts = {name: [entries[row].set_name for row in chosen].count(name) for name in ("large", "many", "small")}
    assert counts == {"large": 100, "many": 100, "small": 10}
    assert {entries[row].label for row in chosen if entries[row].set_name == "many"} == {f"l{n}" for n in range(50)}
    np.testing.assert_array_equal(fitting.spread(entries, rows, 5000), rows)


# ---------------------------------------------------------------- pages


def test_each_template_paints_something_and_the_same_each_time(rendering: ModuleType) -> None:
    photo = Image.linear_gradient("L").convert("RGB")
    pages = {(page.kind, page.template): page for page in rendering.list_pages()}
    assert len(pages) > 20
    for (kind, template), page in pages.items():
        image = rendering.render(page, [photo])
        assert min(image.size) <= 224, template
        assert image.mode == "RGB"
        pixels = np.asarray(image, np.float32)
        # Neither an empty sheet nor noise: pixels differ, and most are like their neighbours.
        assert pixels.std() > 3, (kind, template)
        assert (np.abs(np.diff(pixels.mean(2), axis=1)) > 16).mean() < 0.6, (kind, template)
    page = pages["document", "invoice"]
    np.testing.assert_array_equal(rendering.render(page, [photo]), rendering.render(page, [photo]))


def test_what_is_measured_on_comes_of_templates_and_fonts_of_its_own(rendering: ModuleType) -> None:
    canvas = model_script("pages.canvas")
    for kind in rendering.KINDS:
        of = {split: {p.template for p in rendering.list_pages() if (p.kind, p.split) == (kind, split)}
              for split in rendering.COUNTS}  # fmt: skip
        assert not of["validation"] & (of["train"] | of["calibration"])
    assert not set(canvas.fonts_for("validation")) & set(canvas.fonts_for("train"))


def test_pages_lie_in_an_archive_like_the_sets_and_keep_their_splits(
    training: ModuleType, rendering: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifying = model_script("classifiers")
    monkeypatch.setattr(rendering, "photos_of", lambda folder, split: [])
    counts = {"train": 3, "calibration": 2, "validation": 1}
    path = rendering.write_pages(tmp_path, tmp_path, counts)
    stamp = path.stat().st_mtime_ns
    assert rendering.write_pages(tmp_path, tmp_path, counts).stat().st_mtime_ns == stamp
    entries = classifying.list_entries(tmp_path, tmp_path)
    pages = [e for e in dict.fromkeys(entries) if e.set_name == "pages"]
    splits = [classifying.split_of_entry(page) for page in pages]
    assert {split: splits.count(split) for split in counts} == {split: 2 * n for split, n in counts.items()}
    assert {classifying.scene_of(page) for page in pages} == {classifying.OTHER}
    assert {classifying.archive_of(page, Path("/photos"), tmp_path) for page in pages} == {path}


# ---------------------------------------------------------------- figures of embeddings


def test_good_embeddings_score_high_and_noise_scores_low() -> None:
    figures = model_script("embedding_figures")
    rng = np.random.default_rng(0)
    labels = np.repeat(np.array(["a", "b", "c"]), 120)
    centres = rng.normal(0, 1, (3, 24))

    def made(noise: float) -> np.ndarray:
        vectors = centres[np.unique(labels, return_inverse=True)[1]] + rng.normal(0, noise, (len(labels), 24))
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    for noise, low, high in ((0.3, 0.9, 1.0), (50.0, 0.0, 0.5)):
        learn, test = made(noise), made(noise)
        found = [
            figures.probe(learn, labels, test, labels),
            figures.neighbours(learn, labels, test, labels),
            *figures.clustering(test, labels),
            figures.by_examples(test, labels),
        ]
        assert all(low <= value <= high for value in found), (noise, found)


def test_what_is_tested_on_is_never_learnt_from_and_stays_the_same(training: ModuleType) -> None:
    measuring = model_script("measure_embeddings")
    entries = [training.Entry("scenes", "sea", f"{n}.webp") for n in range(2000)]
    entries += [training.Entry("monkeys", "n0", f"{n}.webp") for n in range(90)]
    for trial in measuring.TRIALS:
        learn, test = measuring.choose(entries, trial)
        assert not set(learn) & set(test)
        assert (learn, test) == measuring.choose(entries[::-1], trial)
        if trial.set_name == "scenes":
            assert (len(learn), len(test)) == (trial.learn, trial.test)
            assert {training.split_of(e) for e in test} == {"validation"}
            assert {training.split_of(e) for e in learn} == {"train"}
        elif trial.set_name == "monkeys":
            assert (len(learn), len(test)) == (45, 45)
        else:
            assert not learn
            assert not test


# ---------------------------------------------------------------- docs


def test_the_pages_of_the_models_say_what_their_cards_say() -> None:
    found = model_script("write_pages").pages()
    folder = REPOSITORY / "docs" / "models"
    assert set(found) == {path.name for path in folder.iterdir()}
    for name, text in found.items():
        assert (folder / name).read_text("utf-8") == text, f"run packaging/models/write_pages.py: {name} is outdated"


def test_a_page_shows_the_figures_of_its_card() -> None:
    card = json.loads((REPOSITORY / "resources" / "models" / "scenes" / "card.json").read_text("utf-8"))
    page = (REPOSITORY / "docs" / "models" / "scenes.md").read_text("utf-8")
    low, high = card["figures"]["accuracy_interval_95"]
    assert f"| accuracy | {card['figures']['accuracy']:.3f} ({low:.3f} to {high:.3f}) |" in page
    assert card["files"]["head.npz"]["sha256"] in page
    for failure in card["known_failures"]:
        assert failure in page
    for held_out in card["held_out"]:
        assert held_out in page


# ---------------------------------------------------------------- figures of heads


def test_figures_of_a_head_have_intervals_around_them_and_words_for_its_errors() -> None:
    figures = model_script("figures")
    rng = np.random.default_rng(3)
    centres = rng.normal(0, 1, (3, 16))
    truth = rng.integers(0, 3, 900)
    # The third label lies near the second: those two are taken for each other.
    centres[2] = centres[1] + 0.5 * rng.normal(0, 1, 16)
    vectors = (centres[truth] + rng.normal(0, 0.6, (900, 16))).astype(np.float32)
    head = heads.fit(vectors[:600], truth[:600], ("cat", "dog", "wild"), name="animals", backbone_id="tiny")
    found = figures.figures_of(head, vectors[600:], truth[600:])
    for key in ("accuracy", "macro_recall", "calibration_error", "called_none_of_these"):
        low, high = found[f"{key}_interval_95"]
        assert low <= found[key] <= high, key
        assert high - low < 0.15
    words = figures.confusions(found, head.labels)
    assert any(text.startswith(("Dog is called wild", "Wild is called dog")) for text in words)
    assert not any("Cat is called cat" in text for text in words)
    strangers = figures.of_other_photos(head, vectors[600:], -vectors[600:])
    assert strangers["auroc_of_known"] > 0.9
    assert figures.of_other_photos(head, vectors, vectors[:0]) is None
    assert figures.share_called(head, vectors[600:][truth[600:] == 0], "cat")["share"] > 0.8
