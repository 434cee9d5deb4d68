"""Every kind of picture file: decoded upright, in sRGB, without alpha, or refused with a reason."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from photosort.core.errors import ImageError
from photosort.core.imaging import (
    PHOTO_SUFFIXES,
    content_key,
    decode,
    measure_sharpness,
    model_input,
    read_full,
    read_metadata,
)
from tests.pictures import picture, save_photo

ORIENTATION = 0x0112
LOSSY = 12


def quarters(width: int = 320, height: int = 240) -> Image.Image:
    """Red, green / blue, white: a picture that tells how it is turned."""
    image = Image.new("RGB", (width, height), (255, 255, 255))
    image.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    image.paste((0, 255, 0), (width // 2, 0, width, height // 2))
    image.paste((0, 0, 255), (0, height // 2, width // 2, height))
    return image


def corners(pixels: NDArray[np.uint8]) -> list[tuple[int, ...]]:
    """The colours of the four quarters, read from their middles."""
    height, width = pixels.shape[:2]
    rows, columns = (height // 4, 3 * height // 4), (width // 4, 3 * width // 4)
    return [tuple(round(v / 255) * 255 for v in pixels[y, x].astype(float)) for y in rows for x in columns]


UPRIGHT = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]


@pytest.mark.parametrize("suffix", sorted({".jpg", ".png", ".webp", ".gif", ".bmp", ".tif", ".avif", ".mpo", ".heic"}))
def test_every_format_is_decoded(tmp_path: Path, suffix: str) -> None:
    assert suffix in PHOTO_SUFFIXES
    path = tmp_path / f"photo{suffix}"
    if suffix == ".heic":
        pillow_heif = pytest.importorskip("pillow_heif")
        pillow_heif.from_pillow(quarters(800, 600)).save(path)
    elif suffix == ".mpo":
        quarters(800, 600).save(path, "MPO", save_all=True, append_images=[quarters(800, 600)])
    else:
        quarters(800, 600).save(path)
    decoded = decode(path, short_side=96)
    assert (decoded.width, decoded.height) == (800, 600)
    assert decoded.pixels.shape == (96, 128, 3)
    assert decoded.pixels.dtype == np.uint8
    assert corners(decoded.pixels) == UPRIGHT
    assert corners(read_full(path)) == UPRIGHT
    assert read_full(path).shape == (600, 800, 3)
    assert read_full(path, max_side=200).shape == (150, 200, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif", ".heic"])
def test_orientation_is_applied(tmp_path: Path, orientation: int, suffix: str) -> None:
    # What a camera stores when the upright picture is `quarters`: the inverse of what the tag asks for.
    inverse = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = quarters(320, 240) if orientation == 1 else quarters(320, 240).transpose(inverse[orientation])
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    path = tmp_path / f"turned{suffix}"
    if suffix == ".heic":
        pillow_heif = pytest.importorskip("pillow_heif")
        pillow_heif.from_pillow(stored).save(path, exif=exif.tobytes())
        if read_metadata(path).width == stored.width and orientation >= 5:
            pytest.skip("this encoder does not write the turn into the container")
    else:
        stored.save(path, exif=exif)
    decoded = decode(path, short_side=96)
    assert (decoded.width, decoded.height) == (320, 240)
    assert decoded.pixels.shape == (96, 128, 3)
    assert corners(decoded.pixels) == UPRIGHT
    metadata = read_metadata(path)
    assert (metadata.width, metadata.height) == (320, 240)


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "really_a_png.jpg"
    quarters().save(path, "PNG")
    assert corners(decode(path, short_side=64).pixels) == UPRIGHT
    assert read_metadata(path).format == "PNG"


def test_one_pixel(tmp_path: Path) -> None:
    path = tmp_path / "dot.png"
    Image.new("RGB", (1, 1), (10, 20, 30)).save(path)
    decoded = decode(path, short_side=288)
    assert decoded.pixels.tolist() == [[[10, 20, 30]]]
    assert decoded.sharpness == 0.0
    assert model_input(decoded.pixels, 32).shape == (32, 32, 3)


def test_panorama_of_30000_pixels(tmp_path: Path) -> None:
    path = tmp_path / "panorama.jpg"
    Image.new("RGB", (30_000, 1_000), (200, 100, 50)).save(path, quality=50)
    decoded = decode(path, short_side=96)
    assert (decoded.width, decoded.height) == (30_000, 1_000)
    assert decoded.pixels.shape == (96, 2880, 3)
    assert max(read_full(path, max_side=2000).shape) == 2000


def test_cmyk(tmp_path: Path) -> None:
    path = tmp_path / "print.jpg"
    quarters().convert("CMYK").save(path)
    assert corners(decode(path, short_side=64).pixels) == UPRIGHT


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_16_bit_grey_is_scaled_and_not_clipped(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"deep{suffix}"
    levels = np.linspace(0, 65535, 256).astype(np.uint16)
    Image.fromarray(np.tile(levels, (64, 1))).save(path)
    row = decode(path, short_side=64).pixels[0, :, 0]
    assert np.abs(row.astype(int) - np.arange(256)).max() <= 1


def test_measurements_of_narrow_range_are_stretched(tmp_path: Path) -> None:
    path = tmp_path / "heat.tif"
    levels = np.linspace(7000, 7500, 128).astype(np.uint16)
    Image.fromarray(np.tile(levels, (64, 1))).save(path)
    pixels = decode(path, short_side=64).pixels
    assert pixels.min() == 0
    assert pixels.max() == 255


def test_float_tiff_with_holes(tmp_path: Path) -> None:
    path = tmp_path / "float.tif"
    values = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (64, 1))
    values[0, 0] = np.nan
    Image.fromarray(values).save(path)
    pixels = decode(path, short_side=64).pixels
    assert pixels[1, 0, 0] == 0
    assert pixels[1, -1, 0] == 255


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    image = quarters().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 160, 120))
    path = tmp_path / "cut_out.png"
    image.save(path)
    assert corners(decode(path, short_side=64).pixels) == [(255, 255, 255), *UPRIGHT[1:]]


def test_palette_with_transparent_bytes(tmp_path: Path) -> None:
    image = quarters().quantize(8)
    path = tmp_path / "palette.png"
    image.save(path, transparency=bytes([255] * 8))
    assert corners(decode(path, short_side=64).pixels) == UPRIGHT


def test_black_and_white(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    Image.new("1", (64, 64), 1).save(path)
    assert decode(path, short_side=64).pixels.min() == 255


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png"])
def test_first_frame_of_an_animation(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"moving{suffix}"
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    pixels = decode(path, short_side=64).pixels
    assert np.abs(pixels[32, 32].astype(int) - (255, 0, 0)).max() <= LOSSY


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_colour_profile_is_converted_to_srgb(tmp_path: Path, suffix: str) -> None:
    wide = _profile_with_swapped_primaries()
    path = tmp_path / f"wide{suffix}"
    Image.new("RGB", (64, 64), (255, 0, 0)).save(path, icc_profile=wide)
    red, green, _ = decode(path, short_side=32).pixels[16, 16]
    assert green > 200 > 100 > red


def test_srgb_profile_changes_nothing(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = tmp_path / "srgb.png"
    picture(3).save(path, icc_profile=profile)
    assert np.array_equal(read_full(path), np.asarray(picture(3)))


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200])
def test_damaged_profile_is_passed_over(tmp_path: Path, profile: bytes) -> None:
    path = tmp_path / "odd.jpg"
    quarters().save(path, icc_profile=profile)
    assert corners(decode(path, short_side=64).pixels) == UPRIGHT


def test_profile_of_another_colour_space_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "grey.jpg"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    quarters().convert("L").save(path, icc_profile=profile)
    assert decode(path, short_side=64).pixels.shape == (64, 85, 3)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif", ".bmp", ".tif", ".avif", ".heic"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_files_that_are_cut_off_are_refused(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"cut{suffix}"
    if suffix == ".heic":
        pytest.importorskip("pillow_heif").from_pillow(picture(1, 640, 480)).save(path)
    else:
        picture(1, 640, 480).save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ImageError) as caught:
        decode(path, short_side=96)
    assert any(word in str(caught.value) for word in ("cut off", "damaged"))


@pytest.mark.shared
@pytest.mark.parametrize("share", [0.6, 0.95])
def test_heic_whose_tiles_are_cut_off_is_refused(real_photos: Path, tmp_path: Path, share: float) -> None:
    """libheif shows what is left; the embedded thumbnail is whole in any case."""
    for name in ("IMG_5195.HEIC", "arrow.heic"):
        whole = (real_photos / "heic" / name).read_bytes()
        path = tmp_path / name
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(ImageError, match="cut off"):
            decode(path, short_side=288, preview_side=128)


def test_cut_off_jpeg_says_so(tmp_path: Path) -> None:
    path = save_photo(tmp_path / "cut.jpg", size=(800, 600))
    path.write_bytes(path.read_bytes()[:-3000])
    with pytest.raises(ImageError, match="cut off"):
        decode(path, short_side=96)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video"),
        (b"\0" * 4096, "zero bytes"),
        (b"hello", "68 65 6c 6c 6f"),
        (b"\xff\xd8\xff", "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"GIF89a", "GIF"),
        (b"BM", "BMP"),
        (b"II*\0\xff\xff\xff\xff", "TIFF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIF"),
    ],
)
def test_what_is_no_picture_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    for read in (lambda p: decode(p, short_side=96), read_full, measure_sharpness):
        with pytest.raises(ImageError, match=words):
            read(path)


def test_a_file_that_is_gone_is_no_bad_picture(tmp_path: Path) -> None:
    for read in (lambda p: decode(p, short_side=96), content_key, read_metadata):
        with pytest.raises(FileNotFoundError):
            read(tmp_path / "gone.jpg")


def _png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\0" * 1000)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_decompression_bombs_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_png_of(60_000, 60_000))
    with pytest.raises(ImageError, match="3,600 million"):
        decode(path, short_side=96)


def test_jpeg_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.jpg"
    buffer = io.BytesIO()
    Image.new("L", (64, 64)).save(buffer, "JPEG")
    data = bytearray(buffer.getvalue())
    start = data.index(b"\xff\xc0")
    data[start + 5 : start + 9] = struct.pack(">HH", 65_000, 65_000)
    path.write_bytes(data)
    with pytest.raises(ImageError, match="4,225 million"):
        decode(path, short_side=96)


def test_nothing_warns_even_where_warnings_are_errors(tmp_path: Path) -> None:
    odd = tmp_path / "odd.tif"
    exif = Image.Exif()
    exif[0x010E] = "x" * 300
    quarters().save(odd, exif=exif)
    broken = bytearray(odd.read_bytes())
    at = broken.index(struct.pack("<HHI", 0x010E, 2, 301))
    # The text now claims to be longer than the file: Pillow warns of that.
    broken[at + 4 : at + 8] = struct.pack("<I", 1_000_000)
    path = tmp_path / "broken.tif"
    path.write_bytes(broken)
    with pytest.warns(UserWarning, match="larger than file"):
        Image.open(path).close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert corners(decode(path, short_side=64).pixels) == UPRIGHT


def test_content_key_is_of_size_and_ends(tmp_path: Path) -> None:
    first, second = tmp_path / "a.jpg", tmp_path / "b.jpg"
    data = bytes(range(256)) * 1024
    first.write_bytes(data)
    second.write_bytes(data)
    key = content_key(first)
    assert key == content_key(second)
    assert key.startswith(f"{len(data)}-")
    for position in (0, 65_535, len(data) - 65_536, len(data) - 1):
        changed = bytearray(data)
        changed[position] ^= 1
        second.write_bytes(changed)
        assert content_key(second) != key
    second.write_bytes(data + b"x")
    assert content_key(second) != key
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(ImageError, match="empty"):
        content_key(tmp_path / "empty.jpg")


def test_decode_gives_the_same_key(tmp_path: Path) -> None:
    path = save_photo(tmp_path / "photo.jpg")
    assert decode(path, short_side=96).key == content_key(path)


def test_perceptual_hash_survives_reduction_and_tells_pictures_apart(tmp_path: Path) -> None:
    def hash_of(image: Image.Image, name: str) -> int:
        image.save(tmp_path / name)
        return decode(tmp_path / name, short_side=288).perceptual_hash

    def distance(one: int, other: int) -> int:
        return ((one ^ other) & (2**64 - 1)).bit_count()

    original = hash_of(picture(1, 800, 600), "a.png")
    assert distance(original, hash_of(picture(1, 800, 600).resize((400, 300)), "b.jpg")) <= 4
    assert distance(original, hash_of(picture(2, 800, 600), "c.png")) > 12
    assert -(2**63) <= original < 2**63


def test_sharpness_falls_with_blur_and_does_not_hang_on_the_size_asked(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    sharp = Image.fromarray(noise).resize((1600, 1200), Image.Resampling.NEAREST)
    sharp.save(tmp_path / "sharp.jpg")
    sharp.resize((100, 75)).resize((1600, 1200)).save(tmp_path / "soft.jpg")
    crisp, soft = (decode(tmp_path / name, short_side=288).sharpness for name in ("sharp.jpg", "soft.jpg"))
    assert crisp is not None
    assert soft is not None
    assert crisp > 4 * soft > 0
    assert measure_sharpness(tmp_path / "sharp.jpg") == crisp
    for short_side in (96, 224, 600):
        other = decode(tmp_path / "sharp.jpg", short_side=short_side).sharpness
        assert other == pytest.approx(crisp, rel=0.25)


def test_model_input_takes_the_middle_or_everything() -> None:
    pixels = np.zeros((100, 300, 3), np.uint8)
    pixels[:, 100:200] = 255
    assert model_input(pixels, 64).min() == 255
    stretched = model_input(pixels, 63, fit="stretch")
    assert stretched.shape == (63, 63, 3)
    assert stretched[:, :19].max() == 0
    assert stretched[:, 23:40].min() == 255


def test_many_threads_give_what_one_gives(tmp_path: Path) -> None:
    wide = _profile_with_swapped_primaries()
    paths = []
    for number, suffix in enumerate([".jpg", ".png", ".webp", ".tif", ".gif", ".avif"] * 3):
        paths.append(tmp_path / f"{number}{suffix}")
        picture(number, 400, 300).save(paths[-1], **({} if suffix == ".gif" else {"icc_profile": wide}))
    alone = [decode(path, short_side=96).pixels for path in paths]
    start = threading.Barrier(4)

    def together(offset: int) -> list[NDArray[np.uint8]]:
        start.wait()
        rolled = paths[offset:] + paths[:offset]
        return [decode(path, short_side=96).pixels for path in rolled]

    with ThreadPoolExecutor(4) as pool:
        for offset, result in zip(range(4), pool.map(together, range(4)), strict=True):
            assert all(np.array_equal(a, b) for a, b in zip(alone[offset:] + alone[:offset], result, strict=True))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_anywhere_is_decoded_or_refused_but_never_crashes(tmp_path: Path, data: st.DataObject) -> None:
    suffix = data.draw(st.sampled_from([".jpg", ".png", ".webp", ".gif", ".bmp", ".tif"]))
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    image = picture(1, 64, 48)
    formats = {".jpg": "JPEG", ".tif": "TIFF"}
    extra = {"exif": exif} if suffix in {".jpg", ".png", ".webp", ".tif"} else {}
    image.save(buffer, formats.get(suffix, suffix[1:].upper()), **extra)
    broken = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 8))):
        broken[data.draw(st.integers(0, min(len(broken), 700) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(broken)
    try:
        pixels = decode(path, short_side=32).pixels
        read_metadata(path)
    except ImageError:
        return
    assert pixels.ndim == 3
    assert pixels.shape[2] == 3


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["cameras", "gps", "orientation", "heic", "sidecar"])
def test_real_photos_never_fail(real_photos: Path, folder: str) -> None:
    paths = [path for path in (real_photos / folder).iterdir() if path.suffix.lower() in PHOTO_SUFFIXES]
    assert paths
    for path in paths:
        decoded = decode(path, short_side=160)
        assert min(decoded.pixels.shape[:2]) == min(160, decoded.width, decoded.height)
        metadata = read_metadata(path)
        assert (metadata.width, metadata.height) == (decoded.width, decoded.height)


@pytest.mark.shared
def test_real_oddities_are_decoded_or_refused_with_a_reason(real_photos: Path) -> None:
    refused = {}
    for folder in ("odd", "broken", "near-duplicates"):
        for path in sorted((real_photos / folder).iterdir()):
            try:
                decode(path, short_side=160)
            except ImageError as error:
                refused[path.name] = str(error)
    assert set(refused) == {
        "corrupt-header.jpg",
        "corrupted.heic",
        "corrupted.hif",
        "empty.heic",
        "ukbench09268_corrupt.jpg",
    }


@pytest.mark.shared
def test_thumbnail_of_a_phones_heic_is_used(real_photos: Path) -> None:
    path = real_photos / "heic" / "arrow.heic"
    decoded = decode(path, short_side=288, preview_side=192)
    assert decoded.pixels.shape == (320, 240, 3)
    assert (decoded.width, decoded.height) == (3024, 4032)
    assert decoded.sharpness is None
    whole = decode(path, short_side=288)
    assert whole.sharpness == pytest.approx(measure_sharpness(path))
    reduced = np.asarray(Image.fromarray(whole.pixels).resize((240, 320)))
    assert np.abs(decoded.pixels.astype(int) - reduced).mean() < 6


def _profile_with_swapped_primaries() -> bytes:
    """An sRGB profile whose red and green are swapped, so that a conversion cannot be missed."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", data, 128)[0]
    tags = {bytes(data[132 + 12 * i : 136 + 12 * i]): 132 + 12 * i for i in range(count)}
    data[tags[b"rXYZ"] : tags[b"rXYZ"] + 4], data[tags[b"gXYZ"] : tags[b"gXYZ"] + 4] = b"gXYZ", b"rXYZ"
    return bytes(data).replace("sRGB".encode("utf-16-be"), "wide".encode("utf-16-be"))
