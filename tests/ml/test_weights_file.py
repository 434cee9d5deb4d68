"""Files of weights from outside are looked at before Keras reads them."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from photosort.core.errors import ModelError
from photosort.ml.weights_file import load_weights


class Model:
    """Stands in for a Keras model: says how large it is, and remembers what it was to load."""

    def __init__(self, error: Exception | None = None) -> None:
        self.loaded = ""
        self._error = error

    def count_params(self) -> int:
        return 1000

    def load_weights(self, path: str) -> None:
        assert Path(path).is_file()
        self.loaded = Path(path).name
        if self._error is not None:
            raise self._error


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "whatever.bin"


def test_the_old_layout_is_known_by_what_is_in_it(path) -> None:
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [b"conv"]
        file["conv/kernel"] = np.zeros(10)
    model = Model()
    load_weights(model, path, "the network")
    assert model.loaded.endswith(".h5")
    assert not model.loaded.endswith(".weights.h5")


def test_the_new_layout_is_known_by_what_is_in_it(path) -> None:
    with h5py.File(path, "w") as file:
        file["layers/conv/vars/0"] = np.zeros(10)
    model = Model()
    load_weights(model, path, "the network")
    assert model.loaded.endswith(".weights.h5")


@pytest.mark.parametrize("content", [b"", b"no HDF5 at all", b"\x89HDF\r\n\x1a\n" + bytes(40)])
def test_what_is_no_hdf5_is_refused(path, content) -> None:
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"whatever\.bin is no HDF5 file"):
        load_weights(Model(), path, "the network")


def test_a_missing_file_is_named(path) -> None:
    with pytest.raises(ModelError, match="are missing"):
        load_weights(Model(), path, "the network")


def test_links_to_other_files_are_refused(path, tmp_path) -> None:
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = np.zeros(3)
    for link in (h5py.ExternalLink(str(tmp_path / "secret.h5"), "/x"), h5py.SoftLink("/a")):
        with h5py.File(path, "w") as file:
            file["a"] = np.zeros(3)
            file["layers/deep/link"] = link
        model = Model()
        with pytest.raises(ModelError, match=r"holds a link \(link\)"):
            load_weights(model, path, "the network")
        assert not model.loaded


def test_arrays_that_lie_in_other_files_are_refused(path, tmp_path) -> None:
    (tmp_path / "secret").write_bytes(bytes(64))
    with h5py.File(path, "w") as file:
        file.create_dataset("stolen", (8,), "f8", external=[(str(tmp_path / "secret"), 0, 64)])
    with pytest.raises(ModelError, match="no plain array"):
        load_weights(Model(), path, "the network")
    with h5py.File(path, "w") as file:
        layout = h5py.VirtualLayout((8,), "f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "x", (8,))
        file.create_virtual_dataset("stolen", layout)
    with pytest.raises(ModelError, match="no plain array"):
        load_weights(Model(), path, "the network")


def test_far_more_numbers_than_the_network_has_are_refused(path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("bomb", (10**6, 10**6), "f4", chunks=(100, 100), compression="gzip")
    with pytest.raises(ModelError, match="more than the network has"):
        load_weights(Model(), path, "the network")


@pytest.mark.parametrize("error", [ValueError("Layer count mismatch\nand more"), KeyError("vars")])
def test_weights_of_another_network_are_named(path, error) -> None:
    with h5py.File(path, "w") as file:
        file["layers/conv/vars/0"] = np.zeros(10)
    with pytest.raises(ModelError, match="does not hold the weights of the network") as caught:
        load_weights(Model(error), path, "the network")
    assert "and more" not in str(caught.value)
