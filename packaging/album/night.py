"""The sky at night: stars, a galaxy's band, northern lights, the moon."""

from __future__ import annotations

import numpy as np
from PIL import Image

from album.light import LANDSCAPE, Colour, develop, painted_size
from album.noise import Floats, blur, fbm, gradient, mix, sample, smoothstep


def stars(width: int, rows: int, count: int, rng: np.random.Generator) -> Floats:
    """Points of light of many strengths and a few colours, (rows, width, 3)."""
    sky = np.zeros((rows, width, 3), np.float32)
    column, row = rng.integers(1, width - 1, count), rng.integers(1, rows - 1, count)
    strength = np.minimum(0.05 / rng.uniform(0.004, 1, count) ** 0.85, 6).astype(np.float32)
    warm = rng.uniform(0, 1, (count, 1)).astype(np.float32)
    colour = mix(np.float32((0.75, 0.85, 1.0)), np.float32((1.0, 0.88, 0.72)), warm) * strength[:, None]
    np.add.at(sky, (row, column), colour)
    for shift in ((0, 1), (1, 0), (1, 1)):
        np.add.at(sky, (row + shift[0], column + shift[1]), colour * 0.45)
    return np.asarray(sky + 0.8 * blur(np.maximum(sky - 1.5, 0), 4), np.float32)


def ridge_line(
    width: int, rows: int, base: float, relief: float, rng: np.random.Generator, *, trees: bool = False
) -> Floats:
    """A skyline as a mask (rows, width): 1 below a line of hills, with the tips of conifers on it if asked."""
    x = np.arange(width, dtype=np.float32) / width
    line = np.zeros(width, np.float32)
    for octave in range(7):
        knots = rng.normal(0, 1, (3 << octave) + 2)
        line += np.interp(x * (3 << octave), np.arange(len(knots)), knots).astype(np.float32) * 0.5**octave
    top = rows * (base - relief * line * 0.5)
    if trees:
        for _ in range(width // 5):
            at, high = rng.uniform(0, width), rows * rng.uniform(0.015, 0.06)
            side = np.abs(np.arange(width) - at)
            ragged = 1 + 0.25 * np.sin(side * 2.1 + at)
            ground = np.interp(at, np.arange(width), rows * (base - relief * line * 0.5))
            taper = np.clip(1 - side * ragged / (high * 0.24), 0, 1)
            top = np.where(taper > 0, np.minimum(top, ground - high * (taper - 0.1)), top)
    return smoothstep(-1.0, 1.0, np.arange(rows, dtype=np.float32)[:, None] - top[None, :])


def paint_aurora(seed: int, *, size: tuple[int, int] = LANDSCAPE, colour: Colour = (0.10, 1.0, 0.42)) -> Image.Image:
    """Northern lights over a frozen lake: curtains whose rays fade upwards from a sharp lower hem."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    noise, calm = fbm(1024, 4, 7, rng, 0.55), fbm(256, 4, 2, rng)
    x = (np.arange(width, dtype=np.float32) / rows)[None, :]
    y = (np.arange(rows, dtype=np.float32) / rows)[:, None]
    light = gradient([(0, (0.004, 0.008, 0.022)), (0.6, (0.010, 0.024, 0.045)), (1, (0.02, 0.035, 0.05))], y + 0 * x)
    light += stars(width, rows, 2600, rng) * 0.5
    for band in range(4):
        offset = band * 0.23
        hem = (
            0.46
            - 0.09 * band
            + 0.09 * sample(calm, x * 0.2 + offset, np.full_like(x, offset))
            + 0.05 * np.sin(x * 3.1 + band * 2)
        )
        fold = sample(noise, x * 0.55 + offset, y * 0.015 + offset)
        rays = np.clip(0.55 + 0.45 * sample(noise, x * 2.4 + 0.03 * fold, y * 0.012 + 3 * offset), 0.05, 2)
        above = hem - y
        curtain = np.where(above > 0, np.exp(-np.abs(above) / (0.11 + 0.07 * rays)), np.exp(-np.abs(above) / 0.012))
        strength = curtain * rays * smoothstep(-0.5, 1.4, fold) * (1.0, 0.6, 0.45, 0.25)[band]
        tone = gradient(
            [(0.0, colour), (0.10, (0.06, 0.75, 0.55)), (0.35, (0.30, 0.16, 0.60)), (0.6, (0.3, 0.05, 0.3))],
            np.clip(above, 0, 1) + 0 * x,
        )
        light += tone * strength[..., None] * 0.75
    light += blur(light, width / 14) * 0.35
    shore = 0.72
    land = ridge_line(width, rows, shore - 0.035, 0.05, rng, trees=True)
    light = mix(light, np.float32((0.003, 0.006, 0.009)), land[..., None])
    row = round(shore * rows)
    below = rows - row
    ripple = sample(noise, x * 0.7 + 0 * y[row:], (y[row:] ** 2) * 6 + 0 * x)
    source = np.clip(row - 1 - np.arange(below)[:, None] * 1.25 - np.abs(ripple) * 12, 0, row - 1).astype(np.int64)
    mirrored = light[source, np.arange(width)[None, :]]
    light[row:] = blur(mirrored, 3.5) * 0.55 + np.float32((0.004, 0.010, 0.014))
    return develop(light, size, exposure=1.15, grain=0.009, bloom=0.2, seed=seed)


def paint_galaxy(seed: int, *, size: tuple[int, int]) -> Image.Image:
    """The band of our galaxy over a line of conifers."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    noise = fbm(1024, 4, 8, rng, 0.6)
    x = ((np.arange(width, dtype=np.float32) - width / 2) / rows)[None, :]
    y = ((np.arange(rows, dtype=np.float32) - rows * 0.4) / rows)[:, None]
    across = (x * 0.86 + y * 0.42) + 0.03 * sample(noise, x * 0.5 + 0.5, y * 0.5 + 0.5)
    cloudy = sample(noise, x * 0.6 + 0.2, y * 0.6 + 0.2)
    band = np.exp(-((across / 0.16) ** 2)) * np.clip(0.75 + 0.28 * cloudy, 0, 2)
    dust = smoothstep(
        -0.4, 2.2, sample(noise, x * 0.7 + 0.7, y * 0.7 + 0.1) + 1.3 * np.exp(-((across / 0.04) ** 2)) - 0.1
    )
    band = band * (1 - 0.85 * dust * np.exp(-((across / 0.12) ** 2)))
    light = gradient(
        [(-0.4, (0.006, 0.012, 0.035)), (0.35, (0.02, 0.045, 0.085)), (0.6, (0.16, 0.11, 0.085))], y + 0 * x
    )
    light += (
        band[..., None]
        * 0.6
        * mix(
            np.float32((0.16, 0.18, 0.30)), np.float32((0.42, 0.30, 0.24)), np.exp(-((across / 0.08) ** 2))[..., None]
        )
    )
    light += stars(width, rows, 9000, rng) * (0.5 + 1.1 * np.clip(band, 0, 1))[..., None]
    for base, relief, tone, trees in ((0.80, 0.10, 0.02, False), (0.88, 0.06, 0.004, True)):
        light = mix(
            light,
            np.float32((0.8, 0.9, 1.2)) * tone,
            ridge_line(width, rows, base, relief, rng, trees=trees)[..., None],
        )
    return develop(light, size, exposure=1.3, grain=0.010, seed=seed)


def paint_moon(seed: int, *, size: tuple[int, int] = LANDSCAPE) -> Image.Image:
    """A full moon behind a hill with trees, seen through a long lens."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    noise = fbm(1024, 4, 8, rng, 0.58)
    x = ((np.arange(width, dtype=np.float32) - width * 0.56) / rows)[None, :]
    y = ((np.arange(rows, dtype=np.float32) - rows * 0.44) / rows)[:, None]
    light = gradient([(-0.5, (0.010, 0.016, 0.05)), (0.2, (0.05, 0.045, 0.10)), (0.6, (0.16, 0.09, 0.10))], y + 0 * x)
    radius = 0.29
    apart = np.hypot(x, y)
    disc = smoothstep(radius + 0.0012, radius - 0.0012, apart)
    seas = smoothstep(-0.3, 1.0, sample(noise, x * 0.5 + 0.3, y * 0.5 + 0.55))
    craters = np.zeros_like(apart)
    for _ in range(90):
        angle, away, r = rng.uniform(0, 2 * np.pi), radius * rng.uniform(0, 1) ** 0.5, 0.004 / rng.uniform(0.15, 1)
        from_centre = np.hypot(x - away * np.cos(angle), y - away * np.sin(angle)) / r
        craters += np.exp(-((from_centre - 1) ** 2) * 12) * 0.13 - np.exp(-(from_centre**2) * 2) * 0.07
    surface = 0.92 - 0.40 * seas + craters + 0.05 * sample(noise, x * 4, y * 4)
    limb = np.sqrt(np.clip(1 - (apart / radius) ** 2, 0, 1))
    light = mix(
        light, np.float32((1.0, 0.86, 0.66)) * (surface * (0.55 + 0.45 * limb))[..., None] * 1.2, disc[..., None]
    )
    light += (np.exp(-np.maximum(apart - radius, 0) / 0.10) * (1 - disc) * 0.14)[..., None] * np.float32(
        (1.0, 0.8, 0.6)
    )
    veil = smoothstep(0.1, 1.8, sample(noise, x * 0.25 + 0.1, y * 1.1 + 0.1)) * 0.5
    light = mix(light, np.float32((0.10, 0.08, 0.11)), veil[..., None])
    light = mix(
        light, np.float32((0.004, 0.004, 0.008)), ridge_line(width, rows, 0.80, 0.13, rng, trees=True)[..., None]
    )
    return develop(light, size, exposure=1.1, grain=0.007, bloom=0.1, seed=seed)
