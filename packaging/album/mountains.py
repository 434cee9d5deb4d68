"""Mountains, glaciers, dunes and lakes: height fields with rock, snow, grass, ice or sand on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from album.light import LANDSCAPE, Colour, Sky, develop, painted_size, view
from album.noise import Floats, fbm, mix, ridged, sample, smoothstep
from album.terrain import Camera, Hits, detail, look, shadows, slopes, standing

_TILE = 1024


@dataclass(frozen=True)
class Land:
    """What the ground is like.

    Attributes:
        seed: which land.
        relief: height of the highest peak, in tiles.
        cells: mountains per tile.
        roughness: share that each finer octave keeps.
        snow_line: height (0 to 1) above which snow lies; above 1 for none, below 0 for everywhere.
        tree_line: height below which forest grows; below 0 for none.
        rock: colour of rock.
        grass: colour of meadows.
        forest: colour of forest.
        snow: colour of snow.
        water: height of a lake's surface, 0 to 1; below 0 for none.
        haze: thickness of the air over one tile.
        valley_fog: fog that lies low, the same measure.
        sharpness: exponent on the heights; above 1 widens the valleys.
    """

    seed: int
    relief: float = 0.12
    cells: int = 4
    roughness: float = 0.47
    snow_line: float = 0.62
    tree_line: float = 0.38
    rock: Colour = (0.22, 0.20, 0.185)
    grass: Colour = (0.12, 0.15, 0.045)
    forest: Colour = (0.022, 0.045, 0.018)
    snow: Colour = (0.86, 0.89, 0.94)
    water: float = -1.0
    haze: float = 0.5
    valley_fog: float = 0.0
    sharpness: float = 1.2


def _heights(land: Land) -> Floats:
    rng = np.random.default_rng(land.seed)
    tile = ridged(_TILE, land.cells, 9, rng, land.roughness)
    broad, bend = fbm(_TILE, 2, 3, rng), fbm(_TILE, land.cells, 4, rng)
    axis = (np.arange(_TILE, dtype=np.float32) + 0.5) / _TILE
    x, z = np.meshgrid(axis, axis)
    tile = sample(tile, x + 0.022 * bend, z + 0.022 * np.roll(bend, 300, (0, 1)))
    tile = np.clip(tile * (0.85 + 0.16 * broad), 0, None)
    return np.asarray((tile / tile.max()) ** land.sharpness, np.float32)


def paint_mountains(
    sky: Sky,
    land: Land,
    camera: Camera,
    *,
    size: tuple[int, int] = LANDSCAPE,
    exposure: float = 1.0,
    saturation: float = 1.05,
    tint: Colour = (1.0, 1.0, 1.0),
) -> Image.Image:
    """A mountain land under a sky, mirrored in its lake where it has one."""
    width, rows = painted_size(size)
    tile = _heights(land)
    if land.water >= 0:
        tile = np.maximum(tile, land.water)
    camera = standing(tile, land.relief, camera)
    light = _render(tile, sky, land, camera, width, rows)
    if land.water >= 0:
        light = _with_lake(light, tile, sky, land, camera)
    return develop(light, size, exposure=exposure, saturation=saturation, tint=tint, seed=land.seed)


def _render(tile: Floats, sky: Sky, land: Land, camera: Camera, width: int, rows: int) -> Floats:
    def height(x: Floats, z: Floats, depth: Floats) -> Floats:
        del depth
        return sample(tile, x, z) * land.relief

    return _paint(
        sky, land, tile, camera, look(height, camera, width, rows), view(width, rows, camera.focal, camera.horizon)
    )


def _paint(
    sky: Sky, land: Land, tile: Floats, camera: Camera, hits: Hits, rays: tuple[Floats, Floats, Floats]
) -> Floats:
    """Ground where there is ground, sky elsewhere."""
    ground, seen = hits.ground, hits.seen()
    light = np.empty((*ground.shape, 3), np.float32)
    light[~ground] = sky.with_clouds(*(part[~ground] for part in rays))
    lit = _shade(tile, sky, land, camera, seen, ground.shape[1])
    light[ground] = sky.haze(lit, _air(tile, land, camera, seen), rays[0][ground], rays[2][ground])
    return light


def _air(tile: Floats, land: Land, camera: Camera, hits: Hits) -> Floats:
    low = np.exp(-sample(tile, hits.x, hits.z) / 0.16)
    return np.asarray((land.haze + land.valley_fog * low) * np.maximum(hits.depth - camera.near, 0), np.float32)


def _shade(tile: Floats, sky: Sky, land: Land, camera: Camera, hits: Hits, width: int) -> Floats:
    rng = np.random.default_rng(land.seed + 50)
    fine = fbm(512, 16, 5, rng, 0.62)
    maps = np.concatenate(
        [slopes(tile, land.relief), tile[..., None], shadows(tile, land.relief, sky.sun)[..., None]], axis=-1
    )
    here = sample(maps, hits.x, hits.z)
    normal_x, normal_y, normal_z = here[..., 0], here[..., 1], here[..., 2]
    altitude, reached = here[..., 3], here[..., 4]
    rough = detail(fine, hits.x, hits.z, hits.depth, camera, width, 3.0)
    along = detail(
        fine, hits.x + 0.00045 * sky.sun[0], hits.z + 0.00045 * sky.sun[2] + 0.0002, hits.depth, camera, width, 3.0
    )
    bump = rough - along

    steep = 1 - normal_y
    blurred = altitude + rough * 0.018
    rock = np.float32(land.rock) * (1 + 0.16 * rough)[..., None]
    strata = np.sin(altitude * 160 + rough * 2.5) * 0.07 + 1
    rock = rock * strata[..., None]
    ground = mix(
        rock,
        np.float32(land.grass) * (1 + 0.25 * rough)[..., None],
        smoothstep(0.34, 0.16, steep + rough * 0.02)[..., None],
    )
    wooded = smoothstep(land.tree_line + 0.05, land.tree_line - 0.05, blurred) * smoothstep(
        0.42, 0.30, steep + rough * 0.03
    )
    forest = np.float32(land.forest) * np.clip(1 + 0.55 * rough, 0.25, 3)[..., None]
    ground = mix(ground, forest, wooded[..., None])
    white = smoothstep(land.snow_line - 0.06, land.snow_line + 0.10, blurred) * smoothstep(
        0.50, 0.28, steep + rough * 0.05
    )
    ground = mix(ground, np.float32(land.snow), white[..., None])

    facing = normal_x * sky.sun[0] + normal_y * sky.sun[1] + normal_z * sky.sun[2]
    facing = np.clip(facing * 1.15 + bump * (0.30 - 0.18 * white), 0, 1) * reached
    overhead = 0.45 + 0.55 * normal_y
    hollow = np.clip(0.75 + 0.9 * (altitude - sample(tile_soft(tile), hits.x, hits.z)) * 3, 0.45, 1.15)
    ambient = np.float32(sky.zenith) * 0.75 + np.float32(sky.horizon) * 0.30
    return np.asarray(
        ground * (facing[..., None] * np.float32(sky.sunlight) + (overhead * hollow)[..., None] * ambient), np.float32
    )


def tile_soft(tile: Floats) -> Floats:
    """A tile's heights, much smoothed: what lies below it is a hollow."""
    size = tile.shape[0]
    small = tile.reshape(size // 16, 16, size // 16, 16).mean(axis=(1, 3))
    return np.asarray(
        (small + np.roll(small, 1, 0) + np.roll(small, -1, 0) + np.roll(small, 1, 1) + np.roll(small, -1, 1)) / 5,
        np.float32,
    )


def _with_lake(light: Floats, tile: Floats, sky: Sky, land: Land, camera: Camera) -> Floats:
    rows, width = light.shape[:2]
    surface = land.water * land.relief
    scale = camera.focal * width
    below = camera.horizon * rows - np.arange(rows, dtype=np.float32) - 0.5
    depth = np.where(below < -0.5, (camera.height - surface) * scale / np.maximum(-below, 0.5), camera.far)[:, None]
    sideways = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / scale
    x, z = camera.x + depth * sideways[None, :], camera.z + np.broadcast_to(depth, (rows, width))

    def height(x: Floats, z: Floats, depth: Floats) -> Floats:
        del depth
        return sample(tile, x, z) * land.relief

    hits = look(height, camera, width, rows)
    wet = hits.ground & (sample(tile, hits.x, hits.z) <= land.water + 1e-4) & (below < -1)[:, None]

    under = Camera(
        camera.x,
        camera.z,
        2 * surface - camera.height,
        camera.focal,
        camera.horizon,
        camera.near,
        camera.far,
        camera.steps,
    )

    first = np.where(wet, hits.depth, camera.far).min(axis=0)

    def dry(x: Floats, z: Floats, depth: Floats) -> Floats:
        """Only what stands beyond the near shore is mirrored."""
        here = sample(tile, x, z)
        return np.where((here > land.water + 2e-4) & (depth > first[None, :]), here * land.relief, -10).astype(
            np.float32
        )

    mirrored = look(dry, under, width, rows)
    dx, dy, dz = view(width, rows, camera.focal, camera.horizon)
    reflected = _paint(sky, land, tile, under, mirrored, (dx, np.abs(dy), dz))

    ripples = fbm(512, 8, 5, np.random.default_rng(land.seed + 9), 0.6)
    near = np.clip(depth / 0.4, 0.02, 1)
    stir = sample(ripples, x * 22, z * 60) * 0.6 + sample(ripples, x * 5, z * 9) * 0.4
    calm = smoothstep(-0.6, 0.9, sample(ripples, x * 1.1 + 0.4, z * 2.6))
    shift = stir * (0.4 + 1.8 * calm) * (rows / 160) * (1.2 - near)
    row = np.clip(
        2 * camera.horizon * rows - np.arange(rows, dtype=np.float32)[:, None] - np.abs(shift) * 0.3 + shift,
        0,
        rows - 1,
    )
    column = np.clip(np.arange(width)[None, :] + shift * 0.35, 0, width - 1)
    image = reflected[row.astype(np.int64), column.astype(np.int64)]
    grazing = np.clip(-dy, 0.004, 1)
    fresnel = 0.04 + 0.96 * (1 - grazing) ** 5
    deep = np.float32((0.012, 0.045, 0.05)) * (np.float32(sky.sunlight).mean() * max(sky.sun[1], 0.1) + 0.3)
    water = image * (fresnel * 0.92)[..., None] + deep * (1 - fresnel)[..., None]
    light[wet] = water[wet]
    return light


def paint_dunes(
    sky: Sky, camera: Camera, seed: int, *, size: tuple[int, int] = LANDSCAPE, exposure: float = 1.0
) -> Image.Image:
    """A desert: dunes with one sharp edge each, wind ripples near by."""
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    broad, fine = fbm(_TILE, 2, 4, rng, 0.45), fbm(512, 8, 4, rng)
    axis = np.linspace(0, 1, _TILE, endpoint=False, dtype=np.float32)
    x, z = np.meshgrid(axis, axis)
    # A saw-tooth across the wind, bent by noise: long windward slopes that break off in a slip face.
    phase = (3 * z + 2 * x + broad * 0.20) % 1
    saw = np.where(phase < 0.72, (phase / 0.72) ** 1.4, ((1 - phase) / 0.28) ** 1.05)
    tile = np.asarray(saw * (0.55 + 0.22 * np.clip(broad, -1.6, 2)) + 0.25 * fbm(_TILE, 2, 2, rng), np.float32)
    tile -= tile.min()
    tile /= tile.max()
    relief = 0.075
    camera = standing(tile, relief, camera)

    def height(x: Floats, z: Floats, depth: Floats) -> Floats:
        del depth
        return sample(tile, x, z) * relief

    hits = look(height, camera, width, rows)
    dx, dy, dz = view(width, rows, camera.focal, camera.horizon)
    light = sky.with_clouds(dx, dy, dz)
    ground = hits.ground
    hits, dx, dz = hits.seen(), dx[ground], dz[ground]
    maps = np.concatenate([slopes(tile, relief), shadows(tile, relief, sky.sun)[..., None]], axis=-1)
    here = sample(maps, hits.x, hits.z)
    pixel = hits.depth / (camera.focal * width)
    wander = sample(fine, hits.x * 3, hits.z * 3) * 0.9 + sample(fine, hits.x * 23, hits.z * 23) * 0.10
    ripple = np.sin((hits.z * 1.1 + hits.x * 0.5) * 3400 + wander * 6) * smoothstep(1.0, 0.25, pixel / 0.0009)
    speck = sample(fine, hits.x * 90, hits.z * 90)
    facing = here[..., 0] * sky.sun[0] + here[..., 1] * sky.sun[1] + here[..., 2] * sky.sun[2]
    facing = np.clip(facing + 0.07 * ripple, 0, 1) * here[..., 3]
    sand = np.float32((0.62, 0.36, 0.17)) * (1 + 0.035 * speck + 0.05 * wander)[..., None]
    ambient = np.float32(sky.zenith) * 0.55 + np.float32(sky.horizon) * 0.28
    lit = sand * (facing[..., None] * np.float32(sky.sunlight) * 1.25 + ambient * (0.5 + 0.5 * here[..., 1])[..., None])
    lit = sky.haze(lit, 0.22 * hits.depth, dx, dz)
    light[ground] = lit
    return develop(light, size, exposure=exposure, seed=seed, saturation=1.08)
