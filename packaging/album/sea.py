"""Water: the open sea at several hours, and beaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from album.light import LANDSCAPE, Colour, Sky, develop, painted_size, view
from album.noise import Floats, fbm, mix, sample, smoothstep, waves
from album.terrain import Camera, detail, look, slopes


@dataclass(frozen=True)
class Water:
    """What the sea is like.

    Attributes:
        seed: which waves.
        swell: height of the waves, in tiles; 0.004 is a light breeze, 0.02 a storm.
        wind: where the waves run to, degrees; 0 is to the right, 90 away from the camera.
        deep: colour of deep water.
        shallow: colour of the light that comes through the crests.
        foam: share of the crests that break, 0 to 1.
    """

    seed: int
    swell: float = 0.005
    wind: float = 240.0
    deep: Colour = (0.006, 0.03, 0.055)
    shallow: Colour = (0.02, 0.10, 0.11)
    foam: float = 0.0


def paint_sea(
    sky: Sky,
    water: Water,
    camera: Camera,
    *,
    size: tuple[int, int] = LANDSCAPE,
    exposure: float = 1.0,
    saturation: float = 1.05,
) -> Image.Image:
    """The open sea up to the horizon: waves that mirror the sky, and the sun's road on them."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(water.seed)
    tile = waves(512, np.radians(water.wind), 3, rng, 5)
    chop = waves(512, np.radians(water.wind + 35), 1, rng, 9)

    def height(x: Floats, z: Floats, depth: Floats) -> Floats:
        fade = np.exp(-depth * 0.8)
        return (sample(tile, x, z) + 0.45 * sample(tile, x * 0.31 + 0.2, z * 0.31) * 2) * water.swell * fade

    hits = look(height, camera, width, rows)
    rays = view(width, rows, camera.focal, camera.horizon)
    light = np.empty((rows, width, 3), np.float32)
    ground, seen = hits.ground, hits.seen()
    light[~ground] = sky.with_clouds(*(part[~ground] for part in rays))
    dx, dy, dz = (part[ground] for part in rays)

    pixel = seen.depth / (camera.focal * width) * np.clip(seen.depth / max(camera.height, 1e-3), 1, 40) * 0.3
    keep = smoothstep(0.25, 0.002, pixel)
    big, small = slopes(tile, water.swell), slopes(chop, water.swell * 0.16)
    near = sample(big, seen.x, seen.z) + sample(big, seen.x * 0.31 + 0.2, seen.z * 0.31) * 0.5
    fine = sample(small, seen.x * 3.1, seen.z * 3.1) + sample(small, seen.x * 9.7, seen.z * 9.7)
    normal_x = (near[..., 0] + fine[..., 0] * 0.9) * (0.35 + 0.65 * keep)
    normal_z = (near[..., 2] + fine[..., 2] * 0.9) * (0.35 + 0.65 * keep)
    length = np.sqrt(normal_x**2 + normal_z**2 + 1)
    normal_x, normal_y, normal_z = normal_x / length, 1 / length, normal_z / length

    facing = np.clip(-(dx * normal_x + dy * normal_y + dz * normal_z), 0.02, 1)
    mirror_x = dx + 2 * facing * normal_x
    mirror_y = np.clip(dy + 2 * facing * normal_y, 0.015, 1)
    mirror_z = dz + 2 * facing * normal_z
    norm = np.sqrt(mirror_x**2 + mirror_y**2 + mirror_z**2)
    mirrored = sky.colour(mirror_x / norm, mirror_y / norm, mirror_z / norm, with_disc=False)
    towards = (mirror_x * sky.sun[0] + mirror_y * sky.sun[1] + mirror_z * sky.sun[2]) / norm
    road = np.exp(-(np.arccos(np.clip(towards, -1, 1)) ** 2) / 0.0035) * min(sky.disc, 12)
    mirrored = mirrored + road[..., None] * np.float32(sky.sunlight) * 0.55
    fresnel = 0.03 + 0.97 * (1 - facing) ** 5
    crest = smoothstep(0.2, 2.4, sample(tile, seen.x, seen.z))
    strength = max(sky.sun[1], 0.05) * float(np.mean(sky.sunlight)) + float(np.mean(sky.zenith)) * 1.5
    body = mix(np.float32(water.deep), np.float32(water.shallow), (crest * keep)[..., None]) * strength
    lit = mirrored * fresnel[..., None] + body * (1 - fresnel)[..., None]
    if water.foam:
        froth = fbm(512, 8, 6, np.random.default_rng(water.seed + 3), 0.65)
        lace = detail(froth, seen.x, seen.z, seen.depth, camera, width, 2.0)
        tops = sample(tile, seen.x, seen.z) + 0.35 * lace
        broken = smoothstep(2.6 - 2 * water.foam, 3.4 - 2 * water.foam, tops) * (0.35 + 0.65 * keep)
        white = np.float32((0.85, 0.88, 0.9)) * (
            np.float32(sky.zenith) * 0.8 + np.float32(sky.sunlight) * max(sky.sun[1], 0.1) * 0.7
        )
        lit = mix(lit, white, (broken * 0.85)[..., None])
    far = np.clip(seen.depth / camera.far, 0, 1) ** 2 * 1.2
    light[ground] = sky.haze(lit, far, dx, dz)
    return develop(light, size, exposure=exposure, saturation=saturation, bloom=0.16, seed=water.seed)


def paint_beach(
    sky: Sky,
    seed: int,
    *,
    size: tuple[int, int] = LANDSCAPE,
    horizon: float = 0.36,
    slant: float = 0.55,
    exposure: float = 1.0,
) -> Image.Image:
    """A beach seen along the water's edge: sand, wet sand, lace of foam, shallow and deep water."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    soft, fine = fbm(512, 4, 5, rng), fbm(512, 16, 5, rng, 0.65)
    swell = waves(512, np.radians(200), 4, rng, 5)
    focal, height = 0.85, 0.12
    dx, dy, dz = view(width, rows, focal, horizon)
    light = sky.with_clouds(dx, dy, dz)
    ground = dy < -0.0008
    gx, gy, gz = dx[ground], dy[ground], dz[ground]
    depth = height / -gy * gz
    x, z = height / -gy * gx, depth
    camera = Camera(0, 0, height, focal, horizon)
    grain = detail(fine, x, z, depth, camera, width, 6.0)

    shore = (
        x + slant * z * 0.55 - 0.10 + 0.05 * sample(soft, x * 0.6, z * 0.45) + 0.012 * sample(soft, x * 2.7, z * 2.7)
    )
    sun_up = max(sky.sun[1], 0.08)
    sunlight, ambient = np.float32(sky.sunlight), np.float32(sky.zenith) * 0.8 + np.float32(sky.horizon) * 0.35

    dimple = grain - detail(fine, x + 0.002 * sky.sun[0], z + 0.002, depth, camera, width, 6.0)
    sand = np.float32((0.50, 0.38, 0.255)) * (1 + 0.05 * grain + 0.10 * sample(soft, x * 2, z * 2))[..., None]
    sand = sand * (sunlight * np.clip(sun_up + 0.14 * dimple, 0.05, 1.4)[..., None] + ambient * 0.6)
    wet = smoothstep(-0.075, -0.02, shore + 0.006 * grain)
    mirrored = sky.colour(gx, -gy, gz, with_disc=False)
    shiny = 0.05 + 0.6 * (1 + gy) ** 5
    sand = mix(sand, sand * 0.38 + mirrored * (shiny * 0.55)[..., None], wet[..., None])

    slope = slopes(swell, 0.012)
    tilt = sample(slope, x * 1.4, z * 1.4) + sample(slope, x * 4.3, z * 4.3) * 0.7
    fade = np.exp(-depth * 0.25)
    tilt_x, tilt_z = tilt[..., 0] * fade, tilt[..., 2] * fade
    facing = np.clip(-(gx * tilt_x + gy + gz * tilt_z), 0.02, 1)
    up = np.clip(gy + 2 * facing, 0.02, 1)
    side_x, side_z = gx + 2 * facing * tilt_x, gz + 2 * facing * tilt_z
    norm = np.sqrt(side_x**2 + up**2 + side_z**2)
    mirrored = sky.colour(side_x / norm, up / norm, side_z / norm)
    fresnel = (0.02 + 0.98 * (1 - facing) ** 5)[..., None]
    through = np.clip(shore, 0, 4)[..., None]
    bottom = np.float32((0.55, 0.46, 0.33)) * np.exp(-through * np.float32((9.0, 2.2, 1.7)))
    scattered = np.float32((0.0, 0.10, 0.145)) * (1 - np.exp(-through * 3))
    body = (bottom + scattered) * (sunlight * sun_up * 0.8 + ambient * 0.5)
    water = mirrored * fresnel + body * (1 - fresnel)

    lace = sample(fine, x * 3 + 0.1, z * 3) * 0.6 + grain * 0.5
    foam = smoothstep(0.022, 0.004, np.abs(shore - 0.012) - 0.006 * lace) * smoothstep(-1.2, 0.5, lace + 0.4)
    for place, thick in ((0.14, 0.016), (0.36, 0.02), (0.75, 0.022)):
        bent = shore - place - 0.03 * sample(soft, x * 1.3 + place, z * 0.9)
        crest = smoothstep(thick, 0.0, np.abs(bent)) * smoothstep(
            -0.2, 0.7, sample(soft, x * 0.8 + 3 * place, z * 0.8) + 0.25
        )
        trail = smoothstep(0.0, -0.05, bent) * smoothstep(-0.11, -0.03, bent) * smoothstep(0.35, 0.9, lace)
        foam = np.maximum(foam, np.maximum(crest * smoothstep(-1.0, 0.4, lace + 0.3), trail * 0.6))
    white = np.float32((0.80, 0.83, 0.85)) * (sunlight * sun_up * 0.75 + ambient * 0.75)
    lit = mix(sand, water, smoothstep(-0.006, 0.010, shore + 0.003 * grain)[..., None])
    lit = mix(lit, white, np.clip(foam, 0, 0.95)[..., None])
    light[ground] = sky.haze(lit, depth * 0.02, gx, gz)
    return develop(light, size, exposure=exposure, seed=seed, saturation=1.08)
