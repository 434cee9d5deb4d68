"""Towns: a street in perspective, houses on a canal, a front, a skyline at night."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from album.facades import Facade, draw_facade
from album.light import LANDSCAPE, PORTRAIT, Colour, Sky, develop, painted_size, view
from album.noise import Floats, blur, fbm, gradient, mix, resize, sample, smoothstep

_WALLS: tuple[Colour, ...] = (
    (0.62, 0.46, 0.26),
    (0.55, 0.24, 0.15),
    (0.66, 0.60, 0.48),
    (0.42, 0.46, 0.44),
    (0.58, 0.36, 0.30),
    (0.34, 0.42, 0.50),
    (0.68, 0.52, 0.34),
)
_SHUTTERS: tuple[Colour | None, ...] = (None, (0.03, 0.10, 0.08), None, (0.04, 0.07, 0.14), (0.14, 0.05, 0.03))


@dataclass(frozen=True)
class Street:
    """A street that runs away from the camera between two rows of houses; lengths in metres.

    Attributes:
        seed: which houses.
        half: half its width.
        storey: height of a storey.
        floors: storeys of the houses, fewest and most.
        style: of the houses; "" for plaster and brick mixed.
        lit: share of windows with a light.
        wet: how wet the road is, 0 to 1.
        sunny: +1 if the right side is in the sun, -1 the left, 0 neither.
        sun_floor: storeys in shade on the sunny side.
    """

    seed: int
    half: float = 4.6
    storey: float = 3.3
    floors: tuple[int, int] = (3, 5)
    style: str = ""
    lit: float = 0.0
    wet: float = 0.0
    sunny: int = 1
    sun_floor: float = 1.0


_METRE = 26
_LENGTH = 120


def _row(street: Street, rng: np.random.Generator, side: float) -> tuple[Floats, Floats, Floats]:
    """One row of houses unrolled: colours, own light, and the houses' height in metres at each column."""
    tall = round((street.floors[1] + 0.9) * street.storey * _METRE)
    colour = np.zeros((tall, _LENGTH * _METRE, 3), np.float32)
    glow = np.zeros_like(colour)
    heights = np.zeros(_LENGTH * _METRE, np.float32)
    at = 0
    while at < colour.shape[1]:
        floors = int(rng.integers(street.floors[0], street.floors[1] + 1))
        columns = int(rng.integers(3, 6))
        high = round(floors * street.storey * rng.uniform(0.96, 1.07) * _METRE)
        high = min(high, tall)
        wide = min(round(columns * rng.uniform(1.9, 2.4) * _METRE), colour.shape[1] - at)
        facade = Facade(
            wall=_WALLS[rng.integers(len(_WALLS))],
            floors=floors,
            columns=columns,
            style=street.style or ("brick" if rng.uniform() < 0.35 else "plaster"),
            shutters=_SHUTTERS[rng.integers(len(_SHUTTERS))],
            lit=street.lit,
            shop=bool(rng.uniform() < 0.5),
            awning=((0.30, 0.04, 0.03), (0.03, 0.14, 0.08), (0.04, 0.07, 0.22))[rng.integers(3)],
            seed=int(rng.integers(1 << 30)),
        )
        if wide > _METRE:
            painted, shine = draw_facade(facade, wide, high, side=side)
            colour[tall - high :, at : at + wide], glow[tall - high :, at : at + wide] = painted, shine
            roof = 0 if street.style else min(tall - high, round(rng.uniform(1.1, 1.7) * _METRE))
            colour[tall - high - roof : tall - high, at : at + wide] = _roof(wide, roof, rng)
            heights[at : at + wide] = (high + roof) / _METRE
        at += wide
    return colour, glow, heights


def _roof(width: int, height: int, rng: np.random.Generator) -> Floats:
    """A steep roof of tiles or slates, seen from the street."""
    tiles = np.float32(((0.26, 0.095, 0.055), (0.10, 0.105, 0.12), (0.20, 0.12, 0.085))[rng.integers(3)])
    course = (np.arange(height) % 7 < 1)[:, None] * 0.35
    each = rng.normal(0, 0.12, (height // 7 + 1, width // 9 + 1)).repeat(7, 0).repeat(9, 1)[:height, :width]
    return np.asarray(tiles * np.clip(1 - course + each, 0.3, 1.6)[..., None], np.float32)


def _softened(sky: Sky) -> Floats:
    """What a street gets of the sky's light: half of it by way of walls and pavements, which take the blue out."""
    light = np.float32(sky.zenith) * 0.5 + np.float32(sky.horizon) * 0.5
    return np.asarray(mix(light, light.mean() * np.float32((1.10, 1.0, 0.88)), 0.75), np.float32)


def paint_street(
    sky: Sky,
    street: Street,
    *,
    size: tuple[int, int] = PORTRAIT,
    horizon: float = 0.60,
    focal: float = 0.95,
    exposure: float = 1.0,
) -> Image.Image:
    """Houses left and right, the road between them, the sky above."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(street.seed)
    noise = fbm(512, 8, 5, rng, 0.62)
    sides = [_row(street, rng, side) for side in (-0.6, 0.6)]
    dx, dy, dz = view(width, rows, focal, horizon)
    light = sky.with_clouds(dx, np.maximum(dy, 0.001), dz)
    light[dy < 0] = np.float32(sky.horizon)
    eye, kerb = 1.65, street.half - 1.5
    sky_light = _softened(sky)

    def walls(up: Floats) -> tuple[Floats, Floats]:
        """What rays with this rise see of the houses: (light, whether there is a house)."""
        seen, hit = np.zeros((rows, width, 3), np.float32), np.zeros((rows, width), bool)
        for number, (colour, glow, heights) in enumerate(sides):
            toward = dx if number else -dx
            reach = street.half / np.maximum(toward, 1e-4)
            z, y = reach * dz, reach * up + eye
            column = np.clip(z * _METRE, 0, colour.shape[1] - 1)
            here = (toward > 1e-4) & (y > 0) & (y < heights[column.astype(np.int64)]) & (z < _LENGTH - 1)
            row = colour.shape[0] - 1 - y * _METRE
            seen[here], hit[here] = _light_wall(number, colour, glow, column[here], row[here], y[here], z[here]), True
        return seen, hit

    def _light_wall(
        number: int, colour: Floats, glow: Floats, column: Floats, row: Floats, y: Floats, z: Floats
    ) -> Floats:
        pixel = z / (focal * width) * _METRE * (z / street.half)
        paint, shine = _mip(colour, column, row, pixel), _mip(glow, column, row, pixel)
        sunny = street.sunny == (1 if number else -1)
        edge = street.sun_floor * street.storey + 1.2 * np.sign(np.sin(z * 0.41 + 1)) + 0.8 * np.sin(z * 0.23)
        sun = smoothstep(edge - 0.12, edge + 0.12, y) * 0.62 if sunny else np.zeros_like(y)
        open_sky = 0.40 + 0.50 * np.clip(y / (street.floors[1] * street.storey), 0, 1)
        lit = paint * (sun[..., None] * np.float32(sky.sunlight) + open_sky[..., None] * sky_light * 1.1) + shine
        far = (1 - np.exp(-z / 420))[..., None]
        return mix(lit, np.float32(sky.horizon), far)

    houses, hit = walls(dy)
    light[hit] = houses[hit]
    reach = eye / np.maximum(-dy, 1e-4)
    road_x, road_z = reach * dx, reach * dz
    road = (dy < -1e-4) & (np.abs(road_x) < street.half) & (road_z < _LENGTH * 2)
    light[road] = _road(street, sky_light, noise, road_x[road], road_z[road], kerb, focal * width)
    if street.wet:
        reflected, mirrored = walls(-dy - 2 * eye / np.maximum(reach, 0.3) * 0)
        tall = np.where(mirrored[..., None], reflected, sky.colour(dx, np.abs(dy), dz, with_disc=False))
        tall = _smear(tall, rows)
        rough = sample(noise, road_x * 0.21, road_z * 0.08)
        shine = (0.06 + 0.85 * (1 - np.clip(-dy, 0, 1)) ** 6) * smoothstep(-1.6, 0.6, rough) * street.wet
        light[road] = (light * (1 - 0.35 * street.wet) + tall * shine[..., None])[road]
    light += blur(np.maximum(light - 0.9, 0), width / 26) * (0.5 if street.lit else 0.1)
    return develop(light, size, exposure=exposure, seed=street.seed, saturation=1.08)


def _smear(light: Floats, rows: int) -> Floats:
    height, width = light.shape[:2]
    return resize(resize(light, max(2, width // 3), max(2, height * 20 // rows)), width, height)


def _road(street: Street, sky_light: Floats, noise: Floats, x: Floats, z: Floats, kerb: float, scale: float) -> Floats:
    pixel = z * z / scale / 1.65
    tone = sample(noise, x * 0.5, z * 0.5) * 0.10 + sample(noise, x * 0.03, z * 0.03) * 0.08
    row = np.floor(z * 5.5)
    stone = (x * 4.2 + 0.5 * (row % 2)) % 1
    joint = np.maximum(smoothstep(0.86, 0.97, stone), smoothstep(0.80, 0.95, (z * 5.5) % 1)) * smoothstep(
        0.16, 0.04, pixel
    )
    each = sample(noise, np.floor(x * 4.2 + 0.5 * (row % 2)) * 0.071, row * 0.093)
    cobbles = (
        np.float32((0.20, 0.19, 0.18))
        * ((1 + 0.16 * each * smoothstep(0.3, 0.05, pixel) + tone) * (1 - 0.55 * joint))[..., None]
    )
    slab = np.maximum(smoothstep(0.96, 0.99, (z * 0.9) % 1), smoothstep(0.96, 0.99, (x * 0.9) % 1)) * smoothstep(
        0.4, 0.1, pixel
    )
    pavement = np.float32((0.33, 0.31, 0.285)) * ((1 + tone) * (1 - 0.35 * slab))[..., None]
    aside = np.abs(x)
    ground = mix(cobbles, pavement, smoothstep(kerb, kerb + 0.03, aside)[..., None])
    ground = mix(
        ground,
        np.float32((0.42, 0.40, 0.37)),
        (smoothstep(kerb - 0.02, kerb, aside) * smoothstep(kerb + 0.2, kerb + 0.16, aside))[..., None],
    )
    near_wall = 0.55 + 0.45 * smoothstep(0.0, 1.2, street.half - aside)
    lit = ground * sky_light * (0.85 * near_wall)[..., None]
    if street.lit:
        pools = np.exp(-((aside - street.half) ** 2) / 2.2) * (0.55 + 0.45 * np.sin(z * 0.55))
        lit = lit + ground * np.float32((1.1, 0.62, 0.24)) * pools[..., None]
    return mix(lit, sky_light, (1 - np.exp(-z / 160))[..., None] * 0.6)


def _mip(texture: Floats, column: Floats, row: Floats, pixel: Floats) -> Floats:
    """Nearest look-up in a picture, in coarser copies of it where a pixel covers more of it."""
    found = np.zeros((*column.shape, 3), np.float32)
    for level in range(4):
        low, high = (
            (0, 1.6 * 2**level) if level == 0 else (1.6 * 2 ** (level - 1), 1.6 * 2**level if level < 3 else np.inf)
        )
        here = (pixel >= low) & (pixel < high)
        if not here.any():
            continue
        coarse = texture if level == 0 else resize(texture, texture.shape[1] >> level, texture.shape[0] >> level)
        r = np.clip((row[here] / 2**level).astype(np.int64), 0, coarse.shape[0] - 1)
        c = np.clip((column[here] / 2**level).astype(np.int64), 0, coarse.shape[1] - 1)
        found[here] = np.maximum(coarse[r, c], 0)
    return found


def paint_canal(
    sky: Sky, seed: int, *, size: tuple[int, int] = LANDSCAPE, lit: float = 0.0, exposure: float = 1.0
) -> Image.Image:
    """Narrow gabled houses side by side, mirrored in a canal."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    noise = fbm(512, 4, 6, rng)
    dx, dy, dz = view(width, rows, 1.1, 0.66)
    light = sky.with_clouds(dx, np.maximum(dy, 0.01), dz)
    quay = round(rows * 0.66)
    sun, ambient = np.float32(sky.sunlight), _softened(sky)
    at = -round(rows * 0.03)
    while at < width:
        wide, floors = round(rows * rng.uniform(0.165, 0.215)), int(rng.integers(3, 5))
        body, roof = round(rows * (0.118 * floors + rng.uniform(-0.01, 0.02))), round(rows * rng.uniform(0.10, 0.14))
        facade = Facade(
            wall=(*_WALLS, (0.20, 0.10, 0.08), (0.12, 0.13, 0.14), (0.70, 0.66, 0.58))[rng.integers(len(_WALLS) + 3)],
            floors=floors,
            columns=3,
            style="brick" if rng.uniform() < 0.5 else "plaster",
            lit=lit,
            seed=int(rng.integers(1 << 30)),
            shutters=_SHUTTERS[rng.integers(len(_SHUTTERS))] if rng.uniform() < 0.4 else None,
        )
        painted, glow = draw_facade(facade, wide, body, side=-0.6)
        gable = np.repeat(painted[body // 6 : body // 6 + 1], roof, 0) * 0 + np.float32(facade.wall)
        u = np.abs((np.arange(wide) + 0.5) / wide - 0.5)[None, :]
        t = (roof - np.arange(roof) - 0.5)[:, None] / roof
        shape = (
            0.5 - 0.42 * np.floor(t * 4) / 4 if rng.uniform() < 0.4 else 0.5 - 0.40 * smoothstep(0.0, 0.75, t)
        ) * np.ones_like(t)
        mask = smoothstep(0.004, -0.004, u - shape) * (t < 1)
        edge = smoothstep(0.035, 0.025, shape - u) * mask
        gable = mix(gable, np.float32(facade.trim), edge[..., None])
        eye = smoothstep(0.085, 0.078, np.hypot(u, (t - 0.38) * roof / wide))
        gable = mix(gable, np.float32((0.03, 0.035, 0.045)), eye[..., None])
        lit_sun = sun * (0.62 if lit == 0 else 0.0)
        top = quay - body - roof
        left, right = max(at, 0), min(at + wide, width)
        cut = slice(left - at, right - at)
        if right > left:
            light[quay - body : quay, left:right] = (painted * (lit_sun + ambient * 0.75) + glow)[:, cut]
            above = light[top : quay - body, left:right]
            light[top : quay - body, left:right] = mix(
                above, (gable * (lit_sun + ambient * 0.75))[:, cut], mask[:, cut, None]
            )
        at += wide + 2
    wall = round(rows * 0.045)
    stones = fbm(256, 16, 4, rng)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / rows, np.arange(rows, dtype=np.float32) / rows)
    light[quay : quay + wall] = (
        np.float32((0.17, 0.155, 0.14))
        * (1 + 0.25 * sample(stones, x * 3, y * 9))[..., None]
        * (sun * 0.35 + ambient * 0.6)
    )[quay : quay + wall]
    line = quay + wall
    light[line - 2 : line + 2] *= 0.4
    depth = (y[line:] - line / rows) / (1 - line / rows)
    ripple = sample(noise, x[line:] * 1.1, np.sqrt(depth) * 1.6) + 0.6 * sample(
        noise, x[line:] * 3, np.sqrt(depth) * 4.5
    )
    source = np.clip(
        line - 1 - (np.arange(rows - line)[:, None] * 1.9 + ripple * (1.5 + 13 * depth)), 0, line - 1
    ).astype(np.int64)
    aside = np.clip(np.arange(width)[None, :] + ripple * (1 + 9 * depth), 0, width - 1).astype(np.int64)
    light[line:] = light[source, aside] * (0.62 - 0.15 * depth)[..., None] + np.float32((0.010, 0.020, 0.022)) * (
        ambient + 0.2
    )
    return develop(light, size, exposure=exposure, seed=seed, saturation=1.08)


def paint_front(facade: Facade, sky: Sky, *, size: tuple[int, int] = LANDSCAPE, exposure: float = 1.0) -> Image.Image:
    """A house from across the street, flat on, with the shadow of a tree on it."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(facade.seed)
    noise = fbm(512, 4, 6, rng)
    street = round(rows * 0.90)
    painted, glow = draw_facade(replace(facade), width, street, side=-0.7)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / rows, np.arange(rows, dtype=np.float32) / rows)
    leaves = sample(noise, x * 1.3 + y * 0.3, y * 1.2) + 0.7 * sample(noise, x * 4, y * 4 + x)
    crown = np.hypot((x - 1.22) * 0.9, (y - 0.18) * 1.1)
    shade = smoothstep(0.62, 0.30, crown + 0.10 * sample(noise, x * 0.6, y * 0.6)) * smoothstep(-0.5, 0.3, leaves)
    ground = np.float32((0.33, 0.31, 0.28)) * (1 + 0.06 * sample(noise, x * 6, y * 20))[..., None]
    joints = smoothstep(0.97, 0.99, (x * 4.3) % 1)
    ground = ground * (1 - 0.35 * joints)[..., None] * np.where(y > 0.945, 0.62, 1.0)[..., None]
    base = np.concatenate([painted, ground[street:]])
    own = np.concatenate([glow, np.zeros_like(ground[street:])])
    sun = (1 - 0.85 * shade)[..., None] * np.float32(sky.sunlight) * 0.62
    ambient = _softened(sky)
    corner = (1 - 0.4 * smoothstep(0.03, 0.0, np.abs(y - street / rows)))[..., None]
    return develop(base * (sun + ambient * 0.7) * corner + own, size, exposure=exposure, seed=facade.seed)


def paint_skyline(
    seed: int, *, size: tuple[int, int] = LANDSCAPE, dusk: float = 0.5, exposure: float = 1.0
) -> Image.Image:
    """Towers with lit windows across the water; ``dusk`` is how much daylight is left, 0 to 1."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    noise = fbm(512, 4, 6, rng)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / rows, np.arange(rows, dtype=np.float32) / rows)
    shore = round(rows * 0.66)
    night = gradient([(0, (0.006, 0.010, 0.030)), (0.5, (0.03, 0.028, 0.06)), (0.7, (0.10, 0.06, 0.06))], y)
    evening = gradient([(0, (0.03, 0.06, 0.19)), (0.35, (0.20, 0.17, 0.34)), (0.66, (1.0, 0.45, 0.24))], y)
    light = mix(night, evening, dusk)
    veil = smoothstep(0.2, 2.0, sample(noise, x * 0.25, y * 1.0)) * 0.6
    light = mix(light, light * 1.6 + np.float32((0.08, 0.03, 0.03)) * dusk, veil[..., None])
    middle = width / 2
    for distance in range(4):
        near = (distance + 1) / 4
        at = -20.0
        while at < width:
            wide = rows * rng.uniform(0.035, 0.085) * (0.6 + 0.6 * near)
            bump = np.exp(-(((at - middle) / (width * 0.30)) ** 2))
            high = rows * (
                0.06 + 0.05 * near + rng.uniform(0.02, 0.15) + bump * rng.uniform(0.05, 0.36) * (1.15 - 0.6 * near)
            )
            left, right, top = max(0, round(at)), min(width, round(at + wide)), round(shore - high)
            if right - left > 6:
                light[top:shore, left:right] = _tower(light, rng, (left, right, top, shore), near, dusk)
            if rng.uniform() < 0.18 and 4 < left < width - 4:
                mast = round((left + right) / 2)
                light[max(0, top - round(rows * 0.05)) : top, mast : mast + 2] *= 0.35
                light[max(0, top - round(rows * 0.05)) : max(0, top - round(rows * 0.05)) + 3, mast - 1 : mast + 3] = (
                    3.0,
                    0.15,
                    0.1,
                )
            at += wide * rng.uniform(0.75, 1.5)
    light += blur(np.maximum(light - 0.5, 0), width / 40) * 0.55
    lamps = (np.arange(width) % max(8, width // 70)) < 3
    light[shore - 5 : shore - 2, lamps] = (3.2, 1.9, 0.8)
    light[shore - 2 : shore + 1] *= 0.3
    depth = (y[shore:] - shore / rows) / (1 - shore / rows)
    ripple = sample(noise, x[shore:] * 1.4, np.sqrt(depth) * 3.0) + 0.8 * sample(
        noise, x[shore:] * 4, np.sqrt(depth) * 9
    )
    source = np.clip(
        shore - 1 - (np.arange(rows - shore)[:, None] * 1.7 + ripple * (4 + 46 * depth)), 0, shore - 1
    ).astype(np.int64)
    aside = np.clip(np.arange(width)[None, :] + ripple * (1 + 7 * depth), 0, width - 1).astype(np.int64)
    mirrored = light[source, aside]
    light[shore:] = mirrored * 0.62 + np.float32((0.004, 0.007, 0.012))
    return develop(light, size, exposure=exposure, seed=seed, grain=0.008, bloom=0.3)


def _tower(light: Floats, rng: np.random.Generator, box: tuple[int, int, int, int], near: float, dusk: float) -> Floats:
    left, right, top, foot = box
    cell = max(5, round(4 + 5 * near))
    high, wide = foot - top, right - left
    air = light[top:foot, left:right]
    wall = np.float32((0.012, 0.014, 0.022)) * rng.uniform(0.7, 2.2) + np.float32((0.05, 0.045, 0.07)) * dusk * 0.8
    side = np.linspace(1.35, 0.55, wide, dtype=np.float32)[None, :, None]
    body = mix(wall * side, air, 0.50 * (1 - near))
    lit = rng.uniform(0, 1, (high // cell + 1, wide // cell + 1)) < rng.uniform(0.18, 0.6)
    lit &= rng.uniform(0, 1, (high // cell + 1, 1)) < 0.9
    warm = mix(np.float32((1.0, 0.62, 0.26)), np.float32((0.75, 0.85, 1.0)), np.float32(rng.uniform() < 0.3) * 0.8)
    level = (rng.uniform(0.25, 1.6, lit.shape) * lit).astype(np.float32)
    rows = np.arange(high)[:, None]
    columns = np.arange(wide)[None, :]
    pane = ((rows % cell) > cell * 0.28) & ((columns % cell) > cell * 0.30)
    return np.asarray(
        body + warm * (level[rows // cell, columns // cell] * pane * (0.35 + 0.65 * near))[..., None], np.float32
    )
