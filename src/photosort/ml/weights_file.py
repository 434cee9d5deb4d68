"""Reads weights in HDF5 files into Keras models, in the child process; the files come from outside and are not trusted.

Only arrays are read: neither of Keras' HDF5 layouts needs anything deserialised, and no layer is made from a file.
"""

from __future__ import annotations

import importlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from photosort.core.errors import ModelError

_SLACK = 1.1
"""Numbers that a file may hold per number in the model: optimiser states and counters are no part of our files."""


@contextmanager
def checked_copy(path: Path, parameters: int) -> Iterator[Path]:
    """A copy of a file of weights, looked through, whose name tells Keras the layout: new (.weights.h5) or old (.h5).

    Args:
        path: the file, whatever it is called.
        parameters: how many numbers the network has.

    Raises:
        ModelError: the file is missing, damaged, holds links to other files, or more numbers than the network has.
    """
    h5py = importlib.import_module("h5py")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.h5"
        try:
            shutil.copyfile(path, copy)
            with h5py.File(copy, "r") as file:
                _check_tree(h5py, file, path, limit=int(_SLACK * parameters) + 1000)
                old = "layer_names" in file.attrs or "model_weights" in file
        except FileNotFoundError as error:
            message = f"the weights {path} are missing"
            raise ModelError(message) from error
        except OSError as error:
            message = f"{path} is no HDF5 file of weights, or damaged: {error}"
            raise ModelError(message) from error
        yield copy if old else copy.rename(copy.with_name("copy.weights.h5"))


@contextmanager
def loading(path: Path, what: str) -> Iterator[None]:
    """Turn what Keras raises over weights that do not fit into a sentence.

    Args:
        path: the file of weights, for the message.
        what: whose weights are expected.

    Raises:
        ModelError: Keras could not load the weights.
    """
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        # What Keras says of it names layers and counts objects: of use in a log, as the cause, and to nobody else.
        message = f"{path} does not hold the weights of {what}"
        raise ModelError(message) from error


def load_weights(model: Any, path: Path, what: str) -> None:
    """Load weights in either of Keras' layouts.

    Args:
        model: a built Keras model.
        path: the file.
        what: whose weights are expected, for messages.

    Raises:
        ModelError: see `checked_copy`; or they are other weights than the model needs.
    """
    with checked_copy(path, model.count_params()) as copy, loading(path, what):
        model.load_weights(str(copy))


def _check_tree(h5py: Any, file: Any, path: Path, *, limit: int) -> None:
    """Refuse links and arrays that lead out of the file, and more numbers than the model has."""
    count = 0
    groups = [file]
    while groups:
        group = groups.pop()
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                message = f"{path} holds a link ({name}), expected nothing but weights"
                raise ModelError(message)
            member = group[name]
            if isinstance(member, h5py.Group):
                groups.append(member)
                continue
            if not isinstance(member, h5py.Dataset) or member.external or member.is_virtual:
                message = f"{path} holds something that is no plain array ({name}), expected nothing but weights"
                raise ModelError(message)
            count += member.size or 0
            if count > limit:
                message = f"{path} holds more than {limit:,} numbers, which is more than the network has"
                raise ModelError(message)
