"""Figures of a classifier, against values worked out by hand or by definition."""

from __future__ import annotations

import numpy as np
import pytest

from photosort.ml import metrics


def test_figures_of_a_small_table() -> None:
    truth = np.array([0, 0, 0, 1, 1, 2])
    said = np.array([0, 0, 1, 1, 0, 1])
    figures = metrics.evaluate(("cat", "dog", "wild"), truth, said, np.full(6, 0.5, np.float32))
    assert figures.count == 6
    assert figures.accuracy == pytest.approx(3 / 6)
    assert figures.recall.tolist() == pytest.approx([2 / 3, 1 / 2, 0])
    assert figures.precision[:2].tolist() == pytest.approx([2 / 3, 1 / 3])
    assert np.isnan(figures.precision[2])  # never said, so there is no share
    assert figures.confusion.tolist() == [[2, 1, 0], [1, 1, 0], [0, 1, 0]]


def test_calibration_error_is_nought_when_confidence_is_the_truth() -> None:
    confidence = np.repeat(np.array([0.25, 0.75], np.float32), 400)
    right = np.concatenate([np.arange(400) % 4 == 0, np.arange(400) % 4 != 0])
    assert metrics.calibration_error(confidence, right) == pytest.approx(0, abs=1e-6)


def test_calibration_error_of_boasting() -> None:
    # Always certain, right half of the time: 0.5 off, wherever the bins lie.
    assert metrics.calibration_error(np.ones(10, np.float32), np.arange(10) < 5) == pytest.approx(0.5)


def test_opposite_errors_in_different_bins_do_not_cancel() -> None:
    confidence = np.array([0.2] * 10 + [0.9] * 10, np.float32)
    right = np.array([True] * 9 + [False] + [True] * 2 + [False] * 8)
    assert metrics.calibration_error(confidence, right) == pytest.approx(0.7, abs=1e-6)


def test_a_reliability_diagram_counts_every_photo_once_and_has_the_error_of_its_bins() -> None:
    confidence = np.array([0.05, 0.5, 0.52, 1.0], np.float32)
    found = metrics.reliability(confidence, np.array([False, True, False, True]))
    assert found.count.tolist() == [1, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1]
    assert found.accuracy[[0, 7, 14]].tolist() == [0, 0.5, 1]
    assert found.confidence[[0, 7, 14]].tolist() == pytest.approx([0.05, 0.51, 1])
    assert np.isnan(found.accuracy[1])
    assert found.error == pytest.approx((0.05 + 2 * 0.01) / 4)


def test_wilson_intervals_agree_with_the_published_ones() -> None:
    # Newcombe, Statistics in Medicine 17, 1998, table I, method 3.
    assert metrics.wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert metrics.wilson_interval(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert metrics.wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert metrics.wilson_interval(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_auroc_counts_pairs() -> None:
    inside = np.array([0.9, 0.5, 0.4], np.float32)
    outside = np.array([0.5, 0.1], np.float32)
    pairs = [(a > b) + 0.5 * (a == b) for a in inside for b in outside]
    assert metrics.auroc(inside, outside) == pytest.approx(sum(pairs) / len(pairs))


def test_nothing_to_measure_is_not_a_number() -> None:
    empty = np.empty(0, np.float32)
    assert np.isnan(metrics.auroc(empty, np.ones(3, np.float32)))
    assert np.isnan(metrics.calibration_error(empty, np.empty(0, np.bool_)))
    assert np.isnan(metrics.wilson_interval(0, 0)).all()
