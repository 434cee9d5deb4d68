"""What a run of the benchmarks works with: how long it may take, and photos."""

from __future__ import annotations

import itertools
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from photosort.core.paths import UserPaths

REPOSITORY = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Setting:
    """One run.

    Attributes:
        quick: a look instead of a measurement: fewer photos and repeats.
        shared: the folder with ``photos/real/cameras``; may not exist.
        scratch: an empty folder for everything that is written.
        paths: where networks that were fetched or imported are.
    """

    quick: bool
    shared: Path
    scratch: Path
    paths: UserPaths

    @property
    def repeats(self) -> int:
        """How often each thing is measured."""
        return 2 if self.quick else 5

    @property
    def cores(self) -> int:
        """Cores of this machine."""
        return os.cpu_count() or 1

    @property
    def has_cameras(self) -> bool:
        """Whether real camera files are there."""
        return (self.shared / "photos" / "real" / "cameras").is_dir()

    def camera_photos(self, folder: str, copies: int) -> Path:
        """A folder of real camera files, each ``copies`` times and every one its own content; made once.

        Where no camera files are at hand, pictures of noise and shapes of 6 megapixels stand in.
        """
        target = self.scratch / folder
        if target.is_dir():
            return target
        target.mkdir(parents=True)
        sources = self._cameras() if self.has_cameras else self._made_up()
        for number, source in itertools.product(range(copies), sources):
            copy = target / f"{source.stem}_{number:03d}{source.suffix}"
            shutil.copyfile(source, copy)
            with copy.open("ab") as stream:
                # Behind the end of the picture, where no decoder looks: another file, the same work.
                stream.write(number.to_bytes(4, "big"))
        return target

    def many_photos(self, folder: str, count: int) -> Path:
        """A folder of ``count`` small photos in 100 subfolders; made once, as links where the disk allows them."""
        target = self.scratch / folder
        if target.is_dir():
            return target
        sources = []
        for number in range(20):
            source = self.scratch / "small" / f"{number}.jpg"
            source.parent.mkdir(exist_ok=True)
            _noise(number, 320, 240).save(source, quality=70)
            sources.append(source)
        for number in range(count):
            place = target / f"{2000 + number % 25}" / f"{number % 100:02d}"
            place.mkdir(parents=True, exist_ok=True)
            _link(sources[number % len(sources)], place / f"IMG_{number:06d}.jpg")
        return target

    def _cameras(self) -> list[Path]:
        folder = self.shared / "photos" / "real" / "cameras"
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg"})

    def _made_up(self) -> list[Path]:
        folder = self.scratch / "made-up"
        folder.mkdir()
        paths = [folder / f"photo {number}.jpg" for number in range(8)]
        for number, path in enumerate(paths):
            _noise(number, 3000, 2000).save(path, quality=90)
        return paths


def _noise(seed: int, width: int, height: int) -> Image.Image:
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (height // 40, width // 40, 3), np.uint8))
    fine = Image.fromarray(random.integers(96, 160, (height // 2, width // 2, 3), np.uint8))
    size = (width, height)
    return Image.blend(coarse.resize(size, Image.Resampling.BICUBIC), fine.resize(size, Image.Resampling.BICUBIC), 0.3)


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
