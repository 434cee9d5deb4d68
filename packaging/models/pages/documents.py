"""Pages of text, and what a camera makes of them on a table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from pages.canvas import Canvas, gradient

PAPER = ((210, 297), (297, 210), (216, 279), (3, 4), (1, 1))
"""Width to height of a sheet."""


def letter(c: Canvas) -> None:
    """Sender, address, subject and a few paragraphs."""
    m, size = c.width * c.rng.uniform(0.08, 0.14), c.width / c.rng.uniform(52, 80)
    c.text(c.width * 0.6, m, c.words(1, 3), size * 1.2)
    for row in range(3):
        c.text(m, m * 1.6 + row * size * 1.4, c.words(2, 4), size)
    y = m * 1.6 + size * 9
    c.text(m, y, c.words(3, 6), size * 1.15)
    for _ in range(int(c.rng.integers(2, 5))):
        y = c.block((m, y + size * 2.2, c.width - m, y + size * c.rng.uniform(8, 18)), size)
        if y > c.height * 0.85:
            break
    c.text(m, min(y + size * 3, c.height - size * 4), c.words(1, 2), size)


def invoice(c: Canvas) -> None:
    """A name in large letters, rows of things with sums, a total."""
    m, size = c.width * 0.08, c.width / c.rng.uniform(48, 70)
    if c.chance(0.5):
        c.fill((0, 0, c.width, m * 1.4), c.accent)
    c.text(m, m * 0.4, c.words(1, 2), size * 2.6)
    for row in range(4):
        c.text(m, m * 2 + row * size * 1.4, c.words(2, 3), size)
        c.text(c.width * 0.62, m * 2 + row * size * 1.4, f"{c.words(1, 1)}: {int(c.rng.integers(10**6))}", size)
    y = m * 2 + size * 9
    c.fill((m, y, c.width - m, y + size * 1.8), c.raised)
    for _ in range(int(c.rng.integers(4, 16))):
        c.text(m + size * 0.5, y + size * 0.4, c.words(1, 4), size)
        c.text(c.width * 0.6, y + size * 0.4, str(int(c.rng.integers(1, 9))), size)
        c.text(c.width - m - size * 6, y + size * 0.4, c.amount(), size)
        y += size * 1.9
        c.line((m, y, c.width - m, y), c.faint)
    c.text(c.width - m - size * 12, y + size, f"Total  {c.amount()}", size * 1.5)


def table(c: Canvas) -> None:
    """A ruled table under a heading."""
    m, rows, columns = c.width * 0.07, int(c.rng.integers(9, 30)), int(c.rng.integers(3, 8))
    c.text(m, m, c.words(2, 6), c.width / 26)
    top, wide = m * 2.4, (c.width - 2 * m) / columns
    tall = (c.height - top - m) / rows
    for row in range(rows + 1):
        c.line((m, top + row * tall, c.width - m, top + row * tall), c.ink)
        for column in range(columns if row < rows else 0):
            text = c.words(1, 1) if row == 0 or column == 0 else c.amount()
            c.text(m + column * wide + 3, top + (row + 0.2) * tall, text, min(tall * 0.55, wide * 0.18))
    for column in range(columns + 1):
        c.line((m + column * wide, top, m + column * wide, top + rows * tall), c.ink)


def book(c: Canvas) -> None:
    """Two pages, or one, of even text with a number below."""
    pages = 2 if c.width > c.height else 1
    wide, size = c.width / pages, c.width / pages / c.rng.uniform(36, 60)
    for page in range(pages):
        left, right = page * wide + size * 3, (page + 1) * wide - size * 3
        top = size * (9 if c.chance(0.2) else 4)
        if c.chance(0.15):
            c.picture((left, top, right, top + wide * 0.45))
            top += wide * 0.5
        c.block((left, top, right, c.height - size * 4), size)
        c.text((left + right) / 2, c.height - size * 2.5, str(int(c.rng.integers(1, 600))), size)
    if pages == 2:
        c.line((wide, 0, wide, c.height), c.faint, 3)


def form(c: Canvas) -> None:
    """Boxes to be filled in, some of them ticked or written in."""
    m, size = c.width * 0.07, c.width / c.rng.uniform(46, 64)
    c.text(m, m, c.words(2, 5), size * 1.8)
    y = m + size * 4
    while y < c.height - m:
        c.text(m, y, c.words(1, 4), size)
        if c.chance(0.5):
            c.draw.rectangle((c.width * 0.4, y - 2, c.width - m, y + size * 1.4), outline=c.ink)
            if c.chance(0.6):
                c.text(c.width * 0.42, y, c.words(1, 3), size, (30, 40, 140))
        else:
            for number in range(3):
                x = c.width * (0.42 + 0.17 * number)
                c.draw.rectangle((x, y, x + size, y + size), outline=c.ink, width=2)
                c.text(x + size * 1.4, y, "X" if c.chance(0.3) else c.words(1, 1), size)
        y += size * c.rng.uniform(2.2, 3.2)


def receipt(c: Canvas) -> None:
    """A narrow slip: a name, things with prices, a sum, stripes of a code."""
    left, right = c.width * 0.06, c.width * 0.94
    size = c.width / c.rng.uniform(20, 30)
    c.text(c.width * 0.25, size, c.words(1, 3), size * 1.3)
    y = size * 4
    while y < c.height * 0.72:
        c.text(left, y, c.words(1, 2), size)
        c.text(right - size * 4, y, c.amount(), size)
        y += size * c.pick((1.3, 1.3, 2.2))
    c.text(left, y + size, f"TOTAL {c.amount()}", size * 1.5)
    x = left
    while x < right:
        wide = c.rng.uniform(1, 5)
        c.fill((x, c.height * 0.86, x + wide, c.height * 0.95), c.ink)
        x += wide * c.rng.uniform(1.5, 3)


def list_of_points(c: Canvas) -> None:
    """Points under headings, as of a meeting."""
    m, size = c.width * 0.1, c.width / c.rng.uniform(44, 62)
    y = m
    while y < c.height - m:
        c.text(m, y, c.words(1, 4), size * 1.4)
        y += size * 2.2
        for _ in range(int(c.rng.integers(2, 6))):
            c.text(m, y, f"- {c.words(3, 8)}", size)
            y += size * 1.5
        y += size


def newspaper(c: Canvas) -> None:
    """Narrow columns under a headline, with pictures."""
    m, columns = c.width * 0.04, int(c.rng.integers(3, 6))
    wide, size = (c.width - 2 * m) / columns, c.width / c.rng.uniform(80, 110)
    c.text(m, m * 0.5, c.words(2, 3), size * 4.5)
    for column in range(columns):
        left, y = m + column * wide, m * 0.5 + size * 7
        while y < c.height - m:
            if c.chance(0.3):
                c.picture((left, y, left + wide * 0.94, y + wide * 0.7))
                y += wide * 0.75
            c.text(left, y, c.words(1, 3), size * 1.6)
            y = c.block((left, y + size * 2.2, left + wide * 0.94, min(y + wide * 1.6, c.height - m)), size) + size


def certificate(c: Canvas) -> None:
    """A frame, and a few lines in large letters."""
    m = min(c.width, c.height) * 0.06
    for inset in (m, m * 1.3):
        c.draw.rectangle((inset, inset, c.width - inset, c.height - inset), outline=c.accent, width=max(2, int(m / 8)))
    for row, factor in enumerate((2.4, 1.2, 1.8, 1.0, 1.0)):
        c.text(c.width * c.rng.uniform(0.15, 0.3), c.height * (0.18 + 0.13 * row), c.words(2, 4), m * 0.5 * factor)
    c.line((c.width * 0.6, c.height * 0.85, c.width * 0.85, c.height * 0.85), c.ink, 2)


def notes(c: Canvas) -> None:
    """Uneven writing by hand on ruled paper."""
    step = c.height / c.rng.uniform(16, 28)
    y = step * 2
    while y < c.height - step:
        c.line((0, y, c.width, y), (150, 180, 220))
        x, end = step * c.rng.uniform(1, 1.6), c.width * c.rng.uniform(0.4, 0.95)
        while x < end:
            points = np.cumsum(c.rng.normal((step * 0.09, 0), step * 0.13, (int(c.rng.integers(8, 30)), 2)), axis=0)
            points[:, 1] = np.clip(points[:, 1] - points[:, 1].mean(), -step * 0.35, step * 0.2)
            c.draw.line([(x + px, y - step * 0.25 + py) for px, py in points.tolist()], (28, 36, 110), 2)
            x += max(float(points[:, 0].max()), step * 0.3) + step * 0.4
        y += step


TEMPLATES: dict[str, dict[str, Callable[[Canvas], None]]] = {
    "train": {f.__name__: f for f in (letter, invoice, table, book, form, receipt)},
    "calibration": {f.__name__: f for f in (list_of_points, receipt, letter)},
    "validation": {f.__name__: f for f in (newspaper, certificate, notes)},
}
"""By split: what is measured was neither fitted nor calibrated on."""


def photographed(page: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Lay a page on a table and look at it from above, not quite straight, in uneven light."""
    width, height = page.size
    inset = min(width, height) * rng.uniform(0.02, 0.16)
    corners = np.array([(0, 0), (0, height), (width, height), (width, 0)], np.float64)
    seen = corners + rng.normal(0, 0.35 * inset, (4, 2)) + inset * np.array([(1, 1), (1, -1), (-1, -1), (-1, 1)])
    ground = gradient((width, height), rng, 18.0)
    grain = rng.normal(0, rng.uniform(2, 16), (height // 6 + 1, width // 90 + 1))
    wood = Image.fromarray(grain.astype(np.float32), "F").resize((width, height), Image.Resampling.BICUBIC)
    table_top = np.asarray(ground, np.float32) + np.asarray(wood)[..., None]
    ways = _homography(seen, corners)
    mask = Image.new("L", page.size, 255).transform(page.size, Image.Transform.PERSPECTIVE, ways)
    laid = np.asarray(page.transform(page.size, Image.Transform.PERSPECTIVE, ways, Image.Resampling.BICUBIC))
    share = np.asarray(mask.filter(ImageFilter.GaussianBlur(1)), np.float32)[..., None] / 255
    picture = share * laid + (1 - share) * table_top
    dim = rng.uniform(0.45, 1.05, (2, 2)).astype(np.float32)  # a lamp to one side, the shadow of a hand
    light = np.asarray(Image.fromarray(dim).resize(page.size, Image.Resampling.BICUBIC))[..., None]
    picture = picture * light * rng.uniform(0.85, 1.05, 3) + rng.normal(0, rng.uniform(0, 7), picture.shape)
    image = Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.4)))


def _homography(seen: NDArray[np.float64], corners: NDArray[np.float64]) -> list[float]:
    """Return the eight numbers by which Pillow finds, for a point that is seen, its place on the page."""
    rows, right = [], []
    for (x, y), (u, v) in zip(seen, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.linalg.solve(np.array(rows), np.array(right)).tolist()  # type: ignore[no-any-return]
