"""The catalog's file: its connections, for any number of reading threads and one writing thread."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from photosort.core.catalog.schema import MIGRATIONS, backups, migrate, version_of
from photosort.core.catalog.writer import Work, Writer
from photosort.core.errors import CatalogError

_logger = logging.getLogger(__name__)

_T = TypeVar("_T")

FILE_NAME = "catalog.sqlite3"

_BUSY_SECONDS = 30.0
_CACHE_KIB = 16 * 1024
_IDLE_READERS = 4
_JOURNAL_BYTES = 16 * 1024 * 1024


class Store:
    """One catalog file, opened.

    Reading takes a connection out of a small pool for the time of one read, so that any thread may read and no thread
    that ends leaves a connection behind. Writing goes through the one `Writer`.

    Args:
        directory: where the file lies; made if it is not there.

    Raises:
        CatalogError: the file cannot be opened, is damaged, or could not be brought to the newest version.
    """

    def __init__(self, directory: Path) -> None:
        # Connections are opened later too, when the program may have gone to another folder.
        self.path = directory.absolute() / FILE_NAME
        self.read_only_reason = ""
        self._lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._queued = threading.local()
        try:
            directory.mkdir(parents=True, exist_ok=True)
            connection = self._open_for_writing()
        except sqlite3.Error as error:
            raise self._explain(error) from error
        except OSError as error:
            message = f"The catalog {self.path} could not be opened: {error.strerror or error}."
            raise CatalogError(message) from error
        self._writer = Writer(connection, self._explain)

    def write(self, work: Work[_T], *, durable: bool = False) -> _T:
        """Run a write in a transaction of its own, wait for it, and return what it returns.

        Args:
            work: the write.
            durable: wait, too, until the drive itself has it and all that was written before; a few milliseconds.

        Raises:
            CatalogError: it could not be written.
        """
        self._require_writable()
        return self._writer.call(work, durable=durable)

    def queue(self, work: Work[None]) -> None:
        """Hand over a write without waiting; its error is raised by whatever is written, flushed or closed next."""
        self._require_writable()
        self._queued.newest = self._writer.queue(work)

    def flush(self, timeout: float | None = None) -> None:
        """Wait until all that was queued is on disk; see `Writer.flush`."""
        self._writer.flush(timeout)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for one read: all that is read through it is of one moment.

        What the calling thread has queued is written by then; what others have queued may be. Keep the connection for
        as long as the reading takes and no longer, never across a ``yield`` to a caller.

        Raises:
            CatalogError: the catalog cannot be read, or was closed.
        """
        newest: Future[None] | None = getattr(self._queued, "newest", None)
        if newest is not None:
            wait([newest])
            self._queued.newest = None
        connection = self._borrow()
        try:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._explain(error) from error
        finally:
            self._give_back(connection)

    def close(self) -> None:
        """Write what is queued and close every connection; twice is once.

        Raises:
            CatalogError: something queued could not be written; everything is closed all the same.
        """
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        self._writer.close()

    def _require_writable(self) -> None:
        if self.read_only_reason:
            raise CatalogError(self.read_only_reason)

    def _open_for_writing(self) -> sqlite3.Connection:
        connection = self._connect()
        try:
            version = version_of(connection)
            if version > len(MIGRATIONS):
                self.read_only_reason = (
                    f"The catalog {self.path} was made by a newer photosort (version {version}; this one knows "
                    f"{len(MIGRATIONS)}). It can be looked at, but nothing can be changed."
                )
                _logger.warning("%s", self.read_only_reason)
                connection.execute("PRAGMA query_only = ON")
                return connection
            _switch_to_wal(connection)
            connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL_BYTES}")
            migrate(connection, self.path)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> sqlite3.Connection:
        # Connections go from thread to thread, but never to two at a time.
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _borrow(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                message = "The catalog was closed; nothing can be read from it any more."
                raise CatalogError(message)
            if self._idle:
                return self._idle.pop()
        try:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise self._explain(error) from error
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed and len(self._idle) < _IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close()

    def _explain(self, error: sqlite3.Error) -> CatalogError:
        # The low byte is the kind of error; the others say which of that kind.
        match getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF:
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
                found = backups(self.path)
                advice = f"A backup lies at {found[0]}." if found else "There is no backup of it."
                reason = f"The catalog {self.path} is damaged ({error}). {advice}"
            case sqlite3.SQLITE_FULL:
                reason = f"The catalog {self.path} could not be written: the disk is full."
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                reason = f"The catalog {self.path} was kept busy by another program for {_BUSY_SECONDS:.0f} seconds."
            case sqlite3.SQLITE_READONLY:
                reason = f"The catalog {self.path} may not be written to ({error})."
            case _:
                reason = f"The catalog {self.path} could not be read or written: {error}."
        return CatalogError(reason)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Let readers and the writer work side by side.

    The switch needs the file alone for a moment and, unlike everything else, does not wait its turn; two processes
    that make a catalog at the same time meet here.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
