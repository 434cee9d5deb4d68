"""The child's side of the helper process: reads requests, runs tasks, writes answers.

Nothing of TensorFlow is imported before a task needs it.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import shutil
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import IO, Any

from photosort.core.errors import ModelError, PhotosortError
from photosort.core.photo import Progress
from photosort.ml.keras_tasks import TASKS, Session

_logger = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve requests until standard input closes, then end the process.

    Args:
        argv: nothing is expected here; the first request says where files are exchanged.
    """
    if argv:
        _logger.warning("unexpected arguments: %s", argv)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    answers = _take_over_stdout()
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(requests,), name="requests", daemon=True).start()
    session = Session()
    while True:
        _serve(requests.get(), session, answers)


def _take_over_stdout() -> IO[str]:
    """Keep standard output for answers: whatever libraries print, native code included, goes to standard error."""
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    return answers


def _read_requests(requests: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Hand requests on; when there can be no more, the parent is gone and so is every reason to go on."""
    exchange = None
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        exchange = request["exchange"]
        requests.put(request)
    if exchange is not None:
        shutil.rmtree(exchange, ignore_errors=True)
    # Whatever the main thread computes is of no use to anybody, and what it writes is written atomically.
    os._exit(0)


def _serve(request: dict[str, Any], session: Session, answers: IO[str]) -> None:
    number = request.pop("id")
    request.pop("exchange")

    def tell(**fields: Any) -> None:
        answers.write(json.dumps({"id": number, **fields}) + "\n")
        answers.flush()

    def progress(step: Progress) -> None:
        tell(progress={"what": step.what, "done": step.done, "total": step.total})

    try:
        answer = TASKS[request.pop("task")](session, progress, **request)
    except PhotosortError as error:
        _logger.info("refused", exc_info=True)
        kind = "model" if isinstance(error, ModelError) else "engine"
        tell(error=str(error), kind=kind, details=traceback.format_exc())
    except Exception as error:
        # The parent raises it again, with the traceback in its notes.
        _logger.exception("failed")
        lines = str(error).strip().splitlines()
        message = f"the helper process failed: {lines[0] if lines else type(error).__name__}"
        tell(error=message, kind="engine", details=traceback.format_exc())
    else:
        tell(answer=answer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
