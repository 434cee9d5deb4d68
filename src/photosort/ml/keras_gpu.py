"""How the helper process computes on a GPU: memory that grows, batches that fit, half precision where it is asked for.

Runs in the child alone, as `photosort.ml.keras_tasks` does.
"""

from __future__ import annotations

import importlib
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import EngineError

_logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
Run = Callable[[Vectors], Vectors]
"""Turns preprocessed pictures, float32 of shape (n, h, w, 3), into float32 of shape (n, d)."""

_OUT_OF_MEMORY = (
    "CUDA_ERROR_OUT_OF_MEMORY",
    "CUDNN_STATUS_ALLOC_FAILED",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "out of memory",
)
"""What CUDA's libraries say through TensorFlow's other errors when they, not TensorFlow, lack memory."""

_ADAPTER = re.compile(r"Selected adapter: (?P<name>.*?), arch=.*adapterType=(?P<type>.*)")
"""The line in which LiteRT's WebGPU tells what it found; there is no call that does."""


def engines() -> tuple[Any, Any]:
    """Import TensorFlow and Keras; GPU memory is taken as it is needed.

    Raises:
        EngineError: they cannot be imported here.
    """
    try:
        tensorflow = importlib.import_module("tensorflow")
        keras = importlib.import_module("keras")
    except ImportError as error:
        lines = str(error).strip().splitlines()
        message = f"TensorFlow cannot be loaded on this machine: {lines[0] if lines else type(error).__name__}"
        raise EngineError(message) from error
    let_memory_grow(tensorflow)
    return tensorflow, keras


def let_memory_grow(tensorflow: Any) -> bool:
    """Have TensorFlow take GPU memory as needed; otherwise it takes all of it, from everybody else on the machine.

    Returns:
        whether it is so now for every GPU. A GPU that refuses is used all the same.
    """
    settings = tensorflow.config.experimental
    grows = True
    for gpu in tensorflow.config.list_physical_devices("GPU"):
        try:
            settings.set_memory_growth(gpu, True)
            grows = grows and bool(settings.get_memory_growth(gpu))
        except (RuntimeError, ValueError) as error:
            _logger.warning("%s keeps its memory setting: %s", gpu, error)
            grows = False
    return grows


def gpu_names(tensorflow: Any) -> list[str]:
    """The names of the GPUs that TensorFlow can use."""
    devices = tensorflow.config.list_physical_devices("GPU")
    details = [tensorflow.config.experimental.get_device_details(device) for device in devices]
    return [str(detail.get("device_name", "GPU")) for detail in details]


@contextmanager
def precision(keras: Any, *, half: bool) -> Iterator[None]:
    """Have networks that are built meanwhile compute in float16 and keep float32 weights; others stay as they are."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16" if half else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def tensorflow_run(tensorflow: Any, model: Any, size: int) -> Run:
    """A Keras model as one graph for batches of every length: layer by layer, a GPU would mostly wait for Python.

    Args:
        tensorflow: the module.
        model: pictures of shape (n, size, size, 3) to vectors of shape (n, d).
        size: height and width of the pictures, pixels.
    """
    graph = tensorflow.function(
        lambda batch: tensorflow.cast(model(batch, training=False), tensorflow.float32),
        input_signature=[tensorflow.TensorSpec((None, size, size, 3), tensorflow.float32)],
    )

    def run(batch: Vectors) -> Vectors:
        return np.asarray(graph(tensorflow.constant(batch)), np.float32)

    def out_of_memory(error: Exception) -> bool:
        errors = tensorflow.errors
        if isinstance(error, errors.ResourceExhaustedError):
            return True
        return isinstance(error, errors.OpError) and any(words in str(error) for words in _OUT_OF_MEMORY)

    return FittingBatches(run, out_of_memory)


class FittingBatches:
    """Runs a network in batches as large as memory allows: one that does not fit is halved, and nothing is lost.

    What was found to fit holds from then on, so that memory is not run into again with every batch.

    Args:
        run: runs one batch.
        out_of_memory: whether an exception of ``run`` means that memory did not suffice.

    Attributes:
        largest: how many pictures a batch may have; None while every batch has fitted.
    """

    def __init__(self, run: Run, out_of_memory: Callable[[Exception], bool]) -> None:
        self._run = run
        self._out_of_memory = out_of_memory
        self.largest: int | None = None

    def __call__(self, batch: Vectors) -> Vectors:
        """Run a batch of any length.

        Raises:
            EngineError: memory does not suffice for one picture.
        """
        parts: list[Vectors] = []
        start = 0
        while start < len(batch) or not parts:
            size = min(len(batch) - start, self.largest or len(batch))
            if (part := self._tried(batch[start : start + size])) is not None:
                parts.append(part)
                start += size
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _tried(self, batch: Vectors) -> Vectors | None:
        """The vectors; None when memory did not suffice and the next try is to be a smaller one."""
        try:
            return self._run(batch)
        except Exception as error:
            if not self._out_of_memory(error):
                raise
            if len(batch) <= 1:
                message = "its memory does not suffice for a single picture"
                raise EngineError(message) from error
            self.largest = len(batch) // 2
            _logger.warning("Out of memory with %d pictures, going on with %d", len(batch), self.largest)
        return None


def litert_accelerated(
    path: Path, *, gpu: bool = True, half: bool = False, require_gpu: bool = True
) -> tuple[Run, str]:
    """Open a network through LiteRT's accelerators: WebGPU, Metal or OpenCL, as the platform has.

    Args:
        path: the .tflite file: one picture of shape (1, h, w, 3) to one vector of shape (1, d).
        gpu: False takes the CPU through the same interface.
        half: whether the GPU may compute in float16.
        require_gpu: False takes a GPU that is made of software, too.

    Returns:
        what runs it, and the device's name.

    Raises:
        EngineError: there is no GPU that it can use, or not for this network.
    """
    from ai_edge_litert.compiled_model import CompiledModel
    from ai_edge_litert.gpu_options import GpuOptions
    from ai_edge_litert.hardware_accelerator import HardwareAccelerator
    from ai_edge_litert.options import Options

    options = Options(
        hardware_accelerators=HardwareAccelerator.GPU if gpu else HardwareAccelerator.CPU,
        gpu_options=GpuOptions(enforce_f32=not half),
    )
    said: list[str] = []
    try:
        with _listening(said):
            model = CompiledModel.from_file(str(path), options=options)
        given, results = model.create_input_buffers(0), model.create_output_buffers(0)
        outputs = model.get_output_tensor_details(model.get_signature_by_index(0)["key"])
    except RuntimeError as error:
        message = "no GPU found that LiteRT can use"
        raise EngineError(message) from error
    name, made_of_software = _adapter(said) if gpu else ("CPU", False)
    if made_of_software and require_gpu:
        message = f"no GPU found that LiteRT can use, only one made of software ({name})"
        raise EngineError(message)
    length = int(np.prod(next(iter(outputs.values()))["shape"]))

    def run(batch: Vectors) -> Vectors:
        vectors = np.empty((len(batch), length), np.float32)
        for index in range(len(batch)):
            given[0].write(np.ascontiguousarray(batch[index : index + 1]))
            model.run_by_index(0, given, results)
            vectors[index] = results[0].read(length, np.float32)
        return vectors

    return run, name


def _adapter(said: list[str]) -> tuple[str, bool]:
    """What LiteRT said of the GPU that it took: its name, and whether it is but software."""
    for line in said:
        if found := _ADAPTER.search(line):
            kind = found["type"].casefold()
            return found["name"].strip() or "GPU", "cpu" in kind or "software" in kind
    return "GPU", False


@contextmanager
def _listening(said: list[str]) -> Iterator[None]:
    """Read what native code writes to standard error meanwhile; it is passed on at once, since the code may crash."""
    try:
        saved = os.dup(2)
    except OSError:  # A program without a console has no standard error.
        yield
        return
    end, start = os.pipe()

    def pass_on() -> None:
        with os.fdopen(end, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                os.write(saved, line.encode())
                said.append(line)

    listener = threading.Thread(target=pass_on, name="listener", daemon=True)
    os.dup2(start, 2)
    os.close(start)
    listener.start()
    try:
        yield
    finally:
        os.dup2(saved, 2)
        listener.join()
        os.close(saved)
