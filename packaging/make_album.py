"""Make the sample album that the welcome page offers: `python packaging/make_album.py [--album FOLDER] [NAME ...]`.

The same pictures come out each time, on any machine up to the last bit of floating point; they are this project's
own, so that anybody may show them.
"""

from __future__ import annotations

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from album.files import write
from album.pictures import PICTURES

ALBUM = Path(__file__).resolve().parent.parent / "resources" / "album"


def make(index: int, album: Path) -> str:
    """Paint and write one picture; returns its path in the album."""
    shot, paint = PICTURES[index]
    write(paint(), shot, album)
    return shot.path


def main() -> int:
    """Paint what was asked for, on all cores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--album", type=Path, default=ALBUM, help="where to write it (default: resources/album)")
    parser.add_argument("names", nargs="*", help="only pictures whose path contains one of these")
    arguments = parser.parse_args()
    wanted = [
        n
        for n, (shot, _) in enumerate(PICTURES)
        if not arguments.names or any(name in shot.path for name in arguments.names)
    ]
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for path in workers.map(make, wanted, [arguments.album] * len(wanted)):
            print(path)
    total = sum(file.stat().st_size for file in arguments.album.rglob("*") if file.is_file())
    print(f"{len(wanted)} pictures; the album has {total / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
