import io
import struct

import pillow_heif
import pytest
from PIL.PngImagePlugin import PngInfo

from photosort.core.xmp.facts import WrittenFacts
from photosort.core.xmp.iptc import read_keywords
from photosort.core.xmp.packet import read
from photosort.core.xmp.reading import combined, embedded, read_photo, with_keywords
from tests.core.xmp.examples import bag, packet, write_sidecar
from tests.pictures import picture

XMP = packet(bag("lr:hierarchicalSubject", "Places|Rome", "été") + bag("dc:subject", "Rome"), 'xmp:Rating="3"')
FACTS = WrittenFacts(3, "", ("Places|Rome", "été"))


def dataset(record, number, value):
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def photoshop(*resources):
    """An APP13 segment with Photoshop's resources: (number, content)."""
    content = b"Photoshop 3.0\0"
    for number, data in resources:
        content += b"8BIM" + struct.pack(">H", number) + b"\0\0" + struct.pack(">I", len(data)) + data
        content += b"\0" * (len(data) % 2)
    return b"\xff\xed" + struct.pack(">H", len(content) + 2) + content


def with_segment(jpeg, segment):
    return jpeg[:2] + segment + jpeg[2:]


def save_jpeg(path, xmp=None, segment=b""):
    buffer = io.BytesIO()
    picture(1).save(buffer, "JPEG", **({"xmp": xmp} if xmp else {}))
    path.write_bytes(with_segment(buffer.getvalue(), segment))
    return path


def save_png(path, xmp, *, zipped):
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=zipped)
    picture(1).save(path, pnginfo=info)


def save_heif(path, xmp):
    heif = pillow_heif.from_pillow(picture(1))
    heif.info["xmp"] = xmp
    heif.save(path)


SAVERS = {
    "a.jpg": save_jpeg,
    "a.tif": lambda path, xmp: picture(1).save(path, tiffinfo={700: xmp}),
    "a.dng": lambda path, xmp: picture(1).save(path, "TIFF", tiffinfo={700: xmp}),
    "a.webp": lambda path, xmp: picture(1).save(path, xmp=xmp),
    "plain.png": lambda path, xmp: save_png(path, xmp, zipped=False),
    "zipped.png": lambda path, xmp: save_png(path, xmp, zipped=True),
    "a.heic": save_heif,
    "a.avif": lambda path, xmp: picture(1).save(path, xmp=xmp),
}


@pytest.mark.parametrize("name", SAVERS)
def test_what_is_written_inside_a_file_is_read(tmp_path, name):
    SAVERS[name](tmp_path / name, XMP)

    assert embedded(tmp_path / name) == FACTS


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".webp", ".png", ".gif", ".bmp"])
def test_a_file_that_says_nothing_says_nothing(tmp_path, suffix):
    picture(1).save(tmp_path / f"a{suffix}")

    assert embedded(tmp_path / f"a{suffix}") == WrittenFacts()


@pytest.mark.parametrize("name", SAVERS)
def test_a_file_that_is_cut_off_anywhere_is_passed_over(tmp_path, name):
    SAVERS[name](tmp_path / name, XMP)
    whole = (tmp_path / name).read_bytes()

    for length in range(0, len(whole), max(len(whole) // 80, 1)):
        (tmp_path / name).write_bytes(whole[:length])
        assert embedded(tmp_path / name) in (FACTS, WrittenFacts())


@pytest.mark.parametrize("name", SAVERS)
def test_a_file_with_wrong_bytes_anywhere_is_passed_over(tmp_path, name):
    SAVERS[name](tmp_path / name, XMP)
    whole = (tmp_path / name).read_bytes()

    for place in range(0, min(len(whole), 2000), 7):
        (tmp_path / name).write_bytes(whole[:place] + b"\xff" + whole[place + 1 :])
        embedded(tmp_path / name)


def test_no_pixel_is_read(tmp_path):
    save_jpeg(tmp_path / "a.jpg", XMP)
    whole = (tmp_path / "a.jpg").read_bytes()
    scan = whole.index(b"\xff\xda")
    (tmp_path / "a.jpg").write_bytes(whole[:scan] + b"\xff\xda")

    assert embedded(tmp_path / "a.jpg") == FACTS


def test_canons_boxes_are_read(tmp_path):
    uuid = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    boxes = struct.pack(">I4s4sI4s", 20, b"ftyp", b"crx ", 1, b"crx ")
    boxes += struct.pack(">I4s", 24 + 8, b"moov") + bytes(24)
    boxes += struct.pack(">I4s", 24 + len(XMP), b"uuid") + uuid + XMP
    (tmp_path / "a.cr3").write_bytes(boxes + struct.pack(">I4s", 0, b"mdat") + bytes(100))

    assert embedded(tmp_path / "a.cr3") == FACTS


def test_iptc_keywords_of_a_jpeg_are_read(tmp_path):
    block = dataset(2, 0, b"\0\4") + dataset(2, 25, b"harbour") + dataset(2, 120, b"caption") + dataset(2, 25, b"boat")
    save_jpeg(tmp_path / "a.jpg", segment=photoshop((0x03ED, b"x" * 5), (0x0404, block)))

    assert embedded(tmp_path / "a.jpg").keywords == ("harbour", "boat")


def test_iptc_keywords_of_a_tiff_are_read(tmp_path):
    picture(1).save(tmp_path / "a.tif", tiffinfo={33723: dataset(2, 25, b"harbour")})

    assert embedded(tmp_path / "a.tif").keywords == ("harbour",)


def test_xmp_is_believed_before_iptc(tmp_path):
    save_jpeg(tmp_path / "a.jpg", XMP, photoshop((0x0404, dataset(2, 25, b"old"))))
    save_jpeg(tmp_path / "b.jpg", packet(attributes='xmp:Rating="2"'), photoshop((0x0404, dataset(2, 25, b"old"))))

    assert embedded(tmp_path / "a.jpg") == FACTS
    assert embedded(tmp_path / "b.jpg") == WrittenFacts(2, "", ("old",))


@pytest.mark.parametrize(
    ("declared", "value", "word"),
    [
        (b"", "Bär".encode("latin-1"), "Bär"),
        (b"", "Bär".encode(), "Bär"),
        (dataset(1, 90, b"\x1b%G"), "雪".encode(), "雪"),
    ],
)
def test_iptc_keywords_are_read_in_their_encoding(declared, value, word):
    assert read_keywords(declared + dataset(2, 25, value)) == (word,)


def test_a_long_iptc_dataset_is_no_hindrance():
    long = struct.pack(">BBBHI", 0x1C, 2, 120, 0x8004, 5) + b"words"

    assert read_keywords(long + dataset(2, 25, b"boat")) == ("boat",)
    assert read_keywords(dataset(2, 25, b"boat") + b"\x1c\2\x19\xff") == ("boat",)


def facts_of(picture, sidecars):
    found = read_photo(picture, sidecars)
    assert not found.problems
    return found.facts


# -- several sources -----------------------------------------------------------------------------------


def test_of_stars_and_colour_the_sidecar_wins(tmp_path):
    save_jpeg(tmp_path / "a.jpg", packet(attributes='xmp:Rating="3" xmp:Label="Red"'))
    sidecar = write_sidecar(tmp_path / "a.jpg.xmp", rating=0, label="Blue")

    assert facts_of(tmp_path / "a.jpg", [sidecar]) == WrittenFacts(0, "blue", ())


def test_what_the_sidecar_does_not_say_the_file_does(tmp_path):
    save_jpeg(tmp_path / "a.jpg", packet(attributes='xmp:Rating="3" xmp:Label="Red"'))
    sidecar = write_sidecar(tmp_path / "a.jpg.xmp", "sea")

    assert facts_of(tmp_path / "a.jpg", [sidecar]) == WrittenFacts(3, "red", ("sea",))


def test_keywords_of_sidecar_and_file_add_up(tmp_path):
    save_jpeg(tmp_path / "a.jpg", packet(bag("dc:subject", "Sea", "Rome", "boat")))
    sidecar = write_sidecar(tmp_path / "a.jpg.xmp", "sea", "Places|Rome")

    assert facts_of(tmp_path / "a.jpg", [sidecar]).keywords == ("sea", "Places|Rome", "boat")


def test_a_damaged_sidecar_hides_nothing(tmp_path):
    save_jpeg(tmp_path / "a.jpg", XMP)
    (tmp_path / "a.jpg.xmp").write_bytes(XMP[:-30])

    found = read_photo(tmp_path / "a.jpg", [tmp_path / "a.jpg.xmp", tmp_path / "gone.xmp"])

    assert found.facts == FACTS
    [problem] = found.problems
    assert problem.startswith("a.jpg.xmp says nothing: it is damaged")


def test_a_photo_that_is_gone_is_told(tmp_path):
    with pytest.raises(OSError, match=r"a\.jpg"):
        read_photo(tmp_path / "a.jpg", [])


def test_what_is_no_picture_says_nothing(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"%PDF")

    assert embedded(tmp_path / "a.jpg") == WrittenFacts()


def test_the_first_of_several_sidecars_wins():
    first, second = WrittenFacts(None, "red", ("a",)), WrittenFacts(2, "blue", ("b",))

    assert combined([first, second]) == WrittenFacts(2, "red", ("a", "b"))


# -- keywords for a sidecar ----------------------------------------------------------------------------


def test_a_new_sidecar_says_what_the_file_says_too(tmp_path):
    save_jpeg(tmp_path / "a.jpg", XMP)

    assert read(with_keywords(tmp_path / "a.jpg", None, ["sea"])).keywords == ("Places|Rome", "été", "sea")


def test_no_sidecar_is_needed_for_what_the_file_says(tmp_path):
    save_jpeg(tmp_path / "a.jpg", XMP)

    assert with_keywords(tmp_path / "a.jpg", None, ["places|rome"]) is None
    assert with_keywords(tmp_path / "a.jpg", None, []) is None


def test_a_sidecar_that_is_there_stays_what_it_is(tmp_path):
    save_jpeg(tmp_path / "a.jpg", XMP)
    before = packet(bag("dc:subject", "own"))

    assert read(with_keywords(tmp_path / "a.jpg", before, ["sea"])).keywords == ("own", "sea")
