"""Photos per second: decoding alone, embedding alone, the whole analysis, and the plain way beside it.

Each round measures all four, one after the other, so that a machine that is busy with something else is so for all
of them; ratios are taken within a round.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from figures import Figure, Spent, of_repeats, spent
from generators import finish, opened
from numpy.typing import NDArray
from setting import Setting

from photosort.core.catalog import Catalog
from photosort.core.imaging import Decoded, decode, measure_sharpness, model_input
from photosort.core.thumbnails import THUMBNAIL_SIDE, ThumbnailCache
from photosort.ml.backbones import Backbone, load_compact
from photosort.ml.heads import bundled
from photosort.pipeline import analyze

_SHORT_SIDE = THUMBNAIL_SIDE * 3 // 4
_BATCH = 8

Pixels = NDArray[np.uint8]


def measure(setting: Setting) -> Iterator[Figure]:
    """Run all rounds."""
    folder = setting.camera_photos("cameras", 2 if setting.quick else 6)
    paths = sorted(folder.iterdir())
    backbone = load_compact("cpu")
    pixels = [_decode(path, backbone).pixels for path in paths]
    batches = [pixels[start : start + _BATCH] for start in range(0, len(pixels), _BATCH)]
    count = len(pixels)
    decoded, embedded, whole, ratio, by_cpu, faster, plain = [], [], [], [], [], [], []
    with _plain_way(backbone.input_size) as process:
        for number in range(setting.repeats):
            decoding = spent(lambda: _decode_all(paths, backbone, setting.cores))
            embedding = spent(lambda: _embed_all(batches, backbone, setting.cores))
            analysis = _whole(setting.scratch / f"analysis {number}", folder, backbone)
            decoded.append(len(paths) / decoding.seconds)
            embedded.append(count / embedding.seconds)
            whole.append(len(paths) / analysis.seconds)
            ratio.append(whole[-1] * (1 / decoded[-1] + 1 / embedded[-1]))
            by_cpu.append((decoding.cpu / len(paths) + embedding.cpu / count) / (analysis.cpu / len(paths)))
            if process is not None:
                few = min(len(paths), 12 if setting.quick else 29)
                # The same photos that the whole analysis had, the first of each camera.
                plain.append(few / _ask(process, folder, few))
                faster.append(whole[-1] / plain[-1])
    files = "real camera files" if setting.has_cameras else "made-up pictures of 6 megapixels: no camera files here"
    yield of_repeats(
        "decode alone, all cores", decoded, "photos/s", note=f"{len(paths)} {files}; as the analysis decodes"
    )
    yield of_repeats(
        "embedding alone, all cores",
        embedded,
        "photos/s",
        note=f"from decoded pixels: resize, network; {backbone.id}, {backbone.device.name}",
    )
    yield of_repeats("whole analysis", whole, "photos/s", note="decode, thumbnails, embed, predict, store")
    yield of_repeats("whole / limit", ratio, aim=0.9, at_least=True, note="limit = 1/(1/decode + 1/embedding)")
    yield of_repeats(
        "whole / limit, by processor time", by_cpu, note="seconds of the processor: hardly changed by other work"
    )
    why = (
        "one photo after the other, the same network, without the start of TensorFlow"
        if plain
        else "no TensorFlow here"
    )
    yield of_repeats("plain way", plain, "photos/s", note=why)
    yield of_repeats("whole analysis / plain way", faster, aim=10, at_least=True, note="" if plain else why)
    backbone.close()


def _decode(path: Path, backbone: Backbone) -> Decoded:
    """All decoding that the analysis does of a photo: sharpness has it read anew where a preview served."""
    decoded = decode(path, short_side=_SHORT_SIDE, preview_side=backbone.input_size)
    if decoded.sharpness is None:
        measure_sharpness(path)
    return decoded


def _decode_all(paths: list[Path], backbone: Backbone, threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(partial(_decode, backbone=backbone), paths):
            pass


def _embed(batch: list[Pixels], backbone: Backbone) -> None:
    size = backbone.input_size
    backbone.embed(np.stack([model_input(pixels, size, fit=backbone.framing) for pixels in batch]))


def _embed_all(batches: list[list[Pixels]], backbone: Backbone, threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(partial(_embed, backbone=backbone), batches):
            pass


def _whole(directory: Path, folder: Path, backbone: Backbone) -> Spent:
    with Catalog(directory) as catalog:
        root_id = opened(catalog, folder).root_id
        thumbnails = ThumbnailCache(directory / "thumbnails")
        steps = analyze(catalog, root_id, [backbone], bundled(backbone.id), thumbnails)
        return spent(lambda: finish(steps))


@contextmanager
def _plain_way(input_size: int) -> Iterator[subprocess.Popen[str] | None]:
    worker = Path(__file__).resolve().parent / "plain_worker.py"
    process = subprocess.Popen(
        [sys.executable, str(worker), str(input_size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        ready = process.stdout is not None and process.stdout.readline().startswith("ready")
        yield process if ready else None
    finally:
        process.communicate()


def _ask(process: subprocess.Popen[str], folder: Path, count: int) -> float:
    if process.stdin is None or process.stdout is None:
        message = "the plain way has no pipes"
        raise RuntimeError(message)
    process.stdin.write(f"{folder}\t{count}\n")
    process.stdin.flush()
    return float(process.stdout.readline())
