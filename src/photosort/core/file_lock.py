"""A claim on something that only one process may work on; it ends with the process, however that ends."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def claimed(path: Path) -> Iterator[bool]:
    """Claim a path for as long as the context lasts.

    Args:
        path: of a file that is made for this and removed afterwards; its folder must exist.

    Yields:
        whether it is ours; False while another process, or another context of this one, has it.

    Raises:
        OSError: the file cannot be made.
    """
    with path.open("ab") as file:
        try:
            _lock(file)
            # Whoever had it before may have removed the very file that was opened here.
            ours = os.path.samestat(os.fstat(file.fileno()), path.stat())
        except OSError:
            ours = False
        try:
            yield ours
        finally:
            if ours and sys.platform != "win32":
                path.unlink(missing_ok=True)
    if ours and sys.platform == "win32":
        # There, an open file cannot be removed, and one that somebody else has opened meanwhile is theirs.
        with contextlib.suppress(OSError):
            path.unlink()
