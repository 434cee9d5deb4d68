"""What the person can do with the photos of the open folder, beside looking at them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from photosort.gui import desktop
from photosort.gui.actions import Actions
from photosort.gui.error_bar import ErrorBar
from photosort.gui.presenter import Presenter
from photosort.gui.problems_page import ProblemsPage


class Commands(QObject):
    """Does what the actions and the problems page ask for.

    Args:
        actions: the actions.
        problems: the page of what could not be read.
        errors: where it is told what went wrong.
        presented: gives the folder that is shown; None while none is.
        parent: the window, above which dialogs open.
    """

    def __init__(
        self,
        actions: Actions,
        problems: ProblemsPage,
        errors: ErrorBar,
        presented: Callable[[], Presenter | None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._problems = problems
        self._errors = errors
        self._presented = presented
        actions.rescan.triggered.connect(self._on_rescan)
        actions.analyse.triggered.connect(self._on_analyse)
        actions.group_alike.triggered.connect(self._on_group_alike)
        actions.order_similar.triggered.connect(self._on_order_similar)
        actions.clear_filter.triggered.connect(self._on_clear_filter)
        actions.copy_path.triggered.connect(self._on_copy_path)
        actions.open_outside.triggered.connect(self._on_open_outside)
        actions.show_file.triggered.connect(self._on_show_file)
        actions.export_table.triggered.connect(self._on_export_table)
        problems.export_requested.connect(self._on_export_problems)
        problems.show_requested.connect(self._on_show_problem)

    @Slot()
    def _on_rescan(self) -> None:
        if (presenter := self._presented()) is not None:
            presenter.session.rescan()

    @Slot()
    def _on_analyse(self) -> None:
        if (presenter := self._presented()) is not None:
            presenter.session.analyse()

    @Slot()
    def _on_group_alike(self) -> None:
        if (presenter := self._presented()) is not None:
            presenter.group_alike()

    @Slot()
    def _on_order_similar(self) -> None:
        if (presenter := self._presented()) is not None and (photo_id := presenter.current_id()) is not None:
            presenter.session.look_alikes.compare(photo_id)

    @Slot()
    def _on_clear_filter(self) -> None:
        if (presenter := self._presented()) is not None:
            presenter.show_everything()

    @Slot()
    def _on_copy_path(self) -> None:
        if paths := self._selected():
            desktop.copy_paths(paths)

    @Slot()
    def _on_open_outside(self) -> None:
        for path in self._selected()[:1]:
            if not desktop.open_in_program(path):
                self._errors.show_message(f"No program could be started for {path.name}.")

    @Slot()
    def _on_show_file(self) -> None:
        for path in self._selected()[:1]:
            self._show_in_file_manager(path)

    @Slot(str)
    def _on_show_problem(self, relpath: str) -> None:
        if (presenter := self._presented()) is not None:
            self._show_in_file_manager(presenter.session.folder / relpath)

    @Slot()
    def _on_export_table(self) -> None:
        presenter = self._presented()
        if presenter is not None and (path := self._ask_where("photos.csv")) is not None:
            presenter.export_table(path)

    @Slot()
    def _on_export_problems(self) -> None:
        if (path := self._ask_where("problems.csv")) is not None:
            self._save(self._problems.export, path)

    def _selected(self) -> list[Path]:
        presenter = self._presented()
        return [] if presenter is None else presenter.selected_paths()

    def _show_in_file_manager(self, path: Path) -> None:
        if not desktop.show_in_file_manager(path):
            self._errors.show_message(f"No file manager could be started for {path.parent}.")

    def _ask_where(self, name: str) -> Path | None:
        start = str(Path.home() / name)
        chosen, _kind = QFileDialog.getSaveFileName(self._window, "Save as a table", start, "Table (*.csv)")
        return Path(chosen) if chosen else None

    def _save(self, write: Callable[[Path], object], path: Path) -> None:
        try:
            write(path)
        except OSError as error:
            self._errors.show_error(error)
