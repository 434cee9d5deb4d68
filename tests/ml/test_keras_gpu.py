"""What the helper process does with a GPU: memory that is short, memory that grows, half precision, names."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from photosort.core.errors import EngineError
from photosort.core.paths import resources
from photosort.ml import keras_gpu, keras_process
from photosort.ml.acceleration import GpuPlan, Way, lowest_cosine
from photosort.ml.backbones import COMPACT_WEIGHTS, LiteRTBackbone
from photosort.ml.cards import BackboneCard
from photosort.ml.keras_gpu import FittingBatches
from photosort.ml.keras_process import KerasProcess
from photosort.ml.samples import sample_pictures


class Memory:
    """A network that sums up pictures, and a memory that holds a few of them."""

    def __init__(self, holds: int) -> None:
        self.holds = holds
        self.tried: list[int] = []

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        self.tried.append(len(batch))
        if len(batch) > self.holds:
            raise MemoryError
        return batch.sum((1, 2))


def fitting(memory: Memory) -> FittingBatches:
    return FittingBatches(memory, lambda error: isinstance(error, MemoryError))


@pytest.fixture
def batch() -> np.ndarray:
    return np.arange(11 * 4, dtype=np.float32).reshape(11, 2, 2, 1)


def test_what_fits_is_run_at_once(batch) -> None:
    memory = Memory(11)
    run = fitting(memory)
    np.testing.assert_array_equal(run(batch)[:, 0], batch.sum((1, 2, 3)))
    assert memory.tried == [11]
    assert run.largest is None


def test_a_batch_that_does_not_fit_is_halved_until_it_does_and_nothing_is_lost(batch) -> None:
    memory = Memory(3)
    run = fitting(memory)
    np.testing.assert_array_equal(run(batch)[:, 0], batch.sum((1, 2, 3)))
    assert memory.tried == [11, 5, 2, 2, 2, 2, 2, 1]
    memory.tried.clear()
    run(batch[:5])
    assert memory.tried == [2, 2, 1], "what did not fit once is not tried again"


def test_memory_that_gets_shorter_half_way_costs_no_picture(batch) -> None:
    memory = Memory(4)
    run = fitting(memory)
    run(batch)
    memory.holds = 1
    np.testing.assert_array_equal(run(batch)[:, 0], batch.sum((1, 2, 3)))
    assert run.largest == 1


def test_memory_for_not_even_one_picture_is_an_engine_error(batch) -> None:
    with pytest.raises(EngineError, match="memory does not suffice"):
        fitting(Memory(0))(batch)


def test_any_other_error_is_left_alone(batch) -> None:
    def broken(_batch: np.ndarray) -> np.ndarray:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        FittingBatches(broken, lambda error: isinstance(error, MemoryError))(batch)


def test_no_pictures_give_no_vectors() -> None:
    assert fitting(Memory(3))(np.zeros((0, 2, 2, 1), np.float32)).shape == (0, 1)


def pretended_tensorflow(*, refuses: bool = False) -> SimpleNamespace:
    """What is asked of TensorFlow about the memory of two GPUs; the second may refuse."""
    grows = {"GPU:0": False, "GPU:1": False}

    def set_memory_growth(gpu: str, wanted: bool) -> None:
        if refuses and gpu == "GPU:1":
            raise RuntimeError("Physical devices cannot be modified after being initialized")
        grows[gpu] = wanted

    experimental = SimpleNamespace(set_memory_growth=set_memory_growth, get_memory_growth=grows.__getitem__)
    config = SimpleNamespace(list_physical_devices=lambda kind: list(grows), experimental=experimental)
    return SimpleNamespace(config=config, grows=grows)


def test_the_memory_of_every_gpu_grows_as_needed() -> None:
    tensorflow = pretended_tensorflow()
    assert keras_gpu.let_memory_grow(tensorflow)
    assert tensorflow.grows == {"GPU:0": True, "GPU:1": True}


def test_a_gpu_that_keeps_its_memory_setting_is_told_and_used_all_the_same() -> None:
    assert not keras_gpu.let_memory_grow(pretended_tensorflow(refuses=True))


def test_a_helper_that_may_see_a_gpu_is_told_to_take_memory_as_needed(tmp_path) -> None:
    assert keras_process._environment(tmp_path, gpu=True)["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert keras_process._environment(tmp_path, gpu=False)["CUDA_VISIBLE_DEVICES"] == "-1"


_SOFTWARE = (
    "I0000 00:00:1795277290.4 8777 environment.cc:532] Selected adapter: SwiftShader Device (Subzero), "
    "arch=swiftshader, vendor=google, backend=Vulkan, adapterType=CPU / Software"
)
_REAL = (
    "I0000 environment.cc:532] Selected adapter: NVIDIA GeForce RTX 4070, arch=lovelace, vendor=nvidia, "
    "backend=Vulkan, adapterType=Discrete GPU"
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (_SOFTWARE, ("SwiftShader Device (Subzero)", True)),
        (_REAL, ("NVIDIA GeForce RTX 4070", False)),
        ("INFO: [delegate_webgpu.cc:363] Created a WebGPU environment.", ("GPU", False)),
    ],
)
def test_what_litert_says_of_its_gpu_is_understood(line, expected) -> None:
    assert keras_gpu._adapter(["INFO: something else", line]) == expected


# -- with the real TensorFlow, on its CPU ----------------------------------------------------------

_SHORT_OF_MEMORY = """
import sys
from photosort.ml import keras_gpu, keras_worker

original, batches = keras_gpu.tensorflow_run, 0
before, after, change = (int(word) for word in sys.argv[1:])

def short_of_memory(tensorflow, model, size):
    def check(pictures):
        global batches
        batches += 1
        if len(pictures) > (before if batches <= change else after):
            raise MemoryError("OOM when allocating tensor")  # which TensorFlow makes a ResourceExhaustedError of
        return pictures

    def checked(pictures, training):
        held = tensorflow.py_function(check, [pictures], tensorflow.float32)
        return model(tensorflow.ensure_shape(held, pictures.shape), training=training)

    return original(tensorflow, checked, size)

keras_gpu.tensorflow_run = short_of_memory
keras_worker.main([])
"""


@pytest.fixture
def compact() -> BackboneCard:
    return BackboneCard.read(resources() / "models" / "compact")


@pytest.mark.tensorflow
def test_tensorflow_short_of_memory_takes_smaller_batches_and_in_the_end_leaves_them_to_the_cpu(compact) -> None:
    # Opened with 8 pictures (8 and 4 are too many, 2 fit), asked for 8 more: ten batches. Then nothing fits any more.
    command = [sys.executable, "-c", _SHORT_OF_MEMORY, "3", "0", "10"]
    plan = GpuPlan(Way.TENSORFLOW, compact.folder / COMPACT_WEIGHTS, compact)
    backbone = LiteRTBackbone(compact, plan=plan, start=lambda: KerasProcess(command=command), require_gpu=False)
    cpu = LiteRTBackbone(compact)
    pictures = sample_pictures(compact.input_size)
    try:
        assert backbone.wait_for_device().kind == "gpu"
        assert lowest_cosine(cpu.embed(pictures), backbone.embed(pictures)) > 0.9999
        assert backbone.device.kind == "gpu"
        np.testing.assert_array_equal(backbone.embed(pictures), cpu.embed(pictures))
        assert backbone.device.kind == "cpu"
        assert "memory does not suffice for a single picture" in backbone.device.reason
    finally:
        backbone.close()


@pytest.mark.tensorflow
def test_tensorflow_in_half_precision_and_without_a_gpu(compact) -> None:
    """Half precision is close to the whole, and does not stay behind for the next network."""
    pictures = sample_pictures(compact.input_size)
    with KerasProcess() as process:

        def opened(*, half: bool, require_gpu: bool = False) -> np.ndarray:
            process.ask(
                "open",
                engine="tensorflow",
                name="compact",
                network=str(compact.folder / COMPACT_WEIGHTS),
                size=compact.input_size,
                scale=compact.scale,
                offset=compact.offset,
                half=half,
                require_gpu=require_gpu,
            )
            return process.embed(pictures)

        with pytest.raises(EngineError, match="CUDA libraries are missing"):
            opened(half=False, require_gpu=True)
        whole, half, whole_again = opened(half=False), opened(half=True), opened(half=False)
    assert whole.dtype == half.dtype == np.float32
    assert lowest_cosine(whole, half) > 0.999
    assert np.abs(whole - half).max() > 1e-4 * np.abs(whole).max()
    np.testing.assert_array_equal(whole, whole_again)
