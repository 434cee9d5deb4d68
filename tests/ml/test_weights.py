"""Files of weights: hashed, looked at, copied."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from photosort.core.errors import ModelError
from photosort.ml import weights
from photosort.ml.weights import check_form, import_file

CONTENT = np.random.default_rng(3).bytes(1_000_003)


def test_an_imported_file_is_copied_once(tmp_path) -> None:
    source = tmp_path / "my weights.h5"
    source.write_bytes(CONTENT)
    first = import_file(source, tmp_path / "kept", "xception")
    assert first.name == f"xception-{hashlib.sha256(CONTENT).hexdigest()[:16]}.h5"
    assert first.read_bytes() == CONTENT
    written = first.stat().st_mtime_ns
    assert import_file(source, tmp_path / "kept", "xception") == first
    assert import_file(first, tmp_path / "kept", "xception") == first
    assert first.stat().st_mtime_ns == written
    assert len(list((tmp_path / "kept").iterdir())) == 1


def test_a_damaged_copy_is_made_again(tmp_path) -> None:
    source = tmp_path / "weights.h5"
    source.write_bytes(CONTENT)
    copy = import_file(source, tmp_path / "kept", "xception")
    copy.write_bytes(b"damaged")
    assert import_file(source, tmp_path / "kept", "xception").read_bytes() == CONTENT


def test_a_copy_that_fails_leaves_nothing(tmp_path, monkeypatch) -> None:
    source = tmp_path / "weights.h5"
    source.write_bytes(CONTENT)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(weights.os, "fsync", full)
    with pytest.raises(ModelError, match="No space left"):
        import_file(source, tmp_path / "kept", "xception")
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize(("content", "message"), [(None, "is missing"), (b"", "is empty")])
def test_nothing_is_imported_from_nothing(tmp_path, content, message) -> None:
    source = tmp_path / "weights.h5"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        import_file(source, tmp_path / "kept", "xception")


@pytest.mark.parametrize("before", [0, 512, 1024])
def test_hdf5_is_known_by_its_beginning(tmp_path, before) -> None:
    file = tmp_path / "weights.h5"
    file.write_bytes(bytes(before) + b"\x89HDF\r\n\x1a\n" + bytes(100))
    check_form(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is missing"),
        (b"", "is empty"),
        (b"These are no weights.\n" * 100, "expected HDF5"),
        (b"PK", "expected HDF5"),
    ],
)
def test_what_cannot_be_weights_is_refused_at_a_glance(tmp_path, content, message) -> None:
    file = tmp_path / "weights.h5"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        check_form(file)


def test_a_folder_is_no_file_of_weights(tmp_path) -> None:
    with pytest.raises(ModelError, match="could not be read"):
        check_form(tmp_path)
