"""The command ``photosort sort``: a folder's photos into folders, planned, told, agreed to, done, accounted for."""

from __future__ import annotations

import argparse
import math
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from photosort.cli_steps import (
    COULD_NOT_RUN,
    INTERRUPTED,
    OK,
    SOME_FAILED,
    WRONG_USAGE,
    UsageError,
    add_network_arguments,
    choose_networks,
    find_free,
    look_at,
    open_networks,
    say,
    scan_folder,
    user_paths,
    write,
)
from photosort.core.catalog import Catalog
from photosort.core.errors import SortingError
from photosort.core.files import absolute
from photosort.core.paths import UserPaths
from photosort.core.sorting.plans import account
from photosort.core.sorting.plans.keeping import Keeper
from photosort.core.sorting.plans.requests import parse_keep, parse_rules, parse_template
from photosort.core.sorting.plans.templates import Template
from photosort.core.sorting.runs import engine
from photosort.core.sorting.values import (
    STAY,
    Account,
    How,
    KeepFolders,
    MovePlan,
    RuleKind,
    SortRequest,
    Status,
)
from photosort.core.wording import plain
from photosort.pipeline import cluster
from photosort.pipeline.choice import Choice
from photosort.pipeline.sorting import make_plan, unread
from photosort.progress_bar import drive, drive_between_steps
from photosort.report import write_json
from photosort.sorting_report import note_lines, plan_lines, run_lines

_FOLDERS_SHOWN = 40
"""How many folders are shown before the question; --dry-run shows all."""

_ABOUT = """\
Sort the photos of FOLDER into folders below DEST. Each photo goes where the first rule that is sure of it says; a photo
that none is sure of stays where it is. Files that belong to a photo (RAW, video, sidecars) go with it. Nothing is ever
overwritten, and `photosort undo` takes all of it back. A folder that photosort does not know yet is looked at first."""

_MORE = """\
rules of --by, tried in their order:
  kinds, scenes, animals...  what a classifier says, your own labels for it first
  labels                     what you said, whatever for
  clusters                   groups of look-alike photos, made now if there are none
  date                       when it was taken

fields of --template: {label}, {year}, {month}, {day}; without it {label}, and {year}/{month} for dates.

examples:
  photosort sort ~/Pictures --to ~/Sorted --by labels,animals,scenes --dry-run
  photosort sort ~/Pictures --to ~/Pictures/Sorted --by date --template {year}/{month} --move
  photosort sort ~/Pictures --by scenes --xmp

The account that --json writes: {"run", "counts": {"in", "sorted", "duplicates", "left", "failed"}, "items":
[{"source", "target", "companions": [{"source", "target"}], "status", "reason"}]}; sources are relative to FOLDER,
targets to DEST; "run" is null where nothing was changed.

exit status: 0 done, 1 could not be done, 2 wrong usage or nobody to ask, 3 done but some photos failed, 130 stopped."""


def add_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to those of the program.

    Args:
        commands: what `argparse.ArgumentParser.add_subparsers` gave.
        common: the arguments that every command takes.
    """
    sort = commands.add_parser(
        "sort",
        parents=[common],
        help="sort photos into folders",
        description=_ABOUT,
        epilog=_MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sort.add_argument("folder", type=Path, metavar="FOLDER", help="the folder whose photos are sorted")
    sort.add_argument("--to", type=Path, metavar="DEST", help="where the folders are made; may lie inside FOLDER")
    sort.add_argument(
        "--by", required=True, type=_saying_why(parse_rules), metavar="RULE[,RULE...]", help="what names the folders"
    )
    sort.add_argument(
        "--template",
        type=_saying_why(parse_template),
        default="",
        metavar="T",
        help="what a folder is called, as {label}/{year}",
    )
    ways = sort.add_mutually_exclusive_group()
    for how, about in _WAYS.items():
        ways.add_argument(f"--{how.value}", dest="how", action="store_const", const=how, help=about)
    sort.add_argument(
        "--min-confidence",
        type=_confidence,
        metavar="P",
        help="trust guesses from this confidence on, 0 to 1 (default: those that a classifier calls sure)",
    )
    sort.add_argument(
        "--unsure", default="stay", metavar="stay|NAME", help="where photos go that no rule is sure of (default: stay)"
    )
    sort.add_argument(
        "--keep-folders",
        nargs="+",
        default=["none"],
        metavar=("auto|none|NAME", "NAME"),
        help="folders whose photos stay: auto for those that a person named, or their names (default: none)",
    )
    sort.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    sort.add_argument("--yes", "-y", action="store_true", help="do not ask")
    sort.add_argument("--wait", action="store_true", help="wait while somebody else changes files")
    add_network_arguments(sort)
    sort.set_defaults(command=_sort, how=How.COPY)


_WAYS: Mapping[How, str] = {
    How.COPY: "copy the files (this is what is done unless you say otherwise)",
    How.MOVE: "move the files",
    How.HARDLINK: "give the files a second name, on the same disk",
    How.SYMLINK: "make links that point to the files",
    How.KEYWORDS: "touch no photo: write the folder's name as a keyword into a sidecar (XMP) beside it; needs no --to",
}


# -- what was asked for ----------------------------------------------------------------------------


_T = TypeVar("_T")


def _saying_why(parse: Callable[[str], _T]) -> Callable[[str], _T]:
    """A reader of an argument whose own words are told to a person; argparse would make others up."""

    def read(text: str) -> _T:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def _confidence(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"expected a confidence from 0 to 1; got {text!r}")
    return value


def _request(arguments: argparse.Namespace) -> SortRequest:
    how: How = arguments.how
    if arguments.to is None and how is not How.KEYWORDS:
        raise UsageError("--to DEST says where the folders are made; only --xmp needs none")
    # Keywords are written beside the photos, wherever else files would have gone.
    destination: Path = arguments.folder if how is How.KEYWORDS else arguments.to
    return SortRequest(
        rules=arguments.by,
        destination=absolute(destination),
        how=how,
        template=arguments.template,
        min_confidence=arguments.min_confidence,
        unsure=STAY if arguments.unsure == "stay" else arguments.unsure,
        keep=_keep(arguments.keep_folders),
    )


def _keep(words: Sequence[str]) -> KeepFolders:
    if "none" in words and len(words) > 1:
        raise UsageError("--keep-folders none keeps none; name no other folders with it")
    return parse_keep(words)


def _check_kept(catalog: Catalog, root_id: int, names: Sequence[str]) -> None:
    """Find a folder for every name: the photos of one that is misspelt would be sorted away.

    Raises:
        UsageError: there is no such folder.
    """
    if not names:
        return
    folders = {photo.folder for photo in catalog.photos(root_id)}
    paths = {path.as_posix() for folder in folders for path in (PurePosixPath(folder), *PurePosixPath(folder).parents)}
    for name in names:
        keeper = Keeper(KeepFolders(names=(name,)))
        if not any(keeper.kept(path) for path in paths - {"."}):
            raise UsageError(f"--keep-folders: there is no folder {name!r} with photos in it")


# -- the command -----------------------------------------------------------------------------------


def _sort(arguments: argparse.Namespace) -> int:
    request = _request(arguments)
    if not (arguments.dry_run or arguments.yes or _somebody_there()):
        say(
            "photosort: nothing was changed: there is no terminal to ask on;"
            " --yes sorts without asking, --dry-run tells what would be done"
        )
        return WRONG_USAGE
    paths = user_paths(arguments)
    asked = [rule.classifier for rule in request.rules if rule.kind is RuleKind.CLASSIFIER]
    choice = choose_networks(arguments, paths, asked) if _looks(request) else None
    command = shlex.join(("photosort", "sort", str(arguments.folder)))
    with Catalog(paths.data) as catalog:
        if not arguments.dry_run:
            find_free(catalog, command, wait=arguments.wait)
        _refuse_interrupted(catalog, absolute(arguments.folder), request.destination)
        plan = _plan(catalog, arguments.folder, request, choice, paths)
        if plan.refusals:
            raise SortingError(plain(" ".join(plan.refusals)))
        if arguments.dry_run or not plan.counts[Status.SORTED]:
            return _tell(arguments, account.would_be(plan), plan_lines(plan))
        if not arguments.yes:
            try:
                refused = None if _agreed(plan) else COULD_NOT_RUN
            except KeyboardInterrupt:
                say("")
                refused = INTERRUPTED
            if refused is not None:
                say("Nothing was changed.")
                return refused
        return _apply(arguments, catalog, plan, command)


def _plan(catalog: Catalog, folder: Path, request: SortRequest, choice: Choice | None, paths: UserPaths) -> MovePlan:
    """Look at what has to be looked at, and plan."""
    root_id = scan_folder(catalog, folder).root_id
    _check_kept(catalog, root_id, request.keep.names)
    classifiers = _look(catalog, root_id, request, choice, paths) if choice is not None else {}
    return drive(make_plan(catalog, root_id, request, classifiers=classifiers, as_shown=False))


def _looks(request: SortRequest) -> bool:
    """Whether photos have to be looked at: what a person said needs no looking."""
    fields = Template.parse(request.template).fields if request.template else frozenset()
    return any(rule.kind is not RuleKind.LABELS for rule in request.rules) or bool(fields - {"label"})


def _look(catalog: Catalog, root_id: int, request: SortRequest, choice: Choice, paths: UserPaths) -> dict[str, int]:
    """Look at photos as far as the rules need it; gives the catalog's ids of the classifiers that they name."""
    classifiers = {
        head.name: catalog.register_classifier(head.name, head.version, head.backbone_id, head.labels, head.title)
        for head in choice.heads
    }
    ungrouped = any(rule.kind is RuleKind.CLUSTERS for rule in request.rules) and catalog.clustering(root_id) is None
    unseen = ungrouped and len(catalog.pending(root_id, choice.backbone_id))
    unasked = any(len(catalog.pending(root_id, head.backbone_id, [classifiers[head.name]])) for head in choice.heads)
    if unseen or unasked or unread(catalog, root_id):
        with closing(open_networks(choice, paths)) as networks:
            look_at(catalog, root_id, networks, paths)
    if ungrouped:
        drive(cluster(catalog, root_id, choice.backbone_id))
    return classifiers


def _refuse_interrupted(catalog: Catalog, folder: Path, destination: Path) -> None:
    """What lies half-way between two places is put right before anybody looks at it as at the person's own doing.

    Raises:
        SortingError: a run from or into one of these folders was interrupted.
    """
    for run in engine.interrupted(catalog):
        if not {run.root, run.destination}.isdisjoint({folder, destination}):
            raise SortingError(
                f"run {run.id} ({run.title}) was interrupted;"
                " photosort recover --finish goes on with it, photosort recover --roll-back takes it back"
            )


def _somebody_there() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def _agreed(plan: MovePlan) -> bool:
    """Show the plan on the terminal and ask."""
    for line in plan_lines(plan, folders=_FOLDERS_SHOWN):
        say(line)
    sys.stderr.write("Go on? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in {"y", "yes"}


def _apply(arguments: argparse.Namespace, catalog: Catalog, plan: MovePlan, command: str) -> int:
    newest = max((run.id for run in catalog.runs.runs()), default=0)
    stopped = False
    try:
        run = drive_between_steps(engine.apply(catalog, plan, command=command, wait=arguments.wait))
    except KeyboardInterrupt:
        begun = [run for run in catalog.runs.runs() if run.id > newest]
        if not begun:
            say("photosort: stopped; nothing was changed")
            return INTERRUPTED
        run, stopped = begun[0], True
    came_out = catalog.runs.account(run.id)
    status = _tell(arguments, came_out, [*note_lines(plan), *run_lines(run, came_out)])
    return INTERRUPTED if stopped else status


def _tell(arguments: argparse.Namespace, said: Account, lines: Sequence[str]) -> int:
    """Write the account, and what a person wants to know; gives the exit status."""
    if arguments.json:
        write_json(account.document(said), arguments.json)
    if arguments.json != "-":
        for line in lines:
            write(line)
    return SOME_FAILED if any(item.status is Status.FAILED for item in said.items) else OK
