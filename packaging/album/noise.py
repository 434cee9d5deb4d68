"""Periodic noise, ways to look it up, and the small curves that every picture uses.

A tile is a square float32 array that repeats in both directions; places in it are given in periods (1.0 = one tile).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]


def mix(a: Floats | float, b: Floats | float, t: Floats | float) -> Floats:
    """From ``a`` (t = 0) to ``b`` (t = 1)."""
    return np.asarray(a + (b - a) * t, np.float32)


def smoothstep(low: float, high: float, x: Floats | float) -> Floats:
    """0 below ``low``, 1 above ``high``, a smooth S between; ``low`` above ``high`` turns it round."""
    t = np.clip((np.asarray(x, np.float32) - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def perlin(size: int, cells: int, rng: np.random.Generator) -> Floats:
    """Gradient noise (K. Perlin, "Improving Noise", 2002), about -0.7 to 0.7; ``size`` is a multiple of ``cells``."""
    step = size // cells
    angle = rng.uniform(0, 2 * np.pi, (cells, cells)).astype(np.float32)
    fraction = (np.arange(size, dtype=np.float32) % step + 0.5) / step
    fade = fraction**3 * (fraction * (fraction * 6 - 15) + 10)

    def corner(down: int, right: int) -> Floats:
        turned = np.roll(angle, (-down, -right), (0, 1))
        spread = [np.repeat(np.repeat(part, step, 0), step, 1) for part in (np.cos(turned), np.sin(turned))]
        return np.asarray(spread[0] * (fraction - right)[None, :] + spread[1] * (fraction - down)[:, None], np.float32)

    top = mix(corner(0, 0), corner(0, 1), fade[None, :])
    bottom = mix(corner(1, 0), corner(1, 1), fade[None, :])
    return mix(top, bottom, fade[:, None])


def fbm(size: int, cells: int, octaves: int, rng: np.random.Generator, gain: float = 0.5) -> Floats:
    """A periodic tile of fractal noise with mean 0 and standard deviation 1."""
    total = np.zeros((size, size), np.float32)
    weight = 1.0
    for octave in range(octaves):
        if cells << octave > size // 2:
            break
        total += weight * perlin(size, cells << octave, rng)
        weight *= gain
    return (total - total.mean()) / total.std()


def ridged(size: int, cells: int, octaves: int, rng: np.random.Generator, gain: float = 0.5) -> Floats:
    """A periodic tile of mountains, 0 to 1: ridged multifractal after F. K. Musgrave, "Texturing and Modeling", ch. 16.

    Rough on the ridges and smooth in the valleys: each octave counts as much as the one before it was high.
    """
    total = np.zeros((size, size), np.float32)
    signal = np.ones((size, size), np.float32)
    weight = 1.0
    for octave in range(octaves):
        if cells << octave > size // 2:
            break
        ridge = (1 - np.abs(perlin(size, cells << octave, rng)) * 1.5) ** 2
        signal = ridge * np.clip(signal * 1.6, 0, 1)
        total += weight * signal
        weight *= gain
    total -= total.min()
    return total / total.max()


def waves(size: int, direction: float, spread: float, rng: np.random.Generator, peak: float = 6.0) -> Floats:
    """A periodic tile of wind waves, standard deviation 1 (spectrum after O. M. Phillips, 1957).

    Args:
        size: pixels of a side.
        direction: where the wind blows to, radians.
        spread: exponent of the directional falloff; higher is more aligned.
        rng: where the phases come from.
        peak: waves per tile at the spectrum's peak.
    """
    kx, ky = np.meshgrid(np.fft.fftfreq(size) * size, np.fft.fftfreq(size) * size)
    k = np.maximum(np.hypot(kx, ky), 1e-3)
    along = np.clip((kx * np.cos(direction) + ky * np.sin(direction)) / k, 0, 1)
    power = np.exp(-((peak / k) ** 2)) / k**3.3 * (along**spread + 0.03) * (k < size / 3)
    phases = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    height = np.fft.ifft2(phases * np.sqrt(power)).real
    return np.asarray(height / height.std(), np.float32)


def sample(tile: Floats, x: Floats, y: Floats) -> Floats:
    """Bilinear look-up of a tile, (n, n) or (n, n, c), at places in periods."""
    size = tile.shape[0]
    x = np.asarray(x, np.float32) * size
    y = np.asarray(y, np.float32) * size
    floor_x, floor_y = np.floor(x), np.floor(y)
    tx, ty = x - floor_x, y - floor_y
    x0, y0 = floor_x.astype(np.int64) % size, floor_y.astype(np.int64) % size
    x1, y1 = (x0 + 1) % size, (y0 + 1) % size
    flat = tile.reshape(size * size, *tile.shape[2:])
    if tile.ndim == 3:
        tx, ty = tx[..., None], ty[..., None]
    top = flat[y0 * size + x0] * (1 - tx) + flat[y0 * size + x1] * tx
    bottom = flat[y1 * size + x0] * (1 - tx) + flat[y1 * size + x1] * tx
    return np.asarray(top * (1 - ty) + bottom * ty, np.float32)


def resize(image: Floats, width: int, height: int) -> Floats:
    """A float image, (h, w) or (h, w, c), in another size, antialiased."""
    if image.ndim == 3:
        return np.stack([resize(image[..., c], width, height) for c in range(image.shape[2])], axis=-1)
    channel = Image.fromarray(np.ascontiguousarray(image, np.float32))
    return np.asarray(channel.resize((width, height), Image.Resampling.BICUBIC), np.float32)


def blur(image: Floats, radius: float) -> Floats:
    """A soft blur of about ``radius`` pixels, by way of a smaller picture."""
    height, width = image.shape[:2]
    small = max(2, round(width / max(radius, 1))), max(2, round(height / max(radius, 1)))
    return resize(resize(image, *small), width, height)


def gradient(stops: Sequence[tuple[float, Sequence[float]]], x: Floats) -> Floats:
    """Colours along a line: ``stops`` are (place, colour); the result has ``x``'s shape and 3 channels."""
    places = [place for place, _ in stops]
    colours = np.asarray([colour for _, colour in stops], np.float32)
    return np.stack([np.interp(x, places, colours[:, c]) for c in range(3)], axis=-1).astype(np.float32)
