"""A folder of files that tests can rename, and what a scan says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photosort.core.catalog import AnalysedPhoto, Catalog, ScanChanges
from photosort.core.photo import Failure, FileInfo, Photo, Shot, TakenSource
from photosort.core.scan import Ignored, ScanResult

BACKBONE = "tiny-0123456789ab-8-p1-f32"


def key_of(path: Path) -> str:
    content = path.read_bytes()
    return f"{len(content)}-{hashlib.blake2b(content, digest_size=16).hexdigest()}"


@dataclass
class Output:
    """Predictions as a head makes them."""

    label_index: NDArray[np.int16]
    confidence: NDArray[np.float32]
    known: NDArray[np.float32]
    verdict: NDArray[np.uint8]
    probabilities: NDArray[np.float32]

    @classmethod
    def of(cls, probabilities: list[list[float]], verdict: int = 0) -> Output:
        values = np.array(probabilities, np.float32)
        count = len(values)
        return cls(
            values.argmax(axis=1).astype(np.int16),
            values.max(axis=1),
            np.full(count, 0.75, np.float32),
            np.full(count, verdict, np.uint8),
            values,
        )


@dataclass
class Album:
    """A folder on disk, its catalog, and the steps of the program between them."""

    folder: Path
    catalog: Catalog
    keys_asked: list[Path] = field(default_factory=list)

    def write(self, relpath: str, content: str) -> None:
        path = self.folder / relpath
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def move(self, old: str, new: str) -> None:
        path = self.folder / new
        path.parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(path)

    def look(self, *, failures: tuple[Failure, ...] = (), ignored: tuple[Ignored, ...] = ()) -> ScanResult:
        """What a scan says: every .jpg is a shot, with the file of its name and any other suffix as a companion."""
        unreadable = tuple(f"{failure.relpath}/" for failure in failures)
        shots = []
        for path in sorted(self.folder.rglob("*")):
            others = [other for other in sorted(path.parent.glob(f"{path.stem}.*")) if other != path]
            is_lone_raw = path.suffix == ".raw" and not any(other.suffix == ".jpg" for other in others)
            if path.suffix == ".jpg" or is_lone_raw:
                info = self._info(path)
                if not info.relpath.startswith(unreadable or "\0"):
                    companions = tuple(self._info(other) for other in others)
                    shots.append(Shot(info, companions, info.mtime_ns / 1e9, TakenSource.FILE))
        return ScanResult(self.folder, tuple(shots), failures, ignored)

    def _info(self, path: Path) -> FileInfo:
        stat = path.stat()
        return FileInfo(path.relative_to(self.folder).as_posix(), stat.st_size, stat.st_mtime_ns)

    @property
    def root_id(self) -> int:
        return self.catalog.open_root(self.folder)

    def scan(self, result: ScanResult | None = None, *, complete: bool = True) -> ScanChanges:
        return self.catalog.reconcile(result or self.look(), self.root_id, key_of=self._key_of, complete=complete)

    def _key_of(self, path: Path) -> str:
        self.keys_asked.append(path)
        return key_of(path)

    def photos(self) -> dict[str, Photo]:
        return {photo.relpath: photo for photo in self.catalog.photos(self.root_id)}

    def analysed(self, photo: Photo, *, backbone_size: int = 4) -> AnalysedPhoto:
        """What a look into the file tells; the embedding follows from the content."""
        content = photo.path.read_bytes()
        return AnalysedPhoto(
            photo_id=photo.id,
            size=photo.size,
            mtime_ns=photo.mtime_ns,
            key=key_of(photo.path),
            width=40,
            height=30,
            sharpness=None,
            perceptual_hash=-len(content),
            taken=None,
            embedding=np.resize(np.frombuffer(content, np.uint8), backbone_size).astype(np.float32),
        )

    def analyse(self) -> None:
        rows = [self.analysed(photo) for photo in self.photos().values()]
        self.catalog.store_analysis(self.root_id, rows, BACKBONE)
        self.catalog.flush()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog") as opened:
        yield opened


@pytest.fixture
def album(tmp_path: Path, catalog: Catalog) -> Album:
    folder = tmp_path / "Photos"
    folder.mkdir()
    return Album(folder.resolve(), catalog)


@pytest.fixture
def backbone() -> str:
    return BACKBONE


@pytest.fixture
def output() -> type[Output]:
    return Output
