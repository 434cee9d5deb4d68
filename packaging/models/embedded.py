"""Embeddings of the sets' photos, made by the code of the product and kept between runs."""

from __future__ import annotations

import concurrent.futures
import contextlib
import dataclasses
import hashlib
import logging
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from classifiers import archive_of
from numpy.typing import NDArray
from other_camera import other_camera
from train_backbone import Entry

from photosort.core.imaging import decode, model_input
from photosort.ml.backbones import Backbone

_logger = logging.getLogger(__name__)

_CHUNK = 256
_SAVE_EVERY = 240.0
"""Seconds after which a long run stores what it has, so that it can be stopped and taken up again."""


@dataclasses.dataclass(frozen=True)
class Vectors:
    """Embeddings of the photos of the sets, rows aligned with the entries.

    Attributes:
        own: float32 `(n, d)`, of the photos as they are.
        other: float32 `(n, d)`, of the same photos as another camera would have taken them; zeros where not `viewed`.
        viewed: bool `(n,)`, which photos were embedded that way too.
    """

    own: NDArray[np.float32]
    other: NDArray[np.float32]
    viewed: NDArray[np.bool_]

    def both(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the chosen rows as they are and, those that can be, by another camera; and the row of each."""
        again = rows[self.viewed[rows]]
        return np.concatenate([self.own[rows], self.other[again]]), np.concatenate([rows, again])

    def either(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the chosen rows once, every second one by another camera, as far as they can be."""
        foreign = self.viewed[rows] & (np.arange(len(rows)) % 2 == 1)
        return np.where(foreign[:, None], self.other[rows], self.own[rows])


@dataclasses.dataclass(frozen=True)
class Embedder:
    """Embeds photos of the sets.

    Attributes:
        backbone: What embeds.
        photos: Folder of the set archives.
        work: Folder of the rendered pages and of the cache.
    """

    backbone: Backbone
    photos: Path
    work: Path

    def vectors(self, entries: Sequence[Entry], viewed: NDArray[np.bool_]) -> Vectors:
        """Embed photos as they are, and those that are to be `viewed` as another camera would have taken them, too."""
        own = self.embed(entries)
        other = np.zeros_like(own)
        rows = np.flatnonzero(viewed)
        other[rows] = self.embed([entries[row] for row in rows.tolist()], by_other_camera=True)
        return Vectors(own, other, viewed)

    def embed(self, entries: Sequence[Entry], *, by_other_camera: bool = False) -> NDArray[np.float32]:
        """Embed photos as the product does, or read what an earlier run embedded.

        Args:
            entries: The photos.
            by_other_camera: Change each photo as another camera would have, always in the same way.

        Returns:
            float32 `(n, d)`, rounded to float16 as in the catalog.
        """
        cache = self.work / f"embeddings-{self.backbone.id}{'-other' if by_other_camera else ''}.npz"
        known: dict[str, NDArray[np.float16]] = {}
        if cache.exists():
            with np.load(cache, allow_pickle=False) as stored:
                known = dict(zip(stored["members"].tolist(), stored["vectors"].astype(np.float16), strict=True))
        todo = [e for e in entries if e.member not in known]
        if todo:
            _logger.info("embedding %d photos with %s", len(todo), self.backbone.id)
            chunks = [todo[start : start + _CHUNK] for start in range(0, len(todo), _CHUNK)]
            saved = time.monotonic()
            with concurrent.futures.ThreadPoolExecutor(self.backbone.workers) as pool:
                results = pool.map(lambda chunk: self._embed_chunk(chunk, by_other_camera=by_other_camera), chunks)
                for chunk, vectors in zip(chunks, results, strict=True):
                    known.update(zip((e.member for e in chunk), vectors.astype(np.float16), strict=True))
                    if time.monotonic() - saved > _SAVE_EVERY:
                        _store(cache, known)
                        saved = time.monotonic()
            _store(cache, known)
        return np.stack([known[e.member] for e in entries]).astype(np.float32)

    def _embed_chunk(self, entries: Sequence[Entry], *, by_other_camera: bool) -> NDArray[np.float32]:
        inputs = []
        with contextlib.ExitStack() as stack:
            temporary = stack.enter_context(tempfile.TemporaryDirectory())
            # Opened once for all: reading the directory of an archive takes longer than decoding a photo.
            paths = {archive_of(entry, self.photos, self.work) for entry in entries}
            archives = {path: stack.enter_context(zipfile.ZipFile(path)) for path in paths}
            for entry in entries:
                archive = archives[archive_of(entry, self.photos, self.work)]
                path = Path(archive.extract(entry.member, temporary))
                pixels = decode(path, short_side=self.backbone.input_size).pixels
                if by_other_camera:
                    seed = int.from_bytes(hashlib.blake2b(entry.member.encode(), digest_size=8).digest(), "big")
                    pixels = other_camera(pixels, np.random.default_rng(seed))
                inputs.append(model_input(pixels, self.backbone.input_size, fit=self.backbone.framing))
                path.unlink()
        return self.backbone.embed(np.stack(inputs))


def _store(cache: Path, known: dict[str, NDArray[np.float16]]) -> None:
    members = sorted(known)
    temporary = cache.with_suffix(".tmp.npz")
    np.savez(temporary, members=np.array(members), vectors=np.stack([known[m] for m in members]))
    temporary.replace(cache)
