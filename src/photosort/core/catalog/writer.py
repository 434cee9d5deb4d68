"""The one thread that writes, and its queue."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from photosort.core.errors import CatalogError

_logger = logging.getLogger(__name__)

_T = TypeVar("_T")

Work = Callable[[sqlite3.Connection], _T]
"""One transaction: reads and writes through the connection it is given, and never commits by itself."""

_QUEUE_LIMIT = 64


class Writer:
    """Runs every write of the catalog, in the order they were asked for, each in a transaction of its own.

    A write that fails is rolled back. Who waits for it gets the error; the error of a write that nobody waits for is
    raised by the next `call`, `queue`, `flush` or `close`.

    Args:
        connection: a connection in autocommit mode, for this writer alone; it is closed with it.
        explain: turns an error of the database into one whose message a person can read.
    """

    def __init__(self, connection: sqlite3.Connection, explain: Callable[[sqlite3.Error], CatalogError]) -> None:
        self._connection = connection
        self._explain = explain
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="catalog-writer")
        self._lock = threading.Lock()
        self._unwatched: deque[Future[None]] = deque()
        self._closed = False

    def call(self, work: Work[_T], *, durable: bool = False) -> _T:
        """Run a write, wait for it and return what it returns.

        Args:
            work: the write.
            durable: wait, too, until the drive itself has it and everything written before: it outlives a power cut.

        Raises:
            CatalogError: it could not be written, or an earlier write that nobody waited for could not; then this
                one was not tried.
        """
        self._raise_earlier_failure()
        return self._submit(work, durable=durable).result()

    def queue(self, work: Work[None]) -> Future[None]:
        """Hand over a write without waiting for it, unless too many wait already.

        Returns:
            what becomes of it; its error need not be looked at.

        Raises:
            CatalogError: an earlier write that nobody waited for failed; this one was not tried.
        """
        self._raise_earlier_failure()
        future = self._submit(work)
        with self._lock:
            self._unwatched.append(future)
            oldest = self._unwatched[0] if len(self._unwatched) > _QUEUE_LIMIT else None
        if oldest is not None:
            wait([oldest])
        return future

    def flush(self, timeout: float | None = None) -> None:
        """Wait until everything handed over so far is on disk.

        Args:
            timeout: seconds to wait at most; None to wait as long as it takes.

        Raises:
            CatalogError: something could not be written, or not in time.
        """
        with self._lock:
            futures = tuple(self._unwatched)
        _done, late = wait(futures, timeout)
        self._raise_earlier_failure()
        if late:
            message = f"The catalog is still busy writing after {timeout:g} seconds."
            raise CatalogError(message)

    def close(self) -> None:
        """Write what is queued, then end the thread and close the connection.

        Raises:
            CatalogError: something could not be written; everything is closed all the same.
        """
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self._thread.shutdown(wait=True)
        self._connection.close()
        self._raise_earlier_failure()

    def _submit(self, work: Work[_T], *, durable: bool = False) -> Future[_T]:
        with self._lock:
            if self._closed:
                message = "The catalog was closed; nothing can be written to it any more."
                raise CatalogError(message)
            return self._thread.submit(self._transact_durably if durable else self._transact, work)

    def _transact_durably(self, work: Work[_T]) -> _T:
        # The pragma does nothing inside a transaction, so it stands around it. In WAL mode only FULL waits for the
        # drive at every commit.
        try:
            self._connection.execute("PRAGMA synchronous = FULL")
            try:
                return self._transact(work)
            finally:
                self._connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise self._explain(error) from error

    def _transact(self, work: Work[_T]) -> _T:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(connection)
                connection.execute("COMMIT")
            finally:
                # Not after a full disk, say: then SQLite has rolled back by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise self._explain(error) from error
        return result

    def _raise_earlier_failure(self) -> None:
        first: BaseException | None = None
        with self._lock:
            # One thread, one queue: what is done lies at the front.
            while self._unwatched and self._unwatched[0].done():
                error = self._unwatched.popleft().exception()
                if first is None:
                    first = error
                elif error is not None:
                    _logger.error("another write failed as well: %s", error)
        if first is not None:
            raise first
