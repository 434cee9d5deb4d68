"""One thread writes, many read; nothing that fails is lost from sight."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from photosort.core.catalog import Catalog
from photosort.core.errors import CatalogError
from photosort.core.photo import Failure


def _limit_pages(catalog: Catalog) -> None:
    """Make the disk full, as far as the catalog's file is concerned."""

    def full(connection: sqlite3.Connection) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    catalog._store.write(full)


def test_a_full_disk_is_told_to_who_waits_and_the_catalog_goes_on(album):
    album.write("a.jpg", "one")
    album.scan()
    _limit_pages(album.catalog)
    for number in range(500):
        album.write(f"a long enough name to fill a page or two {number}.jpg", "x")
    with pytest.raises(CatalogError, match="disk is full"):
        album.scan()
    assert list(album.photos()) == ["a.jpg"]
    album.catalog._store.write(lambda connection: connection.execute("PRAGMA max_page_count = 1000000"))
    assert len(album.scan().added) == 500


@pytest.mark.parametrize("then", ["flush", "close", "call", "queue"])
def test_a_queued_write_that_fails_is_told_by_what_comes_next(tmp_path, then):
    catalog = Catalog(tmp_path)
    root_id = catalog.open_root(tmp_path)
    started, go_on = threading.Event(), threading.Event()

    def fail(connection: sqlite3.Connection) -> None:
        started.set()
        go_on.wait()
        connection.execute("INSERT INTO labels VALUES (1, 'a', 'b', 0)")

    catalog._store.queue(fail)
    started.wait()
    go_on.set()
    follow = {
        "flush": catalog.flush,
        "close": catalog.close,
        "call": lambda: catalog.forget_root(root_id),
        "queue": lambda: catalog.set_sharpness({}),
    }[then]
    if then in {"call", "queue"}:
        # Those tell what is over; wait for that without asking the catalog.
        catalog._store._writer._thread.submit(lambda: None).result()
    with pytest.raises(CatalogError, match="FOREIGN KEY"):
        follow()
    if then != "close":
        # Told once; then the catalog goes on.
        catalog.flush()
        catalog.forget_root(root_id)
    catalog.close()


def test_a_write_that_fails_leaves_nothing_of_itself(album):
    album.write("a.jpg", "one")
    album.scan()

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM photos")
        raise RuntimeError("a defect")

    with pytest.raises(RuntimeError, match="a defect"):
        album.catalog._store.write(half)
    assert list(album.photos()) == ["a.jpg"]


def test_what_a_thread_has_queued_it_can_read(album, backbone):
    for number in range(50):
        album.write(f"{number}.jpg", f"picture {number}")
    album.scan()
    for photo in album.photos().values():
        album.catalog.store_analysis(album.root_id, [album.analysed(photo)], backbone)
        assert album.catalog.photo(photo.id).content_id is not None


def test_flush_says_when_it_takes_too_long(catalog):
    go_on = threading.Event()
    catalog._store.queue(lambda _connection: go_on.wait() and None)
    with pytest.raises(CatalogError, match=r"still busy writing after 0\.01 seconds"):
        catalog.flush(timeout=0.01)
    go_on.set()
    catalog.flush()


def test_a_full_queue_makes_its_feeder_wait_instead_of_growing(catalog):
    go_on = threading.Event()
    catalog._store.queue(lambda _connection: go_on.wait() and None)
    fed = []

    def feed() -> None:
        for number in range(200):
            catalog._store.queue(lambda _connection: None)
            fed.append(number)

    feeder = threading.Thread(target=feed)
    feeder.start()
    feeder.join(timeout=0.5)
    assert len(fed) < 100
    go_on.set()
    feeder.join()
    assert len(fed) == 200


def test_close_writes_what_is_queued(album, backbone):
    album.write("a.jpg", "one")
    album.scan()
    album.catalog.store_analysis(album.root_id, [album.analysed(album.photos()["a.jpg"])], backbone)
    album.catalog.close()
    album.catalog.close()
    with Catalog(album.catalog.directory) as again:
        assert again.pending(1, backbone).tolist() == []
    # The last one to close leaves one file, with everything in it.
    assert [path.name for path in album.catalog.directory.iterdir()] == ["catalog.sqlite3"]


def test_a_closed_catalog_says_so(album):
    album.catalog.close()
    for use in (album.catalog.recent_roots, lambda: album.catalog.open_root(album.folder)):
        with pytest.raises(CatalogError, match="was closed"):
            use()


def test_many_threads_read_while_one_writes(album, backbone):
    for number in range(40):
        album.write(f"{number}.jpg", f"picture {number}")
    album.scan()
    root_id = album.root_id
    rows = [album.analysed(photo) for photo in album.photos().values()]
    album.catalog.store_analysis(root_id, rows[:1], backbone)
    album.catalog.flush()
    stop = threading.Event()

    def read() -> list[int]:
        counts = []
        while not stop.is_set():
            # Both of one moment: an embedding has a known photo, always.
            table = album.catalog.embeddings(root_id, backbone)
            counts.append(len(table.photo_ids))
            assert len(album.catalog.photos(root_id)) == 40
        return counts

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read) for _ in range(8)]
        for row in rows[1:]:
            album.catalog.store_analysis(root_id, [row], backbone)
        album.catalog.flush()
        stop.set()
        for reader in readers:
            counts = reader.result()
            assert counts == sorted(counts)


def test_threads_that_ended_leave_no_connection_behind(album):
    with ThreadPoolExecutor(12) as pool:
        for _ in pool.map(lambda _number: album.catalog.recent_roots(), range(100)):
            pass
    assert len(album.catalog._store._idle) <= 4


def test_a_reader_cannot_write(catalog):
    with pytest.raises(CatalogError, match="may not be written"), catalog._store.read() as connection:
        connection.execute("DELETE FROM roots")


def test_a_read_that_fails_leaves_its_connection_fit_for_the_next(catalog):
    with pytest.raises(CatalogError, match="no such table"), catalog._store.read() as connection:
        connection.execute("SELECT * FROM nowhere")
    assert catalog.recent_roots() == []


def test_failures_and_ids_that_do_not_pair_up_are_a_defect(album):
    album.catalog.record_failures(album.root_id, [Failure("a", "b")], photo_ids=[])
    with pytest.raises(ValueError, match="zip"):
        album.catalog.flush()
