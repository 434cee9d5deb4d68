"""The small windows in which a person changes by what photos are sorted, and what their folders are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QWidget

from photosort.core.sorting.plans.templates import Template, safe_folder
from photosort.core.sorting.values import STAY, Rule
from photosort.gui.controls import button, label
from photosort.gui.sorting.choice_popup import Choice, ChoiceRow, Popup
from photosort.gui.sorting.words import rule_words
from photosort.gui.theme import SPACING

_WIDTH = 40 * SPACING
_LINE = 4 * SPACING
_RULE = Qt.ItemDataRole.UserRole
TEMPLATES = ("", "{label}/{year}", "{year}/{label}", "{year}/{month}/{label}", "{year}", "{year}/{month}")
"""Ways to call folders that are offered; the first fits the rule."""


class RulesEditor(Popup):
    """By what photos are sorted: a list to tick and to put into order.

    Args:
        offered: rules that can be used here, those in use first and in their order.
        used: how many of them are in use.
        change: called with the rules after every change.
        told: beside a rule, what is to be known of it, by its text.
        parent: above which it opens.
    """

    def __init__(
        self,
        offered: Sequence[Rule],
        used: int,
        change: Callable[[tuple[Rule, ...]], None],
        told: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._change = change
        self.column.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, SPACING)
        self.column.setSpacing(SPACING)
        told_above = "The first that is sure of a photo names its folder. Drag a line to try it sooner."
        self.column.addWidget(label(told_above, "muted", wrap=True))
        self.list = QListWidget()
        self.list.setObjectName("rules")
        self.list.setAccessibleName("By what photos are sorted, in turn")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for number, rule in enumerate(offered):
            item = QListWidgetItem()
            item.setData(_RULE, rule)
            item.setSizeHint(QSize(0, _LINE))
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
            item.setFlags(flags | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if number < used else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.tell(told)
        self.list.setFixedSize(_WIDTH, len(offered) * _LINE + SPACING + 2)
        self.column.addWidget(self.list)
        row = QHBoxLayout()
        self.sooner_button = button("Sooner", "link")
        self.sooner_button.setToolTip("Try it sooner (Alt+Up)")
        self.later_button = button("Later", "link")
        self.later_button.setToolTip("Try it later (Alt+Down)")
        self.sooner_button.clicked.connect(lambda: self._shift(-1))
        self.later_button.clicked.connect(lambda: self._shift(1))
        row.addWidget(self.sooner_button)
        row.addWidget(self.later_button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.list.setCurrentRow(0)
        self.list.setFocus()
        self.list.itemChanged.connect(self._tell)
        self.list.model().rowsMoved.connect(self._tell)
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(lambda step=step: self._shift(step))

    def tell(self, told: Mapping[str, str]) -> None:
        """Say something else beside the rules, by their texts."""
        blocked = self.list.blockSignals(True)
        for row in range(self.list.count()):
            item = self.list.item(row)
            beside = told.get(str(item.data(_RULE)), "")
            item.setText(rule_words(item.data(_RULE)) + (f"  \N{EN DASH}  {beside}" if beside else ""))
        self.list.blockSignals(blocked)
        self.list.viewport().update()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are ticked, in their order."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return tuple(item.data(_RULE) for item in items if item.checkState() is Qt.CheckState.Checked)

    def item_of(self, rule: str) -> QListWidgetItem:
        """The line of a rule, by its text."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return next(item for item in items if str(item.data(_RULE)) == rule)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is done."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

    def _shift(self, step: int) -> None:
        row = self.list.currentRow()
        if row >= 0 and 0 <= row + step < self.list.count():
            item = self.list.takeItem(row)
            self.list.insertItem(row + step, item)
            self.list.setCurrentRow(row + step)
            self._tell()

    @Slot()
    def _tell(self) -> None:
        self._change(self.rules)


class NameEditor(Popup):
    """What folders are called: ways to choose from, and a line to write one's own; each with an example.

    Args:
        current: the template that holds.
        example: gives the folder that a template makes of a photo that is there.
        change: called with the template that is chosen.
        parent: above which it opens.
    """

    def __init__(
        self, current: str, example: Callable[[str], str], change: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._change = change
        self._example = example
        self.rows: dict[str, ChoiceRow] = {}
        for template in TEMPLATES:
            told = template or "What names it: the label, or year and month for dates"
            row = ChoiceRow(Choice(template, example(template), told), chosen=template == current)
            row.clicked.connect(lambda _checked=False, value=template: self._take(value))
            self.rows[template] = row
            self.column.addWidget(row)
        self.field = QLineEdit(current)
        self.field.setPlaceholderText("{label}/{year}")
        self.field.setAccessibleName("Folders are called")
        self.field.setToolTip("{label}, {year}, {month}, {day}, any words, and / for folders in folders")
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self._on_return)
        self.outcome = label("", "muted", wrap=True)
        self.column.addSpacing(SPACING)
        row_of_field = QHBoxLayout()
        row_of_field.setContentsMargins(SPACING, 0, SPACING, 0)
        row_of_field.addWidget(self.field)
        self.column.addLayout(row_of_field)
        below = QHBoxLayout()
        below.setContentsMargins(SPACING + 2, SPACING // 2, SPACING, SPACING)
        below.addWidget(self.outcome)
        self.column.addLayout(below)
        self._on_text(current)
        (self.rows.get(current) or self.field).setFocus()

    @Slot(str)
    def _on_text(self, words: str) -> None:
        told, role = _judge(words, self._example)
        self.outcome.setText(told)
        self.outcome.setObjectName(role)
        self.outcome.style().unpolish(self.outcome)
        self.outcome.style().polish(self.outcome)

    @Slot()
    def _on_return(self) -> None:
        words = self.field.text().strip()
        if _judge(words, self._example)[1] != "danger":
            self._take(words)

    def _take(self, template: str) -> None:
        self.close()
        self._change(template)


class FolderNameEditor(Popup):
    """Where photos go that no rule places: nowhere, or into a folder with a name.

    Args:
        current: the folder's name, or `STAY`.
        change: called with what is chosen.
        parent: above which it opens.
    """

    def __init__(self, current: str, change: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._change = change
        self.stay = ChoiceRow(
            Choice(STAY, "It stays where it is", "Photos that nothing is sure of are not touched."),
            chosen=current == STAY,
        )
        self.stay.clicked.connect(lambda: self._take(STAY))
        self.goes = ChoiceRow(
            Choice("goes", "It goes into a folder of its own", "Write its name and press Enter."),
            chosen=current != STAY,
        )
        self.goes.clicked.connect(self._on_goes)
        self.field = QLineEdit(current or "Unsure")
        self.field.setAccessibleName("Name of the folder")
        self.field.returnPressed.connect(self._on_goes)
        self.column.addWidget(self.stay)
        self.column.addWidget(self.goes)
        row = QHBoxLayout()
        row.setContentsMargins(4 * SPACING, 0, SPACING, SPACING)
        row.addWidget(self.field)
        self.column.addLayout(row)
        (self.stay if current == STAY else self.field).setFocus()

    @Slot()
    def _on_goes(self) -> None:
        if name := safe_folder(self.field.text()):
            self._take(name)

    def _take(self, name: str) -> None:
        self.close()
        self._change(name)


def _judge(words: str, example: Callable[[str], str]) -> tuple[str, str]:
    """What is said of a template, and in which role."""
    if words.strip():
        try:
            Template.parse(words)
        except ValueError as error:
            return f"{str(error)[:1].upper()}{str(error)[1:]}.", "danger"
    return f"For example: {example(words.strip())}", "muted"
