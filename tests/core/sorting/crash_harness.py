"""Kill a program that moves photos at every call that changes files and at every step of its journal; then recover.

Run as a program of its own (it forks, and the one who forks must have no other threads)::

    python tests/core/sorting/crash_harness.py --scratch DIR [--every N] [--first N] [--only TEXT] [--json]

Each try makes the same folder anew, lets a child sort it (or undo that) until the child kills itself with SIGKILL at
its n-th point, and recovers in this process. A point lies before and after every call of `system_calls`, in the middle
of every write, and before, inside and after every transaction of the catalog. "Marks lost" stands for a power cut: the
catalog is put back to what had been made durable when the child died.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from photosort.core.catalog import Catalog
from photosort.core.catalog.store import FILE_NAME
from photosort.core.catalog.writer import Writer
from photosort.core.sorting.files import system_calls
from photosort.core.sorting.files.trash import SystemTrash
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import How, Run, RunState
from tests.core.sorting.worlds import Entry, contents, finished, labelled, planned, scanned, snapshot

IN_MEMORY = Path("/dev/shm")
CALLS = (
    "rename_exclusively",
    "rename_in_place",
    "link",
    "symlink",
    "unlink",
    "create",
    "write",
    "sync",
    "make_folder",
    "remove_folder",
    "set_times",
    "set_mode",
)
_FAILED = 3


class Scenario(NamedTuple):
    """What is interrupted, and how it is repaired.

    Attributes:
        how: what the run does.
        across: the destination lies on another file system.
        deed: what the child does when it dies: "apply", "undo" or "redo", "discard" (into the trash) or "take out".
        repair: "finish" or "roll back".
        marks_lost: the catalog has only what was durable.
        system: "kernel" with exclusive renames, "links" without, "copies" also without links.
        twice: the repair dies, too, and is begun again.
    """

    how: How
    across: bool
    deed: str
    repair: str
    marks_lost: bool = False
    system: str = "kernel"
    twice: bool = False

    def __str__(self) -> str:
        parts = [
            f"{self.deed} {self.how}",
            "across file systems" if self.across else "on one file system",
            self.repair,
            "marks lost" if self.marks_lost else "",
            "" if self.system == "kernel" else f"only {self.system}",
            "dying twice" if self.twice else "",
        ]
        return ", ".join(part for part in parts if part)


def scenarios() -> list[Scenario]:
    """All that are worth trying; those across file systems only where there are two."""
    found = []
    for across in (False, True):
        for how in (How.MOVE, How.COPY):
            for deed, repair in (("apply", "finish"), ("apply", "roll back"), ("undo", "finish")):
                found += [Scenario(how, across, deed, repair, marks_lost) for marks_lost in (False, True)]
    for system in ("links", "copies"):
        found += [Scenario(How.MOVE, across=False, deed="apply", repair=one, system=system) for one in REPAIRS]
        found.append(Scenario(How.MOVE, across=False, deed="undo", repair="finish", system=system, marks_lost=True))
    found.append(Scenario(How.COPY, across=False, deed="apply", repair="roll back", system="copies"))
    for how in (How.HARDLINK, How.SYMLINK, How.KEYWORDS):
        found += [Scenario(how, across=False, deed="apply", repair=one, marks_lost=True) for one in REPAIRS]
        found.append(Scenario(how, across=False, deed="undo", repair="finish"))
    found += [Scenario(How.MOVE, across=False, deed="discard", repair=one, marks_lost=True) for one in REPAIRS]
    found += [
        Scenario(How.MOVE, across=False, deed="take out", repair="finish", marks_lost=one) for one in (False, True)
    ]
    for across in (False, True):
        found.append(Scenario(How.MOVE, across, deed="redo", repair="finish", marks_lost=True))
        found += [Scenario(How.MOVE, across, deed="apply", repair=one, twice=True) for one in REPAIRS]
        found.append(Scenario(How.COPY, across, deed="apply", repair="roll back", marks_lost=True, twice=True))
        found.append(Scenario(How.MOVE, across, deed="undo", repair="roll back", marks_lost=True, twice=True))
    return found


REPAIRS = ("finish", "roll back")


@dataclass
class Report:
    """What the tries of one scenario came to.

    Attributes:
        scenario: in words.
        points: places where the program was killed.
        interrupted: of those, where a run had to be recovered.
        photos: in each try.
        lost: contents that were gone after the repair, in all tries.
        left_over: contents that were there more often than they should be.
        differences: tries whose folders were not, file by file, what they should be.
        problems: the first of them, in words.
        seconds: that all of it took.
    """

    scenario: str
    points: int = 0
    interrupted: int = 0
    photos: int = 0
    lost: int = 0
    left_over: int = 0
    differences: int = 0
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0


# -- the folder ----------------------------------------------------------------------------------------

_FILES = {
    "a.jpg": b"one",
    "DCIM/100APPLE/IMG_1.JPG": b"first",
    "DCIM/100APPLE/IMG_1.CR2": b"raw of the first",
    "DCIM/100APPLE/IMG_1.xmp": b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>',
    "DCIM/101APPLE/IMG_1.JPG": b"another of that name",
    "DCIM/101APPLE/IMG_2.HEIC": b"moving",
    "DCIM/101APPLE/IMG_2.MOV": b"moving picture",
    "pair/b.jpg": b"jpeg",
    "pair/b.png": b"edit of the jpeg",
    "pair/b.xmp": b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    b' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF></x:xmpmeta>',
    "twins/c.jpg": b"twin",
    "twins/d.jpg": b"twin",
    "stays/e.jpg": b"nobody says anything of it",
    "stays/f.jpg": b"sea again",
    "stays/notes.txt": b"no photo",
}
_WORDS = {
    "a.jpg": "sea",
    "DCIM/100APPLE/IMG_1.JPG": "forest/deep",
    "DCIM/101APPLE/IMG_1.JPG": "forest/deep",
    "DCIM/101APPLE/IMG_2.HEIC": "sea",
    "pair/b.jpg": "street",
    "pair/b.png": "street",
    "twins/c.jpg": "sea",
    "twins/d.jpg": "sea",
    "stays/f.jpg": "sea",
}
_THERE = {"sea/a.jpg": b"was there before", "sea/readme.txt": b"also"}
_EPOCH_NS = 1_400_000_000_123_456_789


class World:
    """The folder, the destination and the catalog, as they are again before each try."""

    def __init__(self, scratch: Path, other: Path, scenario: Scenario) -> None:
        self._scenario = scenario
        # Where nothing has to be on a drive, memory is quicker.
        scratch = scratch if scenario.across else other
        self._template = scratch / "template"
        self._now = scratch / "now"
        self._there = other / "there"
        self.root = self._now / "photos"
        self.destination = self._there / "Sorted"
        self.directory = self._now / "catalog"
        self.durable = scratch / "durable"
        self.trash = SystemTrash(self._now / "share")
        self.deeds = _DEEDS[scenario.deed]
        for folder in (self._template, self._now, self._there, self.durable):
            shutil.rmtree(folder, ignore_errors=True)
        _write(self._template / "there" / "Sorted", _THERE)
        _write(self._now / "photos", _FILES)
        with Catalog(self.directory) as catalog:
            labelled(catalog, scanned(catalog, self.root), _WORDS)
        _copy(self._now, self._template / "now")
        self.reset()
        self.before = self.look()
        self.contents = self.all_contents()
        with Catalog(self.directory) as catalog:
            self.photos = len(catalog.photos(catalog.open_root(self.root)))
        act(self, self.deeds[0])
        self.after = self.files()
        self.contents_after = self.all_contents()
        self.reset()

    def reset(self) -> None:
        """Make everything as it was."""
        for folder in (self._now, self._there, self.durable):
            shutil.rmtree(folder, ignore_errors=True)
        _copy(self._template / "now", self._now)
        _copy(self._template / "there", self._there)

    def all_contents(self) -> Counter[str]:
        """Contents in the folder, the destination and the trash."""
        return contents(self.root, self.destination, self._now / "share" / "Trash" / "files")

    def look(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        """All there is, journals and times of folders among it."""
        return snapshot(self.root), snapshot(self.destination)

    def files(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        """What a run should come to: neither its journal's name nor the times of folders can be known before."""
        keywords = self._scenario.how is How.KEYWORDS
        return tuple(  # type: ignore[return-value]
            {
                path: Entry(entry.kind, entry.content, 0, entry.mode) if keywords and path.endswith(".xmp") else entry
                for path, entry in snapshot(folder, journals=False, folder_times=False).items()
            }
            for folder in (self.root, self.destination)
        )

    def prepare(self) -> None:
        """Make everything as it is when the child begins."""
        self.reset()
        for deed in self.deeds[:-1]:
            act(self, deed)
        _copy(self.directory, self.durable)

    def lose_marks(self) -> None:
        """Put the catalog back to what was durable."""
        for path in self.directory.glob(f"{FILE_NAME}*"):
            path.unlink()
        for path in self.durable.glob(f"{FILE_NAME}*"):
            shutil.copy2(path, self.directory)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for number, (name, content) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, ns=(_EPOCH_NS, _EPOCH_NS + number * 10**9))
    for above, _folders, _names in os.walk(folder, topdown=False):
        os.utime(above, ns=(_EPOCH_NS, _EPOCH_NS - len(above) * 10**9))


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)


# -- what is done, and dies ----------------------------------------------------------------------------


_DEEDS = {
    "apply": ("apply",),
    "undo": ("apply", "undo"),
    "redo": ("apply", "undo", "redo"),
    "discard": ("discard",),
    "take out": ("discard", "undo"),
}
"""What is done one after the other; the last one dies."""


def act(world: World, deed: str) -> Run:
    """Sort the folder or put photos into the trash, or undo or redo that."""
    with Catalog(world.directory) as catalog:
        root_id = catalog.open_root(world.root)
        if deed == "apply":
            how = world._scenario.how
            return finished(engine.apply(catalog, planned(catalog, root_id, world.destination, how)))
        if deed == "discard":
            photos = [photo for photo in catalog.photos(root_id) if photo.relpath.startswith(("DCIM", "twins"))]
            return finished(engine.discard(catalog, root_id, photos, world.trash))
        run = catalog.runs.runs()[0]
        if deed == "undo":
            return finished(engine.undo(catalog, run.id, trash=world.trash)).run
        return finished(engine.redo(catalog, run.id))


def repair(world: World, how: str) -> Run | None:
    """Finish or roll back what was interrupted; None where nothing was."""
    with Catalog(world.directory) as catalog:
        runs = engine.interrupted(catalog)
        if not runs:
            return None
        mend = engine.finish if how == "finish" else engine.roll_back
        return finished(mend(catalog, runs[0].id, trash=world.trash))


class _Points:
    """Counts the points that a process passes, and kills it at one of them."""

    def __init__(self, fatal: int, durable: Path | None) -> None:
        self._fatal = fatal
        self._durable = durable
        self._passed = 0
        self._lock = threading.Lock()

    def arm(self) -> None:
        """Put a point before and after everything that lasts."""
        for name in CALLS:
            setattr(system_calls, name, self._around(getattr(system_calls, name)))
        write = system_calls.write

        def tear(descriptor: int, data: memoryview) -> None:
            write(descriptor, data[: len(data) // 2])
            self.point()
            write(descriptor, data[len(data) // 2 :])

        system_calls.write = tear
        transact, durably = Writer._transact, Writer._transact_durably

        def counted(writer: Writer, work: Callable[[Any], Any]) -> Any:
            def between(connection: Any) -> Any:
                self.point()
                result = work(connection)
                self.point()
                return result

            result = transact(writer, between)
            self.point()
            return result

        def kept(writer: Writer, work: Callable[[Any], Any]) -> Any:
            result = durably(writer, work)
            self._keep(writer)
            self.point()
            return result

        Writer._transact = counted  # type: ignore[method-assign, assignment]
        Writer._transact_durably = kept  # type: ignore[method-assign, assignment]

    def point(self) -> None:
        """Pass a point, if it is not the last."""
        with self._lock:
            self._passed += 1
            if self._passed == self._fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    def _around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def around(*arguments: Any) -> Any:
            self.point()
            result = call(*arguments)
            self.point()
            return result

        return around

    def _keep(self, writer: Writer) -> None:
        """Copy the catalog as it is now: this much of it outlives a power cut."""
        if self._durable is None:
            return
        file = Path(writer._connection.execute("PRAGMA database_list").fetchone()[2])
        making = self._durable.with_name("durable-making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        for path in (file, file.with_name(f"{file.name}-wal")):
            if path.exists():
                shutil.copy2(path, making)
        with self._lock:
            shutil.rmtree(self._durable, ignore_errors=True)
            making.rename(self._durable)


def _poor_system(system: str) -> None:
    """Take away what some file systems do not have."""

    def refuse(*arguments: Any) -> None:
        raise system_calls.Unsupported(errno.EINVAL, "no such operation")

    def refuse_links(*arguments: Any) -> None:
        raise PermissionError(errno.EPERM, "no such operation")

    if system != "kernel":
        system_calls.rename_exclusively = refuse
    if system == "copies":
        system_calls.link = refuse_links


def _in_child(work: Callable[[], object], points: _Points | None) -> int:
    """Run something in a child; gives its exit status, -9 where it was killed."""
    child = os.fork()
    if child == 0:
        code = _FAILED
        try:
            if points is not None:
                points.arm()
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - a child must not go on as a second parent
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


# -- the tries -----------------------------------------------------------------------------------------


def explore(scenario: Scenario, scratch: Path, other: Path, *, first: int = 1, every: int = 1) -> Report:
    """Try every ``every``-th point of a scenario, from the ``first`` on, until there are no more."""
    _poor_system(scenario.system)
    world = World(scratch, other, scenario)
    report = Report(str(scenario), photos=world.photos)
    began = time.perf_counter()
    fatal = first
    while True:
        world.prepare()
        status = _in_child(
            lambda: act(world, world.deeds[-1]), _Points(fatal, world.durable if scenario.marks_lost else None)
        )
        if status == -signal.SIGKILL:
            report.points += 1
            trouble = _recovered(world, scenario, fatal, report)
        else:
            trouble = [] if status == 0 else ["the child failed by itself"]
        if trouble:
            report.differences += 1
            if len(report.problems) < 5:
                report.problems.append(f"point {fatal}: {'; '.join(trouble)}")
        if status != -signal.SIGKILL:
            break
        fatal += every
    report.seconds = time.perf_counter() - began
    return report


def _recovered(world: World, scenario: Scenario, fatal: int, report: Report) -> list[str]:
    """Repair what a killed child left, and tell what is not as it should be."""
    if scenario.marks_lost:
        world.lose_marks()
    if scenario.twice and _in_child(lambda: repair(world, scenario.repair), _Points(1 + fatal * 7 % 41, None)) > 0:
        return ["the repair failed by itself"]
    try:
        run = repair(world, scenario.repair)
        if run is not None:
            report.interrupted += 1
        return _judged(world, scenario, report)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is one try that failed
        traceback.print_exc()
        return [f"the repair raised {error!r}"]


def _judged(world: World, scenario: Scenario, report: Report) -> list[str]:
    with Catalog(world.directory) as catalog:
        runs = catalog.runs.runs()
        state = runs[0].state if runs else None
        stands = state is RunState.APPLIED
        trouble = [] if not runs else _account(catalog, runs[0])
        trouble += _paths(catalog, world)
        trouble += _compared(world, report, stands=stands)
        if state not in {None, RunState.APPLIED, RunState.UNDONE, RunState.ROLLED_BACK}:
            trouble.append(f"the run is {state}")
        if stands:
            # What stands can be undone, whatever it went through.
            undone = finished(engine.undo(catalog, runs[0].id, trash=world.trash))
            trouble += [f"{item.source} was left: {item.reason}" for item in undone.items if item.status != "restored"]
            trouble += [f"undone: {text}" for text in _compared(world, report, stands=False)]
    return trouble


def _account(catalog: Catalog, run: Run) -> list[str]:
    account = catalog.runs.account(run.id)
    counts = Counter(item.status for item in account.items)
    if sum(counts.values()) != sum(run.counts.values()) or any(counts[one] != run.counts[one] for one in run.counts):
        return [f"the account does not add up: {counts} and {run.counts}"]
    return []


def _paths(catalog: Catalog, world: World) -> list[str]:
    trouble = []
    for folder in (world.root, world.destination):
        root_id = catalog.find_root(folder)
        for photo in [] if root_id is None else catalog.photos(root_id):
            missing = [path for path in (photo.relpath, *photo.companions) if not (folder / path).is_file()]
            trouble += [f"the catalog believes {path} to be in {folder.name}" for path in missing]
    return trouble


def _compared(world: World, report: Report, *, stands: bool) -> list[str]:
    wanted, found = (world.after, world.files()) if stands else (world.before, world.look())
    expected = world.contents_after if stands else world.contents
    now = world.all_contents()
    report.lost += len(expected.keys() - now.keys())
    report.left_over += sum((now - expected).values())
    trouble = []
    for name, one, other in zip(("photos", "destination"), wanted, found, strict=True):
        trouble += [f"{name}{path} is missing" for path in sorted(one.keys() - other.keys())]
        trouble += [f"{name}{path} is too much" for path in sorted(other.keys() - one.keys())]
        trouble += [
            f"{name}{path} is {other[path]} instead of {one[path]}"
            for path in sorted(one.keys() & other.keys())
            if one[path] != other[path]
        ]
    return trouble


@contextlib.contextmanager
def second_file_system(scratch: Path) -> Iterator[Path | None]:
    """A folder on another file system than the scratch folder; None where there is none."""
    if not os.access(IN_MEMORY, os.W_OK) or IN_MEMORY.stat().st_dev == scratch.stat().st_dev:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="photosort-crash-", dir=IN_MEMORY) as folder:
        yield Path(folder)


def main() -> int:
    """Try the scenarios that were asked for, and print what they came to."""
    parser = argparse.ArgumentParser(description="Kill photosort at every point, and recover.")
    parser.add_argument("--scratch", type=Path, required=True, help="an empty folder")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every n-th point only")
    parser.add_argument("--first", type=int, default=1, metavar="N", help="from this point on")
    parser.add_argument("--only", default="", metavar="TEXT", help="scenarios that say this")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    arguments = parser.parse_args()
    bad = False
    with second_file_system(arguments.scratch) as other:
        for number, scenario in enumerate(scenarios()):
            if arguments.only not in str(scenario) or (scenario.across and other is None):
                continue
            # Scenarios begin at different points, so that fewer tries see more of them.
            first = arguments.first + number * 5 % arguments.every
            out, into = os.pipe()

            def tell(scenario: Scenario = scenario, first: int = first, into: int = into) -> None:
                found = explore(
                    scenario, arguments.scratch, other or arguments.scratch, first=first, every=arguments.every
                )
                os.write(into, json.dumps(asdict(found)).encode())

            # Each in a process of its own: a system that was made poor stays poor.
            status = _in_child(tell, None)
            os.close(into)
            with os.fdopen(out, "rb") as stream:
                told = stream.read()
            report = json.loads(told) if told else asdict(Report(str(scenario), problems=[f"ended with {status}"]))
            bad = bad or status != 0 or report["differences"] > 0 or bool(report["problems"])
            if arguments.json:
                print(json.dumps(report), flush=True)  # noqa: T201
            else:
                print(  # noqa: T201
                    f"{report['scenario']}: {report['points']} points, {report['interrupted']} recovered,"
                    f" {report['lost']} lost, {report['left_over']} left over, {report['seconds']:.1f} s",
                    *(f"\n    {problem}" for problem in report["problems"]),
                    flush=True,
                )
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
