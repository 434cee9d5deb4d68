"""Which files have the same content: by size, then by a hash of their ends, then by a hash of all of it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Generator, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from photosort.core.errors import ImageError
from photosort.core.imaging.measures import content_key
from photosort.core.photo import Progress, Transfer
from photosort.core.sorting.files.copying import digest_steps
from photosort.core.sorting.plans.facts import FileFacts

_logger = logging.getLogger(__name__)

_WHAT = "Comparing files"
_EVERY = 100


@dataclass(frozen=True, slots=True)
class Item:
    """A file that may equal another.

    Attributes:
        path: absolute.
        relpath: how it is called in the result.
        facts: what it is.
        key: its content key; None where it is not known.
        settled: it will not be sorted, so that it need not be compared with others like it.
    """

    path: str | Path
    relpath: str
    facts: FileFacts
    key: str | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Twins:
    """Contents that lie at several places.

    Attributes:
        digests: path of a file that may have twins -> SHA-256.
        there: SHA-256 -> paths of the files of that content in the destination.
    """

    digests: dict[str, bytes]
    there: dict[bytes, tuple[str, ...]]


def find_twins(own: Sequence[Item], there: Sequence[Item]) -> Generator[Progress, None, Twins]:
    """Hash the files that may be equal; those that cannot be read have no twins.

    Args:
        own: files that are to be sorted.
        there: files in the destination.

    Yields:
        bytes that were read.
    """
    ours = {id(item) for item in own}
    same_size = _alike([*own, *there], ours, lambda item: item.facts.size)
    keys: dict[int, str] = {}
    for number, item in enumerate(same_size):
        if number % _EVERY == 0:
            yield Progress(_WHAT, number, len(same_size))
        try:
            keys[id(item)] = item.key or content_key(Path(item.path))
        except (OSError, ImageError) as error:
            _logger.warning("%s could not be compared: %s", item.path, error)
    alike = _alike([item for item in same_size if id(item) in keys], ours, lambda item: keys[id(item)])
    result = Twins({}, {})
    by_inode: dict[tuple[int, int], bytes] = {}
    total, done = sum(item.facts.size for item in alike), 0
    for item in alike:
        before = done
        try:
            digest = by_inode.get((item.facts.device, item.facts.inode)) if item.facts.inode else None
            if digest is None:
                steps = digest_steps(Path(item.path))
                try:
                    while True:
                        done += next(steps)
                        yield Transfer(_WHAT, done, total)
                except StopIteration as end:
                    digest = end.value
                finally:
                    steps.close()
        except OSError as error:
            _logger.warning("%s could not be compared: %s", item.path, error)
            continue
        finally:
            done = before + item.facts.size
        by_inode[item.facts.device, item.facts.inode] = digest
        if id(item) in ours:
            result.digests[item.relpath] = digest
        else:
            result.there[digest] = (*result.there.get(digest, ()), item.relpath)
    return result


def _alike(items: Iterable[Item], ours: set[int], by: Callable[[Item], Hashable]) -> list[Item]:
    """Those that share a property with another, one of them at least being a file that is really to be sorted."""
    groups: dict[Hashable, list[Item]] = defaultdict(list)
    for item in items:
        groups[by(item)].append(item)
    return [
        item
        for group in groups.values()
        if len(group) > 1 and any(id(one) in ours and not one.settled for one in group)
        for item in group
    ]
