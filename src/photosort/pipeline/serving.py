"""From one network to another: what was seen with the old one serves until all of it was seen with the new one."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from photosort.core.catalog import Catalog, Serving
from photosort.ml.heads import Head

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Transition:
    """What an analysis computes, beside what serves the folder while it does.

    Attributes:
        heads: the classifiers that are to serve, by their catalog id, in the order in which they are shown.
        backbone_id: whose embeddings are to make groups and look-alikes.
        now: what serves.
        seen: int64, rising: the photos that what serves has seen; empty where nothing is replaced.
    """

    heads: Mapping[int, Head]
    backbone_id: str
    now: Serving
    seen: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def begin(cls, catalog: Catalog, root_id: int, heads: Iterable[Head], backbone_id: str) -> Transition:
        """Compare what is wanted with what serves; a folder that nothing serves is served by it at once.

        Args:
            catalog: the heads are registered in it.
            root_id: the folder.
            heads: the classifiers that are wanted.
            backbone_id: the network whose embeddings are wanted for groups and look-alikes.
        """
        registered = {
            catalog.register_classifier(head.name, head.version, head.backbone_id, head.labels, head.title): head
            for head in heads
        }
        now = catalog.serving(root_id)
        if not now.settled:
            catalog.serve(root_id, list(registered), backbone_id)
            now = catalog.serving(root_id)
        beginning = cls(registered, backbone_id, now)
        return cls(registered, backbone_id, now, catalog.seen(root_id, now)) if beginning.replaces else beginning

    @property
    def replaces(self) -> bool:
        """True while something else serves than is wanted."""
        return self.now.backbone_id != self.backbone_id or not self.heads.keys() <= {
            row.id for row in self.now.classifiers
        }

    def lacking(self, catalog: Catalog, root_id: int) -> NDArray[np.int64]:
        """Ids, rising, of the photos that were not seen with all that is wanted; failed ones are not among them."""
        asked: dict[str, list[int]] = {self.backbone_id: []}
        for classifier_id, head in self.heads.items():
            asked.setdefault(head.backbone_id, []).append(classifier_id)
        lists = [catalog.pending(root_id, backbone_id, ids) for backbone_id, ids in asked.items()]
        return np.unique(np.concatenate(lists))

    def may_be_shown(self, head: Head) -> bool:
        """Whether guesses of a head may stand beside what serves, on photos that what serves has not seen."""
        if not self.replaces:
            return True
        return any(row.name == head.name and row.labels == head.labels for row in self.now.classifiers)

    def complete(self, catalog: Catalog, root_id: int) -> Transition:
        """Have what is wanted serve, if it covers all that serves now.

        Returns:
            how things are from here on: this very transition where nothing has changed.
        """
        if not self.replaces or np.isin(self.lacking(catalog, root_id), self.seen).any():
            return self
        catalog.serve(root_id, list(self.heads), self.backbone_id)
        _logger.info("folder %d is served by %s instead of %s", root_id, self.backbone_id, self.now.backbone_id)
        return Transition(self.heads, self.backbone_id, catalog.serving(root_id))
