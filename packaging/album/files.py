"""Writing pictures as a camera or a phone would: EXIF, places, orientation, sidecars, file times."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

CAMERA = "photosort sample"
_QUALITIES = range(82, 38, -4)
_LIMIT = 64_000
"""Bytes of a file: the album ships with every copy of the program, so busy pictures are squeezed harder."""


@dataclass(frozen=True)
class Shot:
    """What a camera notes beside a picture.

    Attributes:
        path: where the file goes, relative to the album, POSIX.
        taken: when, by the camera's own clock.
        place: latitude and longitude in degrees, if the camera knew.
        seconds: exposure time.
        f_number: aperture.
        iso: sensitivity.
        focal_length: in millimetres, as on 35 mm film.
        on_its_side: the camera was turned: the pixels lie, and orientation 6 says so.
        exif: False for files that lost it, as messengers do; the date is in the name then.
        rating: stars for a sidecar file; None for no sidecar.
        keywords: words for the sidecar file.
    """

    path: str
    taken: datetime
    place: tuple[float, float] | None = None
    seconds: float = 1 / 250
    f_number: float = 5.6
    iso: int = 100
    focal_length: int = 35
    on_its_side: bool = False
    exif: bool = True
    rating: int | None = None
    keywords: tuple[str, ...] = ()


def exif_of(shot: Shot) -> Image.Exif:
    """The metadata of a shot."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "photosort"
    exif[ExifTags.Base.Model] = CAMERA
    exif[ExifTags.Base.Software] = "packaging/make_album.py"
    exif[ExifTags.Base.Orientation] = 6 if shot.on_its_side else 1
    written = shot.taken.strftime("%Y:%m:%d %H:%M:%S")
    exif[ExifTags.Base.DateTime] = written
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = written
    details[ExifTags.Base.DateTimeDigitized] = written
    details[ExifTags.Base.ExposureTime] = _ratio(shot.seconds)
    details[ExifTags.Base.FNumber] = _ratio(shot.f_number)
    details[ExifTags.Base.ISOSpeedRatings] = shot.iso
    details[ExifTags.Base.FocalLength] = _ratio(float(shot.focal_length))
    details[ExifTags.Base.FocalLengthIn35mmFilm] = shot.focal_length
    if shot.place:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        for value, letters, at in ((shot.place[0], "NS", 1), (shot.place[1], "EW", 3)):
            gps[at] = letters[value < 0]
            gps[at + 1] = _degrees(abs(value))
    return exif


def _ratio(value: float) -> IFDRational:
    exact = Fraction(value).limit_denominator(10_000)
    return IFDRational(exact.numerator, exact.denominator)


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    seconds = round(value * 360_000)
    return IFDRational(seconds // 360_000), IFDRational(seconds // 6_000 % 60), IFDRational(seconds % 6_000, 100)


def write(picture: Image.Image, shot: Shot, album: Path) -> None:
    """Write a picture, its metadata and its sidecar into the album; the file's time is the shot's."""
    target = album / shot.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if shot.on_its_side:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    target.write_bytes(_encoded(picture, target.suffix.lower(), exif_of(shot) if shot.exif else None))
    moment = shot.taken.replace(tzinfo=UTC).timestamp()
    os.utime(target, (moment, moment))
    if shot.rating is not None:
        target.with_suffix(".xmp").write_text(_sidecar(shot), encoding="utf-8")


def _encoded(picture: Image.Image, suffix: str, exif: Image.Exif | None) -> bytes:
    """The best quality that fits the limit."""
    options: dict[str, object] = {} if exif is None else {"exif": exif}
    if suffix == ".png":
        return _saved(picture.quantize(256, dither=Image.Dither.NONE), "PNG", options | {"optimize": True})
    kind, extra = ("WEBP", {"method": 5}) if suffix == ".webp" else ("JPEG", {"optimize": True})
    data = b""
    for quality in _QUALITIES:
        data = _saved(picture, kind, options | extra | {"quality": quality})
        if len(data) <= _LIMIT:
            break
    return data


def _saved(picture: Image.Image, kind: str, options: dict[str, object]) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _sidecar(shot: Shot) -> str:
    words = "".join(f"\n     <rdf:li>{word}</rdf:li>" for word in shot.keywords)
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmp:Rating="{shot.rating}" xmp:CreateDate="{shot.taken.isoformat()}">
   <dc:subject>
    <rdf:Bag>{words}
    </rdf:Bag>
   </dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""
