"""LiteRT behind its door: what it computes, from many threads, and what it refuses."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from photosort.core.errors import ModelError
from photosort.ml.runtime import Network, litert_available


@pytest.fixture
def batch(pixels) -> np.ndarray:
    return pixels.astype(np.float32) / np.float32(127.5) - 1


def test_a_network_tells_its_form(tiny_card) -> None:
    network = Network(tiny_card.network, sha256=tiny_card.sha256)
    assert network.input_shape == (16, 16, 3)
    assert network.output_size == 8
    assert network.sha256 == hashlib.sha256(tiny_card.network.read_bytes()).hexdigest()


def test_each_picture_is_computed_by_itself(tiny_card, batch) -> None:
    network = Network(tiny_card.network)
    together = network(batch)
    assert together.shape == (12, 8)
    assert together.dtype == np.float32
    assert len(np.unique(together, axis=0)) == 12
    for index in (0, 5, 11):
        np.testing.assert_array_equal(network(batch[index : index + 1])[0], together[index])


def test_litert_computes_what_the_layers_say(tiny_card, batch) -> None:
    """The network by hand, from the weights in the file: convolutions, average, matrix."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(tiny_card.network), num_threads=1)
    interpreter.allocate_tensors()
    weights = {}
    for detail in interpreter.get_tensor_details():
        shape = tuple(detail["shape"])
        if detail["dtype"] == np.float16 and shape in {(8, 3, 3, 3), (8, 3, 3, 8), (8, 8)}:
            weights[shape] = interpreter.get_tensor(detail["index"]).astype(np.float32)

    def convolve(picture: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
        windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3), axis=(0, 1))[::stride, ::stride]
        return np.maximum(np.einsum("xycij,oijc->xyo", windows, kernel), 0)

    seen = convolve(convolve(batch[3], weights[8, 3, 3, 3], 2), weights[8, 3, 3, 8], 1)
    expected = weights[8, 8] @ seen.mean((0, 1))
    np.testing.assert_allclose(Network(tiny_card.network)(batch[3:4])[0], expected, rtol=1e-4, atol=1e-5)


def test_an_empty_batch_gives_an_empty_result(tiny_card) -> None:
    assert Network(tiny_card.network)(np.empty((0, 16, 16, 3), np.float32)).shape == (0, 8)


def test_many_threads_get_what_one_gets(tiny_card, batch) -> None:
    network = Network(tiny_card.network)
    expected = network(batch)
    barrier = threading.Barrier(4)

    def work(_: int) -> list[np.ndarray]:
        barrier.wait()
        return [network(batch) for _ in range(25)]

    with ThreadPoolExecutor(4) as pool:
        for results in pool.map(work, range(4)):
            for result in results:
                np.testing.assert_array_equal(result, expected)


def test_threads_that_come_and_go_leave_no_interpreters_behind(tiny_card, batch) -> None:
    network = Network(tiny_card.network)
    for _ in range(5):
        thread = threading.Thread(target=network, args=(batch,))
        thread.start()
        thread.join()
    assert len(network._idle) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((1, 16, 15, 3), np.float32),
        np.zeros((16, 16, 3), np.float32),
        np.zeros((1, 16, 16, 3), np.uint8),
        np.zeros((1, 16, 16, 3), np.float64),
    ],
)
def test_a_batch_of_another_form_is_refused(tiny_card, wrong) -> None:
    with pytest.raises(ValueError, match="expected float32 of shape"):
        Network(tiny_card.network)(wrong)


def test_a_closed_network_says_so(tiny_card, batch) -> None:
    network = Network(tiny_card.network)
    network.close()
    with pytest.raises(ValueError, match="closed"):
        network(batch)


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.tflite is missing"):
        Network(tmp_path / "nowhere.tflite")


def test_a_folder_is_no_network(tmp_path) -> None:
    with pytest.raises(ModelError, match="could not be read"):
        Network(tmp_path)


@pytest.mark.parametrize("length", [0, 3, 8, 100, 3000, -1])
def test_a_truncated_file_is_refused(tiny_card, tmp_path, length) -> None:
    path = tmp_path / "cut.tflite"
    path.write_bytes(tiny_card.network.read_bytes()[:length])
    with pytest.raises(ModelError, match=r"cut\.tflite"):
        Network(path, sha256=tiny_card.sha256)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(100), b"\x89HDF\r\n\x1a\n" + bytes(64), bytes(4096)])
def test_a_foreign_file_is_refused_before_litert_sees_it(tmp_path, content) -> None:
    path = tmp_path / "foreign.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not a LiteRT network"):
        Network(path)


def test_a_single_changed_bit_is_noticed(tiny_card, tmp_path) -> None:
    content = bytearray(tiny_card.network.read_bytes())
    content[len(content) // 2] ^= 1
    path = tmp_path / "changed.tflite"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="not the expected file"):
        Network(path, sha256=tiny_card.sha256)


def test_a_damaged_file_without_a_known_hash_is_refused_by_litert(tiny_card, tmp_path) -> None:
    path = tmp_path / "damaged.tflite"
    path.write_bytes(tiny_card.network.read_bytes()[:8] + os.urandom(4000))
    with pytest.raises(ModelError, match="damaged or not a LiteRT network"):
        Network(path)


def test_a_network_of_another_form_is_refused(two_outputs) -> None:
    with pytest.raises(ModelError, match="1 inputs and 2 outputs"):
        Network(two_outputs)


def test_a_file_that_is_replaced_while_it_is_open_changes_nothing(tiny_card, tmp_path, batch) -> None:
    path = shutil.copy(tiny_card.network, tmp_path / "open.tflite")
    network = Network(path)
    expected = network(batch)
    path.write_bytes(b"")
    barrier = threading.Barrier(2)

    def work(_: int) -> np.ndarray:
        barrier.wait()
        return network(batch)

    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(work, range(2)):
            np.testing.assert_array_equal(found, expected)


def test_litert_is_here() -> None:
    assert litert_available() == (True, "")


_CHATTER = """
import os, sys, threading
from pathlib import Path
import numpy as np
from photosort.ml.runtime import Network

os.write(2, b"before\\n")
stop = threading.Event()
def chat():
    while not stop.is_set():
        os.write(2, b"x\\n")
        stop.wait(0.0005)
thread = threading.Thread(target=chat); thread.start()
networks = [Network(Path(sys.argv[1])) for _ in range(3)]
stop.set(); thread.join()
networks[0](np.zeros((1, 16, 16, 3), np.float32))
os.write(2, b"after\\n")
"""


def test_litert_keeps_quiet_and_nothing_else_is_lost(tiny_card) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CHATTER, str(tiny_card.network)], capture_output=True, text=True, check=True, timeout=60
    )
    lines = done.stderr.split()
    assert lines[0] == "before"
    assert lines[-1] == "after"
    assert set(lines[1:-1]) == {"x"}
    assert done.stdout == ""


def test_without_standard_error_a_network_still_opens(tiny_card) -> None:
    code = (
        "import os, sys; from pathlib import Path; os.close(2); from photosort.ml.runtime import Network; "
        "print(Network(Path(sys.argv[1])).output_size)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tiny_card.network)], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    assert done.stdout == "8\n"
