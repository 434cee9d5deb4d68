"""Photos looked at again by their thumbnails: how well that stands for the photos themselves, and how much it saves.

Parts of real camera photos, cut out at full size, stand for many photos: enlarged small ones would flatter thumbnails.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from figures import Figure, spent
from numpy.typing import NDArray
from PIL import Image, ImageOps
from setting import Setting

from photosort.core.imaging import decode, model_input
from photosort.core.photo import VERDICTS, Verdict
from photosort.core.thumbnails import THUMBNAIL_SIDE, ThumbnailCache
from photosort.ml import backbones, networks
from photosort.ml.backbones import Backbone
from photosort.ml.heads import bundled

_DECODE_SIDE = THUMBNAIL_SIDE * 3 // 4
_SMALLEST, _LARGEST = 0.4, 0.9
"""Sides of a part, as shares of the photo's."""

_SURE = VERDICTS.index(Verdict.SURE)

Vectors = NDArray[np.float32]


def measure(setting: Setting) -> Iterator[Figure]:
    """Measure every network that is here."""
    if not setting.has_cameras:
        yield Figure("thumbnails in place of photos", None, note="there are no real camera photos here")
        return
    parts = _parts(setting, 2 if setting.quick else 12)
    for status in networks.status(setting.paths):
        if status.state.usable and status.facts.input_size <= _DECODE_SIDE:
            backbone = backbones.load(status.name, setting.paths, wanted="cpu")
            try:
                yield from _measure(backbone, parts, setting.scratch / "again" / status.name)
            finally:
                backbone.close()


def _parts(setting: Setting, count: int) -> list[Path]:
    chance = random.Random(5)
    folder = setting.scratch / "parts"
    folder.mkdir()
    made = []
    for source in sorted((setting.shared / "photos" / "real" / "cameras").glob("*.[jJ][pP][gG]")):
        with Image.open(source) as image:
            photo = ImageOps.exif_transpose(image).convert("RGB")
        for _ in range(count):
            share = chance.uniform(_SMALLEST, _LARGEST)
            width, height = round(photo.width * share), round(photo.height * share)
            left, top = chance.randint(0, photo.width - width), chance.randint(0, photo.height - height)
            if max(width, height) >= 2 * THUMBNAIL_SIDE:
                made.append(folder / f"{len(made)}.jpg")
                photo.crop((left, top, left + width, top + height)).save(made[-1], quality=92)
    return made


def _measure(backbone: Backbone, parts: Sequence[Path], folder: Path) -> Iterator[Figure]:
    cache = ThumbnailCache(folder)
    side = max(_DECODE_SIDE, backbone.input_size)
    photos: list[Vectors] = []
    thumbnails: list[Vectors] = []
    original = short = 0.0
    for part in parts:
        decoded = decode(part, short_side=side, preview_side=backbone.input_size)
        cache.put(decoded.key, decoded.pixels)
        pixels = cache.pixels(decoded.key)
        if pixels is None or min(pixels.shape[:2]) < backbone.input_size:
            continue
        key = decoded.key
        embedding = spent(lambda pixels=decoded.pixels: photos.append(_embedded(backbone, pixels))).cpu
        thumbnails.append(_embedded(backbone, pixels))
        original += embedding + spent(lambda part=part: decode(part, short_side=side)).cpu
        short += embedding + spent(lambda key=key: cache.pixels(key)).cpu
    of_photos, of_thumbnails = np.concatenate(photos), np.concatenate(thumbnails)
    cosines = (of_photos * of_thumbnails).sum(1)
    cosines /= np.linalg.norm(of_photos, axis=1) * np.linalg.norm(of_thumbnails, axis=1)
    what = f"{backbone.name} sees thumbnails"
    note = f"{len(cosines)} parts of camera photos"
    apart = 1000 * (1 - cosines)
    yield Figure(f"{what}: 1 - cosine with photos, thousandths, mean", float(apart.mean()), "", 10.0, note=note)
    yield Figure(f"{what}: 1 - cosine with photos, thousandths, worst", float(apart.max()))
    for head in bundled(backbone.id):
        before, after = head.predict(of_photos), head.predict(of_thumbnails)
        other = (before.label_index != after.label_index) & (before.verdict == _SURE)
        crossed = before.verdict != after.verdict
        yield Figure(f"{what}: was sure, has another label, {head.name}", 100 * float(other.mean()), "%", 1.0)
        yield Figure(f"{what}: another verdict, {head.name}", 100 * float(crossed.mean()), "%")
    yield Figure(f"{what}: times as quick, decoding included", original / short, note="processor time")


def _embedded(backbone: Backbone, pixels: NDArray[np.uint8]) -> Vectors:
    vectors = backbone.embed(model_input(pixels, backbone.input_size, fit=backbone.framing)[None])
    return vectors.astype(np.float16).astype(np.float32)
