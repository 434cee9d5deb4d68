"""Smooth scrolling by the wheel."""

from __future__ import annotations

from PySide6.QtCore import QAbstractAnimation, QEasingCurve, QObject, QVariantAnimation, Slot
from PySide6.QtWidgets import QScrollBar, QStyle

_MS = 140


class Glide(QObject):
    """Moves a scroll bar smoothly; further wheel steps on the way add up.

    Args:
        bar: what is moved, and who owns the glide.
    """

    def __init__(self, bar: QScrollBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self._animation = QVariantAnimation(self)
        self._animation.setDuration(_MS)
        self._animation.setEasingCurve(QEasingCurve(QEasingCurve.Type.OutCubic))
        self._animation.valueChanged.connect(self._on_value)

    def by(self, pixels: int) -> None:
        """Scroll on by so many pixels; at once where the system wants no animations."""
        bar, animation = self._bar, self._animation
        gliding = animation.state() is QAbstractAnimation.State.Running
        start = int(animation.endValue()) if gliding else bar.value()
        end = min(max(bar.minimum(), start + pixels), bar.maximum())
        animation.stop()
        if bar.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, bar) == 0:
            bar.setValue(end)
            return
        animation.setStartValue(bar.value())
        animation.setEndValue(end)
        animation.start()

    def stop(self) -> None:
        """Stay where the bar is."""
        self._animation.stop()

    @Slot(object)
    def _on_value(self, value: int) -> None:
        self._bar.setValue(value)
