"""Pictures to compare two engines with: white, noise, slopes and checks.

None is black: there MobileNetV2 makes a cosine of 0.9965 of what float16 rounds off its weights, which says nothing of
an engine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sample_pictures(size: int) -> NDArray[np.uint8]:
    """Make pictures to check a network with: uint8 of shape (8, size, size, 3), always the same.

    Args:
        size: height and width, pixels.
    """
    generator = np.random.default_rng(20261121)
    slope = np.linspace(0, 255, size, dtype=np.float32)
    across = np.broadcast_to(slope[None, :, None], (size, size, 3))
    checks = (np.indices((size, size)).sum(0) // max(1, size // 8) % 2 * 255)[:, :, None]
    noise = generator.integers(0, 256, (size, size, 3))
    coarse = generator.integers(0, 256, (8, 8, 3)).repeat(-(-size // 8), 0).repeat(-(-size // 8), 1)[:size, :size]
    pictures = [
        across * 0.8 + noise * 0.2,
        np.full((size, size, 3), 255),
        noise,
        across,
        across.swapaxes(0, 1) * np.array([1.0, 0.5, 0.1]),
        checks * np.array([0.9, 0.2, 0.4]),
        coarse,
        255 - coarse // 2,
    ]
    return np.stack([np.broadcast_to(picture, (size, size, 3)) for picture in pictures]).astype(np.uint8)
