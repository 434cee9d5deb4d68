"""Steps and words that the commands share: where things are kept, which networks look at photos, what is written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photosort.core.catalog import Catalog
from photosort.core.errors import EngineError, ModelError, PhotosortError
from photosort.core.paths import UserPaths
from photosort.core.scan import ScanResult
from photosort.core.sorting.files.run_lock import sorting_lock
from photosort.core.thumbnails import ThumbnailCache
from photosort.ml import backbones, heads, networks
from photosort.ml.backbones import Backbone
from photosort.ml.heads import Head
from photosort.pipeline import AnalysisSummary, analyze, open_folder
from photosort.pipeline.choice import AUTO, Choice, choice_of, choose, instead, name_of, open_chosen
from photosort.pipeline.sorting import wait_for_others
from photosort.progress_bar import drive
from photosort.report import Account

OK, COULD_NOT_RUN, WRONG_USAGE, SOME_FAILED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit status of every command."""


class UsageError(PhotosortError):
    """The command line asks for something that there is not."""


# -- arguments -------------------------------------------------------------------------------------


def add_network_arguments(parser: argparse.ArgumentParser) -> None:
    """Add which network looks at photos, as `choose_networks` reads it."""
    parser.add_argument(
        "--backbone", choices=(AUTO, *backbones.NAMES), default=AUTO, help="network (default: the best at hand)"
    )
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", help="ImageNet weights of the network, as Keras has them"
    )


def user_paths(arguments: argparse.Namespace) -> UserPaths:
    """Where everything is kept, as ``--catalog`` says."""
    return UserPaths.below(arguments.catalog.expanduser()) if arguments.catalog else UserPaths.of_user()


def words_of(text: str | None) -> list[str] | None:
    """Words with commas between, each once, in their order; None for None."""
    return None if text is None else list(dict.fromkeys(word.strip() for word in text.split(",")))


# -- networks --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Networks:
    """What an analysis runs on.

    Attributes:
        chosen: the network that was asked for; groups are made of its embeddings.
        all: the chosen one and those that the classifiers were fitted on.
        heads: the classifiers.
    """

    chosen: Backbone
    all: tuple[Backbone, ...]
    heads: tuple[Head, ...]

    def close(self) -> None:
        """Let go of interpreters and child processes."""
        for backbone in self.all:
            backbone.close()


def open_networks(choice: Choice, paths: UserPaths) -> Networks:
    """Load the networks of a choice; the caller closes them."""
    loaded = drive(open_chosen(choice, paths))
    return Networks(loaded[0], loaded, choice.heads)


def choose_networks(arguments: argparse.Namespace, paths: UserPaths, asked: Sequence[str] | None) -> Choice:
    """The network that was asked for, or the best one, and those that its classifiers were fitted on.

    Args:
        arguments: with what `add_network_arguments` adds.
        paths: where networks are kept.
        asked: names of the classifiers to ask; None for all.

    Raises:
        UsageError: there is no such classifier.
    """
    choice = _choose(arguments, paths)
    if choice.reason:
        say(f"photosort: {choice.reason}")
    if asked is None:
        return choice
    there = [head.name for head in choice.heads]
    for name in asked:
        if name not in there:
            raise UsageError(f"no classifier named {name!r}; there are: {', '.join(there)}")
    return choice.asking(asked)


def _choose(arguments: argparse.Namespace, paths: UserPaths) -> Choice:
    name: str = arguments.backbone
    if arguments.weights is None and name == AUTO:
        return drive(choose(name, paths))
    if arguments.weights is not None and name in {AUTO, networks.OWN}:
        others = ", ".join(other for other in backbones.NAMES if other != networks.OWN)
        raise UsageError(
            f"the compact network brings its own weights; --weights goes with --backbone and one of: {others}"
        )
    try:
        # The first time of one with ImageNet weights is a conversion that takes long enough to show.
        network = drive(backbones.open_network(name, paths, arguments.weights))
    except (ModelError, EngineError) as error:
        if arguments.weights is not None:
            raise
        return instead(name, error, paths)
    network.close()
    return choice_of(name, network.id, paths)


def open_one_classifier(arguments: argparse.Namespace, paths: UserPaths) -> Networks:
    """Open the one network that a classifier was fitted on, which is the one that was asked for, if one was.

    Raises:
        UsageError: there is no such classifier, or none that was fitted on that network.
        PhotosortError: the network that was asked for cannot be used.
    """
    choice = _choose(arguments, paths)
    if choice.reason and arguments.backbone != AUTO:
        # Figures of another network than was asked for would be read as this one's.
        raise PhotosortError(choice.reason)
    there = heads.bundled()
    fitted = [head for head in there if head.name == arguments.classifier]
    if not fitted:
        names = ", ".join(dict.fromkeys(head.name for head in there))
        raise UsageError(f"no classifier named {arguments.classifier!r}; there are: {names}")
    chosen = choice.asking([arguments.classifier])
    [head] = chosen.heads
    if arguments.backbone != AUTO and head.backbone_id != chosen.backbone_id:
        on = ", ".join(name_of(other.backbone_id) for other in fitted)
        raise UsageError(f"{head.name} was not fitted on {chosen.name}; there is one for: {on}")
    [backbone] = drive(open_chosen(chosen.of_heads(), paths))
    return Networks(backbone, (backbone,), (head,))


# -- a folder --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scanned:
    """A folder whose files were seen, and the catalog told.

    Attributes:
        root_id: the catalog's id of it.
        scan: what lies there.
        seconds: how long the scan took.
    """

    root_id: int
    scan: ScanResult
    seconds: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A folder that was scanned and analysed."""

    root_id: int
    scan: ScanResult
    scan_seconds: float
    summary: AnalysisSummary
    account: Account

    @property
    def status(self) -> int:
        """The exit status."""
        return SOME_FAILED if self.account.failures else OK


def scan_folder(catalog: Catalog, folder: Path) -> Scanned:
    """Scan a folder that must be there."""
    opened = drive(open_folder(catalog, folder))
    if opened.scan is None:
        raise PhotosortError(f"{folder} is not there; is its drive plugged in?")
    return Scanned(opened.root_id, opened.scan, opened.seconds)


def look_at_all(catalog: Catalog, folder: Path, used: Networks, paths: UserPaths) -> Seen:
    """Scan a folder and look at all its photos."""
    scanned = scan_folder(catalog, folder)
    summary = look_at(catalog, scanned.root_id, used, paths)
    account = Account.of(catalog, scanned.root_id, scanned.scan, summary)
    return Seen(scanned.root_id, scanned.scan, scanned.seconds, summary, account)


def look_at(catalog: Catalog, root_id: int, used: Networks, paths: UserPaths) -> AnalysisSummary:
    """Look at all photos of a scanned folder; what the window shows of it goes on to be what it was."""
    thumbnails = ThumbnailCache(paths.thumbnails)
    return drive(analyze(catalog, root_id, used.all, used.heads, thumbnails, switch=False))


# -- changing files ---------------------------------------------------------------------------------


def find_free(catalog: Catalog, command: str, *, wait: bool) -> None:
    """Find out before all work, and not after it, whether somebody else is changing files.

    Args:
        catalog: whose lock it is.
        command: what wants to change files, for others who look meanwhile.
        wait: until nobody is.

    Raises:
        BusyError: somebody is, and we shall not wait.
    """
    if wait:
        drive(wait_for_others(catalog))
    else:
        with sorting_lock(catalog.directory, command):
            pass


# -- what is written -------------------------------------------------------------------------------


def counted(number: int, what: str) -> str:
    """A number of things, in words: "1 photo", "1,204 photos"."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
"""Names of files may hold what a terminal takes for orders."""


def write(line: str) -> None:
    """A line of the result, on standard output."""
    sys.stdout.write(line.translate(_CONTROLS) + "\n")


def say(line: str) -> None:
    """A line beside the result, on standard error."""
    sys.stderr.write(line.translate(_CONTROLS) + "\n")
