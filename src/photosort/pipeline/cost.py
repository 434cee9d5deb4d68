"""What it costs to have a folder looked at with another network, told before it starts."""

from __future__ import annotations

from dataclasses import dataclass

from photosort.core.catalog import Catalog
from photosort.core.thumbnails import ThumbnailCache
from photosort.ml.machine import usable_cores
from photosort.ml.network_facts import facts_of
from photosort.pipeline.choice import name_of
from photosort.pipeline.work import BY_THUMBNAIL, thumbnail_serves

_SAMPLE = 500
"""Of so many photos it is looked up whether their thumbnails are there; they stand for the rest."""

_ORIGINAL = 0.017
_THUMBNAIL = 0.002
"""Seconds of a core to read a camera's file, or a thumbnail, up to what the network sees."""


@dataclass(frozen=True, slots=True)
class SwitchCost:
    """What is to be done before another network can serve a folder.

    Attributes:
        photos: photos to look at again.
        from_thumbnails: how many of them by their thumbnails; the others are read anew.
        seconds_estimate: how long that takes, give or take half: computers and photos differ.
    """

    photos: int
    from_thumbnails: int
    seconds_estimate: float


def switch_cost(catalog: Catalog, root_id: int, backbone_id: str, thumbnails: ThumbnailCache) -> SwitchCost:
    """Tell what it costs to have a network see all photos of a folder: 0.6 s for 100,000 photos, so ask in a job.

    Args:
        catalog: what is known of the photos.
        root_id: the folder.
        backbone_id: the network's id; its name alone will do for one that was never prepared.
        thumbnails: the cache.

    Raises:
        ModelError: there is no such network.
    """
    name = name_of(backbone_id)
    facts = facts_of(name)
    todo = catalog.photos_of(catalog.pending(root_id, backbone_id).tolist())
    able = [photo for photo in todo.values() if name in BY_THUMBNAIL and thumbnail_serves(photo, facts.input_size)]
    sample = able[:: max(len(able) // _SAMPLE, 1)]
    there = sum(photo.content_key is not None and thumbnails.has_pixels(photo.content_key) for photo in sample)
    small = round(len(able) * there / len(sample)) if sample else 0
    seconds = small * _THUMBNAIL + (len(todo) - small) * _ORIGINAL + len(todo) * facts.embed_seconds
    return SwitchCost(len(todo), small, seconds / usable_cores())
