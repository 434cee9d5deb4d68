#!/usr/bin/env python3
"""Write the photos that entered no training as folders that are labels, for `photosort evaluate`.

    python packaging/models/validation_folder.py /tmp/validation
    photosort evaluate /tmp/validation/scenes  --classifier scenes  --catalog /tmp/validation-catalog
    photosort evaluate /tmp/validation/animals --classifier animals --catalog /tmp/validation-catalog

Photos of other kinds go into folders that are no labels: `other kinds`, whose classes were fitted as none of these, and
`kinds never fitted`.
"""

from __future__ import annotations

import argparse
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from fit_heads import CLASSIFIERS, OTHER, never_fitted, roles
from train_backbone import ROOT, list_photos, split_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the folders; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "photos")
    options = parser.parse_args(arguments)

    entries = list_photos(options.photos)
    archives = {name: zipfile.ZipFile(options.photos / f"{name}.zip") for name in {e.set_name for e in entries}}
    for classifier in CLASSIFIERS:
        written = 0
        for entry, answer in zip(entries, roles(classifier, entries), strict=True):
            if never_fitted(entry):
                folder = "kinds never fitted"
            elif answer is None or split_of(entry) != "validation":
                continue
            else:
                folder = "other kinds" if answer == OTHER else answer
            name = f"{entry.set_name}-{entry.label}-{entry.file}"
            path = options.out / classifier.name / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archives[entry.set_name].read(entry.member))
            written += 1
        print(f"{classifier.name}: {written} photos")
    for archive in archives.values():
        archive.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
