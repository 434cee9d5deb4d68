"""The door to LiteRT: networks that run on the CPU, in this process, one single-threaded interpreter per caller.

LiteRT is imported inside the functions: importing this module costs nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import EngineError, ModelError
from photosort.ml.machine import Device, worker_count

__all__ = ["Device", "Network", "litert_available", "worker_count"]

_logger = logging.getLogger(__name__)

_FILE_IDENTIFIER = b"TFL3"
"""Bytes 4 to 8 of every .tflite file."""

_XNNPACK_NOTE = b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU."

# File descriptor 2 belongs to the whole process: two threads that redirect it at once could lose it for good.
_STDERR_LOCK = threading.Lock()


@dataclass(slots=True)
class _Interpreter:
    """An allocated LiteRT interpreter with the numbers of its input and output tensor."""

    engine: Any
    given: int
    result: int


class Network:
    """A network of one picture input and one vector output, run by LiteRT on the CPU.

    Thread-safe: every call borrows a single-threaded interpreter of its own (LiteRT lets go of the GIL while it
    computes), so that there are as many as threads have ever called at once, none is bound to a thread's life, and
    threads scale with the cores. A loop over single photos is as quick as a batch (measured with Xception: 6.0 and
    5.8 photos/s) at a fraction of the memory.

    The file is read once and its hash is taken of the very bytes that then run; a file that is replaced or truncated
    afterwards changes nothing.

    Args:
        path: a .tflite file with a float32 input of shape (1, h, w, 3) and a float32 output of shape (1, d).
        sha256: what the file's SHA-256 must be, in hex. None only for files that were checked before: LiteRT may crash
            on a malicious or damaged one, which is why networks from outside are opened in a child process first
            (`photosort.ml.keras_process.KerasProcess.probe`).

    Attributes:
        path: where the file lies.
        sha256: hash of the file, in hex.
        input_shape: (h, w, 3).
        output_size: d.
        interpreter_bytes: about what one interpreter takes.

    Raises:
        ModelError: the file is missing, not the expected one, damaged, or no network of that form.
        EngineError: LiteRT cannot be imported on this machine.
    """

    def __init__(self, path: Path, *, sha256: str | None = None) -> None:
        self.path = path
        self._content = _read(path)
        self.sha256 = hashlib.sha256(self._content).hexdigest()
        if sha256 is not None and self.sha256 != sha256.lower():
            message = f"{path.name} is not the expected file: its SHA-256 is {self.sha256}, expected {sha256}"
            raise ModelError(message)
        self._lock = threading.Lock()
        self._idle: list[_Interpreter] = []
        self._closed = False
        with _without_xnnpack_note():
            first = self._open()
        self.input_shape, self.output_size = _check_form(first, path.name)
        # XNNPACK keeps a float32 copy of float16 weights per interpreter; activations are some 40 times the input.
        # Measured with Xception: 118 to 137 MB, this says 126.
        self.interpreter_bytes = 2 * len(self._content) + 40 * 4 * int(np.prod(self.input_shape))
        self._idle.append(first)

    def __call__(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the network.

        Args:
            batch: preprocessed pictures, float32 of shape (n, h, w, 3); n may be 0.

        Returns:
            float32 of shape (n, d).

        Raises:
            ValueError: the batch has another shape or type, or the network is closed.
            EngineError: LiteRT failed while computing.
        """
        if batch.shape[1:] != self.input_shape or batch.dtype != np.float32:
            message = f"expected float32 of shape (n, {', '.join(map(str, self.input_shape))}), got {batch.dtype} of "
            raise ValueError(message + str(batch.shape))
        vectors = np.empty((len(batch), self.output_size), np.float32)
        with self._borrowed() as interpreter:
            for index in range(len(batch)):
                try:
                    interpreter.engine.set_tensor(interpreter.given, batch[index : index + 1])
                    interpreter.engine.invoke()
                    vectors[index] = interpreter.engine.get_tensor(interpreter.result)[0]
                except (RuntimeError, ValueError) as error:
                    message = f"{self.path.name} could not be computed: {_first_line(error)}"
                    raise EngineError(message) from error
        return vectors

    def close(self) -> None:
        """Let go of all interpreters; calls that are under way finish."""
        with self._lock:
            self._closed = True
            self._idle.clear()

    @contextmanager
    def _borrowed(self) -> Iterator[_Interpreter]:
        with self._lock:
            if self._closed:
                message = f"the network {self.path.name} is closed"
                raise ValueError(message)
            interpreter = self._idle.pop() if self._idle else None
        if interpreter is None:
            interpreter = self._open()
        # One that failed is not given back: nobody knows what state it is in.
        yield interpreter
        with self._lock:
            if not self._closed:
                self._idle.append(interpreter)

    def _open(self) -> _Interpreter:
        interpreter_class = _interpreter_class()
        try:
            engine = interpreter_class(model_content=self._content, num_threads=1)
            engine.allocate_tensors()
            inputs, outputs = engine.get_input_details(), engine.get_output_details()
        except (ValueError, RuntimeError) as error:
            message = f"{self.path.name} is damaged or not a LiteRT network: {_first_line(error)}"
            raise ModelError(message) from error
        if len(inputs) != 1 or len(outputs) != 1:
            message = (
                f"{self.path.name} has {len(inputs)} inputs and {len(outputs)} outputs, "
                "expected one picture and one vector"
            )
            raise ModelError(message)
        return _Interpreter(engine, int(inputs[0]["index"]), int(outputs[0]["index"]))


def litert_available() -> tuple[bool, str]:
    """Whether LiteRT can be imported here, and if not, why; imports it (0.2 s)."""
    try:
        _interpreter_class()
    except EngineError as error:
        return False, str(error)
    return True, ""


def _interpreter_class() -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError as error:
        message = f"LiteRT, which computes networks, cannot be loaded on this machine: {_first_line(error)}"
        raise EngineError(message) from error
    return Interpreter


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        message = f"the network {path} is missing"
        raise ModelError(message) from error
    except OSError as error:
        message = f"the network {path} could not be read: {error.strerror or error}"
        raise ModelError(message) from error
    if content[4:8] != _FILE_IDENTIFIER:
        message = f"{path.name} is not a LiteRT network (.tflite): expected TFL3 at byte 4, got {content[4:8]!r}"
        raise ModelError(message)
    return content


def _check_form(interpreter: _Interpreter, name: str) -> tuple[tuple[int, int, int], int]:
    given = interpreter.engine.get_input_details()[0]
    result = interpreter.engine.get_output_details()[0]
    shape, size = tuple(int(side) for side in given["shape"]), tuple(int(side) for side in result["shape"])
    types = (np.dtype(given["dtype"]), np.dtype(result["dtype"]))
    fits = len(shape) == 4 and shape[0] == 1 and shape[3] == 3 and min(shape) > 0 and len(size) == 2 and size[0] == 1
    if not fits or types != (np.dtype(np.float32), np.dtype(np.float32)):
        message = (
            f"{name} turns {types[0]} of shape {shape} into {types[1]} of shape {size}, "
            "expected float32 pictures of shape (1, h, w, 3) into float32 vectors of shape (1, d)"
        )
        raise ModelError(message)
    return (shape[1], shape[2], shape[3]), size[1]


@contextmanager
def _without_xnnpack_note() -> Iterator[None]:
    """Keep the line that LiteRT's native code writes with the first interpreter off the person's terminal.

    There is no switch for it. Whatever else arrives on standard error in these milliseconds is passed on.
    """
    with _STDERR_LOCK:
        try:
            saved = os.dup(2)
        except OSError:  # A window without a console has no standard error.
            yield
            return
        with tempfile.TemporaryFile() as caught:
            os.dup2(caught.fileno(), 2)
            try:
                yield
            finally:
                os.dup2(saved, 2)
                os.close(saved)
                caught.seek(0)
                for line in caught:
                    if line.strip() != _XNNPACK_NOTE:
                        os.write(2, line)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
