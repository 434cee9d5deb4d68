"""Start photosort: parse the first arguments, then open the window or run a command.

Imports only what every start needs: the window must be there in under a second.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from photosort import __version__
from photosort.core.paths import UserPaths

COMMANDS = {
    "analyze": "say what each photo of a folder shows",
    "cluster": "group look-alike photos of a folder",
    "evaluate": "measure a classifier on a folder whose subfolders are labels",
    "sort": "sort photos into folders",
    "history": "list what was sorted",
    "undo": "take back what was sorted",
    "recover": "put right what was interrupted",
    "device": "say what looks at photos on this computer, and test it",
    "models": "see, fetch, import, check and remove networks",
}
KERAS_WORKER = "--keras-worker"
"""Hidden command: be the child process in which TensorFlow lives."""

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run photosort.

    Args:
        argv: arguments without the program's name; None takes those of the process.

    Returns:
        the exit status.
    """
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:  # before a command was there to answer: imports take a moment
        sys.stderr.write("photosort: stopped\n")
        return _INTERRUPTED


def _run(arguments: list[str]) -> int:
    first = arguments[0] if arguments else ""
    if first == KERAS_WORKER:
        from photosort.ml import keras_worker

        return keras_worker.main(arguments[1:])
    if first in COMMANDS:
        from photosort import cli

        return cli.run(arguments)
    return _open_window(arguments)


def main_gui() -> int:
    """Run photosort as started from a desktop: without a console."""
    return main()


def _open_window(arguments: list[str]) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    for path in options.paths:
        # Anything with a slash may be a folder that is away, and opens from the catalog.
        if str(path) in COMMANDS and not path.exists():
            parser.error(f"a command comes first: photosort {path} ...")
        if path.name == str(path) and not path.exists():
            parser.error(f"{path.name!r} is neither a command nor something here to open")
    logging.basicConfig(
        level=logging.DEBUG if options.debug else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    if not _has_display():
        sys.stderr.write(
            "photosort: no display here for a window; without one, use: photosort analyze FOLDER (photosort --help)\n"
        )
        return 1
    from photosort.gui import app

    paths = UserPaths.below(options.catalog.expanduser()) if options.catalog else UserPaths.of_user()
    return app.run(paths, options.paths)


def _parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<10} {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="photosort",
        description="Open the window, on a folder or on photos if any are named.",
        epilog=f"without a window (photosort COMMAND --help):\n{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="FOLDER|PHOTO", help="what to open")
    parser.add_argument("--catalog", type=Path, metavar="DIR", help="keep everything in DIR, not in your user data")
    parser.add_argument("--debug", action="store_true", help="say what happens inside")
    parser.add_argument("--version", action="version", version=f"photosort {__version__}")
    return parser


def _has_display() -> bool:
    """Qt ends the whole process, with a long text, where it finds no display: better not to start it."""
    if sys.platform != "linux":
        return True
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in named)


if __name__ == "__main__":
    sys.exit(main())
