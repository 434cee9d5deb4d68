"""Plants: a meadow with flowers, a sunflower, a tree in autumn, a leaf."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from album.brush import Sketch, lay
from album.light import LANDSCAPE, PORTRAIT, Colour, Sky, develop, painted_size, view
from album.noise import blur, fbm, gradient, mix, sample, smoothstep

GOLDEN_ANGLE = np.pi * (3 - 5**0.5)


@dataclass(frozen=True)
class Bloom:
    """A kind of flower: its petals' colours, how many there are, and its middle."""

    petal: Colour
    tip: Colour
    petals: int
    middle: Colour
    wide: float = 0.55


POPPY = Bloom((0.55, 0.012, 0.008), (0.85, 0.05, 0.015), 5, (0.012, 0.010, 0.012), 1.0)
DAISY = Bloom((0.70, 0.68, 0.62), (0.86, 0.86, 0.84), 15, (0.80, 0.50, 0.03), 0.26)
CORNFLOWER = Bloom((0.05, 0.07, 0.50), (0.12, 0.18, 0.80), 10, (0.06, 0.03, 0.20), 0.36)
BUTTERCUP = Bloom((0.80, 0.52, 0.01), (0.95, 0.72, 0.04), 6, (0.55, 0.35, 0.01), 0.75)


def _flower(sheet: Sketch, rng: np.random.Generator, bloom: Bloom, x: float, y: float, size: float) -> None:
    tilt, turn = rng.uniform(0.45, 0.85), rng.uniform(0, 2 * np.pi)
    for number in rng.permutation(bloom.petals):
        angle = turn + number * 2 * np.pi / bloom.petals + rng.normal(0, 0.06)
        long = size * rng.uniform(0.85, 1.1)
        tone = mix(np.float32(bloom.petal), np.float32(bloom.tip), 0.5 + 0.5 * np.sin(angle - 0.9)) * rng.uniform(
            0.8, 1.1
        )
        c, s = np.cos(angle), np.sin(angle)
        outline = []
        for step in range(13):
            t = step / 12 * np.pi
            along, across = (
                long * (1 - np.cos(t)) / 2,
                long * bloom.wide * np.sin(t) * (0.6 + 0.4 * (1 - np.cos(t)) / 2) * 0.8,
            )
            outline.append((along, across))
        shape = outline + [(a, -b) for a, b in reversed(outline)]
        sheet.polygon(
            [(x + a * c - b * s, y + (a * s + b * c) * tilt) for a, b in shape], tuple(float(v) for v in tone)
        )
        sheet.line(
            [(x, y), (x + long * 0.8 * c, y + long * 0.8 * s * tilt)],
            tuple(float(v) * 0.75 for v in tone),
            max(0.6, size * 0.03),
            0.6,
        )
    sheet.ellipse(x, y, size * 0.24, size * 0.24 * tilt, bloom.middle)
    sheet.ellipse(
        x - size * 0.04,
        y - size * 0.05,
        size * 0.13,
        size * 0.11 * tilt,
        tuple(min(1.0, v * 1.5 + 0.01) for v in bloom.middle),
    )


def paint_meadow(
    sky: Sky, seed: int, blooms: tuple[Bloom, ...], *, size: tuple[int, int] = LANDSCAPE, exposure: float = 1.0
) -> Image.Image:
    """Grass and flowers from close to the ground: sharp in the middle distance, soft before and behind it."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    noise = fbm(512, 4, 6, rng)
    dx, dy, dz = view(width, rows, 0.9, 0.36)
    light = sky.with_clouds(dx, np.maximum(dy, 0.001), dz)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / rows, np.arange(rows, dtype=np.float32) / rows)
    for number, (base, tone) in enumerate(
        ((0.30, (0.13, 0.20, 0.24)), (0.335, (0.07, 0.13, 0.09)), (0.37, (0.10, 0.16, 0.04)))
    ):
        line = base + 0.035 * sample(
            noise, x * (0.25 + 0.2 * number) + 0.3 * number, np.full_like(x, 0.1 + number * 0.3)
        ) * (1 - 0.2 * number)
        rugged = 0.004 * sample(noise, x * 5, np.full_like(x, 0.7)) * number
        colour = np.float32(tone) * (1 + 0.15 * sample(noise, x * 3, y * 9))[..., None]
        light = mix(
            light,
            colour * (np.float32(sky.sunlight) * 0.45 + np.float32(sky.zenith)),
            smoothstep(-0.0015, 0.0015, y - line - rugged)[..., None],
        )
    field = smoothstep(0.385, 0.40, y)
    grass = gradient([(0.38, (0.17, 0.23, 0.045)), (0.6, (0.10, 0.16, 0.025)), (1.0, (0.025, 0.05, 0.010))], y)
    grass = grass * (1 + 0.22 * sample(noise, x * 2, y * 12))[..., None] * (np.float32(sky.sunlight) * 0.45 + 0.25)
    light = mix(light, grass, field[..., None])

    stages = 9
    for stage in range(stages):
        near = (stage + 0.5) / stages
        base = 0.40 + 0.72 * near**1.7
        scale = 0.004 + 0.050 * near**1.6
        soft = 1.2 * (0.55 - near) * 6 if near < 0.45 else max(0.0, near - 0.72) * 40
        sheet = Sketch(width, rows)
        bright = 0.75 + 0.45 * (1 - near)
        for _ in range(round(1500 * (1.25 - near))):
            bx, by = (
                rng.uniform(-0.02, 1.02) * width,
                (base + rng.normal(0, 0.035 * (0.3 + near))) * rows + scale * rows * 1.5,
            )
            high, bend = rows * scale * rng.uniform(2.2, 5.2), rng.normal(0, 0.35)
            tone = np.float32((0.085, 0.155, 0.022)) * rng.uniform(0.35, 1.6) * bright + np.float32(
                (0.03, 0.015, 0.0)
            ) * rng.uniform(0, 2)
            thick = max(0.7, rows * scale * 0.085)
            sheet.line(
                [(bx, by), (bx + bend * high * 0.25, by - high * 0.6), (bx + bend * high * 0.8, by - high)],
                tuple(float(v) for v in tone),
                thick,
            )
        for _ in range(round(150 * (1.15 - near) ** 1.6 + 7)):
            fx, fy = rng.uniform(0, 1) * width, (base + rng.normal(0, 0.03 * (0.4 + near)) - scale * 1.5) * rows
            kind = blooms[min(int(rng.exponential(0.7)), len(blooms) - 1)]
            high = rows * scale * 3.2
            sheet.line(
                [(fx, fy), (fx + rng.normal(0, 0.06) * high, fy + high)],
                (0.06, 0.11, 0.02),
                max(0.7, rows * scale * 0.07),
            )
            _flower(sheet, rng, kind, fx, fy, rows * scale * rng.uniform(0.55, 0.85) * (1.25 if kind is POPPY else 1.0))
        lay(light, sheet.image(soft), shade=np.float32(sky.sunlight) * 0.50 + 0.25)
    return develop(light, size, exposure=exposure, seed=seed, saturation=1.08)


def paint_sunflower(seed: int, *, size: tuple[int, int] = LANDSCAPE) -> Image.Image:
    """A sunflower near by: florets on the golden angle (H. Vogel, 1979), two rings of petals, sky out of focus."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    noise = fbm(512, 4, 5, rng)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / rows, np.arange(rows, dtype=np.float32) / rows)
    light = gradient(
        [(0, (0.22, 0.42, 0.80)), (0.55, (0.55, 0.68, 0.80)), (0.8, (0.20, 0.28, 0.07)), (1, (0.07, 0.12, 0.02))],
        y + 0.05 * sample(noise, x * 0.6, y * 0.3),
    )
    spots = Sketch(width, rows)
    for _ in range(70):
        r = rows * rng.uniform(0.02, 0.07)
        spots.ellipse(
            rng.uniform(0, width),
            rows * rng.uniform(0.62, 1.0),
            r,
            r,
            ((0.55, 0.42, 0.03), (0.16, 0.24, 0.03), (0.30, 0.36, 0.10))[rng.integers(3)],
            0.35,
        )
    lay(light, spots.image(7))
    centre_x, centre_y, radius = width * 0.47, rows * 0.46, rows * 0.17
    stem = Sketch(width, rows)
    stem.line(
        [(centre_x, centre_y), (centre_x + rows * 0.03, rows * 0.75), (centre_x + rows * 0.02, rows * 1.05)],
        (0.07, 0.12, 0.02),
        rows * 0.035,
    )
    lay(light, stem.image(1.5))
    for ring, (count, long) in enumerate(((22, 1.98), (21, 1.78))):
        sheet = Sketch(width, rows)
        for number in rng.permutation(count):
            angle = (number + 0.5 * ring) * 2 * np.pi / count + rng.normal(0, 0.05)
            length = radius * long * rng.uniform(0.90, 1.08)
            lit = 0.72 + 0.30 * np.cos(angle + 2.2) + rng.normal(0, 0.05)
            c, s = np.cos(angle), np.sin(angle)
            curl = rng.normal(0, 0.05)
            for strip in range(9):
                span = 1 - strip / 9
                tone = np.float32((0.90, 0.50 + 0.05 * strip / 9, 0.012)) * lit * (0.72 + 0.34 * strip / 9)
                outline = []
                for step in range(15):
                    t = step / 14
                    along = radius * 0.75 + (length - radius * 0.75) * t
                    across = radius * 0.22 * np.sin(np.pi * t**0.8) ** 0.9 * span
                    outline.append((along, across))
                shape = outline + [(a, -b) for a, b in reversed(outline)]
                sheet.polygon(
                    [
                        (
                            centre_x + a * c - (b + a * a * curl / radius * 0.3) * s,
                            centre_y + a * s + (b + a * a * curl / radius * 0.3) * c,
                        )
                        for a, b in shape
                    ],
                    tuple(float(v) for v in tone),
                )
        lay(light, sheet.image(0.6))
        away = np.hypot(x - centre_x / rows, y - centre_y / rows) * rows / radius
        light *= (1 - 0.40 * smoothstep(1.35, 0.9, away))[..., None]
    disc = Sketch(width, rows)
    disc.ellipse(centre_x, centre_y, radius, radius, (0.035, 0.018, 0.006))
    florets = 900
    for number in range(florets, 0, -1):
        r = radius * 1.02 * (number / florets) ** 0.5
        angle = number * GOLDEN_ANGLE
        px, py = centre_x + r * np.cos(angle), centre_y + r * np.sin(angle)
        t = r / radius
        tone = gradient(
            [
                (0, (0.10, 0.11, 0.015)),
                (0.35, (0.12, 0.075, 0.010)),
                (0.62, (0.05, 0.022, 0.006)),
                (0.8, (0.30, 0.13, 0.012)),
                (1, (0.62, 0.33, 0.02)),
            ],
            np.float32(t),
        )
        dot = radius * (0.020 + 0.012 * t)
        disc.ellipse(px + dot * 0.3, py + dot * 0.4, dot * 1.05, dot * 1.05, (0.010, 0.006, 0.003))
        disc.ellipse(px, py, dot, dot, tuple(float(v) * rng.uniform(0.8, 1.2) for v in tone))
        disc.ellipse(
            px - dot * 0.3, py - dot * 0.35, dot * 0.4, dot * 0.4, tuple(min(1.0, float(v) * 2.2) for v in tone)
        )
    lay(light, disc.image(0.4))
    return develop(light * 1.15, size, exposure=1.1, seed=seed)


def paint_autumn_tree(
    sky: Sky, seed: int, *, size: tuple[int, int] = LANDSCAPE, leaf: Colour = (0.75, 0.24, 0.02)
) -> Image.Image:
    """One tree on a hill: branches that fork and thin, thousands of leaves lit from one side."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    noise = fbm(512, 4, 6, rng)
    dx, dy, dz = view(width, rows, 0.9, 0.74)
    light = sky.with_clouds(dx, np.maximum(dy, 0.001), dz)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / rows, np.arange(rows, dtype=np.float32) / rows)
    for base, tone, wave in ((0.70, (0.22, 0.26, 0.30), 0.9), (0.735, (0.16, 0.17, 0.09), 0.5)):
        line = base + 0.02 * sample(noise, x * wave * 0.4, np.full_like(x, base))
        light = mix(
            light,
            np.float32(tone) * (np.float32(sky.sunlight) * 0.4 + np.float32(sky.zenith)),
            smoothstep(-0.001, 0.001, y - line)[..., None],
        )
    top = 0.83 - 0.07 * np.exp(-(((x - 0.75) / 0.6) ** 2))
    turf = (
        np.float32((0.13, 0.14, 0.03))
        * (1 + 0.16 * sample(noise, x * 0.8, y * 3.5) + 0.10 * sample(noise, x * 2.3 + y, y * 9))[..., None]
    )
    shadow = 1 - 0.6 * smoothstep(
        0.42, 0.10, np.hypot((x - 0.95) * 0.8, (y - 0.86) * 5) + 0.08 * sample(noise, x * 3, y * 9)
    )
    light = mix(
        light,
        turf * shadow[..., None] * (np.float32(sky.sunlight) * 0.55 + 0.15),
        smoothstep(-0.002, 0.002, y - top)[..., None],
    )

    wood, tips = Sketch(width, rows), []

    def grow(px: float, py: float, angle: float, long: float, thick: float, order: int) -> None:
        ex, ey = px + np.cos(angle) * long, py - np.sin(angle) * long
        bend = rng.normal(0, 0.06) * long
        tone = 0.7 + 0.5 * max(0.0, float(np.cos(angle)))
        wood.line(
            [(px, py), ((px + ex) / 2 + bend, (py + ey) / 2), (ex, ey)],
            (0.055 * tone, 0.040 * tone, 0.030 * tone),
            thick,
        )
        if order >= 4:
            tips.append((ex, ey, order))
        if order < 8 and long > 4:
            for turn in (rng.uniform(0.18, 0.55), -rng.uniform(0.18, 0.55), rng.normal(0, 0.15))[
                : 2 + (order % 3 == 0)
            ]:
                grow(
                    ex,
                    ey,
                    angle + turn + 0.05 * (np.pi / 2 - angle),
                    long * rng.uniform(0.70, 0.88),
                    thick * 0.68,
                    order + 1,
                )

    grow(rows * 0.72, rows * 0.80, np.pi / 2 + 0.03, rows * 0.135, rows * 0.034, 0)
    crown = np.asarray([(tx, ty) for tx, ty, _ in tips])
    middle = crown.mean(axis=0)
    reach = np.abs(crown - middle).max(axis=0)

    def foliage(count: int, dim: float) -> Image.Image:
        sheet = Sketch(width, rows)
        for index in rng.integers(0, len(tips), count):
            lx, ly = crown[index] + rng.normal(0, rows * 0.017, 2)
            side = ((middle[0] - lx) / reach[0] * (-sky.sun[0]) + (middle[1] - ly) / reach[1]) * 0.5
            lit = np.clip(0.75 + 0.65 * side + rng.normal(0, 0.16), 0.22, 1.6) * dim
            tone = np.float32(leaf) * np.float32((1, rng.uniform(0.55, 1.7), rng.uniform(0.5, 2.0))) * lit
            r = rows * 0.0042 * rng.uniform(0.6, 1.3)
            sheet.ellipse(float(lx), float(ly), r, r * rng.uniform(0.45, 1), tuple(float(v) for v in tone))
        return sheet.image()

    shade = np.float32(sky.sunlight) * 0.42 + np.float32(sky.zenith) * 0.6 + 0.1
    lay(light, foliage(5000, 0.5), shade=shade)
    lay(light, wood.image(), shade=shade)
    lay(light, foliage(9000, 1.0), shade=shade)
    fallen = Sketch(width, rows)
    for _ in range(900):
        lx, ly = rows * rng.normal(0.78, 0.26), rows * (0.80 + abs(rng.normal(0, 0.045)))
        r = rows * 0.003 * rng.uniform(0.6, 1.4)
        fallen.ellipse(lx, ly, r, r * 0.45, tuple(float(v) * rng.uniform(0.3, 0.9) for v in leaf))
    lay(light, fallen.image(), shade=shade)
    return develop(light, size, seed=seed, saturation=1.06)


def paint_leaf(seed: int, *, size: tuple[int, int] = PORTRAIT) -> Image.Image:
    """A leaf against the light: its veins, drops of dew, green blur behind."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    noise, fine = fbm(512, 4, 5, rng), fbm(512, 32, 4, rng, 0.7)
    x, y = np.meshgrid(
        (np.arange(width, dtype=np.float32) - width / 2) / rows, np.arange(rows, dtype=np.float32) / rows
    )
    back = mix(
        np.float32((0.015, 0.05, 0.010)),
        np.float32((0.22, 0.36, 0.06)),
        smoothstep(-1.2, 1.9, sample(noise, x * 0.7, y * 0.7))[..., None],
    )
    light = blur(back, width / 12)
    spots = Sketch(width, rows)
    for _ in range(26):
        r = rows * rng.uniform(0.015, 0.05)
        spots.ellipse(rng.uniform(0, width), rng.uniform(0, rows), r, r, (0.75, 0.85, 0.35), rng.uniform(0.08, 0.30))
    lay(light, spots.image(3))
    turn = 0.30
    u, v = x * np.cos(turn) + (y - 0.52) * np.sin(turn), -x * np.sin(turn) + (y - 0.52) * np.cos(turn)
    t = np.clip((v + 0.42) / 0.84, 0, 1)
    half = 0.30 * np.sin(np.pi * t**0.82) ** 0.85 * (1 + 0.022 * np.abs(np.sin(t * 58)))
    mid = u - 0.018 * np.sin(t * 4)
    inside = smoothstep(0.0, 0.003, half - np.abs(mid)) * (t > 0) * (t < 1)
    phase = (v + np.abs(mid) * 0.75 + 0.10 * mid * mid) * 15
    vein = np.exp(-((np.abs((phase % 1) - 0.5) / 0.055) ** 2)) * smoothstep(0.0, 0.02, half - np.abs(mid))
    cell = np.exp(-((sample(fine, u * 1.2, v * 1.2) / 0.16) ** 2)) * 0.25
    spine = np.exp(-((mid / (0.0065 * (1.4 - t))) ** 2))
    puff = np.sin((phase % 1) * np.pi)
    body = mix(
        np.float32((0.055, 0.20, 0.012)),
        np.float32((0.30, 0.52, 0.045)),
        np.clip(0.35 + 0.35 * puff + 0.25 * (mid > 0) + 0.08 * sample(noise, u * 3, v * 3), 0, 1)[..., None],
    )
    body = mix(body, np.float32((0.52, 0.68, 0.16)), np.clip(vein * 0.6 + cell + spine, 0, 0.95)[..., None])
    light = mix(light * (1 - 0.25 * blur(inside.astype(np.float32), 40))[..., None], body, inside[..., None])
    for _ in range(34):
        cx, cy, r = rng.uniform(-0.2, 0.2), rng.uniform(0.2, 0.84), 0.004 + 0.014 * rng.uniform() ** 2
        column, row = round(cx * rows + width / 2), round(cy * rows)
        if not (0 < column < width and inside[row, column] > 0.9):
            continue
        away = np.hypot(x - cx, y - cy) / r
        ball = smoothstep(1.0, 0.93, away)
        lens = 0.55 + 0.8 * np.clip((x - cx) / r * 0.5 + (y - cy) / r * 0.7 + 0.3, 0, 1)
        light = (
            light
            * (1 - 0.45 * smoothstep(1.35, 0.9, np.hypot(x - cx - r * 0.12, y - cy - r * 0.18) / r) * (1 - ball))[
                ..., None
            ]
        )
        light = mix(light, light * lens[..., None] * 1.1, ball[..., None])
        light += (smoothstep(0.24, 0.12, np.hypot(x - cx + r * 0.35, y - cy + r * 0.4) / r) * 1.6)[..., None]
    return develop(light * 1.5, size, exposure=1.2, seed=seed)
