"""The commands ``photosort models ...``: see, fetch, import, check and remove networks, without a window.

Exit status as elsewhere: 0 all went well, 1 could not run, 2 wrong usage, 3 `verify` found something wrong.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml import networks
from photosort.ml.networks import NetworkStatus, State, Verified
from photosort.progress_bar import drive
from photosort.report import write_json

OK, SOME_FAILED = 0, 3


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a command says.

    Attributes:
        lines: for a person.
        document: for a JSON file.
        status: the exit status.
    """

    lines: Sequence[str]
    document: dict[str, Any]
    status: int = OK


_Command = Callable[[argparse.Namespace, UserPaths], _Answer]


def add_parser(commands: Any, common: argparse.ArgumentParser, user_paths: Callable[[Any], UserPaths]) -> None:
    """Add the commands to those of the program.

    Args:
        commands: what `argparse.ArgumentParser.add_subparsers` gave.
        common: the arguments that every command takes.
        user_paths: finds the places of a parsed command line.
    """
    models = commands.add_parser("models", help="see, fetch, import, check and remove networks")
    actions = models.add_subparsers(required=True, metavar="ACTION")

    def add(name: str, function: _Command, about: str) -> argparse.ArgumentParser:
        action: argparse.ArgumentParser = actions.add_parser(name, parents=[common], help=about, description=about)

        def run(arguments: argparse.Namespace) -> int:
            return _finish(arguments, function(arguments, user_paths(arguments)))

        action.set_defaults(command=run)
        return action

    absent = [facts.name for facts in networks.NETWORKS if not facts.bundled]
    add("list", _list, "say which networks there are, and which are here")
    get = add("get", _get, "fetch a network's ImageNet weights from where Keras has them, and prepare it")
    get.add_argument("name", choices=absent, metavar="NAME", help=f"one of: {', '.join(absent)}")
    take = add("import", _import, "take a network's ImageNet weights from a file, as Keras writes it, and prepare it")
    take.add_argument("name", choices=absent, metavar="NAME", help=f"one of: {', '.join(absent)}")
    take.add_argument("file", type=Path, metavar="FILE", help="HDF5 (.h5), without the classifier")
    remove = add("remove", _remove, "delete a network: its weights, what was made of them, and what was partly fetched")
    remove.add_argument("name", choices=absent, metavar="NAME", help=f"one of: {', '.join(absent)}")
    verify = add("verify", _verify, "check a network's files, and what it sees in sample pictures")
    verify.add_argument("name", nargs="?", choices=networks.NAMES, metavar="NAME", help="default: all that are here")


def _finish(arguments: argparse.Namespace, answer: _Answer) -> int:
    if arguments.json:
        write_json(answer.document, arguments.json)
    if arguments.json != "-":
        for line in answer.lines:
            sys.stdout.write(line + "\n")
    return answer.status


# -- actions ---------------------------------------------------------------------------------------


def _list(_arguments: argparse.Namespace, paths: UserPaths) -> _Answer:
    found = networks.status(paths)
    best = networks.best(paths)
    rows = [_row(status, best) for status in found]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for status, row in zip(found, rows, strict=True):
        cells = "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False))
        lines += [f"{cells}  {row[3]}".rstrip(), f"  {status.facts.about}"]
    document = {"schema": 1, "best": best, "networks": [_document(status) for status in found]}
    return _Answer(lines, document)


def _row(status: NetworkStatus, best: str) -> tuple[str, str, str, str]:
    mark = "*" if status.name == best else " "
    if status.state in {State.ABSENT, State.PARTIAL}:
        size = f"{_megabytes(status.facts.download_bytes)} to fetch"
        if status.part_bytes:
            size = f"{_megabytes(status.part_bytes)} of {size}"
    else:
        size = _megabytes(status.bytes_on_disk)
    return f"{mark} {status.name}", str(status.state), size, status.backbone_id or ""


def _get(arguments: argparse.Namespace, paths: UserPaths) -> _Answer:
    return _prepared(networks.get(arguments.name, paths))


def _import(arguments: argparse.Namespace, paths: UserPaths) -> _Answer:
    return _prepared(networks.take_file(arguments.name, arguments.file, paths))


def _prepared(steps: Generator[Progress, None, NetworkStatus]) -> _Answer:
    status = drive(steps)
    lines = [f"{status.name} is {status.state}: {status.backbone_id}, {_megabytes(status.bytes_on_disk)}"]
    return _Answer(lines, {"schema": 1, **_document(status)})


def _remove(arguments: argparse.Namespace, paths: UserPaths) -> _Answer:
    freed = networks.remove(arguments.name, paths)
    line = f"{arguments.name} is removed, {_megabytes(freed)} freed" if freed else f"{arguments.name} was not here"
    return _Answer([line], {"schema": 1, "name": arguments.name, "bytes_freed": freed})


def _verify(arguments: argparse.Namespace, paths: UserPaths) -> _Answer:
    here = [status.name for status in networks.status(paths) if status.state not in {State.ABSENT, State.PARTIAL}]
    found = [drive(networks.verify(name, paths)) for name in ([arguments.name] if arguments.name else here)]
    document = {"schema": 1, "networks": [_findings(one) for one in found]}
    return _Answer(
        [line for one in found for line in _sentences(one)],
        document,
        OK if all(one.ok for one in found) else SOME_FAILED,
    )


# -- what is written -------------------------------------------------------------------------------


def _document(status: NetworkStatus) -> dict[str, Any]:
    facts = status.facts
    return {
        "name": facts.name,
        "title": facts.title,
        "about": facts.about,
        "state": status.state.value,
        "backbone_id": status.backbone_id,
        "variant": status.variant,
        "bytes_on_disk": status.bytes_on_disk,
        "part_bytes": status.part_bytes,
        "download_bytes": facts.download_bytes,
        "weights": None if status.weights is None else str(status.weights),
        "parameters": facts.parameters,
        "input_size": facts.input_size,
        "embedding_dim": facts.dimension,
        "licence": facts.licence,
    }


def _findings(verified: Verified) -> dict[str, Any]:
    return {"name": verified.name, "ok": verified.ok, "findings": list(verified.findings)}


def _sentences(verified: Verified) -> list[str]:
    verdict = "is as it should be" if verified.ok else "is not as it should be"
    return [f"{verified.name} {verdict}", *(f"  {finding}" for finding in verified.findings)]


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
