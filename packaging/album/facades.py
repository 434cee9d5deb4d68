"""The fronts of houses, as flat pictures that the streets are hung with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from album.light import Colour
from album.noise import Floats, fbm, mix, sample, smoothstep


@dataclass(frozen=True)
class Facade:
    """One house front.

    Attributes:
        wall: colour of its wall.
        trim: colour of frames, sills and cornice.
        floors: storeys.
        columns: windows beside one another.
        style: "plaster", "brick" or "glass".
        shutters: colour of shutters, if any.
        lit: share of windows with a light inside.
        shop: whether the ground floor is a shop with an awning.
        awning: its colour.
        seed: which windows are lit, which curtains are drawn.
    """

    wall: Colour
    trim: Colour = (0.62, 0.60, 0.55)
    floors: int = 4
    columns: int = 4
    style: str = "plaster"
    shutters: Colour | None = None
    lit: float = 0.0
    shop: bool = False
    awning: Colour = (0.30, 0.04, 0.03)
    seed: int = 0


WARM = np.float32((2.6, 1.55, 0.62))
"""Light of a lamp behind a window."""


def _box(u: Floats, v: Floats, left: float, right: float, low: float, high: float, soft: float) -> Floats:
    across = smoothstep(left - soft, left + soft, u) * smoothstep(right + soft, right - soft, u)
    return across * smoothstep(low - soft, low + soft, v) * smoothstep(high + soft, high - soft, v)


def draw_facade(facade: Facade, width: int, height: int, *, side: float = 0.5) -> tuple[Floats, Floats]:
    """Paint a front: its colours without light, and the light it gives of itself; both (height, width, 3).

    Lengths inside are in storeys: v counts up from the ground, u across from the left.

    Args:
        facade: what it looks like.
        width: pixels across.
        height: pixels up.
        side: where the light comes from, -1 left to 1 right: sills and frames throw their shadows away from it.
    """
    rng = np.random.default_rng(facade.seed)
    noise = fbm(256, 4, 6, rng, 0.6)
    storey = height / facade.floors
    span = width / storey
    u = np.broadcast_to(((np.arange(width, dtype=np.float32) + 0.5) / storey)[None, :], (height, width))
    v = np.broadcast_to(((height - np.arange(height, dtype=np.float32) - 0.5) / storey)[:, None], (height, width))
    soft = 0.6 / storey
    stain = sample(noise, u * 0.11, v * 0.05) + 0.5 * sample(noise, u * 0.9, v * 0.7)
    wall = (
        np.float32(facade.wall)
        * (1 + 0.055 * stain + 0.02 * rng.normal(size=(height, width)).astype(np.float32))[..., None]
    )
    if facade.style == "brick":
        course = v * 26
        brick = (u * 10 + 0.5 * (np.floor(course) % 2)) % 1
        joint = np.maximum(smoothstep(0.90, 0.97, brick), smoothstep(0.80, 0.92, course % 1))
        each = sample(noise, np.floor(u * 10) * 0.137, np.floor(course) * 0.211)
        wall = mix(wall * (1 + 0.13 * each)[..., None], np.float32((0.36, 0.33, 0.30)), (joint * 0.55)[..., None])
    glow = np.zeros((height, width, 3), np.float32)
    if facade.style == "glass":
        return _glass(wall, u, v, rng, noise), glow

    shade = np.ones((height, width), np.float32)
    pitch = span / facade.columns
    pane = min(0.42, pitch * 0.56)
    for floor in range(facade.floors):
        if facade.shop and floor == 0:
            continue
        for column in range(facade.columns):
            if floor == 0 and column == facade.columns // 2:
                _door(facade, wall, u, v, (column + 0.5) * pitch, soft)
                continue
            centre = (column + 0.5) * pitch
            box = (centre - pane / 2, centre + pane / 2, floor + 0.24, floor + 0.82)
            rows = slice(
                max(0, round(height - (box[3] + 0.1) * storey)), max(0, round(height - (box[2] - 0.2) * storey))
            )
            columns = slice(max(0, round((centre - pane * 1.3) * storey)), round((centre + pane * 1.3) * storey))
            near = (rows, columns)
            _bay(facade, (wall[near], glow[near], shade[near]), u[near], v[near], box, side, rng, noise, soft)
    if facade.shop:
        wall, glow = _shop(facade, wall, glow, u, v, span, soft, rng)
    else:
        plinth = _box(u, v, -1, span + 1, -1, 0.13, soft)[..., None]
        wall = mix(wall, wall * 0.45 + 0.03, plinth)
    cornice = _box(u, v, -1, span + 1, facade.floors - 0.13, facade.floors + 1, soft)
    ledges = _box(u, v, -1, span + 1, 1.0, 1.05, soft)
    wall = mix(wall, np.float32(facade.trim) * 0.92, np.maximum(cornice, ledges)[..., None])
    shade *= 1 - 0.45 * _box(u, v, -1, span + 1, facade.floors - 0.20, facade.floors - 0.13, 0.02)
    shade *= 1 - 0.35 * smoothstep(0.04, 0.0, np.minimum(u, span - u))
    return np.asarray(wall * shade[..., None], np.float32), glow


def _bay(
    facade: Facade,
    sheets: tuple[Floats, Floats, Floats],
    u: Floats,
    v: Floats,
    box: tuple[float, float, float, float],
    side: float,
    rng: np.random.Generator,
    noise: Floats,
    soft: float,
) -> None:
    """Paint a window with its frame, sill, shutters and shadows into the part of (wall, glow, shade) around it."""
    wall, glow, shade = sheets
    left, right, low, high = box
    pane = right - left
    fall = 0.05 * side
    shade *= 1 - 0.40 * _box(u, v, left - 0.05 - fall, right + 0.05 - fall, low - 0.11, low - 0.035, 0.02)
    frame = _box(u, v, left - 0.045, right + 0.045, low - 0.03, high + 0.05, soft)
    wall[:] = mix(wall, np.float32(facade.trim), frame[..., None])
    if facade.shutters:
        for edge in (left - 0.045 - pane * 0.52, right + 0.045):
            slat = 0.75 + 0.35 * smoothstep(0.0, 0.6, (v * 22) % 1)
            leaf = _box(u, v, edge, edge + pane * 0.52, low, high, soft)
            wall[:] = mix(wall, np.float32(facade.shutters) * slat[..., None], leaf[..., None])
    glass, shine = _window(facade, u, v, box, rng, noise)
    inside = _box(u, v, left, right, low, high, soft)[..., None]
    reveal = (u > right - 0.03) if side > 0 else (u < left + 0.03)
    recess = 1 - 0.45 * _box(u, v, left, right, high - 0.05, high, soft) - 0.30 * reveal
    wall[:] = mix(wall, glass * recess[..., None], inside)
    glow[:] = mix(glow, shine, inside)
    sill = _box(u, v, left - 0.07, right + 0.07, low - 0.06, low - 0.02, soft)
    wall[:] = mix(wall, np.float32(facade.trim) * 0.9, sill[..., None])


def _window(
    facade: Facade,
    u: Floats,
    v: Floats,
    box: tuple[float, float, float, float],
    rng: np.random.Generator,
    noise: Floats,
) -> tuple[Floats, Floats]:
    left, right, low, high = box
    s, t = (u - left) / (right - left), (v - low) / (high - low)
    offset = rng.uniform()
    reflection = smoothstep(-0.2, 1.4, sample(noise, s * 0.13 + offset, t * 0.16 + offset) + t * 0.9 - 0.4)
    glass = mix(np.float32((0.020, 0.026, 0.034)), np.float32((0.30, 0.37, 0.46)), (reflection * 0.55)[..., None])
    curtain = rng.uniform(0.0, 0.30) if rng.uniform() < 0.65 else 0.0
    drawn = (
        np.maximum(smoothstep(curtain + 0.02, curtain, s), smoothstep(1 - curtain - 0.02, 1 - curtain, s))
        if curtain
        else s * 0
    )
    fold = 0.8 + 0.2 * np.sin(s * 60)
    glass = mix(glass, np.float32((0.36, 0.34, 0.31)) * fold[..., None], (drawn * 0.8)[..., None])
    shine = np.zeros_like(glass)
    if rng.uniform() < facade.lit:
        warm = WARM * rng.uniform(0.35, 1.0) * np.float32((1, rng.uniform(0.85, 1.1), rng.uniform(0.7, 1.5)))
        shine = (
            warm
            * ((0.45 + 0.55 * t) * (1 - 0.5 * drawn) * np.exp(-((s - rng.uniform(0.3, 0.7)) ** 2) * 1.2))[..., None]
        )
    bar = np.maximum(smoothstep(0.035, 0.025, np.abs(s - 0.5)), smoothstep(0.022, 0.014, np.abs(t - 0.62)))
    edge = smoothstep(0.07, 0.05, np.minimum(s, 1 - s)) + smoothstep(0.05, 0.035, np.minimum(t, 1 - t))
    frame = np.clip(np.maximum(bar, edge), 0, 1)[..., None]
    return mix(glass, np.float32(facade.trim), frame), np.asarray(shine * (1 - frame), np.float32)


def _door(facade: Facade, wall: Floats, u: Floats, v: Floats, centre: float, soft: float) -> None:
    colour = np.float32(facade.shutters or (0.05, 0.09, 0.08))
    frame = _box(u, v, centre - 0.21, centre + 0.21, -1, 0.86, soft)[..., None]
    leaf = _box(u, v, centre - 0.165, centre + 0.165, 0.03, 0.70, soft)[..., None]
    over = _box(u, v, centre - 0.165, centre + 0.165, 0.73, 0.82, soft)[..., None]
    wall[:] = mix(wall, np.float32(facade.trim), frame)
    wall[:] = mix(wall, colour, leaf)
    wall[:] = mix(wall, np.float32((0.05, 0.06, 0.07)), over)
    for low, high in ((0.08, 0.30), (0.36, 0.64)):
        for left, right in ((-0.135, -0.015), (0.015, 0.135)):
            rim = _box(u, v, centre + left, centre + right, low, high, soft)
            core = _box(u, v, centre + left + 0.012, centre + right - 0.012, low + 0.012, high - 0.012, soft)
            wall[:] = mix(wall, colour * 0.45, (rim - core)[..., None] * 0.9)
    knob = smoothstep(0.016, 0.010, np.hypot(u - centre - 0.005, v - 0.335))
    wall[:] = mix(wall, np.float32((0.8, 0.62, 0.25)), knob[..., None])


def _shop(
    facade: Facade, wall: Floats, glow: Floats, u: Floats, v: Floats, span: float, soft: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    front = _box(u, v, 0.10, span - 0.10, 0.10, 0.80, soft)[..., None]
    goods = np.zeros(u.shape, np.float32)
    for _ in range(26):
        x, high = rng.uniform(0.15, span - 0.15), rng.uniform(0.16, 0.42)
        goods = np.maximum(goods, _box(u, v, x, x + rng.uniform(0.03, 0.10), 0.12, high, soft) * rng.uniform(0.3, 1))
    inside = mix(np.float32((0.05, 0.045, 0.04)), np.float32((0.30, 0.24, 0.17)), goods[..., None])
    wall = mix(wall, inside, front)
    if facade.lit:
        glow = mix(glow, WARM * (0.30 + 0.8 * v + 0.35 * goods)[..., None] * 0.8, front)
    panels = np.abs((u / span * 4) % 1 - 0.5) > 0.485
    wall = np.where((panels[..., None]) & (front > 0.5), np.float32((0.04, 0.035, 0.03)), wall)
    glow = np.where((panels[..., None]) & (front > 0.5), 0, glow).astype(np.float32)
    stripes = np.where((u * 9) % 1 < 0.5, 1.0, 0.0)[..., None]
    cloth = mix(np.float32(facade.awning), np.float32((0.62, 0.58, 0.52)), stripes)
    slope = (0.65 + 0.5 * smoothstep(0.70, 0.95, v))[..., None]
    over = _box(u, v, 0.05, span - 0.05, 0.70 + 0.0, 0.96, soft)[..., None]
    return mix(wall, cloth * slope, over), np.asarray(glow * (1 - over), np.float32)


def _glass(wall: Floats, u: Floats, v: Floats, rng: np.random.Generator, noise: Floats) -> Floats:
    s, t = (u * 2.4) % 1, (v * 1.0) % 1
    each = sample(noise, np.floor(u * 2.4) * 0.173 + rng.uniform(), np.floor(v) * 0.117)
    cloud = sample(noise, u * 0.035 + 0.02 * each, v * 0.03 + 0.01 * each)
    mirror = mix(
        np.float32((0.10, 0.17, 0.26)),
        np.float32((0.62, 0.70, 0.80)),
        smoothstep(-0.9, 1.5, cloud + 0.12 * each)[..., None],
    )
    frame = np.maximum(smoothstep(0.06, 0.03, np.minimum(s, 1 - s)), smoothstep(0.20, 0.17, t) * 0.8)
    return mix(mirror, wall * 0.7, frame[..., None])
