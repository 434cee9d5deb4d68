"""What the helper process can do. Runs in the child alone; TensorFlow is imported by the first task that needs it."""

from __future__ import annotations

import hashlib
import importlib
import logging
import platform
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import EngineError, ModelError
from photosort.core.photo import Progress
from photosort.ml import keras_gpu
from photosort.ml.cards import BackboneCard
from photosort.ml.runtime import Network
from photosort.ml.samples import sample_pictures
from photosort.ml.weights_file import load_weights

_logger = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]
Tell = Callable[[Progress], None]
Task = Callable[..., Mapping[str, Any]]

XCEPTION_SIZE = 299
XCEPTION_DIMENSION = 2048

_LEAST_COSINE = 0.999
_LARGEST_DIFFERENCE = 0.02
"""How far float16 may be from what Keras computes: relative length of the difference."""


@dataclass(slots=True)
class Session:
    """What the child keeps from one request to the next.

    Attributes:
        embed: the network that `open` opened.
    """

    embed: Callable[[Pixels], Vectors] | None = field(default=None)


def describe(_session: Session, _tell: Tell) -> Mapping[str, Any]:
    """Tell the versions, which GPUs TensorFlow can use, and whether it takes their memory as needed."""
    tensorflow, keras = keras_gpu.engines()
    return {
        "python": platform.python_version(),
        "tensorflow": str(tensorflow.__version__),
        "keras": str(keras.__version__),
        "gpus": keras_gpu.gpu_names(tensorflow),
        "memory_grows": keras_gpu.let_memory_grow(tensorflow),
    }


def probe(_session: Session, _tell: Tell, *, path: str) -> Mapping[str, Any]:
    """Open a LiteRT network and run it once; see `photosort.ml.keras_process.KerasProcess.probe`."""
    network = Network(Path(path))
    vector = network(np.zeros((1, *network.input_shape), np.float32))
    if not np.isfinite(vector).all():
        message = f"{Path(path).name} gives numbers that are not finite for a black picture"
        raise ModelError(message)
    return {"input_shape": network.input_shape, "output_size": network.output_size, "sha256": network.sha256}


def weights_source(_session: Session, _tell: Tell) -> Mapping[str, Any]:
    """Ask Keras where it has the ImageNet weights of Xception without its classifier, and what their hash is.

    Keras tells neither in public: it is asked to build the network, and caught when it is about to download.
    """
    keras_gpu.engines()
    module: Any = importlib.import_module("keras.src.applications.xception")
    asked: dict[str, Any] = {}

    class _AboutToDownloadError(Exception):
        pass

    def get_file(_name: str, origin: str, *, file_hash: str, **_: Any) -> str:
        asked.update(url=origin, digest=file_hash)
        raise _AboutToDownloadError

    original = module.file_utils
    module.file_utils = _Replaced(original, get_file)
    try:
        module.Xception(include_top=False, weights="imagenet")
    except _AboutToDownloadError:
        return {**asked, "algorithm": {32: "md5", 64: "sha256"}[len(asked["digest"])]}
    finally:
        module.file_utils = original
    message = "this version of Keras does not say where it has Xception's weights"
    raise EngineError(message)


def convert(_session: Session, tell: Tell, *, weights: str, folder: str) -> Mapping[str, Any]:
    """Turn Keras weights of Xception into a float16 LiteRT network with a card, checked against Keras.

    Args:
        tell: hears of the progress.
        weights: HDF5 file of `keras.applications.Xception` without its top.
        folder: where to; must not exist yet. Its card is written last, when all is well.

    Returns:
        nothing but that it is done.

    Raises:
        ModelError: these are not Xception's weights, or LiteRT computes something else with them than Keras.
        EngineError: TensorFlow cannot do it here.
    """

    def step(what: str, done: int) -> None:
        tell(Progress(what, done, 4))

    step("Starting TensorFlow", 0)
    tensorflow, keras = keras_gpu.engines()
    step("Reading the weights", 1)
    model = _xception(keras, Path(weights))
    step("Converting the network", 2)
    made = Path(folder)
    made.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=made) as saved:
        content = _to_litert(tensorflow, model, Path(saved))
    card = BackboneCard(
        folder=made,
        name="xception",
        input_size=XCEPTION_SIZE,
        dimension=XCEPTION_DIMENSION,
        framing="crop",
        preprocessing_version=1,
        scale=1 / 127.5,
        offset=-1.0,
        variant="f16",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    card.network.write_bytes(content)
    step("Checking the converted network", 3)
    samples = sample_pictures(XCEPTION_SIZE)[::2].astype(np.float32) * np.float32(card.scale) + np.float32(card.offset)
    _check_alike(np.asarray(model.predict(samples, verbose=0)), Network(card.network, sha256=card.sha256)(samples))
    card.write()
    step("Converting the network", 4)
    return {}


def open_network(
    session: Session,
    _tell: Tell,
    *,
    engine: str,
    name: str,
    network: str,
    size: int,
    scale: float,
    offset: float,
    half: bool,
    require_gpu: bool,
) -> Mapping[str, Any]:
    """Open a network for `embed`.

    Args:
        session: keeps it.
        engine: "tensorflow" (on its first GPU), or "litert" (LiteRT's GPU accelerator).
        name: what the network is called.
        network: path of its Keras weights for TensorFlow, of its .tflite file for LiteRT.
        size: height and width of the pictures, pixels.
        scale: the network takes ``pixel * scale + offset``.
        offset: see `scale`.
        half: whether it may compute in float16.
        require_gpu: False lets a CPU stand in for a GPU.

    Returns:
        ``device``: the GPU's name; "CPU" where another stands in.

    Raises:
        ModelError: these are not the network's weights.
        EngineError: there is no GPU that the engine can use.
    """
    path = Path(network)
    if engine == "litert":
        run, device = keras_gpu.litert_accelerated(path, half=half, require_gpu=require_gpu)
    else:
        tensorflow, keras = keras_gpu.engines()
        gpus = keras_gpu.gpu_names(tensorflow)
        if require_gpu and not gpus:
            message = "TensorFlow cannot use the NVIDIA GPU: its CUDA libraries are missing (photosort[gpu] has them)"
            raise EngineError(message)
        device = gpus[0] if gpus else "CPU"
        with keras_gpu.precision(keras, half=half):
            model = _xception(keras, path) if name == "xception" else _compact(path, size)
        run = keras_gpu.tensorflow_run(tensorflow, model, size)

    def embed_pixels(pixels: Pixels) -> Vectors:
        return run(pixels.astype(np.float32) * np.float32(scale) + np.float32(offset))

    session.embed = embed_pixels
    return {"device": device}


def embed(session: Session, _tell: Tell, *, pixels: str, vectors: str) -> Mapping[str, Any]:
    """Embed pictures: .npy file of uint8 (n, size, size, 3) to .npy file of float32 (n, d)."""
    if session.embed is None:
        message = "no network is open"
        raise EngineError(message)
    found = session.embed(np.load(pixels, allow_pickle=False))
    with Path(vectors).open("wb") as file:
        np.save(file, found, allow_pickle=False)
    return {}


TASKS: Mapping[str, Task] = {
    "describe": describe,
    "probe": probe,
    "weights_source": weights_source,
    "convert": convert,
    "open": open_network,
    "embed": embed,
}
"""What can be asked for, by name."""


class _Replaced:
    """A module with one function replaced."""

    def __init__(self, module: Any, get_file: Callable[..., str]) -> None:
        self._module = module
        self.get_file = get_file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _xception(keras: Any, weights: Path) -> Any:
    shape = (XCEPTION_SIZE, XCEPTION_SIZE, 3)
    model = keras.applications.Xception(include_top=False, weights=None, pooling="avg", input_shape=shape)
    load_weights(model, weights, "Xception without its classifier (…_notop.h5)")
    return model


def _compact(weights: Path, size: int) -> Any:
    from photosort.ml.architectures import build_compact

    model = build_compact(size)
    load_weights(model, weights, "the compact network")
    return model


def _to_litert(tensorflow: Any, model: Any, saved: Path) -> bytes:
    model.export(str(saved), format="tf_saved_model", verbose=False)
    converter = tensorflow.lite.TFLiteConverter.from_saved_model(str(saved))
    converter.optimizations = [tensorflow.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tensorflow.float16]
    return bytes(converter.convert())


def _check_alike(expected: Vectors, found: Vectors) -> None:
    if not (np.isfinite(expected).all() and np.isfinite(found).all()):
        message = "with these weights the network gives numbers that are not finite"
        raise ModelError(message)
    lengths = np.linalg.norm(expected, axis=1), np.linalg.norm(found, axis=1)
    cosine = float(((expected * found).sum(1) / np.maximum(lengths[0] * lengths[1], 1e-12)).min())
    difference = float((np.linalg.norm(expected - found, axis=1) / np.maximum(lengths[0], 1e-12)).max())
    _logger.info("converted: lowest cosine %.6f, largest difference %.6f", cosine, difference)
    if cosine < _LEAST_COSINE or difference > _LARGEST_DIFFERENCE:
        message = (
            f"the converted network differs from Keras': cosine {cosine:.4f}, expected at least {_LEAST_COSINE}; "
            f"difference {difference:.4f}, expected at most {_LARGEST_DIFFERENCE}"
        )
        raise ModelError(message)
