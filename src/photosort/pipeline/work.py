"""The unit of work: a batch of photos in, a batch of rows out.

Plain functions that touch neither catalog nor window; threads run them today, and a test calls them with three files.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import ImageError
from photosort.core.files import modified_ns
from photosort.core.imaging import Decoded, content_key, decode, model_input
from photosort.core.photo import Failure, Photo
from photosort.core.thumbnails import THUMBNAIL_SIDE, ThumbnailCache
from photosort.ml.backbones import Backbone

_DECODE_SIDE = THUMBNAIL_SIDE * 3 // 4
"""Short side, in pixels, of a decode that serves a thumbnail of a 4:3 photo."""

BY_THUMBNAIL = frozenset({"compact", "mobilenetv2"})
"""Networks that look at photos again by their thumbnails, two to three times as quick.

``tests/benchmarks/run.py again`` shows what that changes: of 332 parts of camera photos none that was sure became
another sure word; 0 (compact) and 0.6 % (mobilenetv2) of kinds that were sure became another guess; 3 % of animals
(compact) and 5 % of kinds (mobilenetv2) crossed the line between sure and unsure, in either direction.
"""

_LARGE = 2
"""How many times larger than its thumbnail a photo must be that is looked at again by its thumbnail."""

_NO_MEMORY = "the picture needs more memory than there is"


@dataclass(frozen=True, slots=True)
class KnownContents:
    """What was embedded before, so that a copy or a renamed photo is not decoded again.

    Attributes:
        keys: by backbone id, the content keys whose embedding is stored.
        sizes: the file sizes of those contents: a photo of another size cannot be among them.
    """

    keys: Mapping[str, frozenset[str]]
    sizes: frozenset[int]

    @classmethod
    def of(cls, keys: Mapping[str, frozenset[str]]) -> KnownContents:
        """Take the keys of each backbone; a content key begins with the file's size."""
        return cls(keys, frozenset(int(key.partition("-")[0]) for some in keys.values() for key in some))


@dataclass(frozen=True, slots=True)
class Looked:
    """What reading one photo gave.

    Attributes:
        photo: the photo as the scan saw it.
        key: its content key.
        decoded: None when the file was not decoded: stored results serve (a copy of a photo that was looked at
            before), or its thumbnail was enough.
        pixels: what the networks see, uint8 of shape (height, width, 3), sRGB, upright; None when stored results serve.
        embeddings: by backbone id, float16 of shape (dimension,), as the catalog keeps them: what is predicted from a
            fresh embedding is what would be predicted from the stored one.
    """

    photo: Photo
    key: str
    decoded: Decoded | None
    pixels: NDArray[np.uint8] | None
    embeddings: dict[str, NDArray[np.float16]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhotoFailure:
    """A photo that could not be read.

    Attributes:
        photo: the photo as the scan saw it.
        failure: why.
        lasting: True when the file itself is at fault, so that trying again is pointless until it changes.
    """

    photo: Photo
    failure: Failure
    lasting: bool


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Everything that came of one batch; ``looked`` and ``failures`` together are the batch, unless it was stopped."""

    looked: tuple[Looked, ...]
    failures: tuple[PhotoFailure, ...]
    decode_seconds: float
    embed_seconds: float


def look_at(
    photos: Sequence[Photo],
    backbones: Sequence[Backbone],
    thumbnails: ThumbnailCache | None,
    known: KnownContents,
    stop: threading.Event,
) -> BatchResult:
    """Decode each photo once and use it for everything: thumbnail, sharpness, hash, embeddings.

    Args:
        photos: the batch.
        backbones: the networks to embed with.
        thumbnails: where thumbnails go; None for none.
        known: contents whose embedding is stored: those are not decoded again.
        stop: when set, the batch ends after the photo at hand and gives what it has.

    Returns:
        what was read, what failed, and the seconds that this thread spent.
    """
    input_size = max((backbone.input_size for backbone in backbones), default=1)
    fit = thumbnails if all(backbone.name in BY_THUMBNAIL for backbone in backbones) else None
    looked: list[Looked] = []
    failures: list[PhotoFailure] = []
    started = time.perf_counter()
    for photo in photos:
        if stop.is_set():
            break
        try:
            one = _read(photo, input_size, known, fit)
        except ImageError as error:
            failures.append(PhotoFailure(photo, Failure(photo.relpath, str(error)), lasting=True))
        except OSError as error:
            reason = f"the file could not be read: {error.strerror or error}"
            failures.append(PhotoFailure(photo, Failure(photo.relpath, reason), lasting=False))
        except MemoryError:
            failures.append(PhotoFailure(photo, Failure(photo.relpath, _NO_MEMORY), lasting=False))
        else:
            looked.append(one)
            if one.decoded is not None and thumbnails is not None:
                _keep_thumbnail(one, one.decoded, thumbnails)
    decoded_at = time.perf_counter()
    for backbone in backbones:
        _embed(backbone, looked, known.keys.get(backbone.id, frozenset()))
    return BatchResult(tuple(looked), tuple(failures), decoded_at - started, time.perf_counter() - decoded_at)


def _read(photo: Photo, input_size: int, known: KnownContents, thumbnails: ThumbnailCache | None) -> Looked:
    """Decode a photo, unless every backbone has seen the same content before, or its thumbnail is enough."""
    if photo.content_key is not None and thumbnails is not None and thumbnail_serves(photo, input_size):
        # The file is not touched: should it have changed since the scan, the next one forgets what is found here.
        pixels = thumbnails.pixels(photo.content_key)
        if pixels is not None and min(pixels.shape[:2]) >= input_size:
            return Looked(photo, photo.content_key, None, pixels)
    one = _read_file(photo, input_size, known)
    _check_unchanged(photo)
    return one


def _read_file(photo: Photo, input_size: int, known: KnownContents) -> Looked:
    if photo.size in known.sizes:
        key = content_key(photo.path)
        if all(key in keys for keys in known.keys.values()):
            return Looked(photo, key, None, None)
    # A preview inside the file serves when the networks can use it: a somewhat soft thumbnail beats half a second.
    decoded = decode(photo.path, short_side=max(_DECODE_SIDE, input_size), preview_side=input_size)
    return Looked(photo, decoded.key, decoded, decoded.pixels)


def _keep_thumbnail(one: Looked, decoded: Decoded, thumbnails: ThumbnailCache) -> None:
    # A photo that was decoded a second time had no thumbnail, or an old one that networks cannot use.
    if one.photo.content_key is not None or not thumbnails.has(one.key):
        thumbnails.put(one.key, decoded.pixels)


def thumbnail_serves(photo: Photo, input_size: int) -> bool:
    """Whether a network may be shown the thumbnail of a photo, if there is one, in place of the photo.

    Args:
        photo: a photo.
        input_size: side of the network's pictures, pixels.

    Returns:
        True for a photo that was decoded before and is much larger than its thumbnail, whose short side is at least
        ``input_size``. Small photos are decoded in no time, and are no longer what they were once compressed again.
    """
    if photo.content_key is None or photo.width is None or photo.height is None:
        return False
    long_side, short_side = max(photo.width, photo.height), min(photo.width, photo.height)
    return long_side >= _LARGE * THUMBNAIL_SIDE and short_side * THUMBNAIL_SIDE >= input_size * long_side


def _check_unchanged(photo: Photo) -> None:
    """A file that changes while it is read would be stored under a content that it no longer has."""
    now = photo.path.stat()
    if (now.st_size, modified_ns(now)) != (photo.size, photo.mtime_ns):
        raise OSError("it is being written; photosort looks again at the next scan")


def _embed(backbone: Backbone, looked: Sequence[Looked], known: frozenset[str]) -> None:
    todo = [(one, one.pixels) for one in looked if one.pixels is not None and one.key not in known]
    if not todo:
        return
    batch = np.stack([model_input(pixels, backbone.input_size, fit=backbone.framing) for _, pixels in todo])
    for (one, _), embedding in zip(todo, backbone.embed(batch), strict=True):
        one.embeddings[backbone.id] = embedding.astype(np.float16)
