"""Open one file, choose the least that serves, and decode it: every way into Pillow, pillow-heif and rawpy."""

from __future__ import annotations

import io
import logging
import math
import re
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from PIL import AvifImagePlugin, BmpImagePlugin, GifImagePlugin, Image, PngImagePlugin, TiffImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from photosort.core.errors import ImageError
from photosort.core.files import openable
from photosort.core.imaging.exif import Exif, read_exif
from photosort.core.imaging.formats import (
    MAX_DRAFT_PIXELS,
    MAX_PIXELS,
    SIGNATURE_BYTES,
    Format,
    describe_other,
    sniff,
)
from photosort.core.imaging.jpeg import JpegHeader, read_header, without_metadata
from photosort.core.imaging.raw import RawPicture, read_raw

_logger = logging.getLogger(__name__)

_BIG_PIXELS = 50_000_000
_one_big_at_a_time = threading.Lock()
"""Pictures of hundreds of megabytes are decoded one after the other, however many threads there are."""

_ASPECT_TOLERANCE = 0.02
_BOX_SLACK = 16
"""Bytes that a HEIF file may lack of what it promises: some writers miscount, and nothing of the picture is gone."""

_PREVIEW_BYTES = 64 * 1024 * 1024

_BAD_FILE: Final = (
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow and its plugins raise on bad files: seen or found in their sources, next to OSError and MemoryError."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much of a picture is needed.

    Attributes:
        short_side: least short side of the decoded picture, pixels; None for no wish.
        long_side: least long side of it; None for no wish. Without either, all there is.
        preview_side: least short side of an embedded preview that serves instead; None where none does.
        raw_preview_side: the same for RAW files, whose alternative is to develop the sensor's data.
    """

    short_side: int | None
    long_side: int | None
    preview_side: int | None
    raw_preview_side: int

    def side_of(self, width: int, height: int) -> int:
        """Least short side, in pixels, of a decoded picture of a full size of ``width`` x ``height``."""
        if self.short_side is not None:
            return self.short_side
        if self.long_side is not None:
            return max(1, math.ceil(self.long_side * min(width, height) / max(width, height)))
        return min(width, height)


@dataclass(frozen=True, slots=True)
class Opened:
    """A decoded picture, not yet upright nor in sRGB.

    Attributes:
        image: the pixels.
        orientation: how they lie, EXIF 1 to 8.
        icc: their colour profile.
        width: full upright width, pixels.
        height: full upright height, pixels.
        exif: the file's tags.
        kind: what the file is.
        is_preview: the pixels are an embedded preview's.
    """

    image: Image.Image
    orientation: int
    icc: bytes | None
    width: int
    height: int
    exif: Exif
    kind: Format
    is_preview: bool


@contextmanager
def opened_file(path: Path) -> Iterator[tuple[BinaryIO, Format]]:
    """Open a picture file and tell what it is.

    Raises:
        ImageError: the file is empty, or no picture of a known format.
        OSError: the file could not be read.
    """
    with open(openable(path), "rb") as stream:  # noqa: PTH123 - long names on Windows
        head = stream.read(SIGNATURE_BYTES)
        if not head:
            raise ImageError("the file is empty (0 bytes)")
        kind = sniff(head, path.suffix)
        if kind is None:
            raise ImageError(f"this is no picture in a format that photosort reads, but {describe_other(head)}")
        yield stream, kind


def open_picture(path: Path, stream: BinaryIO, kind: Format, wanted: Wanted) -> Opened:
    """Decode a file whose format is known.

    Raises:
        ImageError: with the reason, for whatever is wrong with the file.
        OSError: the file could not be read.
    """
    if kind is Format.RAW:
        return _open_raw(path, stream, wanted)
    if kind is Format.JPEG:
        return _open_jpeg(stream, wanted)
    return _open_other(stream, kind, wanted)


def read_tags(stream: BinaryIO, kind: Format) -> tuple[Exif, int, int]:
    """EXIF and the full upright size of a file, decoding no pixels; RAW files give the size 0 x 0.

    Raises:
        ImageError: the file is damaged.
        OSError: the file could not be read.
    """
    if kind is Format.RAW:
        return read_exif(stream), 0, 0
    if kind is Format.JPEG:
        header = read_header(stream)
        return header.exif, *_upright_size(header.width, header.height, header.exif.orientation)
    with _decoder_errors(kind), _plugin(kind)(_rewound(stream)) as image:
        exif = _exif_of(image, stream, kind)
        orientation = exif.orientation if kind in _TURNED_BY_TAG else 1
        return exif, *_upright_size(*image.size, orientation)


def _open_jpeg(stream: BinaryIO, wanted: Wanted) -> Opened:
    header = read_header(stream)
    preview = _jpeg_preview(stream, header, wanted.preview_side)
    if preview is not None:
        image = preview
    else:
        stream.seek(0)
        image = _decode_jpeg(stream.read(), header, wanted.side_of(header.width, header.height))
    orientation = header.exif.orientation
    width, height = _upright_size(header.width, header.height, orientation)
    return Opened(image, orientation, header.icc, width, height, header.exif, Format.JPEG, preview is not None)


def _jpeg_preview(stream: BinaryIO, header: JpegHeader, least_side: int | None) -> Image.Image | None:
    """The smallest embedded preview that is large enough and of the picture's shape, decoded."""
    if least_side is None or min(header.width, header.height) <= least_side:
        return None
    for preview in sorted(header.previews, key=lambda p: p.length):
        if preview.length > _PREVIEW_BYTES:
            continue
        stream.seek(preview.offset)
        data = stream.read(preview.length)
        try:
            inner = read_header(io.BytesIO(data)) if data.startswith(b"\xff\xd8") else None
            if inner is None or min(inner.width, inner.height) < least_side or not _same_shape(inner, header):
                continue
            return _decode_jpeg(data, inner, least_side)
        except ImageError as error:
            _logger.debug("an embedded preview is passed over: %s", error)
    return None


def _same_shape(one: JpegHeader, other: JpegHeader) -> bool:
    """Whether two pictures have one aspect ratio; a thumbnail with black bars, or of an uncropped original, has not."""
    ratio = (one.width * other.height) / (one.height * other.width)
    return abs(ratio - 1) <= _ASPECT_TOLERANCE


def _check_jpeg_size(header: JpegHeader, side: int) -> None:
    """A JPEG that is decoded at an eighth of its sides needs a 64th of the memory, unless it is progressive."""
    fraction = min(header.width, header.height) // side
    scale = 1 if header.progressive else next((s for s in (8, 4, 2) if fraction >= s), 1)
    _check_size(header.width, header.height, min(MAX_PIXELS * scale * scale, MAX_DRAFT_PIXELS))


def _check_size(width: int, height: int, limit: int) -> None:
    if width * height > limit:
        raise ImageError(
            f"the picture is {width} x {height} pixels, {width * height / 1e6:,.0f} million; "
            f"photosort opens up to {limit / 1e6:,.0f} million of this kind"
        )


def _decode_jpeg(data: bytes, header: JpegHeader, side: int) -> Image.Image:
    _check_jpeg_size(header, side)
    with _decoder_errors(Format.JPEG):
        image = JpegImageFile(without_metadata(data, header))
        image.draft("RGB", (side, side))
        # One call into the decoder for the whole file: no copies, and no fight for the global lock every 64 KiB.
        image.decodermaxblock = len(data)
        _load(image)
        return image


def _open_other(stream: BinaryIO, kind: Format, wanted: Wanted) -> Opened:
    if kind is Format.WEBP:
        _check_complete_webp(stream)
    if kind in (Format.HEIF, Format.AVIF):
        _check_complete_boxes(stream)
    with _decoder_errors(kind):
        image = _plugin(kind)(_rewound(stream))
        full_size = image.size
        _check_size(*full_size, MAX_PIXELS)
        exif = _exif_of(image, stream, kind)
        orientation = exif.orientation if kind in _TURNED_BY_TAG else 1
        icc = image.info.get("icc_profile")
        side = wanted.preview_side
        if kind is Format.HEIF and side is not None and min(full_size) > side:
            scale = side / min(full_size)
            # Embedded thumbnails are rounded to whole pixels: one less on the long side is no reason to refuse it.
            image.draft(None, (max(side, int(full_size[0] * scale) - 1), max(side, int(full_size[1] * scale) - 1)))
        is_preview = image.size != full_size
        _load(image)
        width, height = _upright_size(*(full_size if is_preview else image.size), orientation)
    profile = icc if isinstance(icc, bytes) else None
    return Opened(image, orientation, profile, width, height, exif, kind, is_preview)


def _check_complete_webp(stream: BinaryIO) -> None:
    """Pillow does not tell a WebP file that is cut off from a damaged one; its header gives the length."""
    stream.seek(4)
    expected = int.from_bytes(stream.read(4), "little") + 8
    size = stream.seek(0, io.SEEK_END)
    if size < expected:
        raise ImageError(f"the file is cut off: it should have {expected:,} bytes and has {size:,}")


def _check_complete_boxes(stream: BinaryIO) -> None:
    """Nor do libheif and libavif refuse every file that is cut off; its boxes say how long they are (ISO 14496-12)."""
    size = stream.seek(0, io.SEEK_END)
    at = 0
    while at + 8 <= size:
        stream.seek(at)
        header = stream.read(16)
        length, name = int.from_bytes(header[:4]), header[4:8]
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < 8:  # 0: up to the end; else no box at all, which the decoder may judge
            return
        at += length
        if at > size + _BOX_SLACK and name in (b"mdat", b"meta"):
            raise ImageError(f"the file is cut off: it should have at least {at:,} bytes and has {size:,}")


def _open_raw(path: Path, stream: BinaryIO, wanted: Wanted) -> Opened:
    exif = read_exif(stream)
    with _decoder_errors(Format.RAW):
        raw = read_raw(path, preview_side=wanted.raw_preview_side, side_of=wanted.side_of)
    if raw.preview is None:
        if raw.image is None:
            raise ImageError("the RAW file holds neither a preview nor a picture")
        return Opened(
            raw.image, raw.orientation, None, raw.width, raw.height, exif, Format.RAW, is_preview=not raw.developed
        )
    header = read_header(io.BytesIO(raw.preview))
    image = _decode_jpeg(raw.preview, header, wanted.side_of(header.width, header.height))
    orientation = _preview_orientation(raw, header)
    tags = exif if exif.main or exif.camera else header.exif
    return Opened(image, orientation, header.icc, raw.width, raw.height, tags, Format.RAW, is_preview=True)


def _preview_orientation(raw: RawPicture, header: JpegHeader) -> int:
    """How a RAW file's preview lies: as it says itself, else as the RAW data does, unless it was turned already."""
    orientation = header.exif.orientation if header.exif.orientation != 1 else raw.orientation
    upright_already = orientation >= 5 and (header.width < header.height) == (raw.width < raw.height)
    return 1 if upright_already else orientation


def _load(image: ImageFile) -> None:
    width, height = image.size
    with _one_big_at_a_time if width * height > _BIG_PIXELS else nullcontext():
        image.load()


def _upright_size(width: int, height: int, orientation: int) -> tuple[int, int]:
    return (height, width) if orientation >= 5 else (width, height)


def _rewound(stream: BinaryIO) -> BinaryIO:
    stream.seek(0)
    return stream


_TURNED_BY_TAG = frozenset({Format.PNG, Format.WEBP, Format.AVIF, Format.GIF, Format.BMP})
"""Formats whose plugin leaves turning to us; Pillow turns TIFF itself, libheif HEIF."""


def _exif_of(image: ImageFile, stream: BinaryIO, kind: Format) -> Exif:
    if kind is Format.TIFF:
        position = stream.tell()
        try:
            return read_exif(stream)
        finally:
            stream.seek(position)
    block = image.info.get("exif")
    if not isinstance(block, bytes):
        return Exif()
    return read_exif(io.BytesIO(block.removeprefix(b"Exif\0\0")))


def _plugin(kind: Format) -> Callable[[BinaryIO], ImageFile]:
    _keep_pillow_quiet()
    return _heif_plugin() if kind is Format.HEIF else _PLUGINS[kind]


_PLUGINS: Final[dict[Format, Callable[[Any], ImageFile]]] = {
    Format.PNG: PngImagePlugin.PngImageFile,
    Format.GIF: GifImagePlugin.GifImageFile,
    Format.BMP: BmpImagePlugin.BmpImageFile,
    Format.TIFF: TiffImagePlugin.TiffImageFile,
    Format.WEBP: WebPImagePlugin.WebPImageFile,
    Format.AVIF: AvifImagePlugin.AvifImageFile,
}
"""Pillow's plugins, called directly: `Image.open` guesses by content too, but warns of sizes that we check."""

_heif_import = threading.Lock()


def _heif_plugin() -> Callable[[Any], ImageFile]:
    with _heif_import:
        return _import_heif()


@lru_cache(maxsize=1)
def _import_heif() -> Callable[[Any], ImageFile]:
    # Imported here: it loads libheif, and many folders hold no HEIC file.
    from pillow_heif.as_plugin import HeifImageFile

    plugin: Callable[[Any], ImageFile] = HeifImageFile
    return plugin


_PILLOW = re.compile(r"PIL\.")
_QUIET_PILLOW = ("ignore", None, Warning, _PILLOW, 0)


def _keep_pillow_quiet() -> None:
    """Have Pillow's warnings ignored: odd metadata is everyday, and must be neither an error nor a line on a console.

    Filters are the whole process's, and swapping them around a call is not safe with threads. This one is narrow, is
    never taken back, and is put in again where somebody else (a test runner) has replaced the list.
    """
    if _QUIET_PILLOW not in warnings.filters:
        warnings.filterwarnings("ignore", category=Warning, module=_PILLOW.pattern)


@contextmanager
def _decoder_errors(kind: Format) -> Iterator[None]:
    """Turn what decoders raise on bad files into an `ImageError` in plain words."""
    try:
        yield
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError("the picture needs more memory than there is") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise ImageError(_reason(kind, error)) from error
    except _BAD_FILE as error:
        raise ImageError(_reason(kind, error)) from error


def _reason(kind: Format, error: Exception) -> str:
    detail = str(error)
    if any(word in detail.lower() for word in ("truncated", "end of file", "premature", "unexpected end", "eof")):
        return f"the file is cut off: the {kind.name} picture is not complete"
    return f"the file is damaged: its {kind.name} data cannot be decoded ({detail or 'no details'})"
