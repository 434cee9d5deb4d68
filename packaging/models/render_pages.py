#!/usr/bin/env python3
"""Paint the screenshots and pages of text that the kinds classifier is fitted and measured on.

    python packaging/models/render_pages.py --work /tmp/photosort-training

writes `pages.zip` into the work folder, an archive of the same form as the photo sets (`pages/<kind>/<file>.webp`).
The same numbers give the same pictures on machines with the same fonts. Templates and fonts of the validation split
are its own, and photos that stand in a page are of the page's split, so that the figures are of screens nobody fitted.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import contextlib
import dataclasses
import io
import logging
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent))
from pages import documents, screens
from pages.canvas import Canvas, fonts_for
from train_backbone import ROOT, list_photos, split_of, usable

_logger = logging.getLogger("render_pages")

SET_NAME = "pages"
ARCHIVE = f"{SET_NAME}.zip"
KINDS = ("screenshot", "document")
COUNTS = {"train": 720, "calibration": 120, "validation": 200}
"""Pages of each kind, by split."""

VERSION = 3
"""Counted up whenever pages come out otherwise: it is part of their names, and so of the cache of embeddings."""

_PHOTOGRAPHED = 0.9
"""Share of documents that lie on a table: in an album a page is nearly always a photo of one. A clean white one can
hardly be told from a screenshot, by anybody."""

SEED = 20261121
_PASTED = 160
_LONG = 720
"""Long side while a page is painted, pixels; stored smaller, as the sets are."""

_SHORT = (128, 224)
"""Smallest and largest short side of a stored page; the sets have 128 or 144."""


@dataclasses.dataclass(frozen=True)
class Page:
    """One page to be painted.

    Attributes:
        kind: "screenshot" or "document".
        split: "train", "calibration" or "validation".
        template: Name of its template.
        number: Counts the pages of a kind and split.
    """

    kind: str
    split: str
    template: str
    number: int

    @property
    def file(self) -> str:
        """File name; the split comes first, so that it can be read again."""
        return f"{self.split}-{self.template}-{self.number:04d}-v{VERSION}.webp"


def list_pages(counts: dict[str, int] | None = None) -> list[Page]:
    """List the pages of all splits, templates in turn."""
    pages: list[Page] = []
    for kind, module in zip(KINDS, (screens, documents), strict=True):
        for split, count in (counts or COUNTS).items():
            names = sorted(module.TEMPLATES[split])
            pages += [Page(kind, split, names[number % len(names)], number) for number in range(count)]
    return pages


def render(page: Page, photos: Sequence[Image.Image]) -> Image.Image:
    """Paint a page.

    Args:
        page: Which.
        photos: Photos that may stand in it.

    Returns:
        RGB, its short side 128 to 224 pixels.
    """
    rng = np.random.default_rng([SEED, zlib.crc32(f"{page.kind}/{page.file}".encode())])
    screen = page.kind == "screenshot"
    upright = page.template in {"chat", "settings", "home", "weather", "feed"} or rng.random() < 0.25
    shapes = (screens.PHONE if upright else screens.DESKTOP) if screen else documents.PAPER
    across, down = shapes[int(rng.integers(len(shapes)))]
    scale = _LONG / max(across, down)
    size = (round(across * scale), round(down * scale))
    if page.template == "receipt":
        size = (round(_LONG * rng.uniform(0.3, 0.6)), _LONG)
    canvas = Canvas(Image.new("RGB", size), rng, fonts_for(page.split), photos, dark=screen and rng.random() < 0.4)
    canvas.fill((0, 0, *size), canvas.back)
    module = screens if screen else documents
    module.TEMPLATES[page.split][page.template](canvas)
    image = canvas.image
    if not screen and rng.random() < _PHOTOGRAPHED:
        image = documents.photographed(image, rng)
    elif screen and rng.random() < 0.2:  # a part of a screen
        left, top = rng.uniform(0, 0.4, 2) * size
        image = image.crop((round(left), round(top), round(left + size[0] * 0.6), round(top + size[1] * 0.6)))
    short = min(float(rng.uniform(*_SHORT)), *image.size)
    smaller = short / min(image.size)
    return image.resize((round(image.width * smaller), round(image.height * smaller)), Image.Resampling.LANCZOS)


def photos_of(folder: Path, split: str) -> list[Image.Image]:
    """Read photos of one split, spread over all sets that may be used."""
    entries = [e for e in usable(list_photos(folder)) if split_of(e) == split]
    chosen = np.random.default_rng(SEED).choice(len(entries), min(_PASTED, len(entries)), replace=False)
    photos = []
    with contextlib.ExitStack() as stack:
        opened: dict[str, zipfile.ZipFile] = {}
        for entry in (entries[int(number)] for number in chosen):
            if entry.set_name not in opened:
                opened[entry.set_name] = stack.enter_context(zipfile.ZipFile(folder / f"{entry.set_name}.zip"))
            photos.append(Image.open(io.BytesIO(opened[entry.set_name].read(entry.member))).convert("RGB"))
    return photos


def _encoded(page: Page, photos: Sequence[Image.Image]) -> bytes:
    buffer = io.BytesIO()
    render(page, photos).save(buffer, "WEBP", quality=88)
    return buffer.getvalue()


def write_pages(photos: Path, work: Path, counts: dict[str, int] | None = None) -> Path:
    """Paint all pages into the archive, or leave the one that lies there with the same pages.

    Args:
        photos: Folder of the set archives.
        work: Where the archive goes.
        counts: Pages of each kind, by split; `COUNTS` where None.

    Returns:
        The archive.
    """
    pages = list_pages(counts)
    names = [f"{SET_NAME}/{page.kind}/{page.file}" for page in pages]
    path = work / ARCHIVE
    if path.exists():
        with zipfile.ZipFile(path) as stored:
            if stored.namelist() == names:
                return path
    _logger.info("painting %d pages with %d fonts", len(pages), len(fonts_for("train")))
    pasted = {split: photos_of(photos, split) for split in COUNTS}
    unfinished = path.with_suffix(".tmp")
    with zipfile.ZipFile(unfinished, "w") as archive, concurrent.futures.ThreadPoolExecutor(2) as pool:
        encoded = pool.map(lambda page: _encoded(page, pasted[page.split]), pages)
        for name, content in zip(names, encoded, strict=True):
            archive.writestr(zipfile.ZipInfo(name), content)
    unfinished.replace(path)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Paint; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "photos")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "photosort-training")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options.work.mkdir(parents=True, exist_ok=True)
    print(write_pages(options.photos, options.work))
    return 0


if __name__ == "__main__":
    sys.exit(main())
