"""Which network looks at photos, and which classifiers are asked: the one rule of window and command line."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace

from photosort.core.errors import EngineError, ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml import backbones, heads, networks
from photosort.ml.acceleration import Wanted
from photosort.ml.backbones import Backbone
from photosort.ml.heads import Head
from photosort.ml.networks import State

_logger = logging.getLogger(__name__)

AUTO = "auto"
"""In place of a network's name: the best one at hand."""

_GETTING_READY = Progress("Getting ready", 0, None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What photos are looked at with.

    Attributes:
        name: the network whose embeddings make groups and look-alikes.
        backbone_id: its id.
        heads: the classifiers that are asked, in the order in which they are shown.
        names: name of every network that is needed, by backbone id; the chosen one comes first.
        reason: why it is not the network that was wanted, for a person; empty where it is.
    """

    name: str
    backbone_id: str
    heads: tuple[Head, ...]
    names: dict[str, str]
    reason: str = ""

    def asking(self, classifiers: Iterable[str]) -> Choice:
        """The same with only some of the classifiers, in the order told, and the networks that those need."""
        found = {head.name: head for head in self.heads}
        asked = tuple(found[name] for name in classifiers)
        needed = {self.backbone_id, *(head.backbone_id for head in asked)}
        names = {backbone_id: name for backbone_id, name in self.names.items() if backbone_id in needed}
        return replace(self, heads=asked, names=names)

    def of_heads(self) -> Choice:
        """The same without the chosen network where no classifier runs on it."""
        on = dict.fromkeys(head.backbone_id for head in self.heads)
        names = {backbone_id: self.names[backbone_id] for backbone_id in on}
        first = next(iter(names.items()), (self.backbone_id, self.name))
        return replace(self, backbone_id=first[0], name=first[1], names=names)


def name_of(backbone_id: str) -> str:
    """The name of the network that an id of a backbone speaks of."""
    return backbone_id.partition("-")[0]


def choose(wanted: str, paths: UserPaths) -> Generator[Progress, None, Choice]:
    """Choose networks and classifiers.

    A network whose weights are here but which was never prepared (or whose preparation went with the cache) is prepared
    anew. One that cannot be used gives way to the network that comes along.

    Args:
        wanted: a network's name, or `AUTO`.
        paths: where networks are kept.

    Yields:
        progress; closing the generator stops a preparation.

    Returns:
        what to look at photos with.

    Raises:
        ModelError: a bundled classifier or the bundled network is damaged.
    """
    yield _GETTING_READY
    name = wanted if wanted in networks.NAMES else networks.best(paths)
    status = networks.status_of(name, paths)
    if status.state is State.FETCHED:
        try:
            opened = yield from backbones.open_network(name, paths, wanted="cpu")
            opened.close()
        except (ModelError, EngineError) as error:
            return instead(name, error, paths)
        status = networks.status_of(name, paths)
    if status.backbone_id is None:
        return instead(name, ModelError("it is not on this computer"), paths)
    return choice_of(name, status.backbone_id, paths)


def in_turn(name: str, best: str) -> tuple[str, ...]:
    """The networks in whose turn classifiers are looked for: the one that serves, the best at hand, our own."""
    return name, best, networks.OWN


def choice_of(name: str, backbone_id: str, paths: UserPaths) -> Choice:
    """The classifiers that go with a network.

    Each runs on this network if one was fitted on it, else on the best network at hand that one was fitted on.

    Args:
        name: the network's name.
        backbone_id: its id.
        paths: where networks are kept.

    Raises:
        ModelError: a bundled classifier or the bundled network is damaged.
    """
    at_hand = {backbone_id: name}
    for other in in_turn(name, networks.best(paths))[1:]:
        if (other_id := networks.status_of(other, paths).backbone_id) is not None:
            at_hand.setdefault(other_id, other)
    found: dict[str, Head] = {}
    for one in at_hand:
        for head in heads.bundled(one):
            found.setdefault(head.name, head)
    asked = tuple(sorted(found.values(), key=lambda head: heads.shown_in_order(head.name)))
    needed = dict.fromkeys((backbone_id, *(head.backbone_id for head in asked)))
    return Choice(name, backbone_id, asked, {one: at_hand[one] for one in needed})


def instead(name: str, error: Exception, paths: UserPaths) -> Choice:
    """What to look at photos with where a network cannot be used: the one that comes along, and no other.

    Args:
        name: the network that was wanted.
        error: why it cannot be used.
        paths: where networks are kept.

    Raises:
        ModelError: it is the very network that comes along, or that is damaged too.
        EngineError: likewise.
    """
    own_id = networks.status_of(networks.OWN, paths).backbone_id
    if name == networks.OWN or own_id is None:
        raise error
    title = networks.facts_of(name).title
    reason = f"{title} cannot be used, so the network that came with photosort goes on: {error}"
    _logger.warning("%s", reason)
    return Choice(networks.OWN, own_id, tuple(heads.bundled(own_id)), {own_id: networks.OWN}, reason)


def open_chosen(
    choice: Choice, paths: UserPaths, device: Wanted = "auto"
) -> Generator[Progress, None, tuple[Backbone, ...]]:
    """Open every network of a choice, the chosen one first.

    Args:
        choice: what to open.
        paths: where networks are kept.
        device: which device.

    Yields:
        progress.

    Returns:
        the networks; the caller closes them.

    Raises:
        ModelError: a network is missing, damaged, or another than its id says.
        EngineError: an engine cannot be used on this machine.
    """
    opened: list[Backbone] = []
    with ExitStack() as stack:
        for backbone_id, name in choice.names.items():
            backbone = yield from backbones.open_network(name, paths, wanted=device)
            stack.callback(backbone.close)
            if backbone.id != backbone_id:
                message = f"the network {name} is {backbone.id} now; {backbone_id} was expected"
                raise ModelError(message)
            opened.append(backbone)
            yield _GETTING_READY
        stack.pop_all()
    return tuple(opened)
