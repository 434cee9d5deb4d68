"""Height fields seen in perspective: mountains, ice, dunes, hills and waves are all painted by this one camera."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from album.noise import Floats, sample, smoothstep


@dataclass(frozen=True)
class Camera:
    """Where the picture is taken from; lengths in tiles of the height field.

    Attributes:
        x: place to the right.
        z: place ahead.
        height: above zero, or above the ground (see `standing`).
        focal: focal length in widths of the picture; 0.7 is a wide angle, 1.5 a portrait lens.
        horizon: the horizon's row as a share of the picture's height; the lens is shifted, verticals stay vertical.
        near: distance of the first thing that can be seen.
        far: distance of the last one.
        steps: how finely the way between them is looked at.
    """

    x: float
    z: float
    height: float
    focal: float = 0.9
    horizon: float = 0.45
    near: float = 0.01
    far: float = 3.0
    steps: int = 700


@dataclass(frozen=True)
class Hits:
    """What each pixel of the ground sees; every array has the picture's shape (h, w).

    Attributes:
        ground: whether there is ground at all.
        x: place to the right, in tiles.
        z: place ahead, in tiles.
        depth: distance along the view's axis, in tiles; ``far`` for the sky.
    """

    ground: NDArray[np.bool_]
    x: Floats
    z: Floats
    depth: Floats

    def seen(self) -> Hits:
        """Only the pixels that see ground, as flat arrays."""
        return Hits(self.ground[self.ground], self.x[self.ground], self.z[self.ground], self.depth[self.ground])


def look(height: Callable[[Floats, Floats, Floats], Floats], camera: Camera, width: int, rows: int) -> Hits:
    """Find where each pixel's ray meets the ground.

    Every column of pixels is one slice through the land, and its skyline from near to far only rises: so the first
    ground that a ray meets is found by a search in that running maximum.

    Args:
        height: the ground's height at (x, z) for things at a depth, all (steps, columns).
        camera: where from.
        width: columns of the picture.
        rows: rows of the picture.
    """
    scale = camera.focal * width
    sideways = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / scale
    depth = np.geomspace(camera.near, camera.far, camera.steps).astype(np.float32)
    x = camera.x + depth[:, None] * sideways[None, :]
    z = np.broadcast_to((camera.z + depth)[:, None], x.shape)
    rise = scale * (height(x, z, np.broadcast_to(depth[:, None], x.shape)) - camera.height) / depth[:, None]
    skyline = np.maximum.accumulate(rise, axis=0)
    wanted = camera.horizon * rows - np.arange(rows, dtype=np.float32) - 0.5
    step = np.empty((rows, width), np.int64)
    for column in range(width):
        step[:, column] = np.searchsorted(skyline[:, column], wanted)
    ground = step < camera.steps
    after = np.minimum(step, camera.steps - 1)
    before = np.maximum(after - 1, 0)
    columns = np.arange(width)[None, :]
    below = rise[before, columns] - wanted[:, None]
    above = rise[after, columns] - wanted[:, None]
    part = np.clip(-below / np.maximum(above - below, 1e-6), 0, 1)
    found = depth[before] + part * (depth[after] - depth[before])
    found = np.where(ground, found, camera.far).astype(np.float32)
    return Hits(ground, camera.x + found * sideways[None, :], camera.z + found, found)


def standing(tile: Floats, relief: float, camera: Camera) -> Camera:
    """The camera with its height counted from the ground that it stands on."""
    ground = float(sample(tile, np.float32(camera.x), np.float32(camera.z))) * relief
    return replace(camera, height=camera.height + ground)


def slopes(tile: Floats, relief: float) -> Floats:
    """Upward unit normals (x, up, z), (n, n, 3), of a periodic height tile; heights go up to ``relief`` tiles."""
    size = tile.shape[0]
    across = (np.roll(tile, -1, 1) - np.roll(tile, 1, 1)) * (relief * size / 2)
    ahead = (np.roll(tile, -1, 0) - np.roll(tile, 1, 0)) * (relief * size / 2)
    length = np.sqrt(across**2 + ahead**2 + 1)
    return np.stack([-across / length, 1 / length, -ahead / length], axis=-1).astype(np.float32)


def shadows(tile: Floats, relief: float, sun: tuple[float, float, float], steps: int = 90) -> Floats:
    """How much of the sun reaches each place of a periodic height tile, 0 to 1, with soft edges; (n, n)."""
    size = tile.shape[0]
    flat = max(float(np.hypot(sun[0], sun[2])), 1e-4)
    climb = sun[1] / flat
    blocked = np.full(tile.shape, -1.0, np.float32)
    for step in range(1, steps):
        reach = step * (1 + step * 0.02)
        shift = (-round(sun[2] / flat * reach), -round(sun[0] / flat * reach))
        over = (np.roll(tile, shift, (0, 1)) - tile) * relief - reach / size * climb
        np.maximum(blocked, over / (reach / size), out=blocked)
    return smoothstep(0.06, -0.10, blocked)


def detail(tile: Floats, x: Floats, z: Floats, depth: Floats, camera: Camera, width: int, first: float) -> Floats:
    """Fine noise that goes on down to the size of a pixel however near the ground is; about -2 to 2.

    The same tile is read at ever finer scales; each fades out where it would be finer than the pixels.
    """
    pixel = depth / (camera.focal * width)
    total = np.zeros_like(depth)
    weight = 1.0
    frequency = first
    for _ in range(6):
        period = 1 / frequency / 16
        visible = smoothstep(0.6, 2.5, period / pixel)
        if float(visible.max()) > 0:
            total += weight * visible * sample(tile, x * frequency + frequency * 0.13, z * frequency + frequency * 0.29)
        weight *= 0.8
        frequency *= 2.7
    return total
