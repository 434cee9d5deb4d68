"""Skies, clouds, haze, and the way from linear light to the picture of a camera. Colours are linear RGB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from album.noise import Floats, blur, fbm, mix, sample, smoothstep

Colour = tuple[float, float, float]

LANDSCAPE = (1200, 800)
PORTRAIT = (800, 1200)
OVERSAMPLE = 1.5
"""Pictures are painted this much larger and reduced at the end, which smooths every edge."""


def painted_size(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the canvas for a picture of ``size``."""
    return round(size[0] * OVERSAMPLE), round(size[1] * OVERSAMPLE)


def direction(azimuth: float, elevation: float) -> Colour:
    """A unit vector (right, up, ahead) from degrees; azimuth 0 is straight ahead, positive to the right."""
    a, e = np.radians(azimuth), np.radians(elevation)
    return float(np.sin(a) * np.cos(e)), float(np.sin(e)), float(np.cos(a) * np.cos(e))


@dataclass(frozen=True)
class Sky:
    """The light of a place and an hour.

    Attributes:
        zenith: colour overhead.
        horizon: colour at the horizon away from the sun; also that of the haze.
        sun: where the sun (or moon) stands, unit vector.
        sunlight: colour and strength of its light on things.
        glow: colour of the air around it.
        glow_width: how far the glow reaches; 1 is a clear day, 4 a hazy evening.
        disc: brightness of the disc itself; 0 hides it.
        clouds: share of the sky that is covered, 0 to 1.
        cloud_light: colour of lit clouds.
        cloud_shade: colour of their undersides.
        seed: which clouds.
        cloud_scale: size of the clouds.
    """

    zenith: Colour
    horizon: Colour
    sun: Colour
    sunlight: Colour
    glow: Colour
    glow_width: float = 1.0
    disc: float = 30.0
    clouds: float = 0.0
    cloud_light: Colour = (1.0, 1.0, 1.0)
    cloud_shade: Colour = (0.5, 0.55, 0.62)
    seed: int = 1
    cloud_scale: float = 1.0

    def colour(self, x: Floats, y: Floats, z: Floats, *, with_disc: bool = True) -> Floats:
        """The sky in the directions (x right, y up, z ahead; unit vectors), without clouds; shape + (3,)."""
        up = np.clip(y, 0, 1)
        towards = np.clip(x * self.sun[0] + y * self.sun[1] + z * self.sun[2], -1, 1)
        apart = np.arccos(towards)
        base = mix(np.float32(self.horizon), np.float32(self.zenith), (1 - np.exp(-up * 4.2))[..., None])
        wide = np.exp(-apart / (0.30 * self.glow_width)) + 0.35 * np.exp(-apart / (0.9 * self.glow_width))
        low = np.exp(-up * 3.0) * 0.75 + 0.25
        colour = base + (wide * low)[..., None] * np.float32(self.glow)
        if with_disc and self.disc:
            edge = smoothstep(0.0125, 0.0105, apart) * self.disc + np.exp(-apart / 0.018) * self.disc * 0.06
            colour = colour + edge[..., None] * np.float32(self.sunlight)
        return np.asarray(colour, np.float32)

    def with_clouds(self, x: Floats, y: Floats, z: Floats) -> Floats:
        """The sky in these directions with its clouds: a layer of fractal noise overhead, lit from the sun's side."""
        colour = self.colour(x, y, z)
        if self.clouds <= 0:
            return colour
        rng = np.random.default_rng(self.seed)
        tile = fbm(1024, 4, 7, rng, 0.56)
        up = np.maximum(y, 0.012) + 0.035
        scale = 0.11 / self.cloud_scale
        px, pz = x / up * scale, z / up * scale * 1.1
        warp = sample(tile, px * 0.37 + 0.3, pz * 0.37 + 0.7) * 0.02
        density = sample(tile, px + warp, pz)
        threshold = float(np.quantile(tile, 1 - self.clouds))
        cover = smoothstep(threshold - 0.25, threshold + 0.9, density)
        # The side towards the sun is thinner there, so it is brighter: one look-up further along the light.
        reach = 0.012
        towards_sun = sample(tile, px + warp + self.sun[0] * reach, pz + self.sun[2] * reach + reach * 0.3)
        lit = smoothstep(-0.7, 0.8, density - towards_sun + 0.15)
        thick = smoothstep(threshold + 0.2, threshold + 2.2, density)
        cloud = mix(
            np.float32(self.cloud_light),
            np.float32(self.cloud_shade),
            np.clip(thick * 0.85 + (1 - lit) * 0.55, 0, 1)[..., None],
        )
        apart = np.arccos(np.clip(x * self.sun[0] + y * self.sun[1] + z * self.sun[2], -1, 1))
        lining = np.exp(-apart / 0.35) * (1 - thick) * cover
        cloud = cloud + lining[..., None] * np.float32(self.glow) * 1.2
        far = smoothstep(0.015, 0.12, y)
        return mix(colour, cloud, (cover * far)[..., None])

    def haze(self, colour: Floats, distance: Floats, x: Floats, z: Floats) -> Floats:
        """Things at ``distance`` (1 = the air's own thickness) seen through the air in the directions (x, z)."""
        length = np.maximum(np.hypot(x, z), 1e-6)
        air = self.colour(x / length, np.full_like(length, 0.02), z / length, with_disc=False)
        return mix(colour, air, (1 - np.exp(-distance))[..., None])


def view(width: int, height: int, focal: float, horizon: float) -> tuple[Floats, Floats, Floats]:
    """Unit view directions (x, y, z) of a canvas' pixels; ``focal`` in widths, ``horizon`` as a share of the height."""
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / (focal * width)
    y = (horizon * height - np.arange(height, dtype=np.float32) - 0.5) / (focal * width)
    dx, dy = np.meshgrid(x, y)
    length = np.sqrt(dx * dx + dy * dy + 1)
    return dx / length, dy / length, (1 / length).astype(np.float32)


def develop(
    light: Floats,
    size: tuple[int, int],
    *,
    exposure: float = 1.0,
    bloom: float = 0.12,
    grain: float = 0.005,
    vignette: float = 0.22,
    tint: Sequence[float] = (1.0, 1.0, 1.0),
    saturation: float = 1.0,
    seed: int = 0,
) -> Image.Image:
    """Turn linear light, (h, w, 3), into a picture: bloom, a lens' vignette, a film curve, grain.

    The curve is K. Narkowicz' fit of the ACES reference rendering transform (2015).
    """
    height, width = light.shape[:2]
    light = np.clip(light, 0, 60) * exposure * np.float32(tint)
    if bloom:
        bright = np.minimum(np.maximum(light - 0.8, 0), 8)
        light = light + bloom * (blur(bright, width / 150) + 0.6 * blur(bright, width / 30))
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    light = np.maximum(light, 0) * (1 - vignette * (x * x + y * y) / 2)[..., None]
    grey = light.mean(axis=-1, keepdims=True)
    light = np.maximum(grey + (light - grey) * saturation, 0) * 0.75
    curve = np.clip((light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14), 0, 1)
    picture = Image.fromarray(_to_bytes(curve ** (1 / 2.2)))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    rng = np.random.default_rng(seed + 977)
    shape = (size[1], size[0], 1)
    noise = rng.normal(0, grain, shape)
    pixels = np.asarray(picture, np.float32) / 255
    return Image.fromarray(_to_bytes(pixels + noise * (0.5 + np.sqrt(np.clip(pixels, 0, 1)) * (1.2 - pixels))))


def _to_bytes(values: Floats) -> NDArray[np.uint8]:
    return np.asarray(np.clip(values * 255 + 0.5, 0, 255), np.uint8)
