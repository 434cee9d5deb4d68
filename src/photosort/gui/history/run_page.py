"""The page of one run: before and after, the account of every photo, and the ways back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from photosort.core.sorting.values import RunState
from photosort.gui import text
from photosort.gui.controls import ElidedLabel, button, icon_button, label
from photosort.gui.history import words
from photosort.gui.history.account_view import AccountView
from photosort.gui.history.duplicates_card import DuplicatesCard
from photosort.gui.history.keepsake import Keepsake
from photosort.gui.history.report import Report
from photosort.gui.icons import IconSet
from photosort.gui.theme import SPACING, Themes, scaled

_DOTS = "\N{HORIZONTAL ELLIPSIS}"


class Wish(StrEnum):
    """What a person may want of a run."""

    UNDO = "undo"
    UNDO_SELECTED = "undo the selected photos"
    REDO = "redo"
    FINISH = "finish"
    ROLL_BACK = "put everything back"
    DISCARD = "put duplicates into the trash"
    PICTURE = "save as a picture"
    CSV = "save as a table"
    JSON = "save as JSON"


class RunPage(QWidget):
    """Shows a report, and tells what the person wants to be done about it.

    Args:
        icons: where the buttons get their icons.
        themes: whose colours the picture takes.
        tells_places: the trash tells where things lie in it, so that they can be brought back from here.
    """

    back_requested = Signal()
    wished = Signal(Wish)
    show_requested = Signal(object)
    """AccountItem: show its file in the file manager."""

    def __init__(self, icons: IconSet, themes: Themes, *, tells_places: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.report: Report | None = None
        self._busy = False
        self.back_button = icon_button(icons, "arrow-left", "Back (Esc)")
        self.back_button.clicked.connect(self.back_requested)
        self.title = ElidedLabel()
        self.title.setFont(scaled(self.title.font(), 1.4, QFont.Weight.DemiBold))
        self.state = label("", "muted")
        self.undo_button = self._wish_button(Wish.UNDO, "Undo all of it")
        self.undo_some_button = self._wish_button(Wish.UNDO_SELECTED, "")
        self.redo_button = self._wish_button(Wish.REDO, "Do it again")
        self.roll_back_button = self._wish_button(Wish.ROLL_BACK, "Put everything back")
        self.finish_button = self._wish_button(Wish.FINISH, "Finish")
        self.save_button = QToolButton()
        self.save_button.setText(f"Save{_DOTS}")
        self.save_button.setToolTip("Save as a picture or as a table")
        self.save_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        icons.put_on(self.save_button, "export")
        self.save_button.clicked.connect(self._on_save)
        self.keepsake = Keepsake(themes)
        self.account = AccountView()
        self.account.selection_changed.connect(self._show_buttons)
        self.account.show_requested.connect(self.show_requested)
        self.duplicates = DuplicatesCard(tells_places=tells_places)
        self.duplicates.button.clicked.connect(partial(self.wished.emit, Wish.DISCARD))
        self.overview_button = _tab("Before and after")
        self.photos_button = _tab("Every photo")
        self.result = label("", wrap=True)
        self.views = QStackedWidget()
        self._lay_out()
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self.back_requested)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACING)
        head.addWidget(self.back_button)
        head.addWidget(self.title)
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        for one in (self.undo_some_button, self.redo_button, self.roll_back_button, self.finish_button):
            head.addWidget(one)
        head.addWidget(self.undo_button)
        head.addWidget(self.save_button)

        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setObjectName("page")
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 2 * SPACING, SPACING, 2 * SPACING)
        inner.setSpacing(SPACING)
        inner.addWidget(self.keepsake)
        inner.addWidget(self.duplicates)
        inner.addStretch(1)
        self.scroll_area.setWidget(body)
        self.views.addWidget(self.scroll_area)
        self.views.addWidget(self.account)

        tabs = QHBoxLayout()
        tabs.setSpacing(SPACING // 2)
        group = QButtonGroup(self)
        pairs: tuple[tuple[QToolButton, QWidget], ...] = (
            (self.overview_button, self.scroll_area),
            (self.photos_button, self.account),
        )
        for tab, view in pairs:
            group.addButton(tab)
            tabs.addWidget(tab)
            tab.toggled.connect(partial(self._on_tab, view))
        self.overview_button.setChecked(True)
        tabs.addSpacing(2 * SPACING)
        tabs.addWidget(self.result, 1)

        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACING, 2 * SPACING, 2 * SPACING, SPACING)
        column.setSpacing(SPACING)
        column.addLayout(head)
        column.addLayout(tabs)
        column.addWidget(self.views, 1)

    def show_report(self, report: Report, stayed: Mapping[str, str] | None = None) -> None:
        """Show a run.

        Args:
            report: all of it.
            stayed: source -> why, of the photos that the undo just done could not put back; None for no undo.
        """
        same = self.report is not None and self.report.run.id == report.run.id
        self.report = report
        self.title.setText(words.named(report.run))
        self.title.setToolTip(f"{words.named(report.run)}\n{words.way(report.run)}")
        self.state.setText(words.state(report.run, at_work=report.at_work))
        self.setAccessibleName(f"What was done: {words.named(report.run)}")
        self.keepsake.show_report(report)
        self.duplicates.set_count(len(report.duplicates))
        self.account.show_items(report.account.items, standing=report.standing, stayed=stayed or {})
        self.photos_button.setText(f"Every photo  {len(report.account.items):,}")
        self.result.setText(_told(stayed, report.run.standing))
        if stayed:
            self.photos_button.setChecked(True)
        elif not same:
            self.overview_button.setChecked(True)
        self._show_buttons()

    def ask_first(self) -> None:
        """Say that nothing was done yet at the key that undoes or does again, and give the way on to the keyboard."""
        run = None if self.report is None else self.report.run
        if run is None:
            return
        way_on = next((one for one in (self.undo_button, self.redo_button) if not one.isHidden()), None)
        if way_on is not None:
            self.result.setText(f"Nothing is done yet, since it is many photos: press “{way_on.text()}”.")
            way_on.setFocus()
        elif words.into_trash(run):
            self.result.setText("Photos that were put back do not go into the trash again by a key.")

    def tell_saved(self, path: Path) -> None:
        """Say where something of this page was saved."""
        self.result.setText(f"Saved as {path}")

    def set_busy(self, *, busy: bool) -> None:
        """Ask for nothing while files are being moved."""
        if busy and isinstance(self.focusWidget(), QPushButton) and self.focusWidget().hasFocus():
            # A button that is disabled gives the keyboard to whatever comes next in the window.
            self.focus()
        self._busy = busy
        self._show_buttons()

    def focus(self) -> None:
        """Take the keyboard, so that the keys that scroll work at once."""
        (self.scroll_area if self.views.currentWidget() is self.scroll_area else self.account.table).setFocus()

    def _wish_button(self, wish: Wish, name: str) -> QPushButton:
        result = button(name, "primary" if wish is Wish.FINISH else "")
        result.clicked.connect(partial(self.wished.emit, wish))
        return result

    def _on_tab(self, view: QWidget, chosen: bool) -> None:
        if chosen:
            self.views.setCurrentWidget(view)
            self._show_buttons()

    @Slot()
    def _show_buttons(self) -> None:
        run = None if self.report is None else self.report.run
        standing = run is not None and words.can_undo(run)
        interrupted = self.report is not None and self.report.run.state.at_work and not self.report.at_work
        chosen = len(self.account.selected()) if standing and self.views.currentWidget() is self.account else 0
        self.undo_button.setVisible(standing)
        self.undo_some_button.setVisible(chosen > 0)
        self.undo_some_button.setText(f"Undo {text.photos(chosen)}")
        self.redo_button.setVisible(run is not None and words.can_redo(run))
        if run is not None:
            again = "Do it again"
            self.redo_button.setText(f"Do {words.put_back(run):,} again" if standing else again)
        self.finish_button.setVisible(interrupted)
        self.roll_back_button.setVisible(interrupted and run is not None and run.state is not RunState.UNDOING)
        asking: tuple[QPushButton, ...] = (
            self.undo_button,
            self.undo_some_button,
            self.redo_button,
            self.finish_button,
            self.roll_back_button,
        )
        for one in (*asking, self.duplicates.button):
            one.setEnabled(not self._busy)
            one.setToolTip("Files are being moved: wait for that, or cancel it" if self._busy else "")

    @Slot()
    def _on_save(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, wish in (
            (f"As a &picture{_DOTS}", Wish.PICTURE),
            (f"Every photo as a &table (CSV){_DOTS}", Wish.CSV),
            (f"Every photo as &JSON{_DOTS}", Wish.JSON),
        ):
            menu.addAction(name).triggered.connect(partial(self.wished.emit, wish))
        menu.popup(self.save_button.mapToGlobal(QPoint(0, self.save_button.height())))


def _tab(name: str) -> QToolButton:
    result = QToolButton()
    result.setObjectName("chip")
    result.setText(name)
    result.setCheckable(True)
    return result


def _told(stayed: Mapping[str, str] | None, standing: int) -> str:
    """How the undo just done came out; empty where there was none."""
    if stayed is None:
        return ""
    if not stayed:
        return "The photos that were chosen are back." if standing else "Everything is back where it was."
    many = "1 photo stays" if len(stayed) == 1 else f"{len(stayed):,} photos stay"
    return f"Undone, but {many} where {'it is' if len(stayed) == 1 else 'they are'}. The table tells why."
