"""Sorting 10,000 photos: the plan, the move and its undo, a copy and its undo; beside what the system's own tools take.

``mv`` into the same folders is the limit for moves: it writes nothing down and cannot be undone. ``cp -a`` neither
flushes nor verifies what it writes; ``rsync -a``, where it is installed, does not verify either.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from figures import Figure, of_repeats, timed
from generators import finish, opened
from setting import Setting

from photosort.core.catalog import Catalog
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, MovePlan, Rule, Run, SortRequest, Status
from photosort.pipeline.sorting import make_plan

_WORDS = ("sea", "forest", "street", "mountain", "cat", "dog", "food", "family", "work", "garden")
_BYTES = 20_000
_BATCH = 1_000


def measure(setting: Setting) -> Iterator[Figure]:
    """Plan, move, undo and copy photos of a folder, and let others do the same."""
    count = 2_000 if setting.quick else 10_000
    folder = _photos(setting.scratch / "to be sorted", count)
    with Catalog(setting.scratch / "sorting") as catalog:
        root_id = opened(catalog, folder).root_id
        photos = catalog.photos(root_id)
        catalog.set_labels(root_id, "labels", {photo.id: _WORDS[photo.id % len(_WORDS)] for photo in photos})
        bench = _Bench(catalog, root_id, folder.parent / "sorted")
        moves = [bench.there_and_back(How.MOVE) for _ in range(setting.repeats)]
        copies = [bench.there_and_back(How.COPY) for _ in range(max(setting.repeats // 2, 1))]
        plan = bench.plan(How.MOVE)
    per = 10_000 / count
    mv, back = zip(*(_mv(plan) for _ in range(setting.repeats)), strict=True)
    note = f"{count:,} photos of {_BYTES // 1000} KB into {len(_WORDS)} folders"
    yield of_repeats("plan for 10,000 photos", [one.plan * per for one in moves], "s", aim=2.0, note=note)
    yield of_repeats("move 10,000 photos on one file system", [one.apply * per for one in moves], "s", aim=10.0)
    yield of_repeats("undo moving 10,000 photos", [one.undo * per for one in moves], "s", aim=10.0)
    yield of_repeats("mv of the same photos", [one * per for one in mv], "s", note="one call for 1,000 photos")
    yield of_repeats("mv of the same photos back", [one * per for one in back], "s")
    yield of_repeats("move, as many times as long as mv", [a.apply / b for a, b in zip(moves, mv, strict=True)])
    yield of_repeats("undo, as many times as long as mv back", [a.undo / b for a, b in zip(moves, back, strict=True)])
    yield of_repeats(
        "copy 10,000 photos", [one.apply * per for one in copies], "s", note="flushed, read again, compared"
    )
    yield of_repeats("undo copying 10,000 photos", [one.undo * per for one in copies], "s", note="compared before")
    for tool in ("cp", "rsync"):
        yield _copied_by(tool, plan, [one.apply for one in copies])


def _photos(folder: Path, count: int) -> Path:
    """Photos as a camera numbers them, each a content of its own; nobody decodes them here."""
    random = np.random.default_rng(9)
    for number in range(count):
        place = folder / "DCIM" / f"{100 + number // 500}CANON"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"IMG_{number:05d}.JPG").write_bytes(random.bytes(_BYTES))
    return folder


class _Seconds:
    """What each part of one round took."""

    plan = apply = undo = 0.0


class _Bench:
    """Plans, applies and undoes with one catalog."""

    def __init__(self, catalog: Catalog, root_id: int, destination: Path) -> None:
        self._catalog = catalog
        self._root_id = root_id
        self._destination = destination

    def plan(self, how: How) -> MovePlan:
        request = SortRequest((Rule.parse("labels"),), self._destination, how)
        return finish(make_plan(self._catalog, self._root_id, request, as_shown=False))

    def there_and_back(self, how: How) -> _Seconds:
        """Sort all photos and undo it."""
        found = _Seconds()
        plans: list[MovePlan] = []
        found.plan = timed(lambda: plans.append(self.plan(how)))
        runs: list[Run] = []
        found.apply = timed(lambda: runs.append(finish(engine.apply(self._catalog, plans[0]))))
        wanted = plans[0].counts[Status.SORTED]
        undone: list[int] = []
        found.undo = timed(lambda: undone.append(finish(engine.undo(self._catalog, runs[0].id)).restored))
        if not wanted or [runs[0].counts[Status.SORTED], *undone] != [wanted, wanted]:
            message = f"of {wanted} photos {runs[0].counts[Status.SORTED]} were sorted and {undone} put back"
            raise RuntimeError(message)
        return found


def _by_folder(plan: MovePlan, *, back: bool = False) -> dict[Path, list[Path]]:
    """Folder -> the files that go there."""
    found: dict[Path, list[Path]] = defaultdict(list)
    for photo in plan.photos:
        for file in photo.files:
            if file.target is not None:
                here, there = plan.root / file.source, plan.destination / file.target
                here, there = (there, here) if back else (here, there)
                found[there.parent].append(here)
    return found


def _mv(plan: MovePlan) -> tuple[float, float]:
    """Seconds that ``mv`` takes to the destination, and back."""
    seconds = []
    for back in (False, True):
        moves = _by_folder(plan, back=back)
        seconds.append(timed(lambda moves=moves: _called(("mv", "-n", "-t"), moves)))
    shutil.rmtree(plan.destination)
    return seconds[0], seconds[1]


def _copied_by(tool: str, plan: MovePlan, ours: Sequence[float]) -> Figure:
    name = f"copy, as many times as long as {tool} -a"
    if shutil.which(tool) is None:
        return Figure(name, None, note=f"there is no {tool} here")
    command = ("cp", "-a", "-n", "-t") if tool == "cp" else ("rsync", "-a", "--ignore-existing")
    ratios = []
    for one in ours:
        ratios.append(one / timed(lambda: _called(command, _by_folder(plan))))
        shutil.rmtree(plan.destination)
    return of_repeats(name, ratios, note="which neither flushes nor verifies")


def _called(command: Sequence[str], moves: dict[Path, list[Path]]) -> None:
    for folder, files in moves.items():
        folder.mkdir(parents=True, exist_ok=True)
        for start in range(0, len(files), _BATCH):
            batch = [str(file) for file in files[start : start + _BATCH]]
            # rsync takes the folder last.
            order = (*command, *batch, f"{folder}/") if command[0] == "rsync" else (*command, str(folder), *batch)
            subprocess.run(order, check=True)
