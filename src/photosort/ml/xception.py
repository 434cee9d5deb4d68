"""Xception with ImageNet weights: from a file of weights to a converted network in the cache."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml.cards import BackboneCard
from photosort.ml.keras_process import KerasProcess
from photosort.ml.runtime import Network
from photosort.ml.weights import Source, fetch, import_file, sha256_of

_logger = logging.getLogger(__name__)

NAME = "xception"
WEIGHTS_FILE = "xception_weights_tf_dim_ordering_tf_kernels_notop.h5"
"""What Keras calls its own file."""

_UNFINISHED = ".converting-"

_LEFT_OVER_AFTER = 24 * 3600.0
"""Seconds after which an unfinished conversion is surely nobody's any more."""

DOWNLOAD = Path("download")
"""In place of a file of weights: fetch Keras' own."""

_HOW_TO_GET_IT = (
    "the xception network needs its ImageNet weights (84 MB), which photosort does not bring along; either "
    f"--weights {DOWNLOAD} fetches them from where Keras has them, or --weights FILE takes a copy of Keras' "
    f"{WEIGHTS_FILE}. They are remembered from then on"
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A network ready to be opened.

    Attributes:
        card: where it lies and what it is.
        weights: the Keras weights that it was made of; None where only the converted network is left.
    """

    card: BackboneCard
    weights: Path | None


def prepare(paths: UserPaths, weights: Path | None = None) -> Generator[Progress, None, Prepared]:
    """Find the converted Xception, or convert it once, in the helper process.

    Args:
        paths: where weights and converted networks are kept.
        weights: a file of the user's, which is copied to the program's weights; `DOWNLOAD` fetches them; None takes
            what is there, from an earlier time or because Keras has fetched it for another program.

    Yields:
        progress; closing the generator stops the helper process.

    Returns:
        the network, whose file was opened and compared with Keras in the helper process before.

    Raises:
        ModelError: there are no weights (the message says how to get them), or they are not Xception's.
        EngineError: TensorFlow, which converts, cannot be used here.
    """
    if weights == DOWNLOAD and not DOWNLOAD.exists():
        weights = yield from fetch_weights(paths)
    elif weights is None:
        kept = _newest(paths.weights.glob(f"{NAME}*.h5")) or _of_keras()
        if kept is None:
            converted = _newest(paths.converted.glob(f"{NAME}-*/{BackboneCard.CARD}"))
            if converted is not None:
                return Prepared(BackboneCard.read(converted.parent), None)
            raise ModelError(_HOW_TO_GET_IT)
        weights = kept
    yield Progress("Reading the weights", 0, None)
    folder = paths.converted / f"{NAME}-{sha256_of(weights)[:16]}"
    card = _usable(folder)
    if card is None:
        card = yield from _convert(weights, folder)
    if weights.resolve().parent != paths.weights.resolve():
        # Only now: what could not be converted is not worth keeping.
        weights = import_file(weights, paths.weights, NAME)
    return Prepared(card, weights)


def fetch_weights(paths: UserPaths) -> Generator[Progress, None, Path]:
    """Download Keras' weights of Xception (84 MB) from where Keras says they are.

    Nothing calls this unasked: photosort goes online only when a person wants it to.

    Yields:
        progress; it can be stopped and goes on later where it was.

    Returns:
        the file, where `prepare` finds it.

    Raises:
        ModelError: it cannot be fetched.
        EngineError: TensorFlow, which knows the address, cannot be used here.
    """
    with KerasProcess() as process:
        told = yield from process.request("weights_source")
    source = Source(told["url"], told["algorithm"], told["digest"])
    return (yield from fetch(source, paths.weights / WEIGHTS_FILE))


def _convert(weights: Path, folder: Path) -> Generator[Progress, None, BackboneCard]:
    """Convert into a folder that appears whole or not at all, also when this is stopped half-way."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder.parent)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=_UNFINISHED, ignore_cleanup_errors=True) as name:
            made = Path(name).resolve() / "made"
            with KerasProcess() as process:
                yield from process.request("convert", weights=str(weights.resolve()), folder=str(made))
            if folder.exists():
                # Damaged, see `_usable`; or made by another process meanwhile, then one is as good as the other.
                shutil.rmtree(folder)
            made.replace(folder)
    except OSError as error:
        message = f"the converted network could not be stored in {folder}: {error.strerror or error}"
        raise ModelError(message) from error
    return BackboneCard.read(folder)


def _remove_leftovers(folder: Path) -> None:
    """Remove what conversions left that were killed together with photosort itself."""
    for leftover in folder.glob(f"{_UNFINISHED}*"):
        if time.time() - leftover.stat().st_mtime > _LEFT_OVER_AFTER:
            shutil.rmtree(leftover, ignore_errors=True)


def _usable(folder: Path) -> BackboneCard | None:
    """The converted network in a folder, if it is whole; the cache may be cleared or damaged at any time."""
    if not folder.exists():
        return None
    try:
        card = BackboneCard.read(folder)
        Network(card.network, sha256=card.sha256).close()
    except ModelError as error:
        _logger.warning("The converted network is made again: %s", error)
        return None
    return card


def _of_keras() -> Path | None:
    """Where Keras keeps what it has fetched, if it has."""
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    file = home / "models" / WEIGHTS_FILE
    return file if file.is_file() else None


def _newest(found: Generator[Path, None, None]) -> Path | None:
    return max(found, key=lambda path: path.stat().st_mtime, default=None)
