"""What every page is painted with: words, fonts, colours, and a few shapes."""

from __future__ import annotations

import colorsys
import dataclasses
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
from PIL import Image, ImageDraw, ImageFont

T = TypeVar("T")
Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

_WORDS = """
    the of and to in a is that for it was on are as with his they at be this from have or by one had not but what all
    were when we there can an your which their said if do will each about how up out them then she many some so these
    would other into has more her two like him see time could no make than first been its who now people my made over
    did down only way find use may water long little very after words called just where most know get through back und
    der die das nicht mit ein auf sich für est les une dans pour qui sur pas que los las una por con para como
    Meeting Invoice Total Payment Address Street London Berlin Paris Tuesday March October Anna Peter Maria Garden
    Delivery Account Number Service Report Project Summary Minutes Contract Please Regards Thank Weather Holiday
""".split()  # noqa: SIM905 - a paragraph is easier to read than a list of 170 strings

_FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts"),
    "win32": ("C:/Windows/Fonts",),
}
_NO_LETTERS = ("symbol", "dingbat", "d050000l", "math", "emoji", "wingding", "webding", "icon")


@cache
def font_files() -> tuple[Path, ...]:
    """Return the fonts of this machine that hold letters, by name; none where there are none."""
    folders = [Path(folder) for folder in _FOLDERS.get(sys.platform, ())]
    found = {p.name: p for folder in folders for p in folder.rglob("*") if p.suffix.lower() in {".ttf", ".otf"}}
    return tuple(found[name] for name in sorted(found) if not any(part in name.lower() for part in _NO_LETTERS))


def fonts_for(split: str) -> tuple[Path, ...]:
    """Return the fonts of a split: families that begin alike go together, and validation has its own."""
    families = sorted({_family(path) for path in font_files()})
    kept = {name for number, name in enumerate(families) if (number % 3 == 0) == (split == "validation")}
    return tuple(path for path in font_files() if _family(path) in kept)


def _family(path: Path) -> str:
    return path.stem.split("-")[0].lower()[:8]


@cache
def _font(path: Path | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size) if path is None else ImageFont.truetype(str(path), size)


@dataclasses.dataclass
class Canvas:
    """A page that is being painted.

    Attributes:
        image: RGB.
        rng: Decides everything.
        fonts: Files to choose from; Pillow's own font where there are none.
        photos: Photos to paste in; plain gradients where there are none.
        dark: Whether the page is light on dark.
    """

    image: Image.Image
    rng: np.random.Generator
    fonts: Sequence[Path]
    photos: Sequence[Image.Image]
    dark: bool = False

    def __post_init__(self) -> None:
        self.draw = ImageDraw.Draw(self.image)
        self.face = self.pick(self.fonts) if len(self.fonts) else None
        hue = self.rng.uniform(0, 1)
        self.accent = _from_hue(hue, 0.75, 0.8)
        tint = self.rng.uniform(0, 1)
        self.back = _from_hue(tint, 0.12, 0.14) if self.dark else _from_hue(tint, 0.03, self.rng.uniform(0.93, 1.0))
        self.raised = _from_hue(tint, 0.12, 0.24) if self.dark else _from_hue(tint, 0.04, self.rng.uniform(0.86, 1.0))
        self.ink: Colour = (228, 228, 228) if self.dark else (30, 30, 32)
        self.faint: Colour = (120, 120, 124) if self.dark else (150, 150, 156)

    @property
    def width(self) -> int:
        """Pixels."""
        return self.image.width

    @property
    def height(self) -> int:
        """Pixels."""
        return self.image.height

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of several, at random."""
        return choices[int(self.rng.integers(len(choices)))]

    def chance(self, share: float) -> bool:
        """Return True in this share of cases."""
        return bool(self.rng.random() < share)

    def colour(self, least: int, most: int) -> Colour:
        """Return any colour with parts from `least` to `most`."""
        red, green, blue = (int(part) for part in self.rng.integers(least, most, 3))
        return red, green, blue

    def words(self, least: int, most: int) -> str:
        """Return so many words, at random; the last may equal `most`."""
        return " ".join(self.pick(_WORDS) for _ in range(int(self.rng.integers(least, most + 1))))

    def amount(self) -> str:
        """Return a sum of money."""
        return f"{self.rng.uniform(0.5, 2000):,.2f}"

    def fill(self, box: Box, colour: Colour, radius: float = 0) -> None:
        """Fill a box."""
        if box[2] > box[0] and box[3] > box[1]:
            self.draw.rounded_rectangle(box, radius, colour)

    def line(self, box: Sequence[float], colour: Colour, width: int = 1) -> None:
        """Draw a line from the first corner to the second."""
        self.draw.line(tuple(box), colour, width)

    def text(self, x: float, y: float, text: str, size: float, colour: Colour | None = None) -> float:
        """Write one line; returns its width in pixels."""
        font = _font(self.face, max(6, round(size)))
        self.draw.text((x, y), text, colour or self.ink, font)
        return float(self.draw.textlength(text, font))

    def block(self, box: Box, size: float, colour: Colour | None = None, leading: float = 1.4) -> float:
        """Fill a box with lines of words, the last of a paragraph shorter; returns the bottom of the last."""
        font, y = _font(self.face, max(6, round(size))), box[1]
        while y + size < box[3]:
            width = (box[2] - box[0]) * (self.rng.uniform(0.2, 0.9) if self.chance(0.18) else 1.0)
            text = self.words(1, 2)
            while self.draw.textlength(text, font) < width - size * 4:
                text = f"{text} {self.words(1, 1)}"
            self.draw.text((box[0], y), text, colour or self.ink, font)
            y += size * leading
        return y

    def picture(self, box: Box) -> None:
        """Paste a photo, or a gradient."""
        left, top, right, bottom = (round(side) for side in box)
        size = (max(1, right - left), max(1, bottom - top))
        if len(self.photos) and self.chance(0.8):
            self.image.paste(self.pick(self.photos).resize(size, Image.Resampling.BILINEAR), (left, top))
        else:
            self.image.paste(gradient(size, self.rng), (left, top))

    def bar(self, height: float, colour: Colour | None = None) -> float:
        """Draw a title bar with a title and a few marks; returns its bottom."""
        self.fill((0, 0, self.width, height), colour or self.pick((self.accent, self.raised)))
        self.text(height * 0.4, height * 0.28, self.words(1, 3), height * 0.4)
        for number in range(int(self.rng.integers(1, 5))):
            x = self.width - height * (0.7 + 0.8 * number)
            self.draw.ellipse((x, height * 0.35, x + height * 0.3, height * 0.65), self.faint)
        return height


def gradient(size: tuple[int, int], rng: np.random.Generator, spread: float = 70.0) -> Image.Image:
    """Return a picture of one colour running into another.

    Args:
        size: Width and height, pixels.
        rng: Decides.
        spread: How far its corners lie from one another, in steps of 255.
    """
    base = rng.uniform(20, 235) + rng.normal(0, 30, 3)
    corners = np.clip(base + rng.normal(0, spread, (2, 2, 3)), 0, 255).astype(np.uint8)
    return Image.fromarray(corners).resize(size, Image.Resampling.BICUBIC)


def _from_hue(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(hue, saturation, value))
    return red, green, blue
