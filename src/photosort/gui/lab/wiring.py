"""Lab: joins the Lab's pages and jobs to the window, the settings and the open folder."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from photosort.core.catalog import Catalog
from photosort.core.errors import ModelError
from photosort.core.paths import UserPaths
from photosort.core.settings import SettingsStore
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui.about_classifier import AboutClassifierPage
from photosort.gui.actions import Actions
from photosort.gui.groups_panel import GroupsPanel
from photosort.gui.icons import IconSet
from photosort.gui.job_keeper import JobKeeper
from photosort.gui.jobs import Job
from photosort.gui.lab.classifier_cards import ClassifierCard, read_cards
from photosort.gui.lab.classifiers_section import ClassifierInUse
from photosort.gui.lab.costs import cost_sentence, tell_cost
from photosort.gui.lab.network_jobs import Engine, NetworkJobs
from photosort.gui.lab.page import LabPage
from photosort.gui.lab.sharper_eyes import NETWORK, SharperEyes
from photosort.gui.session import FolderSession
from photosort.gui.status_bar import StatusBar
from photosort.gui.theme import Themes
from photosort.ml.machine import Device
from photosort.ml.networks import NAMES, facts_of
from photosort.pipeline.choice import in_turn, name_of
from photosort.pipeline.cost import SwitchCost

_READING = "Reading about the classifiers"


class Lab(QObject):
    """Everything of the Lab. The window shows `eyes` where it welcomes, and tells which folder is open.

    Args:
        engine: gets, checks and removes networks.
        catalog: what is known of the photos.
        paths: where networks are kept.
        thumbnails: the small pictures, by which photos may be looked at again.
        settings: where choices are remembered.
        icons: where buttons get their icons.
        themes: the window's colours.
        parent: who keeps it.
    """

    back_requested = Signal()
    """The person leaves the Lab."""
    device_chosen = Signal(str)
    job_changed = Signal(object)
    """The Job of the Lab to follow now; None when nothing is going on."""
    failed = Signal(object)
    """The exception of a job that has no row of its own to tell it in."""

    def __init__(
        self,
        engine: Engine,
        catalog: Catalog,
        paths: UserPaths,
        thumbnails: ThumbnailCache,
        settings: SettingsStore,
        icons: IconSet,
        themes: Themes,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._paths = paths
        self._thumbnails = thumbnails
        self._settings = settings
        self._icons = icons
        self._themes = themes
        self._session: FolderSession | None = None
        self._cards: tuple[ClassifierCard, ...] = ()
        self._asked_about = ""
        self._from_lab = False
        self._pages: QStackedWidget | None = None
        self._page: LabPage | None = None
        self._device: Device | None = None
        self._network_job: Job | None = None
        self._test_job: Job | None = None
        self.jobs = NetworkJobs(engine, paths, self)
        self._reading = JobKeeper(self)
        self.about = AboutClassifierPage(icons)
        self.eyes = SharperEyes(self.jobs, icons, themes)

        self.about.back_requested.connect(self._on_about_left)
        self.jobs.job_changed.connect(self._on_network_job_changed)
        self.jobs.inventory_changed.connect(self._on_networks_changed)
        self.eyes.lab_requested.connect(self._on_file_wanted)
        self._reading.failed.connect(self.failed)

    @property
    def page(self) -> LabPage:
        """The Lab itself; built when it is first shown, since most people never see it and all of them start."""
        if self._page is None:
            self._page = self._build()
            self._show_all()
        return self._page

    def _build(self) -> LabPage:
        page = LabPage(self.jobs, self._paths, self._icons, self._themes, self._settings.current.device)
        page.back_requested.connect(self.back_requested)
        page.network_wanted.connect(self._on_network_wanted)
        page.network_chosen.connect(self._on_network_chosen)
        page.device_chosen.connect(self.device_chosen)
        page.about_requested.connect(self.show_about)
        page.device.job_changed.connect(self._on_test_changed)
        page.device.show_device(self._device)
        if self._pages is not None:
            self._pages.addWidget(page)
        return page

    def join(self, pages: QStackedWidget, actions: Actions, groups: GroupsPanel, status: StatusBar) -> None:
        """Take a place in the window: pages in the middle, ways to them, and a word in the status bar."""
        self._pages = pages
        pages.addWidget(self.about)
        actions.lab.triggered.connect(self.show)
        groups.about_requested.connect(self.show_about)
        status.side_job_requested.connect(self.show)
        self.job_changed.connect(status.set_side_job)

    @property
    def busy(self) -> bool:
        """True while something goes on that belongs into the status bar."""
        return self.jobs.busy or (self._page is not None and self._page.device.busy)

    def set_session(self, session: FolderSession) -> None:
        """Speak of this folder from now on, until it has closed."""
        self._session = session
        session.network_changed.connect(self._show_all)
        session.content_changed.connect(self._show_all)
        session.device_changed.connect(self._on_device_changed)
        session.closed.connect(self._on_session_closed)
        self._show_all()

    def set_device(self, device: str) -> None:
        """A device was chosen elsewhere."""
        if self._page is not None:
            self._page.device.set_choice(device)

    @Slot(object)
    def _on_device_changed(self, device: Device | None) -> None:
        self._device = device
        if self._page is not None:
            self._page.device.show_device(device)

    @Slot()
    def show(self) -> None:
        """Show the Lab."""
        # A command, or another window, may have fetched or removed a network.
        self.jobs.refresh()
        self._read_cards()
        self._show_all()
        self._go_to(self.page)

    @Slot(str)
    def show_about(self, classifier: str) -> None:
        """Show what is to be known of a classifier; back leads to where it was asked for."""
        self._asked_about = classifier
        if not self._cards:
            self._read_cards()
            return
        self._asked_about = ""
        in_use = next((one.backbone_id for one in self._in_use() if one.name == classifier), "")
        cards = [card for card in self._cards if card.name == classifier]
        card = next((card for card in cards if card.backbone_id == in_use), cards[0] if cards else None)
        if card is None:
            self.failed.emit(ModelError(f"nothing is known about the classifier {classifier}"))
            return
        self.about.show_classifier(card.folder)
        self._from_lab = self._pages is not None and self._pages.currentWidget() is self._page
        self._go_to(self.about)

    @Slot()
    def _on_about_left(self) -> None:
        if self._from_lab:
            self._go_to(self.page)
        else:
            self.back_requested.emit()

    def end(self) -> None:
        """Stop everything; nothing is started any more."""
        self.jobs.end()
        if self._page is not None:
            self._page.device.end()
        self._reading.end()

    def wait(self) -> None:
        """End, and block until every thread has ended; for the end of the program."""
        self.jobs.wait()
        if self._page is not None:
            self._page.device.wait()
        self._reading.wait()

    def _go_to(self, page: LabPage | AboutClassifierPage) -> None:
        if self._pages is not None:
            self._pages.setCurrentWidget(page)
        # The keys that scroll work at once.
        page.scroll_area.setFocus()

    @Slot()
    def _on_session_closed(self) -> None:
        self._session = None
        if self._page is not None:
            self._page.networks.drop_questions()
        self._on_device_changed(None)
        self._show_all()

    # -- networks --------------------------------------------------------------------------------------

    @Slot(str)
    def _on_network_wanted(self, choice: str) -> None:
        session, name = self._session, self.jobs.serving(choice)
        if session is None or name == self._serving():
            self.page.networks.ask(choice, "")
            return
        status = self.jobs.status(name)
        tell = partial(tell_cost, self._catalog, session.folder, status.backbone_id or name, self._thumbnails)

        def answer(cost: SwitchCost | None) -> None:
            if self._session is session:
                told = "" if cost is None else cost_sentence(cost, session.folder, status.facts.title)
                self.page.networks.ask(choice, told)

        self._reading.start("Counting the photos", tell, answer)

    @Slot(str)
    def _on_network_chosen(self, choice: str) -> None:
        self._settings.update(network=choice)
        self._settings.save()
        if self._session is not None:
            self._session.use_network(choice)
        self._show_all()

    @Slot()
    def _on_networks_changed(self) -> None:
        if self._session is not None:
            self._session.networks_changed()
        self._show_all()

    @Slot()
    def _on_file_wanted(self) -> None:
        self.show()
        self.page.networks.rows[NETWORK].file_button.setFocus()

    @Slot(object)
    def _on_network_job_changed(self, job: Job | None) -> None:
        self._network_job = job
        self.job_changed.emit(job or self._test_job)

    @Slot(object)
    def _on_test_changed(self, job: Job | None) -> None:
        self._test_job = job
        self.job_changed.emit(self._network_job or job)

    # -- classifiers -----------------------------------------------------------------------------------

    def _read_cards(self) -> None:
        if not self._reading.runs(_READING):
            self._reading.start(_READING, read_cards, self._on_cards)

    def _on_cards(self, cards: tuple[ClassifierCard, ...]) -> None:
        self._cards = cards
        self._show_all()
        if self._asked_about:
            self.show_about(self._asked_about)

    def _in_use(self) -> list[ClassifierInUse]:
        """The classifiers of the open folder, or those that a folder would get."""
        known = {(card.name, card.backbone_id): card for card in self._cards}
        if self._session is not None and self._session.classifiers:
            return [
                _in_use(one.name, one.title, one.labels, one.backbone_id, known.get((one.name, one.backbone_id)))
                for one in self._session.classifiers
            ]
        network = self._guessing() or self._serving()
        backbone_id = self.jobs.status(network).backbone_id
        return [
            _in_use(card.name, card.title, card.labels, card.backbone_id, card)
            for card in self._cards
            if card.backbone_id == backbone_id
        ]

    def _serving(self) -> str:
        return self.jobs.serving(self._settings.current.network)

    def _guessing(self) -> str:
        """The network that the classifiers run on where none are shipped for the one that serves; else empty."""
        shipped = {card.backbone_id for card in self._cards}
        serving = self._serving()
        turn = in_turn(serving, self.jobs.best())
        guessing = next((one for one in turn if self.jobs.status(one).backbone_id in shipped), serving)
        return "" if guessing == serving else guessing

    # -- what is shown ---------------------------------------------------------------------------------

    @Slot()
    def _show_all(self) -> None:
        if self._page is None:
            return
        choice, session = self._settings.current.network, self._session
        shown = None if session is None else session.network
        self._page.networks.set_choice(choice, guessing=self._guessing(), shown=shown or "")
        self._page.device.set_network(choice)
        self._page.classifiers.set_classifiers(self._in_use())


def _in_use(
    name: str, title: str, labels: tuple[str, ...], backbone_id: str, card: ClassifierCard | None
) -> ClassifierInUse:
    network = name_of(backbone_id)
    if network in NAMES:
        network = facts_of(network).title
    if card is None:
        return ClassifierInUse(name, title or name, labels, backbone_id, network)
    return ClassifierInUse(name, title, labels, backbone_id, network, card.fitted_on, card.accuracy, card.kept_out)
