"""Things on a table: fruit, a cup of coffee, biscuits; ray-traced spheres and discs with soft shadows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from album.light import LANDSCAPE, Colour, develop, painted_size
from album.noise import Floats, blur, fbm, mix, sample, smoothstep

Wood = tuple[Colour, Colour]
OAK: Wood = ((0.16, 0.085, 0.04), (0.36, 0.22, 0.115))
WALNUT: Wood = ((0.045, 0.022, 0.012), (0.15, 0.078, 0.040))
PAINTED: Wood = ((0.42, 0.44, 0.45), (0.60, 0.61, 0.60))


def boards(x: Floats, z: Floats, wood: Wood, seed: int) -> Floats:
    """Colour of a table of boards at (x, z); a board is one unit wide."""
    rng = np.random.default_rng(seed)
    tile = fbm(512, 8, 6, rng, 0.6)
    board = np.floor(x)
    own = sample(tile, board * 0.217, board * 0.131)
    bend = sample(tile, x * 0.10 + own, z * 0.03 + own)
    rings = np.sin((x * 5 + bend * 5 + own * 9) * 2.4) * 0.5 + 0.5
    fibre = sample(tile, x * 2.3 + own, z * 0.07 + own)
    tone = np.clip(0.45 + 0.28 * (rings - 0.5) + 0.15 * fibre + 0.16 * own, 0, 1)
    gap = smoothstep(0.022, 0.008, np.minimum(x - board, board + 1 - x))
    return mix(np.float32(wood[0]), np.float32(wood[1]), tone[..., None]) * (1 - 0.85 * gap)[..., None]


@dataclass(frozen=True)
class Fruit:
    """A ball: where it lies (x, z), its radius, its colours, its skin ("orange", "smooth" or "bloom")."""

    x: float
    z: float
    radius: float
    colour: Colour
    blush: Colour
    skin: str = "smooth"
    lift: float = 0.0


def scatter(
    count: int,
    radius: float,
    colour: Colour,
    blush: Colour,
    seed: int,
    *,
    skin: str,
    spread: tuple[float, float] = (2.6, 1.7),
) -> list[Fruit]:
    """Balls that lie on the table without touching one another's middle."""
    rng = np.random.default_rng(seed)
    placed: list[Fruit] = []
    for _ in range(4000):
        x, z, r = rng.normal(0, spread[0] / 2), rng.normal(0.2, spread[1] / 2), radius * rng.uniform(0.86, 1.12)
        if all(np.hypot(x - other.x, z - other.z) > (r + other.radius) * 0.99 for other in placed):
            tone = rng.uniform(0.85, 1.15)
            placed.append(Fruit(x, z, r, tuple(c * tone for c in colour), blush, skin))  # type: ignore[arg-type]
        if len(placed) == count:
            break
    return placed


def paint_fruit(
    fruits: list[Fruit],
    wood: Wood,
    seed: int,
    *,
    size: tuple[int, int] = LANDSCAPE,
    exposure: float = 1.0,
    eye: tuple[float, float, float] = (0.0, 3.6, -4.6),
) -> Image.Image:
    """Fruit on a wooden table in the light of a window on the left."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    tile, pores = fbm(512, 4, 6, rng), fbm(512, 64, 3, rng, 0.8)
    forward = np.float32((0, 0, 0.15)) - np.float32(eye)
    forward /= np.linalg.norm(forward)
    right = np.float32((1, 0, 0))
    up = np.cross(forward, right)
    focal = 1.28 * width if width > rows else 1.28 * rows * 0.8
    px, py = np.meshgrid(
        (np.arange(width, dtype=np.float32) - width / 2) / focal, (rows / 2 - np.arange(rows, dtype=np.float32)) / focal
    )
    ray = forward + px[..., None] * right + py[..., None] * up
    ray = np.asarray(ray / np.linalg.norm(ray, axis=-1, keepdims=True), np.float32)
    sun = np.float32((-0.62, 0.66, 0.42))
    sun /= np.linalg.norm(sun)
    origin = np.float32(eye)

    nearest = np.where(ray[..., 1] < -1e-3, -origin[1] / np.minimum(ray[..., 1], -1e-3), 60.0).astype(np.float32)
    spot = origin + ray * nearest[..., None]
    table = boards(spot[..., 0] * 0.9 + 0.37, spot[..., 2] * 0.9, wood, seed)
    shade, contact = np.ones(nearest.shape, np.float32), np.ones(nearest.shape, np.float32)
    for fruit in fruits:
        gap = np.hypot(spot[..., 0] - fruit.x, spot[..., 2] - fruit.z) / fruit.radius
        near = gap < 6
        shade[near] *= 1 - _shadow(spot[near], fruit, sun)
        contact[near] *= 1 - 0.75 * np.exp(-(np.maximum(gap[near] - 0.25, 0) ** 2) * 2.2)
    window = np.float32((2.3, 2.1, 1.8))
    sky = np.float32((0.42, 0.47, 0.55))
    falloff = np.exp(-(np.hypot(spot[..., 0] + 1.2, spot[..., 2] - 0.6) ** 2) / 40)
    light = table * (window * (0.66 * shade * falloff)[..., None] + sky * contact[..., None])
    half = sun - ray
    half /= np.linalg.norm(half, axis=-1, keepdims=True)
    light += (np.clip(half[..., 1], 0, 1) ** 60 * 0.28 * shade)[..., None] * window

    for fruit in sorted(fruits, key=lambda item: -item.z):
        middle = np.float32((fruit.x, fruit.radius + fruit.lift, fruit.z))
        to = middle - origin
        along = ray @ to
        inside = fruit.radius**2 - (float(to @ to) - along**2)
        hit = inside > 0
        if not hit.any():
            continue
        t = along[hit] - np.sqrt(inside[hit])
        where = origin + ray[hit] * t[:, None]
        normal = (where - middle) / fruit.radius
        others = [other for other in fruits if other is not fruit]
        edge = smoothstep(0.0, 0.012 * fruit.radius, inside[hit])
        light[hit] = mix(
            light[hit],
            _ball(fruit, others, where, normal, ray[hit], sun, tile, pores, (window, sky, table.mean(axis=(0, 1)))),
            edge[:, None],
        )
    focus = smoothstep(0.9, 4.5, np.abs(nearest - float(np.linalg.norm(origin)) * 1.02))
    light = mix(light, blur(light, width / 190), focus[..., None])
    return develop(light, size, exposure=exposure, seed=seed, saturation=1.06)


def _shadow(spot: Floats, fruit: Fruit, sun: Floats) -> Floats:
    to = np.float32((fruit.x, fruit.radius + fruit.lift, fruit.z)) - spot
    along = to @ sun
    away = np.sqrt(np.maximum((to**2).sum(axis=-1) - along**2, 0))
    soft = 0.10 + 0.16 * np.maximum(along, 0)
    return np.asarray(
        smoothstep(1.0, 0.0, (away - fruit.radius * (1 - soft)) / (2 * soft * fruit.radius)) * (along > 0) * 0.93,
        np.float32,
    )


def _ball(
    fruit: Fruit,
    others: list[Fruit],
    where: Floats,
    normal: Floats,
    ray: Floats,
    sun: Floats,
    tile: Floats,
    pores: Floats,
    lights: tuple[Floats, Floats, Floats],
) -> Floats:
    window, sky, table = lights
    azimuth, polar = (
        np.arctan2(normal[:, 2], normal[:, 0]) / (2 * np.pi),
        np.arccos(np.clip(normal[:, 1], -1, 1)) / np.pi,
    )
    own = fruit.x * 0.37 + fruit.z * 0.71
    if fruit.skin == "orange":
        dimple = sample(pores, azimuth * 1.6 + own, polar * 0.9 + own)
        normal = normal + 0.10 * np.stack([dimple, np.roll(dimple, 7), np.roll(dimple, 13)], axis=-1) * 0.5
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        colour = (
            mix(
                np.float32(fruit.colour),
                np.float32(fruit.blush),
                np.clip(0.3 + 0.2 * sample(tile, azimuth + own, polar), 0, 1)[:, None],
            )
            * (1 + 0.06 * dimple)[:, None]
        )
        stem = np.exp(-((polar / 0.035) ** 2))
        colour = mix(colour, np.float32((0.06, 0.09, 0.02)), (stem * 0.9)[:, None])
    else:
        streak = sample(tile, azimuth * 2.2 + own, polar * 0.5 + own) + 0.5 * sample(
            tile, azimuth * 9 + own, polar * 0.8
        )
        colour = mix(np.float32(fruit.colour), np.float32(fruit.blush), smoothstep(-0.9, 2.4, streak)[:, None])
        if fruit.skin == "bloom":
            dust = smoothstep(-0.6, 1.4, sample(tile, azimuth * 1.5 + own, polar * 1.5)) * (
                0.20 + 0.35 * np.clip(normal[:, 1], 0, 1)
            )
            colour = mix(colour, np.float32((0.16, 0.17, 0.28)), dust[:, None])
            crown = smoothstep(0.13, 0.10, polar) * (
                0.6 + 0.4 * np.cos(azimuth * 2 * np.pi * 5) * smoothstep(0.03, 0.12, polar)
            )
            colour = mix(colour, np.float32((0.012, 0.012, 0.025)), np.clip(crown, 0, 1)[:, None])
    shade = np.ones(len(where), np.float32)
    hidden = np.ones(len(where), np.float32)
    for other in others:
        if np.hypot(other.x - fruit.x, other.z - fruit.z) < 5 * (fruit.radius + other.radius):
            shade *= 1 - _shadow(where, other, sun)
            to = np.float32((other.x, other.radius + other.lift, other.z)) - where
            away = np.linalg.norm(to, axis=-1)
            facing = np.clip((to * normal).sum(axis=-1) / away, 0, 1)
            hidden *= 1 - 0.7 * facing * (other.radius / away) ** 2
    lambert = np.clip((normal @ sun) * 0.92 + 0.08, 0, 1)
    under = np.clip(0.5 - 0.5 * normal[:, 1], 0, 1)
    ambient = (
        sky * (1 - under)[:, None] * 0.95
        + table * window * 0.42 * under[:, None] * smoothstep(0.0, 0.8, where[:, 1] / fruit.radius)[:, None]
    )
    lit = colour * (window * (lambert * shade)[:, None] + ambient * hidden[:, None])
    mirror = ray - 2 * (ray * normal).sum(axis=-1, keepdims=True) * normal
    gloss = {"orange": (0.045, 60.0), "bloom": (0.02, 24.0)}.get(fruit.skin, (0.07, 260.0))
    highlight = np.clip(mirror @ sun, 0, 1) ** gloss[1] * gloss[0] * 22 * shade
    rim = (1 - np.clip(-(ray * normal).sum(axis=-1), 0, 1)) ** 4 * gloss[0] * 5
    return np.asarray(lit + highlight[:, None] * window * 0.5 + (rim * hidden)[:, None] * sky, np.float32)


def paint_coffee(seed: int, wood: Wood, *, size: tuple[int, int] = LANDSCAPE) -> Image.Image:
    """A cup of coffee from above, a leaf drawn in its milk, biscuits beside it."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    tile, fine = fbm(512, 4, 6, rng), fbm(512, 32, 4, rng, 0.7)
    x, y = np.meshgrid(
        (np.arange(width, dtype=np.float32) - width * 0.42) / rows,
        (np.arange(rows, dtype=np.float32) - rows * 0.50) / rows,
    )
    light = boards(x * 3.1 + 0.4, y * 3.1, wood, seed) * np.exp(-np.hypot(x + 0.35, y + 0.35) * 0.45)[..., None] * 2.6

    def drop(cx: float, cy: float, radius: float, reach: float) -> Floats:
        away = np.hypot(x - cx - reach, y - cy - reach * 0.8)
        return 1 - 0.75 * smoothstep(radius + reach * 0.9, radius - reach * 0.8, away)

    light *= drop(0, 0, 0.385, 0.045)[..., None]
    r = np.hypot(x, y)
    towards = (-x - y) / np.maximum(r, 1e-4) / 2**0.5
    china = np.float32((0.70, 0.69, 0.66))
    plate = smoothstep(0.386, 0.383, r)
    bowl = 0.95 + 0.30 * towards * np.where(r > 0.30, -0.35 + 2.2 * np.clip((r - 0.33) / 0.05, -1, 1) * 0.5, -0.5)
    light = mix(light, china * bowl[..., None] * 1.25, plate[..., None])
    light *= mix(1.0, drop(0.0, 0.0, 0.235, 0.03), plate)[..., None]
    handle = np.hypot((x - 0.265 * 0.9), (y + 0.265 * 0.35))
    ring = smoothstep(0.026, 0.022, np.abs(handle - 0.055)) * (r > 0.22)
    light = mix(light, china * (1.15 + 0.35 * smoothstep(0.02, -0.02, handle - 0.055))[..., None], ring[..., None])
    cup = smoothstep(0.243, 0.240, r)
    light = mix(light, china * (1.25 + 0.25 * towards * np.sign(0.232 - r))[..., None], cup[..., None])
    inner = smoothstep(0.226, 0.222, r)
    wall = china * (0.78 - 0.42 * towards)[..., None]
    light = mix(light, wall, inner[..., None])

    s = r / 0.205
    coffee = mix(
        np.float32((0.23, 0.098, 0.030)), np.float32((0.085, 0.030, 0.009)), smoothstep(0.5, 1.0, s)[..., None]
    )
    coffee = coffee * (1 + 0.10 * sample(tile, x * 2.4, y * 2.4) + 0.05 * sample(fine, x * 3, y * 3))[..., None]
    u, v = (x * 0.92 + y * 0.39) / 0.205, (-x * 0.39 + y * 0.92) / 0.205
    leaf = 0.62 * np.sin(np.pi * np.clip((v + 0.72) / 1.42, 0, 1) ** 0.8)
    rosetta = np.sin((v * 1.0 - np.abs(u) * 0.85 + 0.03 * sample(tile, x * 3, y * 3)) * 24)
    milk = (
        smoothstep(-0.25, 0.25, rosetta)
        * smoothstep(0.0, 0.05, leaf - np.abs(u))
        * smoothstep(0.012, 0.03, np.abs(u) + 0.01)
    )
    coffee = mix(
        coffee, np.float32((0.72, 0.56, 0.38)) * (1 + 0.04 * sample(fine, x * 4, y * 4))[..., None], milk[..., None]
    )
    froth = smoothstep(0.93, 0.99, s + 0.015 * sample(fine, x * 2, y * 2))
    coffee = mix(coffee, np.float32((0.40, 0.21, 0.08)), (froth * 0.6)[..., None])
    shadow = 1 - 0.55 * smoothstep(0.30, 0.0, np.hypot(x - 0.05, y - 0.045) * -1 + 0.235) * (towards > -2)
    light = mix(light, coffee * (1.25 * shadow)[..., None], smoothstep(0.207, 0.204, r)[..., None])
    light += (np.exp(-(((x + 0.09) / 0.05) ** 2 + ((y + 0.14) / 0.018) ** 2)) * inner * 0.35)[..., None]

    for cx, cy, radius in ((0.66, 0.20, 0.125), (0.83, 0.055, 0.12), (0.72, -0.30, 0.115)):
        light *= drop(cx, cy, radius, 0.022)[..., None]
        column, row, reach = round(width * 0.42 + cx * rows), round(rows * 0.5 + cy * rows), round(radius * 1.3 * rows)
        near = (slice(max(row - reach, 0), row + reach), slice(max(column - reach, 0), column + reach))
        light[near] = _biscuit(light[near], x[near] - cx, y[near] - cy, radius, rng, (tile, fine))
    return develop(light, size, exposure=1.12, seed=seed)


def _biscuit(
    light: Floats, x: Floats, y: Floats, radius: float, rng: np.random.Generator, noise: tuple[Floats, Floats]
) -> Floats:
    """A biscuit with drops of chocolate over ``light``; (x, y) is counted from its middle."""
    tile, fine = noise
    own = rng.uniform()
    turn = np.arctan2(y, x)
    away = np.hypot(x, y) * (1 + 0.018 * np.sin(turn * 3 + own * 9) + 0.012 * sample(tile, x * 3 + own, y * 3)) / radius
    crumb = sample(fine, x * 2 + own, y * 2) + sample(tile, x * 5, y * 5 + own)
    dome = np.sqrt(np.clip(1 - away**2 * 0.8, 0, 1))
    face = (-x - y) / radius * 0.28
    crust = mix(
        np.float32((0.34, 0.16, 0.055)), np.float32((0.56, 0.33, 0.14)), np.clip(dome + 0.18 * crumb, 0, 1)[..., None]
    )
    light = mix(light, crust * (0.95 + face + 0.13 * crumb)[..., None] * 1.2, smoothstep(1.0, 0.985, away)[..., None])
    for _ in range(15):
        angle, far, size = (
            rng.uniform(0, 2 * np.pi),
            radius * 0.82 * rng.uniform() ** 0.5,
            radius * rng.uniform(0.06, 0.12),
        )
        dx, dy = (x - far * np.cos(angle)) * rng.uniform(0.8, 1.3), y - far * np.sin(angle)
        chip = np.hypot(dx, dy) * (1 + 0.25 * np.sin(3 * np.arctan2(dy, dx) + angle))
        light = mix(
            light,
            light * 0.5,
            smoothstep(size * 1.35, size * 0.9, np.hypot(dx - size * 0.2, dy - size * 0.2))[..., None],
        )
        gloss = np.exp(-(((dx + size * 0.3) ** 2 + (dy + size * 0.3) ** 2) / (size * 0.35) ** 2)) * 0.14
        light = mix(
            light, np.float32((0.045, 0.020, 0.011)) + gloss[..., None], smoothstep(size, size * 0.88, chip)[..., None]
        )
    return light
