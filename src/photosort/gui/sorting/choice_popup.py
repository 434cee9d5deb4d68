"""A small window below a word: what may stand there instead, each choice with what it costs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QVBoxLayout, QWidget

from photosort.gui.controls import button, hairline
from photosort.gui.sorting.band_painter import muted_colour
from photosort.gui.theme import SPACING, scaled
from photosort.gui.tile_delegate import translucent

_WIDTH = 46 * SPACING
_TEXT_LEFT = 4 * SPACING
_MARK = 14
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen.

    Attributes:
        value: what it stands for.
        title: what it is called.
        told: what it means, and what it costs; may be empty.
        more: it waits behind "more".
    """

    value: Hashable
    title: str
    told: str = ""
    more: bool = False


class ChoiceRow(QAbstractButton):
    """A choice as a line: a dot where it is the one that holds, its name, and below it what it costs."""

    def __init__(self, choice: Choice, *, chosen: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self.setText(choice.title)
        self.setCheckable(True)
        self.setChecked(chosen)
        self.setAccessibleName(choice.title)
        self.setAccessibleDescription(choice.told)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._bold = scaled(self.font(), 1.0)
        room = _WIDTH - _TEXT_LEFT - 2 * SPACING
        metrics = QFontMetrics(self.font())
        self._title_height = metrics.height()
        box = metrics.boundingRect(QRect(0, 0, room, 10_000), int(_WRAPPED.value), choice.told)
        self._told_height = box.height() + 2 if choice.told else 0

    def sizeHint(self) -> QSize:
        """As high as its words."""
        return QSize(_WIDTH, self._title_height + self._told_height + 2 * SPACING)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The keys follow the mouse."""
        super().enterEvent(event)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down lead to the next choice, Enter takes it."""
        match Qt.Key(event.key()):
            case Qt.Key.Key_Down:
                self.focusNextChild()
            case Qt.Key.Key_Up:
                self.focusPreviousChild()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.click()
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the line."""
        palette, painter = self.palette(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = palette.color(QPalette.ColorRole.Accent)
        if self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(translucent(accent, 36))
            painter.drawRoundedRect(self.rect(), 6, 6)
        middle = SPACING + self._title_height / 2
        mark = QRect(SPACING, round(middle - _MARK / 2), _MARK, _MARK)
        if self.isChecked():
            painter.setPen(QPen(accent, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            left, top = mark.left() + 2, mark.top()
            painter.drawPolyline([QPoint(left, top + 7), QPoint(left + 3, top + 11), QPoint(left + 10, top + 3)])
        painter.setFont(self._bold)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        room = self.width() - _TEXT_LEFT - 2 * SPACING
        painter.drawText(QRect(_TEXT_LEFT, SPACING, room, self._title_height), _WRAPPED, self.choice.title)
        painter.setFont(self.font())
        painter.setPen(muted_colour())
        below = QRect(_TEXT_LEFT, SPACING + self._title_height + 2, room, self._told_height)
        painter.drawText(below, _WRAPPED, self.choice.told)
        painter.end()


class Popup(QFrame):
    """A small window that opens below a word, and closes with Escape or a click elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACING // 2, SPACING // 2, SPACING // 2, SPACING // 2)
        self.column.setSpacing(0)

    def open_below(self, word: QWidget) -> None:
        """Open, with the left edge at that of the word, as far as the screen allows."""
        self.adjustSize()
        place = word.mapToGlobal(QPoint(0, word.height() + 2))
        area = word.screen().availableGeometry()
        place.setX(max(area.left(), min(place.x(), area.right() - self.width())))
        if place.y() + self.height() > area.bottom():
            place.setY(max(area.top(), word.mapToGlobal(QPoint(0, -2)).y() - self.height()))
        self.move(place)
        self.show()


class ChoicePopup(Popup):
    """Choices of which one holds.

    Args:
        choices: what there is.
        current: the value that holds.
        choose: called with the value that is chosen.
        parent: above which it opens.
    """

    def __init__(
        self,
        choices: Sequence[Choice],
        current: Hashable,
        choose: Callable[[Hashable], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choose = choose
        self.rows: dict[Hashable, ChoiceRow] = {}
        self._hidden: list[ChoiceRow] = []
        for choice in choices:
            row = ChoiceRow(choice, chosen=choice.value == current)
            row.clicked.connect(lambda _checked=False, value=choice.value: self._on_clicked(value))
            self.rows[choice.value] = row
            if choice.more and not any(one.value == current for one in choices if one.more):
                self._hidden.append(row)
        self.more_button = button("More", "link")
        for row in self.rows.values():
            if row in self._hidden[:1]:
                self.column.addWidget(self.more_button)
            self.column.addWidget(row)
            row.setVisible(row not in self._hidden)
        self.more_button.setVisible(bool(self._hidden))
        self.more_button.clicked.connect(self._on_more)
        self._first = self.rows.get(current) or next(iter(self.rows.values()), None)
        if self._first is not None:
            self._first.setFocus()

    def add_action(self, title: str, act: Callable[[], None]) -> None:
        """Offer something else below a line."""
        if self.rows:
            self.column.addSpacing(SPACING // 2)
            self.column.addWidget(hairline())
            self.column.addSpacing(SPACING // 2)
        row = ChoiceRow(Choice(None, title), chosen=False)
        row.setCheckable(False)
        row.clicked.connect(self.close)
        row.clicked.connect(lambda _checked=False: act())
        self.rows[title] = row
        self.column.addWidget(row)

    def _on_clicked(self, value: Hashable) -> None:
        self.close()
        self._choose(value)

    def _on_more(self) -> None:
        self.more_button.hide()
        for row in self._hidden:
            row.show()
        self.adjustSize()
        self._hidden[0].setFocus()
