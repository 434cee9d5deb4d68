"""Stars, colours and keywords: reading them out of files and sidecars, and all that 100,000 photos cost afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from figures import Figure, of_repeats, timed
from generators import finish, opened
from setting import Setting

from photosort.core.catalog import Catalog
from photosort.core.columns import PhotoColumns
from photosort.core.filtering import Filter
from photosort.core.xmp.packet import merged
from photosort.gui.written.sections import written_sections
from photosort.pipeline.written import read_written

_MANY = 100_000


def measure(setting: Setting) -> Iterator[Figure]:
    """Read 10,000 photos, every second of them with a sidecar of two keywords; tell it for 100,000."""
    count = 2_000 if setting.quick else 10_000
    folder = setting.many_photos("written", count)
    for number, photo in enumerate(sorted(folder.rglob("*.jpg"))):
        if number % 2:
            keywords = (f"Places|Country {number % 20}|Town {number % 400}", f"word {number % 30}")
            photo.with_name(f"{photo.name}.xmp").write_bytes(merged(None, keywords))
    scale = _MANY / count
    with Catalog(setting.scratch / "written catalog") as catalog:
        root_id = opened(catalog, folder).root_id
        seconds = timed(lambda: finish(read_written(catalog, root_id)))
        yield of_repeats("keywords of 100,000 photos read, first time", [seconds * scale], "s", note=_note(count))
        again = [timed(lambda: finish(read_written(catalog, root_id))) * scale for _ in range(setting.repeats)]
        yield of_repeats("keywords of 100,000 photos, nothing new", again, "s", aim=1.0)
        recalled = [timed(lambda: catalog.written.columns(root_id)) * scale for _ in range(setting.repeats)]
        yield of_repeats("keywords of 100,000 photos recalled", recalled, "s", aim=1.0)
        columns = PhotoColumns.from_listing(catalog.listing(root_id)).with_written(catalog.written.columns(root_id))
    only = Filter(ratings=frozenset({3}), keywords=frozenset({"Places|Country 3"}))
    filtered = [1000 * timed(lambda: only.mask(columns)) for _ in range(setting.repeats)]
    yield of_repeats(f"{count:,} photos filtered by stars and keyword", filtered, "ms")
    listed = [1000 * timed(lambda: written_sections(columns)) for _ in range(setting.repeats)]
    yield of_repeats("left panel: 451 keywords counted", listed, "ms", aim=16.0)


def _note(count: int) -> str:
    return f"from {count:,}, every second one with a sidecar; once for a folder, in the background"
