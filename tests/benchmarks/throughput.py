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
from pathlib import Path

import numpy as np
from figures import Figure, Spent, of_repeats, spent
from generators import finish, opened
from setting import Setting

from photosort.core.catalog import Catalog
from photosort.core.imaging import decode, model_input
from photosort.core.thumbnails import THUMBNAIL_SIDE, ThumbnailCache
from photosort.ml.backbones import Backbone, load_compact
from photosort.ml.heads import bundled
from photosort.pipeline import analyze

_SHORT_SIDE = THUMBNAIL_SIDE * 3 // 4
_BATCH = 8


def measure(setting: Setting) -> Iterator[Figure]:
    """Run all rounds."""
    folder = setting.camera_photos("cameras", 2 if setting.quick else 6)
    paths = sorted(folder.iterdir())
    backbone = load_compact("cpu")
    batches = _inputs(paths[: len(paths) // 2], backbone)
    count = sum(map(len, batches))
    decoded, embedded, whole, ratio, by_cpu, faster, plain = [], [], [], [], [], [], []
    with _plain_way(backbone.input_size) as process:
        for number in range(setting.repeats):
            decoding = spent(lambda: _decode_all(paths, setting.cores))
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
    yield of_repeats("decode alone, all cores", decoded, "photos/s", note=f"{len(paths)} {files}")
    yield of_repeats("embedding alone, all cores", embedded, "photos/s", note=f"{backbone.id}, {backbone.device.name}")
    yield of_repeats("whole analysis", whole, "photos/s", note="decode, thumbnails, embed, predict, store")
    yield of_repeats("whole / limit", ratio, aim=0.9, at_least=True, note="limit = 1/(1/decode + 1/embedding)")
    why = (
        "one photo after the other, the same network, without the start of TensorFlow"
        if plain
        else "no TensorFlow here"
    )
    yield of_repeats("plain way", plain, "photos/s", note=why)
    yield of_repeats("whole analysis / plain way", faster, aim=10, at_least=True, note="" if plain else why)
    backbone.close()


def _inputs(paths: list[Path], backbone: Backbone) -> list[np.ndarray]:
    pixels = [
        model_input(decode(path, short_side=_SHORT_SIDE).pixels, backbone.input_size, fit=backbone.framing)
        for path in paths
    ]
    return [np.stack(pixels[start : start + _BATCH]) for start in range(0, len(pixels), _BATCH)] * 2


def _decode_all(paths: list[Path], threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(lambda path: decode(path, short_side=_SHORT_SIDE), paths):
            pass


def _embed_all(batches: list[np.ndarray], backbone: Backbone, threads: int) -> None:
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(backbone.embed, batches):
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
