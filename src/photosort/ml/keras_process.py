"""The parent's side of the helper process in which TensorFlow lives.

JSON lines go back and forth over the child's standard input and output, arrays as .npy files in a folder that both
know. The child ends when its standard input closes, hence also when this process dies, however it dies.

PR_SET_PDEATHSIG is left alone on purpose: it fires when the *thread* ends that started the child, and jobs start
children from threads that end long before the child may.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import logging
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

import photosort
from photosort.core.errors import EngineError, ModelError
from photosort.core.photo import Progress

_logger = logging.getLogger(__name__)

_HEARTBEAT = 0.1
"""Seconds between yields while the child computes, so that a job can be stopped."""

_GOODBYE = 5.0
"""Seconds that a child has to end by itself."""

_TAIL = 60
"""Lines of the child's standard error that are kept."""

Answer = Mapping[str, Any]
_Result = TypeVar("_Result")


class KerasProcess:
    """A helper process; starts at once and answers one request at a time, from any thread.

    Args:
        gpu: whether it may see a GPU. Without, none of its memory is touched.
        command: instead of this program with its hidden command.

    Raises:
        EngineError: the process cannot be started.
    """

    def __init__(self, *, gpu: bool = False, command: Sequence[str] | None = None) -> None:
        self._exchange = Path(tempfile.mkdtemp(prefix="photosort-"))
        self._turn = threading.Lock()
        self._lines: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        self._errors: deque[str] = deque(maxlen=_TAIL)
        self._asked = 0
        self._killed = False
        try:
            self._process = subprocess.Popen(
                _command() if command is None else command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._exchange,
                env=_environment(self._exchange, gpu=gpu),
                encoding="utf-8",
                errors="replace",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            shutil.rmtree(self._exchange, ignore_errors=True)
            message = f"the helper process could not be started: {error.strerror or error}"
            raise EngineError(message) from error
        self._readers = [
            threading.Thread(target=target, args=(stream,), name=f"photosort-keras-{name}", daemon=True)
            for target, stream, name in (
                (self._read_answers, self._process.stdout, "answers"),
                (self._read_errors, self._process.stderr, "errors"),
            )
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the child runs."""
        return self._process.poll() is None

    def request(self, task: str, **fields: Any) -> Generator[Progress, None, Answer]:
        """Ask for something that takes its time.

        Args:
            task: a name in `photosort.ml.keras_tasks.TASKS`.
            **fields: its arguments, as JSON knows them.

        Yields:
            the child's progress, and again and again the last one while nothing is new. Closing the generator kills
            the child.

        Returns:
            the answer.

        Raises:
            ModelError: the child found something wrong with a file.
            EngineError: the engine cannot do it here, or the child has died. The child's traceback, or the last lines
                of its standard error, are in the exception's notes.
        """
        with self._turn:
            self._asked += 1
            number = self._asked
            self._send({"id": number, "task": task, "exchange": str(self._exchange), **fields})
            finished = False
            try:
                progress = Progress("Getting ready", 0, None)
                while True:
                    try:
                        line = self._lines.get(timeout=_HEARTBEAT)
                    except queue.Empty:
                        yield progress
                        continue
                    if line is None:
                        self._lines.put(None)
                        finished = True
                        raise self._death()
                    if line.get("id") != number:
                        continue
                    if "progress" in line:
                        told = line["progress"]
                        progress = Progress(told["what"], told["done"], told["total"])
                        yield progress
                        continue
                    finished = True
                    return self._answer(line)
            finally:
                if not finished:
                    self.kill()

    def ask(self, task: str, **fields: Any) -> Answer:
        """Ask and wait; see `request`."""
        return _result(self.request(task, **fields))

    def embedding(self, pixels: NDArray[np.uint8]) -> Generator[Progress, None, NDArray[np.float32]]:
        """Embed pictures with the network that the task `open` opened.

        Args:
            pixels: uint8 of shape (n, size, size, 3).

        Yields:
            as `request` does; closing the generator kills the child.

        Returns:
            float32 of shape (n, d).

        Raises:
            EngineError: the engine failed or the child has died.
        """
        given, result = None, None
        try:
            handle, name = tempfile.mkstemp(suffix=".npy", dir=self._exchange)
            given = Path(name)
            result = given.with_suffix(".out.npy")
            with os.fdopen(handle, "wb") as file:
                np.save(file, pixels, allow_pickle=False)
            yield from self.request("embed", pixels=str(given), vectors=str(result))
            vectors = np.load(result, allow_pickle=False)
        except OSError as error:
            message = f"pictures could not be handed to the helper process: {error.strerror or error}"
            raise EngineError(message) from error
        finally:
            for path in (given, result):
                if path is not None:
                    path.unlink(missing_ok=True)
        return np.asarray(vectors, np.float32)

    def embed(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed pictures and wait; see `embedding`."""
        return _result(self.embedding(pixels))

    def probe(self, path: Path) -> Answer:
        """Open a network from outside in the child, where a crash harms nobody, and run it once.

        Returns:
            its ``input_shape``, ``output_size`` and ``sha256``; `photosort.ml.runtime.Network` takes the last.

        Raises:
            ModelError: it is no network that photosort can use.
            EngineError: LiteRT cannot be imported, or died of it.
        """
        return self.ask("probe", path=str(path))

    def kill(self) -> None:
        """End the child at once."""
        self._killed = True
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """Let the child end, and clean up; can be called again, and after its death."""
        for stream in (self._process.stdin,):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            self._process.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        shutil.rmtree(self._exchange, ignore_errors=True)

    def _send(self, message: Answer) -> None:
        pipe = self._process.stdin
        if pipe is None or pipe.closed:
            raise self._death()
        try:
            pipe.write(json.dumps(message) + "\n")
            pipe.flush()
        except (OSError, ValueError) as error:  # ValueError: another thread has just closed it.
            raise self._death() from error

    def _answer(self, line: Answer) -> Answer:
        if "error" not in line:
            answer: Answer = line["answer"]
            return answer
        error = ModelError(line["error"]) if line.get("kind") == "model" else EngineError(line["error"])
        if line.get("details"):
            error.add_note(f"In the helper process:\n{line['details']}")
        raise error

    def _death(self) -> EngineError:
        if self._killed:
            return EngineError("the helper process was stopped")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_GOODBYE)
        self._readers[1].join(_GOODBYE)
        status = self._process.returncode
        error = EngineError(f"the helper process for networks ended unexpectedly ({_status_text(status)})")
        if self._errors:
            error.add_note("The helper process wrote last:\n" + "\n".join(self._errors))
        return error

    def _read_answers(self, stream: IO[str]) -> None:
        for line in stream:
            try:
                message = json.loads(line)
            except ValueError:
                self._errors.append(line.rstrip())
                continue
            if isinstance(message, dict):
                self._lines.put(message)
        self._lines.put(None)

    def _read_errors(self, stream: IO[str]) -> None:
        for line in stream:
            self._errors.append(line.rstrip())
            _logger.debug("helper process: %s", line.rstrip())


def available() -> tuple[bool, str]:
    """Whether TensorFlow can be used here, and if not, why; starts a helper process (4 to 14 s) unless it is absent."""
    if importlib.util.find_spec("tensorflow") is None:
        return False, "TensorFlow is not installed"
    try:
        with KerasProcess() as process:
            process.ask("describe")
    except EngineError as error:
        _logger.info("TensorFlow cannot be used", exc_info=True)
        return False, str(error)
    return True, ""


def _result(steps: Generator[Progress, None, _Result]) -> _Result:
    """Run a generator to its end."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            result: _Result = stop.value
            return result


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, "--keras-worker"]
    # -P: modules come from where this process has them, never from a folder that happens to be the current one.
    return [sys.executable, "-P", "-m", "photosort", "--keras-worker"]


def _environment(exchange: Path, *, gpu: bool) -> dict[str, str]:
    package = Path(photosort.__file__).resolve().parent.parent
    search = os.pathsep.join(part for part in (str(package), os.environ.get("PYTHONPATH", "")) if part)
    own = {
        "PYTHONPATH": search,
        "PYTHONUTF8": "1",
        "KERAS_BACKEND": "tensorflow",
        # A person's own keras.json may ask for another backend or data format, and none is to be written.
        "KERAS_HOME": str(exchange),
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    if not gpu:
        own["CUDA_VISIBLE_DEVICES"] = "-1"
    else:
        # Also where a library starts the GPU before `keras_gpu.let_memory_grow` has had its say.
        own["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
    return os.environ | own


def _status_text(status: int | None) -> str:
    if status is None:
        return "it does not answer"
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-status).name}"
    return f"status {status}"
