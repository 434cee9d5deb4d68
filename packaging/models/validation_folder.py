#!/usr/bin/env python3
"""Write the photos that entered no training as folders that are labels, for `photosort evaluate`.

    python packaging/models/validation_folder.py /tmp/validation
    photosort evaluate /tmp/validation/scenes  --classifier scenes  --catalog /tmp/validation-catalog
    photosort evaluate /tmp/validation/kinds   --classifier kinds   --catalog /tmp/validation-catalog
    photosort evaluate /tmp/validation/animals --classifier animals --catalog /tmp/validation-catalog

Photos of other kinds go into folders that are no labels: `other kinds`, whose classes were fitted as none of these, and
`kinds never fitted`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from train_backbone import ROOT  # isort: skip - adds src to the path
from classifiers import CLASSIFIERS, OTHER, archive_of, list_entries, never_fitted, roles, split_of_entry
from render_pages import write_pages


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the folders; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--photos", type=Path, default=ROOT.parent / "shared" / "photos")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "photosort-training")
    options = parser.parse_args(arguments)

    options.work.mkdir(parents=True, exist_ok=True)
    write_pages(options.photos, options.work)
    entries = list_entries(options.photos, options.work)
    archives = {
        e.set_name: zipfile.ZipFile(archive_of(e, options.photos, options.work))
        for e in {entry.set_name: entry for entry in entries}.values()
    }
    for classifier in CLASSIFIERS:
        written = 0
        for entry, answer in zip(entries, roles(classifier, entries), strict=True):
            if never_fitted(entry):
                folder = "kinds never fitted"
            elif answer is None or split_of_entry(entry) != "validation":
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
