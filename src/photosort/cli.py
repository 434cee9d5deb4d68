"""The command line: the same pipeline without a window.

Progress goes to stderr, results to stdout or a file. Only `sort` asks a question, on a terminal, before it changes
files. Exit status: 0 all went well, 1 could not run, 2 wrong usage, 3 finished but some photos failed, 130 interrupted.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from photosort import cli_models, cli_sort, cli_undo, device_command
from photosort.cli_steps import (
    COULD_NOT_RUN,
    INTERRUPTED,
    OK,
    SOME_FAILED,
    WRONG_USAGE,
    Networks,
    Seen,
    UsageError,
    add_network_arguments,
    choose_networks,
    counted,
    look_at_all,
    open_networks,
    open_one_classifier,
    say,
    user_paths,
    words_of,
    write,
)
from photosort.core.catalog import Catalog
from photosort.core.errors import PhotosortError
from photosort.core.paths import UserPaths
from photosort.core.photo import VERDICTS, Verdict
from photosort.ml import backbones
from photosort.pipeline import cluster
from photosort.pipeline.choice import AUTO
from photosort.progress_bar import drive
from photosort.report import analysis_report, check_target, evaluation_report, write_json

__all__ = ["COULD_NOT_RUN", "INTERRUPTED", "OK", "SOME_FAILED", "WRONG_USAGE", "run"]

_logger = logging.getLogger(__name__)


_ABOUT = "Look at photos, group them, sort them into folders, take that back, measure classifiers."


def run(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: the command and its arguments, without the program's name.

    Returns:
        the exit status.
    """
    _prepare_streams()
    arguments = _parser().parse_args(argv)
    logging.basicConfig(
        level=logging.DEBUG if arguments.debug else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        check_target(arguments.json)
        return command(arguments)
    except KeyboardInterrupt:
        say("photosort: stopped; what was done is kept, and the next run goes on from there")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our standard output went away (`| head`); Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT_RUN
    except Exception as error:  # noqa: BLE001 - the outermost boundary: people get a sentence, --debug the traceback
        return _explain(error)


def _explain(error: Exception) -> int:
    """Say in words why a command could not run.

    Returns:
        the exit status.
    """
    _logger.debug("could not run", exc_info=error)
    if isinstance(error, PhotosortError):
        words = str(error)
    elif isinstance(error, OSError):
        words = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    else:
        kind = type(error).__name__
        words = f"stopped by a defect of its own ({kind}: {error}); what was done is kept, and --debug tells more"
    say(f"photosort: {words}")
    return WRONG_USAGE if isinstance(error, UsageError) else COULD_NOT_RUN


def _prepare_streams() -> None:
    """Have both streams there, and standard output take any text: its encoding may lack the letters of a name."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - for the rest of the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--catalog", type=Path, metavar="DIR", help="keep catalog and trained classifiers in DIR, not in your user data"
    )
    common.add_argument("--json", metavar="FILE", help="write the result as JSON to FILE, or to standard output (-)")
    common.add_argument("--debug", action="store_true", help="say what happens inside, with tracebacks")

    looking = argparse.ArgumentParser(add_help=False)
    looking.add_argument("folder", type=Path, metavar="FOLDER")
    add_network_arguments(looking)
    asked = argparse.ArgumentParser(add_help=False)
    asked.add_argument(
        "--classifiers", metavar="NAMES", help="names with commas between (default: all that are bundled)"
    )

    parser = argparse.ArgumentParser(prog="photosort", description=_ABOUT)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser(
        "analyze", parents=[common, looking, asked], help="say what each photo of a folder shows"
    )
    command.set_defaults(command=_analyze)

    command = commands.add_parser(
        "cluster", parents=[common, looking, asked], help="group look-alike photos of a folder"
    )
    command.add_argument("-k", type=_group_count, default=None, metavar="N|auto", help="how many groups")
    command.set_defaults(command=_cluster)

    command = commands.add_parser(
        "evaluate", parents=[common, looking], help="measure a classifier on a folder whose subfolders are labels"
    )
    command.add_argument("--classifier", required=True, metavar="NAME")
    command.set_defaults(command=_evaluate)

    command = commands.add_parser(
        "device", parents=[common], help="say what looks at photos on this computer, and test it"
    )
    command.add_argument("--test", action="store_true", help="run the network on everything that is here, and time it")
    command.add_argument(
        "--backbone", choices=(AUTO, *backbones.NAMES), default=AUTO, help="network (default: the best at hand)"
    )
    command.set_defaults(command=_device)

    cli_sort.add_parser(commands, common)
    cli_undo.add_parsers(commands, common)
    cli_models.add_parser(commands, common, user_paths)
    return parser


def _group_count(text: str) -> int | None:
    if text == "auto":
        return None
    count = int(text) if text.isdecimal() else 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"expected a number of groups from 1 up, or auto; got {text!r}")
    return count


# -- commands --------------------------------------------------------------------------------------


def _analyze(arguments: argparse.Namespace) -> int:
    paths = user_paths(arguments)
    with Catalog(paths.data) as catalog, closing(_networks(arguments, paths)) as networks:
        seen = look_at_all(catalog, arguments.folder, networks, paths)
        _report(arguments, catalog, seen, networks)
        if arguments.json != "-":
            _print_counts(catalog, seen, networks)
    return seen.status


def _cluster(arguments: argparse.Namespace) -> int:
    paths = user_paths(arguments)
    with Catalog(paths.data) as catalog, closing(_networks(arguments, paths)) as networks:
        seen = look_at_all(catalog, arguments.folder, networks, paths)
        grouping = drive(cluster(catalog, seen.root_id, networks.chosen.id, arguments.k))
        _report(arguments, catalog, seen, networks)
        if arguments.json != "-":
            if grouping is None:
                write("No photo could be looked at, so there is nothing to group.")
            else:
                sizes = np.bincount(grouping.cluster[grouping.cluster >= 0])
                write(f"{counted(len(grouping.photo_ids), 'photo')} in {counted(len(sizes), 'group')}")
                for number, size in enumerate(sizes.tolist(), start=1):
                    write(f"  group {number:<4} {size:>7}")
    return seen.status


def _networks(arguments: argparse.Namespace, paths: UserPaths) -> Networks:
    return open_networks(choose_networks(arguments, paths, words_of(arguments.classifiers)), paths)


def _evaluate(arguments: argparse.Namespace) -> int:
    paths = user_paths(arguments)
    with Catalog(paths.data) as catalog, closing(open_one_classifier(arguments, paths)) as networks:
        seen = look_at_all(catalog, arguments.folder, networks, paths)
        document = evaluation_report(catalog, seen.root_id, networks.heads[0])
    if arguments.json:
        write_json(document, arguments.json)
    if arguments.json != "-":
        _print_evaluation(document)
    return seen.status


def _device(arguments: argparse.Namespace) -> int:
    steps = device_command.find_out(arguments.backbone, user_paths(arguments), test=arguments.test)
    found = drive(steps)
    if arguments.json:
        write_json(device_command.document(found), arguments.json)
    if arguments.json != "-":
        for line in device_command.table(found):
            write(line)
    return OK


# -- what is written -------------------------------------------------------------------------------


def _report(arguments: argparse.Namespace, catalog: Catalog, seen: Seen, networks: Networks) -> None:
    if not arguments.json:
        return
    document = analysis_report(
        catalog,
        seen.root_id,
        seen.scan,
        seen.account,
        seen.summary,
        networks.heads,
        backbone=networks.chosen.name,
        device=networks.chosen.device.name,
        scan_seconds=seen.scan_seconds,
    )
    write_json(document, arguments.json)


def _print_counts(catalog: Catalog, seen: Seen, networks: Networks) -> None:
    account = seen.account
    write(
        f"{counted(len(account.photos), 'photo')} ({account.analysed} looked at now, {account.from_catalog} known),"
        f" {len(account.failures)} failed, {seen.summary.total_seconds:.1f} s on {networks.chosen.device.name}"
    )
    for head in networks.heads:
        classifier = catalog.register_classifier(head.name, head.version, head.backbone_id, head.labels, head.title)
        columns = catalog.predictions(seen.root_id, classifier)
        sure = columns.verdict == VERDICTS.index(Verdict.SURE)
        write(f"{head.name}:")
        for index, label in enumerate(columns.labels):
            write(f"  {label:<16} {int(np.sum(sure & (columns.label_index == index))):>7}")
        for verdict in (Verdict.UNSURE, Verdict.NONE_OF_THESE):
            write(f"  {verdict.value:<16} {int(np.sum(columns.verdict == VERDICTS.index(verdict))):>7}")
    for failure in account.failures:
        write(f"failed: {failure.relpath}: {failure.reason}")


def _print_evaluation(document: dict[str, Any]) -> None:
    write(f"{document['classifier']}, {document['photos']} photos")
    write(f"accuracy           {document['accuracy']:.4f}")
    write(f"calibration error  {document['calibration_error']:.4f}  (15 bins)")
    write(f"unsure             {document['unsure']:.4f}")
    write(f"none of these      {document['none_of_these']:.4f}")
    if document["others"]:
        others = document["others"]
        write(f"other photos       {others['photos']}: called none of these {others['none_of_these']:.4f},")
        write(f"                   AUROC of known {others['auroc']:.4f}")
    write(f"{'':<16} {'precision':>9} {'recall':>9} {'photos':>7}")
    for label, row in document["labels"].items():
        write(f"{label:<16} {_figure(row['precision']):>9} {_figure(row['recall']):>9} {row['photos']:>7}")
    labels = list(document["labels"])
    write("confusion (rows: what it is; columns: what was said)")
    write(" " * 16 + "".join(f" {label[:10]:>10}" for label in labels))
    for label in labels:
        write(f"{label:<16}" + "".join(f" {document['confusion'][label][other]:>10}" for other in labels))


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
