"""What a switch to another network costs, in words."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from photosort.core.catalog import Catalog
from photosort.core.photo import Progress
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui import text
from photosort.pipeline.cost import SwitchCost, switch_cost

_MINUTE = 60.0
_HOUR = 3600.0


def tell_cost(
    catalog: Catalog, folder: Path, backbone_id: str, thumbnails: ThumbnailCache
) -> Generator[Progress, None, SwitchCost | None]:
    """Work out what it costs to have a network look at a folder; None for a folder that the catalog does not know.

    Raises:
        ModelError: there is no such network.
    """
    yield Progress("Counting the photos", 0, None)
    root_id = catalog.find_root(folder)
    return None if root_id is None else switch_cost(catalog, root_id, backbone_id, thumbnails)


def cost_sentence(cost: SwitchCost, folder: Path, title: str) -> str:
    """What is to be done before a network of this title can serve a folder; empty when nothing is."""
    if not cost.photos:
        return ""
    where = folder.name or str(folder)
    are = "is" if cost.photos == 1 else "are"
    return (
        f"{text.photos(cost.photos)} of \N{LEFT DOUBLE QUOTATION MARK}{where}\N{RIGHT DOUBLE QUOTATION MARK} {are} "
        f"looked at again with {title}: {about_time(cost.seconds_estimate)}. "
        "What you see now stays until that is done."
    )


def about_time(seconds: float) -> str:
    """A time that is known to a half at best: "a few seconds", "about 40 seconds", "about 3 minutes"."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 1.5 * _MINUTE:
        return f"about {round(seconds / 10) * 10} seconds"
    if seconds < 1.5 * _HOUR:
        return f"about {round(seconds / _MINUTE)} minutes"
    return f"about {round(seconds / _HOUR)} hours"
