"""The plain way, in a process of its own: Keras, a full-size decode and one ``predict`` per photo, one after the other.

Reads a line with a folder and a number of photos, answers with a line of seconds; ends with its input.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


def main() -> int:
    """Serve until the input ends."""
    started = time.perf_counter()
    import numpy as np
    from PIL import Image

    from photosort.core.paths import resources
    from photosort.ml.architectures import build_compact

    size = int(sys.argv[1])
    network = build_compact(size)
    network.load_weights(resources() / "models" / "compact" / "backbone.weights.h5")
    network.predict(np.zeros((1, size, size, 3), np.float32), verbose=0)
    print(f"ready {time.perf_counter() - started:.6f}", flush=True)
    for line in sys.stdin:
        folder, count = line.rstrip("\n").rsplit("\t", 1)
        paths = sorted(Path(folder).iterdir())[: int(count)]
        begun = time.perf_counter()
        for path in paths:
            with Image.open(path) as image:
                pixels = np.asarray(image.convert("RGB").resize((size, size)), np.float32)
            network.predict(pixels[None], verbose=0)
        print(f"{time.perf_counter() - begun:.6f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
