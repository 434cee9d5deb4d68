"""Names for groups of look-alikes: given in the left panel, kept in the catalog, undone like everything else."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit

from photosort.core.catalog import Catalog
from photosort.core.photo import Progress
from photosort.gui.groups_panel import GroupsPanel
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.panel_lines import NameGroup
from photosort.gui.sections import ClusterChoice
from photosort.gui.session import FolderSession


@dataclass(frozen=True, slots=True)
class _Asked:
    """The group that is being named."""

    session: FolderSession
    cluster: int


class GroupNames(QObject):
    """Lets the person write a name over the line of a group: from its menu, or with F2.

    Args:
        catalog: where names are kept.
        groups: the left panel.
        parent: who keeps it.
    """

    failed = Signal(object)
    """An exception to tell the person of."""

    def __init__(self, catalog: Catalog, groups: GroupsPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._groups = groups
        self._session: FolderSession | None = None
        self._asked: _Asked | None = None
        self._jobs = JobKeeper(self)
        self._jobs.failed.connect(self.failed)
        self.editor = QLineEdit(groups.tree.viewport())
        self.editor.setAccessibleName("Name of the group")
        self.editor.setPlaceholderText("Name of the group")
        self.editor.hide()
        self.editor.installEventFilter(self)
        self.editor.returnPressed.connect(self._on_named)
        groups.offer_chosen.connect(self._on_offer)
        groups.tree.verticalScrollBar().valueChanged.connect(self._leave)
        rename = QShortcut(QKeySequence(Qt.Key.Key_F2), groups.tree)
        rename.setContext(Qt.ShortcutContext.WidgetShortcut)
        rename.activated.connect(self._on_rename)

    def set_session(self, session: FolderSession) -> None:
        """Serve this folder from now on, until it has closed."""
        self._session = session
        session.closed.connect(self._on_session_closed)

    def wait(self) -> None:
        """End, and block until nothing runs any more; for the end of the program."""
        self._jobs.wait()

    def ask(self, cluster: int) -> None:
        """Let the person write a name over the line of a group."""
        session = self._session
        if session is None or session.root_id is None or self._catalog.read_only:
            return
        self._asked = _Asked(session, cluster)
        tree = self._groups.tree
        item = self._groups.item(f"cluster/{cluster}")
        tree.scrollToItem(item)
        self.editor.setGeometry(tree.visualItemRect(item))
        self.editor.setText(session.columns.cluster_names.get(cluster, ""))
        self.editor.selectAll()
        self.editor.show()
        self.editor.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape leaves the name as it was, and so does turning to something else."""
        if event.type() == QEvent.Type.ShortcutOverride and _is_escape(event):
            # Else Escape would leave the page.
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and _is_escape(event):
            self._leave()
            return True
        if event.type() == QEvent.Type.FocusOut:
            self._leave()
        return super().eventFilter(watched, event)

    @Slot(object)
    def _on_offer(self, wanted: object) -> None:
        if isinstance(wanted, NameGroup):
            self.ask(wanted.cluster)

    @Slot()
    def _on_rename(self) -> None:
        chosen = [line.choice for line in self._groups.chosen_lines() if isinstance(line.choice, ClusterChoice)]
        if len(chosen) == 1:
            self.ask(chosen[0].cluster)

    @Slot()
    def _on_named(self) -> None:
        asked, name = self._asked, self.editor.text()
        self._leave()
        if asked is not None and asked.session.root_id is not None:
            give = partial(_name, self._catalog, asked.session.root_id, asked.cluster, name)
            self._jobs.start("Naming a group", give, lambda _nothing: asked.session.reread())

    @Slot()
    def _leave(self) -> None:
        if self._asked is None:
            return
        self._asked = None
        self.editor.hide()
        self._groups.tree.setFocus()

    @Slot()
    def _on_session_closed(self) -> None:
        self._leave()
        self._session = None


def _is_escape(event: QEvent) -> bool:
    key = getattr(event, "key", None)
    return key is not None and key() == Qt.Key.Key_Escape


def _name(catalog: Catalog, root_id: int, cluster: int, name: str) -> Generator[Progress, None, None]:
    yield Progress("Naming a group", 0, None)
    catalog.rules.name_cluster(root_id, cluster, name)
