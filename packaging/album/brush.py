"""Drawing with Pillow on a larger canvas, and laying sprites over light."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from album.noise import Floats

_FINE = 2


class Sketch:
    """A transparent sheet that is drawn at twice its size; coordinates are in pixels of the sheet."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (width, height)
        self._image = Image.new("RGBA", (width * _FINE, height * _FINE), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    @staticmethod
    def _ink(colour: tuple[float, ...], alpha: float) -> tuple[int, int, int, int]:
        red, green, blue = (round(255 * min(max(value, 0.0), 1.0) ** (1 / 2.2)) for value in colour)
        return red, green, blue, round(255 * alpha)

    def line(
        self, points: list[tuple[float, float]], colour: tuple[float, ...], thick: float, alpha: float = 1.0
    ) -> None:
        """A line through points; colours are linear RGB."""
        scaled = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw.line(scaled, self._ink(colour, alpha), max(1, round(thick * _FINE)), joint="curve")

    def polygon(self, points: list[tuple[float, float]], colour: tuple[float, ...], alpha: float = 1.0) -> None:
        """A filled outline."""
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], self._ink(colour, alpha))

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: tuple[float, ...], alpha: float = 1.0) -> None:
        """A filled ellipse around (x, y)."""
        box = ((x - rx) * _FINE, (y - ry) * _FINE, (x + rx) * _FINE, (y + ry) * _FINE)
        self._draw.ellipse(box, self._ink(colour, alpha))

    def image(self, soft: float = 0.0) -> Image.Image:
        """The sheet at its size, RGBA, out of focus by ``soft`` pixels."""
        sheet = _premultiplied(self._image)
        if soft:
            sheet = sheet.filter(ImageFilter.GaussianBlur(soft * _FINE))
        return sheet.resize(self._size, Image.Resampling.BOX)


def _premultiplied(image: Image.Image) -> Image.Image:
    return image.convert("RGBa")


def layer(image: Image.Image) -> tuple[Floats, Floats]:
    """Linear light (times coverage) and coverage (h, w, 1) of a premultiplied sheet."""
    pixels = np.asarray(image.convert("RGBa") if image.mode == "RGBA" else image, np.uint8)
    if image.mode == "RGBa":
        pixels = np.frombuffer(image.tobytes(), np.uint8).reshape(image.height, image.width, 4)
    values = pixels.astype(np.float32) / 255
    alpha = values[..., 3:]
    colour = np.where(alpha > 0, values[..., :3] / np.maximum(alpha, 1e-4), 0)
    return np.asarray(np.clip(colour, 0, 1) ** 2.2 * alpha, np.float32), alpha


def lay(light: Floats, image: Image.Image, left: int = 0, top: int = 0, *, shade: Floats | float = 1.0) -> None:
    """Lay a sheet over ``light`` in place; what hangs over the edge is cut."""
    rows, width = light.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + image.width, width), min(top + image.height, rows)
    if x0 >= x1 or y0 >= y1:
        return
    colour, alpha = layer(image.crop((x0 - left, y0 - top, x1 - left, y1 - top)))
    light[y0:y1, x0:x1] = light[y0:y1, x0:x1] * (1 - alpha) + colour * shade
