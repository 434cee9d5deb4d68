#!/usr/bin/env python3
"""Train the bundled compact backbone from scratch, with one resumable command.

    python packaging/models/train_backbone.py --photos ../shared/photos --teacher mobilenetv2.weights.h5

Steps, each skipped when its result already lies in `--work`:

1. pack: every photo that may be used is decoded once, to 128 x 128 uint8 in one memory-mapped array;
2. teach: a MobileNetV2 with ImageNet weights embeds the pack at 192 px (through LiteRT, in float16);
3. train: the network of `photosort.ml.architectures.build_compact` learns to point where the teacher's
   centred, PCA-reduced embedding points (cosine) and to name the labels that the sets carry (cross-entropy);
4. export: Keras weights, a float16 `.tflite` and a card.

Held-out sets are removed from the list of files before any byte of theirs is read. Needs torch (training),
tensorflow (conversion), keras, ai-edge-litert, h5py, numpy and pillow; see README.md beside this file.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import datetime as dt
import hashlib
import io
import json
import logging
import math
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from other_camera import developed
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

_logger = logging.getLogger("train_backbone")

HELD_OUT_SETS = frozenset({"monkeys", "dog-food", "chihuahua-muffin"})
"""Sets no photo and no label of which enters any training; see also `is_held_out`."""

HELD_OUT_EVERY_FIFTH = "caltech101"
"""Of this set every fifth class, in alphabetical order from the first, is held out too."""

UNLABELLED_SETS = frozenset({"unlabelled"})
"""Sets whose folder names say where photos come from, not what they show: distilled, never named."""

SAME_LABELS = {"wildlife64": "wildlife"}
"""Sets that share label names with another set."""

SIDE = 128
"""Height and width of a packed photo, and the input size of what ships, in pixels."""

TEACHER_SIDE = 192
TARGET_DIM = 512

VIEWS = 4
"""How many views of a photo the teacher embeds: the whole photo, and crops."""

CROP_AREA = (0.35, 1.0)
"""Smallest and largest area of a crop, as a share of the photo."""

BOX_SEED = 20261122

CYCLES = ("first", "patient", "refined")
"""The cycles of a training, in their order; checkpoints are named after them."""

Split = Literal["train", "calibration", "validation"]


# ---------------------------------------------------------------- which photos, and for what


@dataclasses.dataclass(frozen=True)
class Entry:
    """One photo of the sets.

    Attributes:
        set_name: The set's name, which is the archive's name without `.zip`.
        label: The folder inside the set.
        file: File name without folders.
    """

    set_name: str
    label: str
    file: str

    @property
    def member(self) -> str:
        """Path inside the archive."""
        return f"{self.set_name}/{self.label}/{self.file}"


def is_held_out(set_name: str, label: str, labels_of_set: Iterable[str]) -> bool:
    """Tell whether a class may enter no training stage of any bundled model.

    Args:
        set_name: The set's name.
        label: The class within the set.
        labels_of_set: All classes of that set, in any order.
    """
    if set_name in HELD_OUT_SETS:
        return True
    return set_name == HELD_OUT_EVERY_FIFTH and label in sorted(set(labels_of_set))[::5]


def split_of(entry: Entry) -> Split:
    """Assign a photo to training (84 %), calibration (6 %) or validation (10 %), by a hash of its name.

    Calibration photos enter neither the backbone nor the fit of a head: a backbone has seen its training
    photos with their labels, and confidences on those are too high. Validation photos enter nothing at all.
    """
    digest = hashlib.blake2b(entry.member.encode(), digest_size=8).digest()
    bucket = int.from_bytes(digest, "big") % 100
    if bucket < 10:
        return "validation"
    return "calibration" if bucket < 16 else "train"


def list_photos(photos: Path) -> list[Entry]:
    """List all photos of all set archives, held-out ones included, in a fixed order.

    Args:
        photos: Folder with `<set>.zip` archives of `<set>/<label>/<file>` members.

    Raises:
        FileNotFoundError: If there is no archive.
    """
    entries: list[Entry] = []
    for archive in sorted(photos.glob("*.zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in sorted(opened.namelist()):
                parts = name.split("/")
                if len(parts) == 3 and parts[2]:
                    entries.append(Entry(*parts))
    if not entries:
        msg = f"expected <set>.zip archives with photos in {photos}, found none"
        raise FileNotFoundError(msg)
    return entries


def usable(entries: Sequence[Entry]) -> list[Entry]:
    """Drop what is held out, in every split."""
    labels: dict[str, set[str]] = {}
    for entry in entries:
        labels.setdefault(entry.set_name, set()).add(entry.label)
    return [e for e in entries if not is_held_out(e.set_name, e.label, labels[e.set_name])]


def held_out_classes(entries: Sequence[Entry]) -> list[str]:
    """Name the held-out classes as `set/label`, sorted."""
    kept = set(usable(entries))
    return sorted({f"{e.set_name}/{e.label}" for e in entries if e not in kept})


def class_names(entries: Sequence[Entry]) -> list[str]:
    """Name the classes of the cross-entropy, as `set/label`, sorted."""
    return sorted(
        {f"{SAME_LABELS.get(e.set_name, e.set_name)}/{e.label}" for e in entries if e.set_name not in UNLABELLED_SETS}
    )


# ---------------------------------------------------------------- pack and teach


@dataclasses.dataclass(frozen=True)
class Pack:
    """Decoded photos.

    Attributes:
        entries: The photos, in the order of the rows.
        pixels: uint8 `(n, 128, 128, 3)`, RGB, the whole photo squeezed to a square.
    """

    entries: list[Entry]
    pixels: NDArray[np.uint8]

    def rows(self, split: Split) -> NDArray[np.int64]:
        """Return the row numbers of one split."""
        return np.array([i for i, e in enumerate(self.entries) if split_of(e) == split], np.int64)


def make_pack(photos: Path, work: Path) -> Pack:
    """Decode all usable photos once, or open the pack that an earlier run left."""
    entries = usable(list_photos(photos))
    index = [e.member for e in entries]
    pixels_path, index_path = work / "pack.npy", work / "pack.json"
    if index_path.exists() and json.loads(index_path.read_text("utf-8")) == index:
        return Pack(entries, np.load(pixels_path, mmap_mode="r"))
    _logger.info("decoding %d photos", len(entries))
    shape = (len(entries), SIDE, SIDE, 3)
    pixels = np.lib.format.open_memmap(pixels_path, mode="w+", dtype=np.uint8, shape=shape)
    archives: dict[str, zipfile.ZipFile] = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(entries), 512):
            chunk = entries[start : start + 512]
            for entry in chunk:
                if entry.set_name not in archives:
                    archives[entry.set_name] = zipfile.ZipFile(photos / f"{entry.set_name}.zip")
            encoded = [archives[e.set_name].read(e.member) for e in chunk]
            for offset, decoded in enumerate(pool.map(_decode, encoded)):
                pixels[start + offset] = decoded
    for opened in archives.values():
        opened.close()
    pixels.flush()
    index_path.write_text(json.dumps(index), "utf-8")
    return Pack(entries, np.load(pixels_path, mmap_mode="r"))


def make_other_pack(pack: Pack, work: Path) -> NDArray[np.uint8]:
    """Develop every photo of the pack as another camera would have, or open what an earlier run made.

    Returns:
        uint8 `(n, 128, 128, 3)`, rows as in the pack; framed alike, so that the boxes fit both.
    """
    path = work / "pack-other.npy"
    if path.exists():
        made: NDArray[np.uint8] = np.load(path, mmap_mode="r")
        if made.shape == pack.pixels.shape:
            return made
    _logger.info("developing %d photos by another camera", len(pack.entries))
    unfinished = work / "pack-other.tmp.npy"
    pixels = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.uint8, shape=pack.pixels.shape)

    def develop(row: int) -> None:
        pixels[row] = developed(pack.pixels[row], np.random.default_rng([BOX_SEED, row]))

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(develop, range(len(pixels))):
            pass
    pixels.flush()
    unfinished.rename(path)
    return np.load(path, mmap_mode="r")  # type: ignore[no-any-return]


def _decode(encoded: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(encoded)) as image:
        return np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def boxes(pack: Pack) -> NDArray[np.float32]:
    """Choose the parts of each photo that teacher and pupil look at: the whole, then crops of changing size and shape.

    A pupil that sees a crop while the teacher answers for the whole photo learns from answers to another question;
    so each crop is the teacher's too (Beyer et al., "Knowledge distillation: A good teacher is patient and
    consistent", 2022).

    Returns:
        float32 `(n, VIEWS, 4)`: left, top, right, bottom in pixels of the pack; the same for the same photos.
    """
    rng = np.random.default_rng(BOX_SEED)
    shape = (len(pack.entries), VIEWS)
    area, ratio = rng.uniform(*CROP_AREA, shape), np.exp(rng.uniform(-0.3, 0.3, shape))
    width, height = (SIDE * np.minimum(1.0, np.sqrt(area * r)) for r in (ratio, 1 / ratio))
    left, top = rng.uniform(0, 1, shape) * (SIDE - width), rng.uniform(0, 1, shape) * (SIDE - height)
    found = np.stack([left, top, left + width, top + height], axis=-1).astype(np.float32)
    found[:, 0] = (0, 0, SIDE, SIDE)
    return found


def teach(pack: Pack, weights: Path, work: Path, threads: int) -> NDArray[np.float16]:
    """Embed the views of the training photos with the teacher and reduce them: centred, PCA to 512, unit length.

    Returns:
        float16 `(n, VIEWS, 512)`; zeros for photos of other splits. Centre and axes come from the whole photos.
    """
    path = work / "views.npy"
    rows = pack.rows("train")
    if path.exists():
        targets: NDArray[np.float16] = np.load(path, mmap_mode="r")
        if targets.shape == (len(pack.entries), VIEWS, TARGET_DIM):
            return targets
    lite = work / "teacher.tflite"
    if not lite.exists():
        _run_with_tensorflow("convert-teacher", "--teacher", str(weights), "--work", str(work))
    chosen = boxes(pack)
    targets = np.zeros((len(pack.entries), VIEWS, TARGET_DIM), np.float16)
    for number in range(VIEWS):
        embeddings = _embed_with_litert(lite, pack.pixels, rows, chosen[:, number], threads)
        if number == 0:
            centre = embeddings.mean(0, dtype=np.float64)
            values, vectors = np.linalg.eigh((embeddings - centre).T @ (embeddings - centre) / len(embeddings))
            axes = vectors[:, np.argsort(values)[::-1][:TARGET_DIM]]
            kept = np.sort(values)[::-1][:TARGET_DIM].sum() / values.sum()
            _logger.info("teacher: %d dimensions keep %.3f of the variance", TARGET_DIM, kept)
        reduced = (embeddings - centre) @ axes
        reduced /= np.linalg.norm(reduced, axis=1, keepdims=True) + 1e-9
        targets[rows, number] = reduced
    np.save(work / "views.tmp.npy", targets)
    (work / "views.tmp.npy").rename(path)
    return targets


def _embed_with_litert(
    model: Path,
    pixels: NDArray[np.uint8],
    rows: NDArray[np.int64],
    boxes_of_rows: NDArray[np.float32],
    threads: int,
    batch: int = 8,
) -> NDArray[np.float32]:
    from ai_edge_litert.interpreter import Interpreter

    started = time.monotonic()

    def work_on(span: NDArray[np.int64]) -> NDArray[np.float32]:
        interpreter = Interpreter(model_path=str(model), num_threads=1)
        detail = interpreter.get_input_details()[0]
        side = int(detail["shape"][1])
        # The first axis is enlarged: fewer calls, the same figures.
        interpreter.resize_tensor_input(detail["index"], (batch, side, side, 3))
        interpreter.allocate_tensors()
        output = interpreter.get_output_details()[0]
        found = []
        for start in range(0, len(span), batch):
            chunk = span[start : start + batch]
            views = np.zeros((batch, side, side, 3), np.float32)
            for i, row in enumerate(chunk):
                box = tuple(boxes_of_rows[row].tolist())
                views[i] = Image.fromarray(pixels[row]).resize((side, side), Image.Resampling.BICUBIC, box=box)
            interpreter.set_tensor(detail["index"], views / 127.5 - 1)
            interpreter.invoke()
            found.append(interpreter.get_tensor(output["index"])[: len(chunk)].copy())
        return np.concatenate(found)

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        results = list(pool.map(work_on, np.array_split(rows, threads)))
    _logger.info("teacher: %.0f photos/s", len(rows) / (time.monotonic() - started))
    return np.concatenate(results)


def _run_with_tensorflow(step: str, *arguments: str) -> None:
    """Run one step of this script in a process of its own: Keras has one engine per process."""
    environment = os.environ | {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2"}
    command = [sys.executable, str(Path(__file__).resolve()), "--only", step, *arguments]
    subprocess.run(command, env=environment, check=True)


def convert_teacher(weights: Path, work: Path) -> None:
    """Turn the teacher's Keras weights into a float16 `.tflite` (runs under TensorFlow)."""
    import keras

    teacher = keras.applications.MobileNetV2(
        input_shape=(TEACHER_SIDE, TEACHER_SIDE, 3), weights=str(weights), include_top=False, pooling="avg"
    )
    (work / "teacher.tflite").write_bytes(to_litert(teacher))


def to_litert(model: Any) -> bytes:
    """Convert a Keras model to a float16 `.tflite` (runs under TensorFlow)."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    return bytes(converter.convert())


# ---------------------------------------------------------------- train


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything that decides on the result of a training.

    Attributes:
        minutes: Length of the training by the clock, without packing and teaching.
        stages: Side in pixels and share of the time, one pair per stage.
        batch: Photos per step.
        learning_rate: Peak of the one cycle.
        weight_decay: AdamW's, on kernels only.
        distillation: Weight of the cosine loss beside the cross-entropy's 1.
        smoothing: Label smoothing.
        other_share: How many of the views are of the photo as another camera would have taken it.
        ema: Decay of the running average of the weights, per step.
        seed: Seeds weights, order and augmentation.
        bfloat16: Whether convolutions run in bfloat16.
        favoured: Sets whose photos come twice in an epoch.
        architecture: "xception", or "inverted" for the one that was compared with it.
    """

    minutes: float
    stages: tuple[tuple[int, float], ...] = ((64, 0.60), (96, 0.40))
    batch: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    distillation: float = 5.0
    smoothing: float = 0.1
    other_share: float = 0.35
    ema: float = 0.999
    seed: int = 20261121
    bfloat16: bool = True
    favoured: tuple[str, ...] = ()
    architecture: str = "xception"

    def patient(self, minutes: float) -> Recipe:
        """Return the recipe of a second, long cycle that starts from the averaged weights of the first."""
        return dataclasses.replace(
            self,
            minutes=minutes,
            stages=((64, 0.45), (96, 0.35), (112, 0.20)),
            learning_rate=2e-3,
            ema=0.9995,
            seed=self.seed + 1,
        )

    def refined(self, minutes: float) -> Recipe:
        """Return the recipe of a last, gentle cycle, with twice the cats, dogs and wild animals."""
        return dataclasses.replace(
            self,
            minutes=minutes,
            stages=((112, 0.5), (128, 0.5)),
            learning_rate=6e-4,
            seed=self.seed + 2,
            favoured=("cats-dogs", "wildlife", "wildlife64"),
        )

    def side_at(self, progress: float) -> int:
        """Return the side in pixels at a point in 0..1 of the training."""
        reached = 0.0
        for side, share in self.stages:
            reached += share
            if progress < reached:
                return side
        return self.stages[-1][0]

    def rate_at(self, progress: float) -> float:
        """Return the learning rate at a point in 0..1: a short linear rise, then half a cosine."""
        warm = 0.04
        if progress < warm:
            return self.learning_rate * (0.02 + 0.98 * progress / warm)
        fall = min(1.0, (progress - warm) / (1 - warm))
        return self.learning_rate * (0.002 + 0.998 * 0.5 * (1 + math.cos(math.pi * fall)))


@dataclasses.dataclass(frozen=True)
class Lessons:
    """What the pupil looks at, and what the teacher says of it.

    Attributes:
        pack: The photos.
        other: uint8 `(n, 128, 128, 3)`, the photos as another camera would have taken them.
        boxes: float32 `(n, VIEWS, 4)`, the parts of the photos that the teacher has looked at.
        targets: float16 `(n, VIEWS, 512)`, where the teacher's embeddings of these parts point.
    """

    pack: Pack
    other: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    targets: NDArray[np.float16]

    def view(
        self, row: int, side: int, recipe: Recipe, rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
        """Look at one of the teacher's parts of a photo, mirrored half of the time.

        Args:
            row: Which photo.
            side: Side of the result in pixels.
            recipe: Says how often the other camera's photo is taken.
            rng: Source of chance.

        Returns:
            uint8 `(side, side, 3)`, and the teacher's direction, float16 `(512,)`.
        """
        number = int(rng.integers(VIEWS))
        pixels = self.other if rng.random() < recipe.other_share else self.pack.pixels
        box = tuple(self.boxes[row, number].tolist())
        cut = np.asarray(Image.fromarray(pixels[row]).resize((side, side), Image.Resampling.BILINEAR, box=box))
        return (cut[:, ::-1] if rng.random() < 0.5 else cut), self.targets[row, number]


_Batch = tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.float32]]


def _batches(
    lessons: Lessons, rows: NDArray[np.int64], recipe: Recipe, first_step: int, side_of_step: Any
) -> Iterator[_Batch]:
    """Yield batches without end; what a step gets depends on its number alone, so that a run can resume."""
    per_epoch = len(rows) // recipe.batch
    ready: queue.Queue[_Batch] = queue.Queue(maxsize=4)
    ended = threading.Event()

    def fill() -> None:
        step, epoch, order = first_step, -1, rows
        while not ended.is_set():
            if step // per_epoch != epoch:
                epoch = step // per_epoch
                order = np.random.default_rng([recipe.seed, 1, epoch]).permutation(rows)
            at = (step % per_epoch) * recipe.batch
            chosen = order[at : at + recipe.batch]
            rng = np.random.default_rng([recipe.seed, 2, step])
            side = side_of_step()
            views, targets = zip(*(lessons.view(row, side, recipe, rng) for row in chosen), strict=True)
            batch = (chosen, np.stack(views), np.stack(targets).astype(np.float32))
            while not ended.is_set():
                try:
                    ready.put(batch, timeout=1.0)
                    break
                except queue.Full:
                    continue
            step += 1

    thread = threading.Thread(target=fill, name="views", daemon=True)
    thread.start()
    try:
        while True:
            yield ready.get()
    finally:
        ended.set()
        thread.join()


def _use_fused_batch_norm() -> None:
    """Let Keras' batch normalisation call PyTorch's fused kernel: the same arithmetic in one pass."""
    import torch
    from keras import layers

    def call(self: Any, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:  # noqa: ARG001
        return torch.nn.functional.batch_norm(
            inputs,
            self.moving_mean.value,
            self.moving_variance.value,
            self.gamma.value,
            self.beta.value,
            training=bool(training) and self.trainable,
            momentum=1 - self.momentum,
            eps=self.epsilon,
        )

    layers.BatchNormalization.call = call


def build(architecture: str) -> Callable[..., Any]:
    """Return the function that builds an architecture, for the choices of `--architecture`."""
    from candidates import build_inverted

    from photosort.ml.architectures import build_compact

    return {"xception": build_compact, "inverted": build_inverted}[architecture]


class Trainer:
    """The network, its two training heads, the optimiser and the running average.

    Args:
        classes: Number of labels.
        recipe: How to train.
        threads: How many threads share a batch.
    """

    def __init__(self, classes: int, recipe: Recipe, threads: int = 1) -> None:
        import keras
        import torch

        from photosort.ml.architectures import EMBEDDING_DIM

        torch.set_num_threads(1)
        self.threads = threads
        self._pool = concurrent.futures.ThreadPoolExecutor(threads, thread_name_prefix="gradients")
        _use_fused_batch_norm()
        keras.utils.set_random_seed(recipe.seed)
        self.recipe = recipe
        self.model = build(recipe.architecture)(None, data_format="channels_first", rescale=False)
        self.heads = keras.layers.Dense(TARGET_DIM + classes, name="training_heads")
        self.heads.build((None, EMBEDDING_DIM))
        self.variables = [*self.model.trainable_variables, *self.heads.trainable_variables]
        self.parameters = [v.value for v in self.variables]
        decayed = [p for p in self.parameters if p.ndim > 1]
        plain = [p for p in self.parameters if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": plain, "weight_decay": 0.0}],
            lr=recipe.learning_rate,
            foreach=True,
        )
        self.average = [p.detach().clone() for p in self.parameters]
        self.step = 0
        self.seconds = 0.0

    def train_step(
        self, views: NDArray[np.uint8], targets: NDArray[np.float32], labels: NDArray[np.int64], rate: float
    ) -> tuple[float, float]:
        """Take one step.

        Args:
            views: uint8 `(n, side, side, 3)`.
            targets: float32 `(n, 512)`, unit length.
            labels: int64 `(n,)`, -1 for a photo without a label.
            rate: Learning rate.

        Returns:
            The cosine distance to the teacher and the cross-entropy.
        """
        import torch

        for group in self.optimizer.param_groups:
            group["lr"] = rate
        parts = np.array_split(np.arange(len(views)), self.threads)
        found = list(
            self._pool.map(
                lambda part: self._gradients(part[0], views[part[1]], targets[part[1]], labels[part[1]]),
                enumerate(parts),
            )
        )
        for position, parameter in enumerate(self.parameters):
            parameter.grad = torch.stack([gradients[position] for gradients, _, _ in found]).mean(0)
        torch.nn.utils.clip_grad_norm_(self.parameters, 5.0)
        self.optimizer.step()
        decay = min(self.recipe.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, 1 - decay)
        self.step += 1
        return tuple(float(np.mean(losses)) for losses in list(zip(*found, strict=True))[1:])  # type: ignore[return-value]

    def _gradients(
        self, part: int, views: NDArray[np.uint8], targets: NDArray[np.float32], labels: NDArray[np.int64]
    ) -> tuple[tuple[Any, ...], float, float]:
        """Return gradients and both losses of a part of the batch; runs on one thread of its own.

        Threads that each compute a part meet once per step. PyTorch's own threads meet in every layer, and whenever
        another program holds a core they wait there, most of the time.
        """
        import torch
        from torch.nn import functional

        generator = torch.Generator().manual_seed((self.recipe.seed * 1_000_003 + self.step) * 64 + part)
        pixels = _jitter(_to_tensor(views), generator)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.recipe.bfloat16):
            embedding = self.model(pixels, training=True)
        found = self.heads(embedding.float())
        cosine = (1 - functional.cosine_similarity(found[:, :TARGET_DIM], torch.from_numpy(targets))).mean()
        entropy = functional.cross_entropy(
            found[:, TARGET_DIM:],
            torch.from_numpy(labels),
            ignore_index=-1,
            label_smoothing=self.recipe.smoothing,
        )
        gradients = torch.autograd.grad(self.recipe.distillation * cosine + entropy, self.parameters)
        return gradients, float(cosine.detach()), float(entropy.detach())

    def save(self, path: Path) -> None:
        """Write everything needed to go on, in place of the file before."""
        arrays: dict[str, NDArray[Any]] = {"step": np.array(self.step), "seconds": np.array(self.seconds)}
        for i, (parameter, average) in enumerate(zip(self.parameters, self.average, strict=True)):
            arrays[f"parameter_{i}"] = parameter.detach().numpy()
            arrays[f"average_{i}"] = average.numpy()
            for key, value in self.optimizer.state[parameter].items():
                arrays[f"optimizer_{i}_{key}"] = value.numpy()
        for i, variable in enumerate(self.model.non_trainable_variables):
            arrays[f"statistic_{i}"] = variable.value.detach().numpy()
        temporary = path.with_suffix(".tmp.npz")
        np.savez(temporary, **arrays)
        temporary.replace(path)

    def load(self, path: Path) -> None:
        """Take up what `save` wrote."""
        import torch

        with np.load(path, allow_pickle=False) as stored, torch.no_grad():
            self.step, self.seconds = int(stored["step"]), float(stored["seconds"])
            for i, (parameter, average) in enumerate(zip(self.parameters, self.average, strict=True)):
                parameter.copy_(torch.from_numpy(stored[f"parameter_{i}"]))
                average.copy_(torch.from_numpy(stored[f"average_{i}"]))
                prefix = f"optimizer_{i}_"
                self.optimizer.state[parameter] = {
                    name.removeprefix(prefix): torch.from_numpy(stored[name])
                    for name in stored.files
                    if name.startswith(prefix)
                }
            for i, variable in enumerate(self.model.non_trainable_variables):
                variable.value.copy_(torch.from_numpy(stored[f"statistic_{i}"]))

    def begin_again(self) -> None:
        """Take the averaged weights as the start of another cycle."""
        import torch

        self.step, self.seconds = 0, 0.0
        with torch.no_grad():
            for parameter, average in zip(self.parameters, self.average, strict=True):
                parameter.copy_(average)

    def settle(self, pixels: NDArray[np.uint8]) -> None:
        """Take the averaged weights and measure batch-norm statistics anew with them, at the final size.

        Args:
            pixels: uint8 `(n, 128, 128, 3)` training photos, as prediction will see them.
        """
        import torch
        from keras import layers

        with torch.no_grad():
            for parameter, average in zip(self.parameters, self.average, strict=True):
                parameter.copy_(average)
            norms = [la for la in self.model.layers if isinstance(la, layers.BatchNormalization)]
            for number, start in enumerate(range(0, len(pixels), 256)):
                for norm in norms:
                    norm.momentum = number / (number + 1)  # a plain mean over the batches
                self.model(_to_tensor(pixels[start : start + 256]) / 127.5 - 1, training=True)


def _to_tensor(pixels: NDArray[np.uint8]) -> Any:
    import torch

    # NHWC memory seen as NCHW: the layout in which PyTorch's CPU convolutions are quickest.
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float()


def _jitter(pixels: Any, generator: Any) -> Any:
    """Vary brightness, contrast, saturation, tint and sharpness of each photo a little; 0..255 to about -1..1."""
    import torch
    from torch.nn import functional

    n = pixels.shape[0]

    def chance(spread: float, width: int = 1) -> Any:
        return 1 + spread * (2 * torch.rand((n, width, 1, 1), generator=generator) - 1)

    pixels = pixels / 127.5 - 1
    grey = (pixels * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
    mean = grey.mean((2, 3), keepdim=True)
    pixels = grey + (pixels - grey) * chance(0.4)
    pixels = mean + (pixels - mean) * chance(0.3)
    pixels = (pixels + 1) * chance(0.25) * chance(0.06, 3) - 1
    blurred = functional.avg_pool2d(functional.pad(pixels, (1, 1, 1, 1), mode="replicate"), 3, 1)
    pixels = blurred + (pixels - blurred) * chance(0.6)
    return pixels.clamp(-1.2, 1.2).contiguous(memory_format=torch.channels_last)


def train(
    lessons: Lessons,
    recipe: Recipe,
    work: Path,
    threads: int,
    *,
    checkpoint: Path,
    start: Path | None = None,
) -> Path:
    """Train, or go on with the training that `checkpoint` holds.

    Args:
        lessons: Photos and what the teacher says of them.
        recipe: How to train.
        work: Where the weights go.
        threads: How many share a batch.
        checkpoint: Is written every two minutes.
        start: A finished training's checkpoint, whose averaged weights this one begins with.

    Returns:
        Path of the final Keras weights (channels_last, float32).
    """
    pack = lessons.pack
    rows = pack.rows("train")
    favoured = [row for row in rows if pack.entries[row].set_name in recipe.favoured]
    rows = np.concatenate([rows, np.array(favoured, np.int64)])
    names = class_names(pack.entries)
    number = {name: i for i, name in enumerate(names)}
    labels = np.array(
        [number.get(f"{SAME_LABELS.get(e.set_name, e.set_name)}/{e.label}", -1) for e in pack.entries], np.int64
    )
    trainer = Trainer(len(names), recipe, threads)
    if start is not None and not checkpoint.exists():
        trainer.load(start)
        trainer.begin_again()
    if checkpoint.exists():
        trainer.load(checkpoint)
        _logger.info("going on at step %d, %.1f min", trainer.step, trainer.seconds / 60)
    _logger.info("%d photos, %d labels, %d parameters", len(rows), len(names), trainer.model.count_params())
    total, first_step = recipe.minutes * 60, trainer.step
    # The clock counts training alone, and goes on where a stopped run left it.
    before, last_save = time.monotonic() - trainer.seconds, time.monotonic()
    losses: list[tuple[float, float]] = []
    batches = _batches(lessons, rows, recipe, trainer.step, lambda: recipe.side_at(trainer.seconds / total))
    try:
        for chosen, views, targets in batches:
            if trainer.seconds >= total:
                break
            rate = recipe.rate_at(trainer.seconds / total)
            losses.append(trainer.train_step(views, targets, labels[chosen], rate))
            trainer.seconds = time.monotonic() - before
            if trainer.step % 100 == 0:
                cosine, entropy = np.mean(losses, axis=0)
                epoch = trainer.step * recipe.batch / len(rows)
                _logger.info(
                    "step %d epoch %.1f side %d min %.1f rate %.5f cosine %.4f entropy %.3f",
                    trainer.step, epoch, views.shape[1], trainer.seconds / 60, rate, cosine, entropy,
                )  # fmt: skip
                losses = []
            if time.monotonic() - last_save > 120:
                trainer.save(checkpoint)
                last_save = time.monotonic()
    finally:
        batches.close()  # type: ignore[attr-defined]
    if trainer.step > first_step:
        trainer.save(checkpoint)
    cycle = {"steps": trainer.step, "minutes": round(trainer.seconds / 60, 1)}
    checkpoint.with_suffix(".json").write_text(json.dumps(cycle), "utf-8")
    return settle(pack, trainer, work)


def settle(pack: Pack, trainer: Trainer, work: Path) -> Path:
    """Write the averaged weights with fresh batch-norm statistics."""
    rng = np.random.default_rng([trainer.recipe.seed, 3])
    trainer.settle(pack.pixels[np.sort(rng.choice(pack.rows("train"), 3072, replace=False))])
    stored = build(trainer.recipe.architecture)(SIDE)
    stored.set_weights(trainer.model.get_weights())
    path = work / "backbone.weights.h5"
    stored.save_weights(path)
    return path


# ---------------------------------------------------------------- export


def export(photos: Path, work: Path, out: Path, recipes: Sequence[Recipe], command: str) -> None:
    """Write `backbone.weights.h5`, `backbone.tflite` and `card.json` (runs under TensorFlow).

    Raises:
        RuntimeError: If the converted network's embeddings differ from Keras' (cosine under 0.999).
    """
    import keras

    from photosort.ml.architectures import EMBEDDING_DIM, build_compact

    out.mkdir(parents=True, exist_ok=True)
    model = build_compact(SIDE)
    model.load_weights(work / "backbone.weights.h5")
    # What is stored is what is converted: round to float16 first, so that both files hold the same network.
    # Batch-norm statistics keep float32 in the file as well: their range is wider and they are few.
    model.set_weights([w.astype(np.float16).astype(np.float32) for w in model.get_weights()])
    with tempfile.TemporaryDirectory() as temporary:
        full = Path(temporary) / "backbone.weights.h5"
        model.save_weights(full)
        _store_half(full, out / "backbone.weights.h5")
    (out / "backbone.tflite").write_bytes(to_litert(model))

    pack = make_pack(photos, work)
    sample = pack.pixels[pack.rows("validation")[::50]].astype(np.float32)
    expected = model.predict(sample, verbose=0)
    again = build_compact(SIDE)
    again.load_weights(out / "backbone.weights.h5")
    found = _run_bundled(out / "backbone.tflite", sample)
    worst = min(float(_cosine(expected, found).min()), float(_cosine(expected, again.predict(sample, verbose=0)).min()))
    if not worst >= 0.999:
        msg = f"the stored network differs from the trained one: cosine {worst:.5f}, expected at least 0.999"
        raise RuntimeError(msg)
    _logger.info("converted: lowest cosine %.6f over %d photos", worst, len(sample))

    cycles = [
        json.loads(path.read_text("utf-8")) for path in (work / f"{name}.json" for name in CYCLES) if path.exists()
    ]
    counts = Counter(e.set_name for e in pack.entries if split_of(e) == "train")
    card = {
        "schema": 1,
        "name": "compact",
        "kind": "backbone",
        "version": 1,
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "architecture": {"function": "photosort.ml.architectures.build_compact", "parameters": model.count_params()},
        "input_size": SIDE,
        "preprocessing": {
            "name": "stretch_rgb",
            "version": 1,
            "about": "upright, sRGB, the whole photo resized to a square; the network takes 0..255 itself",
            "scale": 1.0,
            "offset": 0.0,
        },
        "embedding_dim": EMBEDDING_DIM,
        "files": {
            name: {"sha256": _sha256(out / name), "bytes": (out / name).stat().st_size}
            for name in ("backbone.tflite", "backbone.weights.h5")
        },
        "training": {
            "command": command,
            "recipes": [dataclasses.asdict(recipe) for recipe in recipes],
            "cycles": cycles,
            "engine": f"Keras {keras.__version__}",
            "teacher": "MobileNetV2, ImageNet weights of keras.applications (Apache-2.0), at 192 px",
            "photos": dict(sorted(counts.items())),
            "photos_total": sum(counts.values()),
            "labels": len(class_names(pack.entries)),
        },
        "held_out": held_out_classes(list_photos(photos)),
        "licence": {
            "weights": "MIT, as photosort",
            "sources": "trained on public research sets, mostly collected from the web; no photo of theirs is "
            "distributed. The teacher's weights are Apache-2.0 and are not distributed either.",
        },
        "figures": {},
    }
    old = out / "card.json"
    old.write_text(json.dumps(card, indent=2) + "\n", "utf-8")


def _store_half(full: Path, half: Path) -> None:
    """Copy Keras weights with float16 data sets; Keras reads them back into float32 variables."""
    import h5py

    half.unlink(missing_ok=True)
    with h5py.File(full, "r") as source, h5py.File(half, "w") as target:

        def copy(name: str, node: Any) -> None:
            if isinstance(node, h5py.Dataset):
                data = node[()]
                target.create_dataset(name, data=data.astype(np.float16) if data.dtype == np.float32 else data)
            else:
                target.require_group(name)
            for key, value in node.attrs.items():
                target[name].attrs[key] = value

        for key, value in source.attrs.items():
            target.attrs[key] = value
        source.visititems(copy)


def _run_bundled(path: Path, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path), num_threads=1)
    interpreter.allocate_tensors()
    given, result = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    rows = []
    for photo in pixels:
        interpreter.set_tensor(given, photo[None])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(result)[0].copy())
    return np.stack(rows)


def _cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    product = (a * b).sum(1) / (np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1))
    return np.asarray(product, np.float32)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# ---------------------------------------------------------------- command line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps that are asked for; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "photos")
    teacher = ROOT.parent / "shared" / "weights" / "mobilenetv2_imagenet_notop.weights.h5"
    parser.add_argument("--teacher", type=Path, default=teacher)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "photosort-training",
                        help="packs, targets and checkpoints; some 3 GB")  # fmt: skip
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "models" / "compact")
    parser.add_argument("--minutes", type=float, default=100.0, help="length of the first cycle, by the clock")
    parser.add_argument("--patient", type=float, default=80.0, help="of a second, long one; 0 for none")
    parser.add_argument("--refine", type=float, default=15.0, help="of a last, gentle one; 0 for none")
    parser.add_argument("--architecture", choices=["xception", "inverted"], default="xception")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--fresh", action="store_true", help="forget the checkpoint and start over")
    parser.add_argument(
        "--only",
        choices=["pack", "teach", "train", "settle", "export", "convert-teacher"],
        help="run one step; `settle` makes weights of the checkpoint of a run that still goes on",
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options.work.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(minutes=options.minutes, architecture=options.architecture)
    recipes = {"first": recipe}
    if options.patient > 0:
        recipes["patient"] = recipe.patient(options.patient)
    if options.refine > 0:
        recipes["refined"] = recipe.refined(options.refine)
    checkpoints = {name: options.work / f"{name}.npz" for name in recipes}
    lengths = [f"--{name}={getattr(options, name):g}" for name in ("minutes", "patient", "refine")]
    command = " ".join(["python packaging/models/train_backbone.py", *lengths])

    if options.only == "convert-teacher":
        convert_teacher(options.teacher, options.work)
        return 0
    if options.only == "export":
        export(options.photos, options.work, options.out, list(recipes.values()), command)
        return 0
    os.environ.setdefault("KERAS_BACKEND", "torch")
    pack = make_pack(options.photos, options.work)
    if options.only == "pack":
        return 0
    if options.only == "settle":
        trainer = Trainer(len(class_names(pack.entries)), recipe)
        newest = max((path for path in checkpoints.values() if path.exists()), key=lambda path: path.stat().st_mtime)
        shutil.copy(newest, options.work / "settling.npz")
        trainer.load(options.work / "settling.npz")
        settle(pack, trainer, options.work)
        return 0
    targets = teach(pack, options.teacher, options.work, options.threads)
    if options.only == "teach":
        return 0
    lessons = Lessons(pack, make_other_pack(pack, options.work), boxes(pack), targets)
    if options.fresh:
        for path in checkpoints.values():
            path.unlink(missing_ok=True)
    before: Path | None = None
    for name, cycle in recipes.items():
        train(lessons, cycle, options.work, options.threads, checkpoint=checkpoints[name], start=before)
        before = checkpoints[name]
    if options.only is None:
        _run_with_tensorflow("export", "--photos", str(options.photos), "--work", str(options.work),
                             "--out", str(options.out), *lengths)  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
