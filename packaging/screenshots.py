"""Take the pictures of the documentation: ``python packaging/screenshots.py [--photos FOLDER] [--out FOLDER] ...``.

Opens the real window offscreen on a catalog of its own and a copy of the photos, lets it analyse them, drives its
buttons and menus, and saves what it shows, in a light and a dark theme and for an ordinary and a fine screen.

Pictures that are committed show only the sample album (which is what this script takes without ``--photos``) or
photos that anybody may show.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from photosort.core.arrange import Arrangement, Order
from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths, resources
from photosort.core.settings import SettingsStore, ThemeChoice
from photosort.gui.about_classifier import AboutClassifierPage
from photosort.gui.dropping import Target
from photosort.gui.main_window import MainWindow
from photosort.gui.theme import Themes

REPOSITORY = Path(__file__).resolve().parent.parent
SCREENS = {1: QSize(1280, 800), 2: QSize(1280, 720)}
"""Window sizes in device-independent pixels by scale: 1280 x 800 and, at scale 2, 2560 x 1440 pixels."""
STATES = (
    "welcome",
    "scanning",
    "analysed",
    "groups",
    "details",
    "viewer",
    "problems",
    "about",
    "lab",
    "sort",
    "sorted",
    "history",
)
_PATIENCE_S = 300.0
_SETTLE_MS = 2_000
_LOST = 1_693_500_000
"""When the damaged files were written: 31 August 2023."""


def main() -> int:
    """Take every picture; each screen and theme in a process of its own, since a scale holds for a whole process."""
    parser = argparse.ArgumentParser(description="Take the pictures of the documentation.")
    parser.add_argument("--photos", type=Path, default=resources() / "album", help="what to show (default: the album)")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "docs" / "images", help="where the pictures go")
    parser.add_argument("--prefix", default="", help="what the pictures' names begin with")
    parser.add_argument(
        "--group", default="", help="which grouping the grid shows, as its menu names it (default: its own)"
    )
    parser.add_argument("--show", default="DSC_0420", help="part of the name of the photo that is looked at closely")
    parser.add_argument("--only", choices=STATES, nargs="+", default=STATES, help="just these states")
    parser.add_argument("--themes", choices=("light", "dark"), nargs="+", default=("light", "dark"))
    parser.add_argument("--scales", type=int, choices=(1, 2), nargs="+", default=(1, 2))
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.photos.is_dir():
        parser.error(f"{options.photos} is no folder")
    if options.one:
        logging.basicConfig(level=logging.WARNING)
        Session(options, options.scales[0], options.themes[0]).take()
        return 0
    for scale in options.scales:
        for theme in options.themes:
            command = [
                sys.executable,
                str(Path(__file__).resolve()),
                "--one",
                "--scales",
                str(scale),
                "--themes",
                theme,
            ]
            command += ["--photos", str(options.photos), "--out", str(options.out), "--prefix", options.prefix]
            command += ["--group", options.group, "--show", options.show, "--only", *options.only]
            subprocess.run(command, check=True, env=os.environ | {"QT_SCALE_FACTOR": str(scale)})
    return 0


class Session:
    """One window from its start to its end, photographed on the way.

    Args:
        options: of the command line.
        scale: device pixels per pixel.
        theme: "light" or "dark".
    """

    def __init__(self, options: argparse.Namespace, scale: int, theme: str) -> None:
        self._options = options
        self._scale = scale
        self._theme = theme
        self._app = QApplication(["photosort"])
        self._own = Arrangement()

    def take(self) -> None:
        """Go through the states, as far as they are wanted."""
        with tempfile.TemporaryDirectory(prefix="photosort-") as place, self._window(Path(place)) as window:
            steps: dict[str, Callable[[], None]] = {
                "welcome": self._settle,
                "scanning": lambda: self._half_way(window, self._photos(Path(place))),
                "analysed": lambda: self._grouped(window),
                "groups": lambda: self._look_alikes(window),
                "details": lambda: self._select(window),
                "viewer": lambda: self._view(window),
                "problems": lambda: self._problems(window),
                "about": lambda: self._about(window),
                "lab": lambda: self._lab(window),
                "sort": lambda: self._sort(window),
                "sorted": lambda: self._sorted(window),
                "history": lambda: self._history(window),
            }
            for state in STATES[: max(map(STATES.index, self._options.only)) + 1]:
                steps[state]()
                if state in self._options.only:
                    self._save(window, state)

    # -- steps -----------------------------------------------------------------------------------------

    @contextmanager
    def _window(self, place: Path) -> Iterator[MainWindow]:
        """The window as the program makes it, on a catalog below ``place``."""
        paths = UserPaths.below(place / "catalog")
        settings = SettingsStore(paths.config / "settings.json")
        with Catalog(paths.data) as catalog:
            window = MainWindow(catalog, paths, settings, Themes(self._app, ThemeChoice(self._theme)))
            window.resize(SCREENS[self._scale])
            window.show()
            yield window
            window.close()
            self._until(lambda: window.session is None)
            window.wait_for_threads()

    def _photos(self, place: Path) -> Path:
        """A copy of the photos, with three files among them that cannot be read."""
        folder = place / "Pictures"
        shutil.copytree(self._options.photos, folder)
        broken = folder / "Recovered"
        broken.mkdir()
        donor = next(path for path in sorted(folder.rglob("*")) if path.suffix.lower() in {".jpg", ".jpeg", ".webp"})
        (broken / "IMG_0007.jpg").write_bytes(donor.read_bytes()[:900])
        (broken / "IMG_0008.jpg").write_bytes(b"")
        (broken / "IMG_0012.jpg").write_text("<html><body>404 not found</body></html>", encoding="utf-8")
        (folder / "packing list.txt").write_text("tent, stove, maps", encoding="utf-8")
        for path in broken.iterdir():
            os.utime(path, (_LOST, _LOST))
        return folder

    def _half_way(self, window: MainWindow, photos: Path) -> None:
        """Open the photos, and wait until about half of them have been looked at."""
        window.open_target(Target(photos))

        def far_enough() -> bool:
            session = window.session
            if session is None or not session.loaded:
                return False
            guessed = [int((one.label_index >= 0).sum()) for one in session.columns.predictions.values()]
            return bool(guessed) and max(guessed) >= 0.4 * len(session.columns)

        self._until(far_enough)
        window.status.pause_button.click()
        self._settle()
        # The bar says how it goes on, not that it was held for the picture.
        window.status.pause_button.click()
        self._app.processEvents()

    def _grouped(self, window: MainWindow) -> None:
        """Wait until every photo has been looked at, and group them."""
        self._until(lambda: _idle(window))
        if self._options.group:
            self._choose(window.commands.order_menu, "Date")
            self._choose(window.commands.group_menu, self._options.group)
        elif window.session is not None and window.session.arrangement.order is Order.CLUSTER:
            # As it was before the look-alikes were shown.
            window.session.arrange(self._own)
        else:
            self._own = Arrangement() if window.session is None else window.session.arrangement
        self._settle()

    def _look_alikes(self, window: MainWindow) -> None:
        """Group what looks alike, and wait for it."""
        self._choose(window.commands.group_menu, "Look-alike")
        self._until(lambda: _idle(window) and window.session is not None and window.session.look_alikes.count > 0)
        self._settle()

    def _select(self, window: MainWindow) -> None:
        """Click the photo to look at, as a person does."""
        self._grouped(window)
        model = window.grid.photos
        if model is None or window.session is None:
            message = "the grid shows no photos"
            raise RuntimeError(message)
        ids = model.ids.tolist()
        name = self._options.show
        wanted = next((i for i in ids if name and name in window.session.photo(i).relpath), ids[min(2, len(ids) - 1)])
        window.grid.scroll_to_id(wanted)
        self._settle()
        middle = window.grid.visualRect(model.index(model.row_of_id(wanted), 0)).center()
        QTest.mouseClick(window.grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
        self._until(lambda: not window.details.preview.pixmap.isNull() and window.details.guesses.isVisible())
        self._settle()

    def _view(self, window: MainWindow) -> None:
        """Open the selected photo with the key for that."""
        window.grid.setFocus()
        QTest.keyClick(window.grid, Qt.Key.Key_Return)
        self._until(lambda: window.pages.currentWidget() is window.viewer)
        self._settle()

    def _problems(self, window: MainWindow) -> None:
        """Back to the photos, and to what could not be read."""
        QTest.keyClick(window.viewer, Qt.Key.Key_Escape)
        window.status.problems_button.click()
        self._settle()

    def _about(self, window: MainWindow) -> None:
        """Back to the photos, and to what is to be known of the first classifier, by the "i" in its heading."""
        QTest.keyClick(window.problems, Qt.Key.Key_Escape)
        tree = window.groups.tree
        heading = next(section for section in window.groups.sections if section.about)
        item = window.groups.item(f"section:{heading.key}")
        QTest.mouseMove(tree.viewport(), tree.visualItemRect(item).center())
        QTest.mouseClick(window.groups.about_button, Qt.MouseButton.LeftButton)
        self._until(lambda: isinstance(window.pages.currentWidget(), AboutClassifierPage))
        self._settle()

    def _lab(self, window: MainWindow) -> None:
        """The page for those who want the machinery."""
        window.commands.lab.trigger()
        self._settle()

    def _sort(self, window: MainWindow) -> None:
        """What sorting would do, as it is proposed."""
        window.bar.sort_button.click()
        self._until(lambda: window.sorting.proposal.plan is not None)
        self._settle()

    def _sorted(self, window: MainWindow) -> None:
        """Do it, as proposed: its end is a page worth keeping."""
        window.sorting.page.primary.click()
        self._until(lambda: window.pages.currentWidget() is window.history.run_page and _idle(window))
        self._settle()

    def _history(self, window: MainWindow) -> None:
        """What was done, and the ways back."""
        window.bar.history_button.click()
        self._settle()

    @staticmethod
    def _choose(menu: QMenu, name: str) -> None:
        """Choose from a menu by the name that it shows."""
        actions: dict[str, QAction] = {action.text(): action for action in menu.actions()}
        if name not in actions:
            message = f"the menu offers no {name!r}, but {', '.join(actions)}"
            raise ValueError(message)
        actions[name].trigger()

    def _settle(self) -> None:
        """Let pictures load and animations end."""
        until = time.perf_counter() + _SETTLE_MS / 1000
        while time.perf_counter() < until:
            # In one long wait, the threads that load pictures would hardly get their turn.
            QTest.qWait(5)

    def _until(self, done: Callable[[], bool]) -> None:
        begun = time.perf_counter()
        while not done():
            if time.perf_counter() - begun > _PATIENCE_S:
                message = f"the window did not come to it within {_PATIENCE_S:.0f} s"
                raise TimeoutError(message)
            QTest.qWait(5)

    def _save(self, window: MainWindow, state: str) -> None:
        self._options.out.mkdir(parents=True, exist_ok=True)
        fine = "" if self._scale == 1 else f"@{self._scale}x"
        target = self._options.out / f"{self._options.prefix}{state}-{self._theme}{fine}.png"
        if not window.grab().save(str(target)):
            message = f"{target} could not be written"
            raise OSError(message)
        print(target)


def _idle(window: MainWindow) -> bool:
    return window.session is not None and window.session.scanned and not window.session.busy


if __name__ == "__main__":
    sys.exit(main())
