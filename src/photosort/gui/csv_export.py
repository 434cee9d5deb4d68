"""Write what the grid shows as a table that a spreadsheet can open."""

from __future__ import annotations

import csv
import math
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from photosort.core.photo import Photo, Progress, Verdict

_PROGRESS_EVERY = 1000


@dataclass(frozen=True, slots=True)
class Guess:
    """What a classifier says of a photo, as the table shows it."""

    label: str
    confidence: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One photo of the table.

    Attributes:
        photo: the photo.
        group: the heading that it stands below; empty without groups.
        guesses: by classifier name.
        cluster: number of its group of look-alike photos; None where it is in none.
        sharpness: None where not measured.
    """

    photo: Photo
    group: str
    guesses: Mapping[str, Guess]
    cluster: int | None
    sharpness: float | None


def write_table(
    path: Path, rows: Iterable[Row], total: int, classifiers: Sequence[str]
) -> Generator[Progress, None, int]:
    """Write photos in the order given, one line each; the file appears when all of it is written.

    Args:
        path: the file to write; replaced where it exists.
        rows: the photos.
        total: how many there are, for the progress.
        classifiers: the columns of guesses, three for each.

    Yields:
        progress, every thousand lines.

    Returns:
        how many lines were written, without the heading.

    Raises:
        OSError: the file could not be written.
    """
    part = path.with_name(f"{path.name}.part")
    count = 0
    yield Progress("Writing the table", 0, total)
    try:
        # With a byte order mark, so that spreadsheets read names in any script.
        with part.open("w", encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            writer = csv.writer(file)
            guesses = [f"{name}{part}" for name in classifiers for part in ("", " confidence", " verdict")]
            writer.writerow(
                (
                    "path",
                    "group",
                    "taken",
                    "date uncertain",
                    "bytes",
                    "width",
                    "height",
                    "sharpness",
                    "cluster",
                    *guesses,
                )
            )
            for row in rows:
                photo = row.photo
                cells: list[object] = [
                    photo.relpath,
                    row.group,
                    photo.taken_at.isoformat(sep=" ", timespec="seconds"),
                    "yes" if photo.taken_source.uncertain else "no",
                    photo.size,
                    photo.width,
                    photo.height,
                    "" if row.sharpness is None or math.isnan(row.sharpness) else f"{row.sharpness:.1f}",
                    "" if row.cluster is None else row.cluster,
                ]
                for name in classifiers:
                    guess = row.guesses.get(name)
                    cells += [guess.label, f"{guess.confidence:.4f}", guess.verdict.value] if guess else ["", "", ""]
                writer.writerow(cells)
                count += 1
                if count % _PROGRESS_EVERY == 0:
                    yield Progress("Writing the table", count, total)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count
