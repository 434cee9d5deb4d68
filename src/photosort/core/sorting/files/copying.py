"""Copies that are known to be whole before they get their names."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import stat
from collections.abc import Callable, Generator
from pathlib import Path

from photosort.core.files import openable
from photosort.core.sorting.files import attributes, system_calls
from photosort.core.sorting.files.exclusive import SourceChanged, folder_gone, identify, identity_of, move_exclusively
from photosort.core.sorting.files.system_calls import Unsupported

CHUNK = 1 << 20
"""Bytes that are read at once: a copy can be stopped and reports between two of them."""


def copy_steps(source: Path, target: Path, temporary: Path, *, chunk: int = CHUNK) -> Generator[int, None, bytes]:
    """Copy a file, verified: see `copy_verified`. Closing the generator takes the unfinished copy away.

    Yields:
        bytes that were written or read again since the last time; all together twice the size.

    Returns:
        the SHA-256 of the content.
    """
    with _opened(source) as stream:
        before = os.fstat(stream.fileno())
        try:
            descriptor = system_calls.create(temporary)
        except FileNotFoundError as error:
            raise folder_gone(target.parent) from error
        try:
            try:
                digest = yield from _write_all(stream.fileno(), descriptor, chunk, before.st_size)
                after = os.fstat(stream.fileno())
                if identity_of(before) != identity_of(after) or os.fstat(descriptor).st_size != after.st_size:
                    raise SourceChanged(errno.EAGAIN, "the file was changed while it was copied", os.fspath(source))
                attributes.keep(source, temporary)
                system_calls.sync(descriptor)
                written = yield from _hash_again(descriptor, chunk)
            finally:
                os.close(descriptor)
            _compare(digest, written, target)
            _place_copy(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                system_calls.unlink(temporary)
            raise
    return digest


def copy_verified(
    source: Path, target: Path, temporary: Path, *, chunk: int = CHUNK, tick: Callable[[int], None] | None = None
) -> bytes:
    """Copy a file to a place where nothing lies, and be sure of the copy.

    It is written to a temporary name, gets what the original carries, is flushed to the drive, is read again and
    compared by hash, and only then gets its name. The folder's own entry is flushed by `sync_folder`.

    Args:
        source: a file; a symbolic link is followed.
        target: where to; its folder exists.
        temporary: a name in the same folder that nothing has.
        chunk: bytes that are read at once.
        tick: gets the bytes that were written or read again since the last time.

    Returns:
        the SHA-256 of the content.

    Raises:
        FileExistsError: something lies at the target, or has the temporary name.
        SourceChanged: the source was changed meanwhile.
        OSError: disk full, read error, ...; no part of the copy is left.
    """
    return _driven(copy_steps(source, target, temporary, chunk=chunk), tick)


def clear_temporary(temporary: Path, target: Path) -> None:
    """Take away what a copy left behind that died half-way.

    Args:
        temporary: the name it was written to; nothing need lie there.
        target: where it was to go. Only on file systems without any exclusive rename may something of it lie there.
    """
    whole = _twice_written(temporary)
    if identify(whole) is not None:
        if identify(target) is not None and _is_beginning_of(target, whole):
            system_calls.unlink(target)
        system_calls.unlink(whole)
    if identify(temporary) is not None:
        system_calls.unlink(temporary)


def digest_steps(path: Path, *, chunk: int = CHUNK) -> Generator[int, None, bytes]:
    """Compute a file's SHA-256; yields the bytes read since the last time."""
    with _opened(path) as stream:
        return (yield from _hash_all(stream.fileno(), chunk))


def digest_of(path: Path, tick: Callable[[int], None] | None = None, *, chunk: int = CHUNK) -> bytes:
    """A file's SHA-256; ``tick`` gets the bytes read since the last time."""
    return _driven(digest_steps(path, chunk=chunk), tick)


def _opened(path: Path) -> io.FileIO:
    """A file to read. What somebody put in its place may be a pipe or a device: opening one could wait for ever."""

    def without_waiting(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))

    stream = io.FileIO(openable(path), opener=without_waiting)
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise SourceChanged(errno.EINVAL, "it is no longer a file", os.fspath(path))
    return stream


def _driven(steps: Generator[int, None, bytes], tick: Callable[[int], None] | None) -> bytes:
    try:
        while True:
            done = next(steps)
            if tick is not None:
                tick(done)
    except StopIteration as end:
        digest: bytes = end.value
        return digest
    finally:
        steps.close()


def _write_all(source: int, target: int, chunk: int, size: int) -> Generator[int, None, bytes]:
    """Copy the content, and not much more of it than there was: a file that somebody writes to might never end."""
    digest = hashlib.sha256()
    done = 0
    while done <= size and (data := os.read(source, chunk)):
        digest.update(data)
        system_calls.write(target, memoryview(data))
        done += len(data)
        yield len(data)
    return digest.digest()


def _hash_again(descriptor: int, chunk: int) -> Generator[int, None, bytes]:
    """The hash of what the drive has: what lies in memory would prove nothing."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return (yield from _hash_all(descriptor, chunk))


def _hash_all(descriptor: int, chunk: int) -> Generator[int, None, bytes]:
    digest = hashlib.sha256()
    while data := os.read(descriptor, chunk):
        digest.update(data)
        yield len(data)
    return digest.digest()


def _compare(digest: bytes, written: bytes, target: Path) -> None:
    if written != digest:
        raise OSError(errno.EIO, "the copy reads back differently: the drive may be failing", os.fspath(target))


def _place_copy(temporary: Path, target: Path) -> None:
    try:
        move_exclusively(temporary, target)
    except Unsupported:
        _write_exclusively(temporary, target)


def _twice_written(temporary: Path) -> Path:
    """The name of a whole copy that is being written once more: only beside it a half target is ours."""
    return temporary.with_name(temporary.name + "-whole")


def _write_exclusively(temporary: Path, target: Path) -> None:
    """The last resort, without any exclusive rename: the name itself is made exclusively, and written to."""
    whole = _twice_written(temporary)
    system_calls.rename_in_place(temporary, whole)
    try:
        with open(openable(whole), "rb", buffering=0) as stream:  # noqa: PTH123 - long names on Windows
            descriptor = system_calls.create(target)
            try:
                try:
                    digest = _driven(
                        _write_all(stream.fileno(), descriptor, CHUNK, os.fstat(stream.fileno()).st_size), None
                    )
                    attributes.keep(whole, target)
                    system_calls.sync(descriptor)
                    written = _driven(_hash_again(descriptor, CHUNK), None)
                finally:
                    os.close(descriptor)
                _compare(digest, written, target)
            except BaseException:
                with contextlib.suppress(OSError):
                    system_calls.unlink(target)
                raise
    finally:
        system_calls.unlink(whole)


def _is_beginning_of(part: Path, whole: Path) -> bool:
    size = os.lstat(openable(part)).st_size
    with (
        open(openable(part), "rb") as one,  # noqa: PTH123 - long names on Windows
        open(openable(whole), "rb") as other,  # noqa: PTH123
    ):
        left = size
        while left > 0:
            data = one.read(min(left, CHUNK))
            if not data or data != other.read(len(data)):
                return False
            left -= len(data)
    return True
