"""Forests: conifers in fog, trunks in a clearing's light, birches in autumn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from album.brush import Sketch, lay, layer
from album.light import LANDSCAPE, Colour, develop, painted_size
from album.noise import Floats, blur, fbm, gradient, mix, sample, smoothstep


def conifer(
    height: int, rng: np.random.Generator, *, snow: float = 0.0, tone: Colour = (0.020, 0.045, 0.022)
) -> Image.Image:
    """A spruce: a straight trunk, whorls of drooping branches, each branch a comb of needles; lit from the left."""
    width = round(height * 0.52)
    sheet = Sketch(width, height)
    middle = width / 2
    sheet.polygon(
        [
            (middle - height * 0.011, height),
            (middle - 0.5, height * 0.03),
            (middle + 0.5, height * 0.03),
            (middle + height * 0.011, height),
        ],
        (0.03, 0.022, 0.016),
    )
    whorls = 42
    full = rng.uniform(0.80, 1.0)
    for whorl in range(whorls):
        t = (whorl + rng.uniform(-0.3, 0.3)) / whorls
        t = min(max(t, 0.0), 1.0)
        root = height * (0.025 + 0.90 * t)
        reach = width * 0.47 * full * (0.05 + 0.95 * t**0.85)
        for _ in range(5 + round(5 * t)):
            swing = rng.uniform(-1, 1)
            side = np.sign(swing) * (0.25 + 0.75 * abs(swing)) * reach * rng.uniform(0.65, 1.08)
            droop = (0.20 + 0.22 * t) * abs(side) + (1 - abs(swing)) * reach * 0.30
            lit = 0.65 + 0.55 * (-swing) + rng.uniform(-0.2, 0.25)
            points = []
            for step in range(9):
                s = step / 8
                points.append((middle + side * s, root + droop * (s**1.25) - abs(side) * 0.13 * s**4))
            for step in range(1, 9):
                s = step / 8
                x, y = points[step]
                needle = height * 0.020 * (1.15 - 0.65 * s) * rng.uniform(0.7, 1.3)
                tip = lit * (0.7 + 0.7 * s)
                white = rng.uniform() < snow
                colour = (
                    tuple(c * tip for c in tone)
                    if not white
                    else (0.60 * lit + 0.2, 0.65 * lit + 0.2, 0.74 * lit + 0.2)
                )
                for hang in (-0.9, -0.35, 0.3, 0.9):
                    sheet.line(
                        [
                            (x, y),
                            (x + needle * hang + np.sign(side) * needle * 0.5, y + needle * (0.95 - 0.35 * abs(hang))),
                        ],
                        colour,
                        max(0.6, height * 0.0016),
                    )
            sheet.line(points, tuple(c * lit * 0.8 for c in tone), max(0.6, height * 0.002))
    return sheet.image()


@dataclass(frozen=True)
class Fog:
    """Layers of trees one behind the other.

    Attributes:
        seed: which trees.
        air: colours of the fog from the top of the picture to its foot.
        layers: how many rows of trees.
        snow: share of needles with snow on them.
        tone: colour of the needles.
        glow: colour of light behind the fog.
        glow_at: where that light is, shares of width and height.
    """

    seed: int
    air: tuple[Colour, Colour, Colour]
    layers: int = 7
    snow: float = 0.0
    tone: Colour = (0.020, 0.045, 0.022)
    glow: Colour = (0.0, 0.0, 0.0)
    glow_at: tuple[float, float] = (0.6, 0.3)


def paint_foggy_forest(fog: Fog, *, size: tuple[int, int] = LANDSCAPE, exposure: float = 1.0) -> Image.Image:
    """Rows of spruces that fade into the fog, hill behind hill."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(fog.seed)
    noise = fbm(512, 4, 6, rng)
    x = (np.arange(width, dtype=np.float32) / rows)[None, :]
    y = (np.arange(rows, dtype=np.float32) / rows)[:, None]
    light = gradient([(0, fog.air[0]), (0.55, fog.air[1]), (1, fog.air[2])], y + 0 * x)
    away = np.hypot(x - fog.glow_at[0] * width / rows, y - fog.glow_at[1])
    light += np.exp(-away / 0.28)[..., None] * np.float32(fog.glow)
    sprites = [conifer(round(rows * 0.42), rng, snow=fog.snow, tone=fog.tone) for _ in range(5)]
    for number in range(fog.layers):
        near = (number + 1) / fog.layers
        tall = rows * (0.07 + 0.44 * near**1.8)
        ground = rows * (0.22 + 0.86 * near**1.5)
        knots = rng.normal(0, 1, 7)
        hill = np.interp(np.arange(width), np.linspace(0, width, 7), knots) * rows * 0.07 * (1.3 - near)
        sheet = np.zeros((rows, width, 3), np.float32)
        cover = np.zeros((rows, width, 1), np.float32)
        count = round(10 + 38 * (1 - near) ** 1.2 + 6)
        for place in np.linspace(-0.03, 1.03, count) + rng.normal(0, 0.012, count):
            sprite = sprites[rng.integers(len(sprites))]
            high = max(8, round(tall * rng.uniform(0.62, 1.12)))
            tree = sprite.resize((max(4, round(high * sprite.width / sprite.height)), high), Image.Resampling.BOX)
            if rng.uniform() < 0.5:
                tree = tree.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            column = round(place * width)
            foot = ground + hill[min(max(column, 0), width - 1)]
            left, top = column - tree.width // 2, round(foot - high * 0.97)
            lay(sheet, tree, left, top)
            _cover(cover, tree, left, top)
        soil = smoothstep(-3, 6, np.arange(rows, dtype=np.float32)[:, None] - (ground + hill - rows * 0.012)[None, :])
        earth = mix(np.float32(fog.tone) * 0.8, np.float32((0.62, 0.67, 0.75)), min(1.0, fog.snow * 1.6))
        sheet += earth * (soil[..., None] * (1 - cover))
        cover = np.maximum(cover, soil[..., None])
        brighter = 1.0 + 0.6 * near
        fade = 1 - near**0.9 * 0.96
        low = smoothstep(-0.30, 0.10, y - ground / rows) * (1 - near * 0.75)
        wisp = np.clip(fade + low * (0.55 + 0.35 * sample(noise, x * 0.35 + near, y * 0.9 + near)), 0, 0.985)
        light = light * (1 - cover) + mix(sheet * brighter, light * cover, wisp[..., None])
        drift = smoothstep(0.0, 2.2, sample(noise, x * 0.22 + near * 3.1, y * 0.6 + near)) * 0.35 * (1 - near)
        light = mix(light, np.float32(fog.air[1]), drift[..., None])
    return develop(light, size, exposure=exposure, seed=fog.seed)


def _cover(cover: Floats, tree: Image.Image, left: int, top: int) -> None:
    rows, width = cover.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + tree.width, width), min(top + tree.height, rows)
    if x0 < x1 and y0 < y1:
        _, alpha = layer(tree.crop((x0 - left, y0 - top, x1 - left, y1 - top)))
        cover[y0:y1, x0:x1] = np.maximum(cover[y0:y1, x0:x1], alpha)


@dataclass(frozen=True)
class Grove:
    """Trunks near by, a path between them, leaves above.

    Attributes:
        seed: which trees.
        leaves: colours of the leaves, dark to light.
        floor: colours of the ground, dark to light.
        air: colour of the light between the trunks.
        birch: white bark with dark marks instead of brown bark.
        beams: strength of the beams of light through the crowns.
    """

    seed: int
    leaves: tuple[Colour, Colour, Colour]
    floor: tuple[Colour, Colour]
    air: Colour
    birch: bool = False
    beams: float = 0.5


def paint_grove(grove: Grove, *, size: tuple[int, int] = LANDSCAPE, exposure: float = 1.0) -> Image.Image:
    """Inside a forest: trunk behind trunk, leaves, the light of a clearing at the end."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(grove.seed)
    noise, rough = fbm(512, 4, 6, rng), fbm(512, 16, 5, rng, 0.65)
    x = (np.arange(width, dtype=np.float32) / rows)[None, :]
    y = (np.arange(rows, dtype=np.float32) / rows)[:, None]
    level = 0.60
    middle = 0.52 * width / rows
    light = np.float32(grove.air) * np.exp(-np.hypot((x - middle) * 0.8, (y - 0.45) * 0.9) / 0.55)[..., None] * 1.6
    mottled = sample(noise, x * 2.2, y * 2.2) + 0.6 * sample(rough, x * 1.3, y * 1.3)
    crown = mix(np.float32(grove.leaves[0]), np.float32(grove.leaves[2]), smoothstep(-1.0, 1.8, mottled)[..., None])
    light = mix(light, crown * 1.3, (smoothstep(0.55, 0.05, y + 0.10 * sample(noise, x, y)) * 0.75)[..., None])

    below = np.maximum(y - level, 1e-4)
    depth = 0.12 / below
    ground_x, ground_z = (x - middle) * depth, depth
    litter = sample(rough, ground_x * 2, ground_z * 2) * 0.6 + sample(rough, ground_x * 7, ground_z * 7) * 0.8
    dapple = smoothstep(0.2, 1.1, sample(noise, ground_x * 0.9 + 0.4, ground_z * 0.5))
    path = smoothstep(0.16, 0.10, np.abs(ground_x + 0.10 * np.sin(ground_z * 2.0)) + 0.02 * litter)
    floor = mix(np.float32(grove.floor[0]), np.float32(grove.floor[1]), smoothstep(-1.4, 1.8, litter)[..., None])
    trodden = np.float32((0.16, 0.115, 0.075)) * (1 + 0.25 * litter)[..., None]
    floor = mix(floor, trodden, (path * 0.85)[..., None]) * (0.55 + 1.9 * dapple)[..., None]
    floor = mix(floor, np.float32(grove.air) * 1.1, (1 - np.exp(-depth * 0.22))[..., None])
    light = mix(light, floor, smoothstep(level - 0.002, level + 0.012, y + 0.006 * sample(noise, x * 3, y))[..., None])

    for band in range(5):
        near = (band + 1) / 5
        if band:
            _leaves(light, grove, rng, near * 0.8, count=round(420 * (1.2 - near)), soft=2.5 * (1 - near) + 0.3)
        count = round(15 - 10 * near)
        places = (np.linspace(0.0, 1.0, count) + rng.normal(0, 0.03, count)) * width / rows
        for place in places:
            if abs(place - middle) < 0.11 + 0.22 * near:
                continue
            _trunk(light, grove, rng, float(place), near, rough, x, y)
    _leaves(light, grove, rng, 1.0, count=150, soft=0.0, top=0.30)
    if grove.beams:
        angle = np.arctan2(x - middle - 0.25, y + 0.55)
        beams = smoothstep(0.1, 1.6, sample(noise, angle * 1.3 + 0.3, np.full_like(angle, 0.37))) * smoothstep(
            0.95, 0.15, y
        )
        light += beams[..., None] * np.float32(grove.air) * 0.55 * grove.beams
    light += blur(np.maximum(light - 0.5, 0), width / 20) * 0.3
    return develop(light, size, exposure=exposure, seed=grove.seed, saturation=1.1)


def _trunk(
    light: Floats,
    grove: Grove,
    rng: np.random.Generator,
    place: float,
    near: float,
    rough: Floats,
    x: Floats,
    y: Floats,
) -> None:
    rows, width = light.shape[:2]
    radius = (0.008 + 0.042 * near**1.6) * rng.uniform(0.7, 1.25)
    foot = 0.615 + 0.36 * near**1.8 + rng.uniform(-0.01, 0.01)
    lean = rng.normal(0, 0.025)
    centre = place + lean * (foot - y) + 0.006 * np.sin(y * 5 + place * 9)
    thick = radius * (1 + 0.5 * np.exp(-np.maximum(foot - y, 0) / 0.05) - 0.22 * np.clip(foot - y, 0, 1))
    left = max(0, round((place - abs(lean) - radius * 2 - 0.02) * rows))
    right = min(width, round((place + abs(lean) + radius * 2 + 0.02) * rows))
    if left >= right:
        return
    u = (x[:, left:right] - centre) / thick
    mask = smoothstep(1.0, 1.0 - 0.0018 / radius, np.abs(u)) * smoothstep(foot + 0.004, foot - 0.004, y + 0.01 * u * u)
    wrapped = np.arcsin(np.clip(u, -1, 1))
    seed = rng.uniform()
    if grove.birch:
        marks = sample(rough, wrapped * 0.05 + seed, y * 1.1 / max(radius * 20, 0.3) + seed) + 0.3 * sample(
            rough, wrapped * 0.3 + seed, y * 3
        )
        bark = mix(
            np.float32((0.52, 0.50, 0.46)), np.float32((0.035, 0.03, 0.027)), smoothstep(0.9, 1.3, marks)[..., None]
        )
    else:
        furrow = sample(rough, wrapped * 0.30 + seed, y * 0.35 + seed) + 0.6 * sample(
            rough, wrapped * 0.7 + seed, y * 1.2
        )
        bark = np.float32((0.085, 0.062, 0.045)) * np.clip(1 + 0.42 * furrow, 0.15, 2.5)[..., None]
        moss = smoothstep(0.2, 1.2, sample(rough, wrapped * 0.2 + seed, y * 0.5) + 1.6 * (y - 0.62))
        bark = mix(bark, np.float32((0.05, 0.075, 0.02)), (moss * 0.6)[..., None])
    side = 1.0 if place < 0.52 * width / rows else -1.0
    shade = 0.22 + 0.85 * np.clip(np.sin(wrapped) * side * 0.7 + 0.45 * np.sqrt(np.clip(1 - u * u, 0, 1)), 0, 1.3)
    colour = bark * (shade * (1.15 - 0.45 * near))[..., None]
    colour = mix(colour, np.float32(grove.air), 0.72 * (1 - near) ** 1.3)
    light[:, left:right] = mix(light[:, left:right], colour, mask[..., None])


def _leaves(
    light: Floats, grove: Grove, rng: np.random.Generator, near: float, *, count: int, soft: float, top: float = 0.52
) -> None:
    rows, width = light.shape[:2]
    sheet = Sketch(width, rows)
    clusters = rng.uniform((0, -0.05), (1, top * (1.1 - 0.3 * near)), (max(6, count // 14), 2))
    clusters = clusters[np.abs(clusters[:, 0] - 0.52) + 0.35 * (0.6 - clusters[:, 1]) > 0.10 + 0.22 * near]
    for cx, cy in clusters:
        for _ in range(38):
            px, py = (
                cx * width + rng.normal(0, 0.045) * rows * (0.5 + near),
                cy * rows + rng.normal(0, 0.024) * rows * (0.5 + near),
            )
            long = rows * (0.004 + 0.0085 * near) * rng.uniform(0.6, 1.4)
            turn = rng.uniform(0, np.pi)
            tone = rng.uniform() ** 1.3
            colour = mix(np.float32(grove.leaves[1]), np.float32(grove.leaves[2]), tone) * rng.uniform(0.5, 1.25)
            across = long * rng.uniform(0.25, 0.6)
            c, s = np.cos(turn), np.sin(turn)
            outline = [
                (px + c * long, py + s * long),
                (px - s * across, py + c * across),
                (px - c * long, py - s * long),
                (px + s * across, py - c * across),
            ]
            sheet.polygon(outline, tuple(float(v) for v in colour), 0.95)
    lay(light, sheet.image(soft))
