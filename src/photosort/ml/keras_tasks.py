"""What the helper process can do. Runs in the child alone; TensorFlow is imported by the first task that needs it."""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import EngineError, ModelError
from photosort.core.photo import Progress
from photosort.ml import converting, keras_gpu, keras_networks
from photosort.ml.network_facts import facts_of
from photosort.ml.runtime import Network
from photosort.ml.weights_file import load_weights

_logger = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]
Tell = Callable[[Progress], None]
Task = Callable[..., Mapping[str, Any]]


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


def weights_source(_session: Session, _tell: Tell, *, name: str) -> Mapping[str, Any]:
    """Tell where Keras has the ImageNet weights of a network, and their hash; see `keras_networks.weights_source`."""
    keras_gpu.engines()
    return keras_networks.weights_source(facts_of(name))


def convert(
    _session: Session, tell: Tell, *, name: str, weights: str, folder: str, quantise: bool, made_of: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Turn Keras weights into a LiteRT network with a card, checked against Keras.

    Args:
        tell: hears of the progress.
        name: which network.
        weights: HDF5 file of its weights.
        folder: where to; must not exist yet.
        quantise: whether 8-bit integers are tried, too.
        made_of: what the card shall say of the file of weights.

    Returns:
        nothing but that it is done.

    Raises:
        ModelError: these are not its weights, or LiteRT computes something else with them than Keras.
        EngineError: TensorFlow cannot do it here.
    """
    tell(Progress("Starting TensorFlow", 0, None))
    tensorflow, keras = keras_gpu.engines()
    versions = {"tensorflow": str(tensorflow.__version__), "keras": str(keras.__version__)}
    notes = {"weights": dict(made_of), "converted_with": versions}
    converting.convert(tensorflow, facts_of(name), Path(weights), Path(folder), tell, quantise=quantise, notes=notes)
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
            model = _compact(path, size) if name == "compact" else keras_networks.build(facts_of(name), path)
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


def _compact(weights: Path, size: int) -> Any:
    from photosort.ml.architectures import build_compact

    model = build_compact(size)
    load_weights(model, weights, "the compact network")
    return model
