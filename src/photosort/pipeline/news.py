"""What an analysis tells while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from photosort.core.photo import Failure, Progress
from photosort.ml.heads import HeadOutput


@dataclass(frozen=True, slots=True)
class Switched(Progress):
    """What another network has seen serves from here on: guesses, groups and look-alikes, all at once."""


@dataclass(frozen=True, slots=True)
class Analysed(Progress):
    """What is new since the last yield; arrays are aligned with ``photo_ids``.

    Attributes:
        photo_ids: photos that were read, int64 of shape (n,).
        taken: wall clock seconds of the EXIF date, float64 of shape (n,); NaN where the file holds none.
        sharpness: float32 of shape (n,); NaN where not measured yet.
        outputs: by classifier name, its predictions of these photos.
        failures: photos that could not be read, with the reason.
        photos_per_second: over the last seconds; 0 while unknown.
        sampling: True while what was seen does not yet stand for the whole folder.
    """

    photo_ids: NDArray[np.int64]
    taken: NDArray[np.float64]
    sharpness: NDArray[np.float32]
    outputs: Mapping[str, HeadOutput] = field(default_factory=dict)
    failures: tuple[tuple[int, Failure], ...] = ()
    photos_per_second: float = 0.0
    sampling: bool = False

    @classmethod
    def about(
        cls,
        progress: Progress,
        photo_ids: NDArray[np.int64] | None = None,
        *,
        sharpness: NDArray[np.float32] | None = None,
        outputs: Mapping[str, HeadOutput] | None = None,
        photos_per_second: float = 0.0,
        sampling: bool = False,
    ) -> Self:
        """Tell progress, and of some photos only what is given; without photos nothing but progress."""
        ids = np.empty(0, np.int64) if photo_ids is None else photo_ids
        return cls(
            what=progress.what,
            done=progress.done,
            total=progress.total,
            photo_ids=ids,
            taken=np.full(len(ids), np.nan),
            sharpness=np.full(len(ids), np.nan, np.float32) if sharpness is None else sharpness,
            outputs=outputs or {},
            photos_per_second=photos_per_second,
            sampling=sampling,
        )
