"""Open a folder: scan it and bring the catalog up to date."""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from photosort.core.catalog import Catalog, ScanChanges
from photosort.core.errors import ScanError
from photosort.core.files import absolute
from photosort.core.imaging import content_key
from photosort.core.photo import Progress
from photosort.core.scan import ScanResult, scan

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened folder.

    Attributes:
        root_id: the catalog's id of the folder.
        scan: what lies there; None when the folder is away (an unplugged drive) and the catalog speaks for it.
        changes: what is new since the last scan; None when the folder is away.
        seconds: how long the scan took.
    """

    root_id: int
    scan: ScanResult | None
    changes: ScanChanges | None
    seconds: float

    @property
    def away(self) -> bool:
        """True when the folder could not be reached and is shown from the catalog."""
        return self.scan is None


def open_folder(
    catalog: Catalog, folder: Path, *, only: Sequence[Path] | None = None
) -> Generator[Progress, None, Opened]:
    """Scan a folder and tell the catalog.

    Args:
        catalog: where the folder's photos are kept.
        folder: the folder.
        only: scan just these files and folders below ``folder``; photos elsewhere in it keep their state.

    Yields:
        how many files were seen; nobody knows the total.

    Returns:
        what was found, or what the catalog remembers of a folder that is away.

    Raises:
        ScanError: the folder is not there and was never opened, or is no folder.
    """
    started = time.perf_counter()
    folder = absolute(folder)
    if not folder.is_dir():
        known = catalog.find_root(folder)
        if known is None:
            reason = "is a file, not a folder" if folder.exists() else "is not there"
            raise ScanError(f"{folder} {reason}")
        _logger.info("%s is away; opening it from the catalog", folder)
        return Opened(known, None, None, time.perf_counter() - started)
    result = yield from scan(folder, only=only)
    root_id = catalog.open_root(folder)
    changes = yield from catalog.reconcile_steps(result, root_id, key_of=content_key, complete=only is None)
    return Opened(root_id, result, changes, time.perf_counter() - started)
