"""What the menus *Group by* and *Order by* offer, and what each choice is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from photosort.core.arrange import Arrangement, Grouping, GroupKind, Order
from photosort.core.settings import FolderView
from photosort.gui.steps import Classifier
from photosort.ml.acceleration import Wanted

_GROUPINGS = {
    GroupKind.NONE: "None",
    GroupKind.CLUSTER: "Look-alike",
    GroupKind.YEAR: "Year",
    GroupKind.MONTH: "Month",
    GroupKind.FOLDER: "Folder",
}
_ORDERS = {
    Order.TAKEN: "Date",
    Order.NAME: "Name",
    Order.LABEL: "Guess",
    Order.CONFIDENCE: "How sure",
    Order.CLUSTER: "Look-alike",
    Order.SHARPNESS: "Sharpness",
    Order.SIZE: "File size",
    Order.SIMILARITY: "Similarity",
}
_OF_CLASSIFIER = frozenset({Order.LABEL, Order.CONFIDENCE})
_LARGEST_FIRST = frozenset({Order.TAKEN, Order.CONFIDENCE, Order.SHARPNESS, Order.SIZE, Order.SIMILARITY})

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class OrderChoice:
    """An order, and the classifier that it speaks of where it speaks of one."""

    order: Order
    classifier: str | None = None


def groupings(classifiers: Sequence[Classifier]) -> list[tuple[str, Grouping]]:
    """The groupings that are offered, with their names."""
    named = [(classifier.title or classifier.name, Grouping.by(classifier.name)) for classifier in classifiers]
    return [("None", Grouping.NONE), *named, *((name, Grouping(kind)) for kind, name in list(_GROUPINGS.items())[1:])]


def orders(classifiers: Sequence[Classifier], *, similarity: bool) -> list[tuple[str, OrderChoice]]:
    """The orders that are offered, with their names; similarity only where a photo was chosen."""
    offered = []
    for order, name in _ORDERS.items():
        if order is Order.SIMILARITY and not similarity:
            continue
        if order in _OF_CLASSIFIER:
            many = len(classifiers) > 1
            offered += [
                (f"{name}: {one.title or one.name}" if many else name, OrderChoice(order, one.name))
                for one in classifiers
            ]
        else:
            offered.append((name, OrderChoice(order)))
    return offered


def group_name(arrangement: Arrangement, classifiers: Sequence[Classifier]) -> str:
    """What the grouping of an arrangement is called."""
    named = arrangement.group.classifier
    if named is None:
        return _GROUPINGS[arrangement.group.kind]
    return next((one.title or one.name for one in classifiers if one.name == named), named)


def order_name(arrangement: Arrangement) -> str:
    """What the order of an arrangement is called."""
    return _ORDERS[arrangement.order]


def reordered(arrangement: Arrangement, choice: OrderChoice) -> Arrangement:
    """The arrangement in another order, which begins with what one would look for first."""
    return replace(
        arrangement,
        order=choice.order,
        classifier=choice.classifier,
        descending=choice.order in _LARGEST_FIRST,
    )


def view_of(arrangement: Arrangement) -> FolderView:
    """What is remembered of an arrangement; similarity to a photo is of the moment and is not."""
    order = Order.TAKEN if arrangement.order is Order.SIMILARITY else arrangement.order
    return FolderView(str(arrangement.group), order.value, arrangement.descending, arrangement.classifier)


def arrangement_of(view: FolderView | None) -> Arrangement:
    """The arrangement that was remembered; what cannot be understood, or nothing, gives the usual one."""
    if view is None:
        return Arrangement(descending=True)
    try:
        group, order = Grouping.parse(view.group), Order(view.order)
    except ValueError:
        return Arrangement(descending=True)
    return Arrangement(group, order, view.descending, view.classifier)


def device_of(setting: str) -> Wanted:
    """The device that a setting names; any other word leaves it to the program."""
    match setting:
        case "cpu" | "gpu":
            return setting
        case _:
            return "auto"


def fill_menu(
    menu: QMenu, offered: Sequence[tuple[str, _Value]], current: _Value, choose: Callable[[_Value], None]
) -> None:
    """Put choices into a menu, of which one is ticked.

    Args:
        menu: emptied first.
        offered: names and values.
        current: the value that is ticked.
        choose: called with the value that is chosen.
    """
    menu.clear()
    group = QActionGroup(menu)
    for name, value in offered:
        action = QAction(name, menu)
        action.setCheckable(True)
        action.setChecked(value == current)
        action.triggered.connect(lambda _checked=False, value=value: choose(value))
        group.addAction(action)
        menu.addAction(action)
