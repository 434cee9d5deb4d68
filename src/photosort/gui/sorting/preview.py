"""Preview: shows a proposal on its page, and tells the proposal what the person changes there by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu

from photosort.core.arrange import PhotoColumns
from photosort.core.photo import Photo
from photosort.core.sorting.plans.requests import place_in_words, rules_in_words
from photosort.core.sorting.plans.rules import odds_in_words
from photosort.core.sorting.values import How
from photosort.gui import text
from photosort.gui.photo_model import Mark, PhotoModel, TileText
from photosort.gui.sorting import words
from photosort.gui.sorting.before_panel import source_folders
from photosort.gui.sorting.boldness import least_confidence, position_of
from photosort.gui.sorting.fates import ROOT, STAYS, Fates, Kind, folder_of, further_folders
from photosort.gui.sorting.outline import Outline
from photosort.gui.sorting.page import SortPage
from photosort.gui.sorting.proposal import Proposal
from photosort.gui.sorting.send_menu import FolderAsker, send_menu
from photosort.gui.sorting.word_menus import WordMenus

_NOT_YET = "\N{HORIZONTAL ELLIPSIS}"
_DOUBTFUL = 300
"""So many of the least sure photos are shown at once."""


class Preview(QObject):
    """Lives as long as the page.

    Args:
        page: where it is shown.
        proposal: what is shown.
        menus: of the page's sentence, which know what an example looks like.
    """

    shown = Signal()
    """The page shows what the proposal says."""

    def __init__(self, page: SortPage, proposal: Proposal, menus: WordMenus) -> None:
        super().__init__(page)
        self._page = page
        # All that the tree may show were read with the proposal: asked for one by one they would be slow.
        self._photos: Mapping[int, Photo] = {}
        self._model = PhotoModel(lambda photo_id: self._photos[photo_id], describe=self._describe, parent=self)
        self._proposal = proposal
        self._menus = menus
        self._columns: PhotoColumns | None = None
        self._outline: Outline | None = None
        self._further: list[str] = []
        self._opened = {ROOT, STAYS}
        self._doubtful = False
        self._scope_words = ""
        page.after.set_model(self._model)
        page.after.toggled.connect(self._on_toggled)
        page.after.link_clicked.connect(self._on_link)
        page.after.photos_dropped.connect(self.put)
        page.after.take_out_requested.connect(self._on_take_out)
        page.after.context_menu_requested.connect(self._on_context_menu)
        page.before.targets.photos_dropped.connect(self.put)
        page.before.tree.keep_requested.connect(self._on_keep)
        page.before.tree.include_requested.connect(self._on_include)
        page.boldness.moved.connect(self._on_bold)
        page.boldness.doubtful_requested.connect(self._on_doubtful)
        page.keywords_button.clicked.connect(self._on_keywords)
        page.undo_requested.connect(proposal.undo_change)
        proposal.changed.connect(self.show)

    @property
    def outline(self) -> Outline | None:
        """The tree that is shown; None before there is any."""
        return self._outline

    def reset(self, scope: str) -> None:
        """Another proposal begins: nothing is open, nothing is shown of the one before.

        Args:
            scope: which photos it is about, in words.
        """
        self._scope_words = scope
        self._opened = {ROOT, STAYS}
        self._doubtful = False
        self.forget()
        self._page.show_doubtful(wanted=False)

    def forget(self) -> None:
        """Show no photos any longer."""
        self._columns = self._outline = None
        self._page.after.select_ids(())
        self._model.set_columns(None)
        self._page.before.tree.clear()

    def set_scope(self, scope: str) -> None:
        """It is about other photos from now on."""
        self._scope_words = scope

    @Slot()
    def show(self) -> None:
        """Show what the proposal says now."""
        self._say()
        self._show_photos()
        self._show_verdict()
        self.shown.emit()

    # -- what is shown ---------------------------------------------------------------------------------

    def _say(self) -> None:
        page, request, placements = self._page, self._proposal.request, self._proposal.placements
        root = self._proposal.root
        for word in page.sentence.words.values():
            word.setEnabled(request is not None)
        page.sentence.say(scope=self._scope_words)
        if request is None or root is None:
            page.sentence.say(**dict.fromkeys(("where", "rules", "names", "how", "unsure"), _NOT_YET))
            page.boldness.tell("", doubtful=False)
            return
        page.sentence.say(
            where=place_in_words(request.destination, root),
            rules=rules_in_words(request.rules) or "nothing yet",
            names=self._menus.example(request.template),
            how=words.HOW_WORDS[request.how],
            unsure=words.unsure_words(request.unsure, request.how),
        )
        page.sentence.set_moving(moves=request.how is not How.KEYWORDS)
        if (ground := self._proposal.ground) is not None:
            page.boldness.set_place(position_of(request.min_confidence, ground.usual))
        fates = self._proposal.fates
        if placements is not None and fates is not None:
            sure = fates.confidence[fates.goes]
            guessed = sure[~np.isnan(sure)]
            odds = odds_in_words(len(guessed), float(np.sum(1.0 - guessed, dtype=np.float64)))
            page.boldness.tell(words.guesses_words(len(guessed), odds), doubtful=len(guessed) > 0 or self._doubtful)

    def _show_photos(self) -> None:
        page, ground, fates = self._page, self._proposal.ground, self._proposal.fates
        request, root = self._proposal.request, self._proposal.root
        if ground is None or fates is None or request is None or root is None:
            return
        if ground.columns is not self._columns:
            self._columns, self._photos = ground.columns, ground.photos
            self._model.set_columns(ground.columns)
        by_keyword = request.how is How.KEYWORDS
        title = "Keywords" if by_keyword else place_in_words(request.destination, root)
        page.after.glyph = "tag" if by_keyword else "folder"
        if self._outline is None or self._outline.fates is not fates or self._outline.title != title:
            self._outline = Outline(ground.columns, fates, title)
            offered = self._outline.folders
            self._further = further_folders(ground.columns, request, [folder for folder, _count in offered])
            offered += [(folder, 0) for folder in self._further]
            page.before.targets.set_folders(offered, self._outline.total(STAYS))
            self._show_before(ground.columns, fates)
        arranged, bands = (
            self._outline.doubtful(_DOUBTFUL)
            if self._doubtful
            else self._outline.arranged(self._opened, ground.order, ground.shuffled)
        )
        self._model.set_texts(self._text_of(fates))
        page.after.show_bands(arranged, bands)

    def _show_before(self, columns: PhotoColumns, fates: Fates) -> None:
        folders, codes = columns.folder_codes
        request, root = self._proposal.request, self._proposal.root
        asked = fates.code >= 0
        before = np.bincount(codes[asked], minlength=len(folders))
        takes_away = request is not None and request.how.takes_away
        stays = asked & ~fates.goes if takes_away else asked
        left = np.bincount(codes[stays], minlength=len(folders))
        there = {folder: int(count) for folder, count in zip(folders, before.tolist(), strict=True) if count}
        kept = [place.title for place in fates.places if place.kind is Kind.KEPT]
        rest = dict(zip(folders, left.tolist(), strict=True))
        self._page.before.tree.set_folders(source_folders(there, rest, kept), "" if root is None else root.name)

    def _describe(self, photo_id: int) -> str:
        """What a photo's tooltip says: where it goes, and why."""
        photo, planned = self._photos[photo_id], self._proposal.planned.get(photo_id)
        return words.photo_words(planned) if planned is not None else photo.name

    def _text_of(self, fates: Fates) -> Callable[[int], TileText]:
        changes, doubtful = self._proposal.changes, self._doubtful
        ids = None if self._columns is None else self._columns.ids

        def of(row: int) -> TileText:
            photo_id = -1 if ids is None else int(ids[row])
            by_hand = photo_id in changes.elsewhere or photo_id in changes.out
            word = ""
            if doubtful and not np.isnan(fates.confidence[row]):
                word = f"{fates.places[fates.code[row]].title} {text.percent(float(fates.confidence[row]))}"
            return TileText(word, Mark.LABELLED if by_hand else Mark.NONE)

        return of

    def _show_verdict(self) -> None:
        page, plan, fates, told = self._page, self._proposal.plan, self._proposal.fates, self._proposal.told
        if plan is None or told is None:
            going = 0 if fates is None else int(np.count_nonzero(fates.goes))
            summary = f"{text.photos(going)} would go" if fates is not None else ""
            page.show_verdict(page.primary.text(), summary, "", (), ready=False)
            return
        page.show_notes(plan.notes, offers_keywords=plan.request.how.takes_away)
        ready = not told.obstacle
        page.show_verdict(told.primary, told.summary, told.obstacle or told.more, plan.refusals, ready=ready)

    # -- the person does something ---------------------------------------------------------------------

    @Slot(str)
    def _on_toggled(self, key: str) -> None:
        if not self._doubtful:
            self._opened ^= {key}
            self._show_photos()

    @Slot(object, str)
    def put(self, ids: NDArray[np.int64], key: str) -> None:
        """Photos were dropped on a line: they go there, or stay."""
        folder = folder_of(key)
        if folder is None:
            self._proposal.take_out(ids.tolist())
        else:
            self._proposal.send(ids.tolist(), folder)

    @Slot()
    def _on_take_out(self) -> None:
        if len(ids := self._page.selected()):
            self._proposal.take_out(ids.tolist())

    @Slot(str)
    def _on_link(self, key: str) -> None:
        band = self._page.after.band(key)
        if band.kind is Kind.KEPT:
            self._on_include(band.title)
        elif band.kind is Kind.OUT:
            self._proposal.take_back(self._proposal.changes.out)

    @Slot(str)
    def _on_include(self, folder: str) -> None:
        request = self._proposal.request
        if request is not None:
            keep = request.keep
            names = tuple(name for name in keep.names if name != folder)
            included = keep.included if folder in keep.included else (*keep.included, folder)
            self._proposal.keep(replace(keep, names=names, included=included))

    @Slot(str)
    def _on_keep(self, folder: str) -> None:
        request = self._proposal.request
        if request is not None:
            keep = request.keep
            included = tuple(one for one in keep.included if one != folder)
            names = keep.names if folder in keep.names else (*keep.names, folder)
            self._proposal.keep(replace(keep, names=names, included=included))

    @Slot(int)
    def _on_bold(self, position: int) -> None:
        request, ground = self._proposal.request, self._proposal.ground
        if request is not None and ground is not None:
            self._proposal.ask(replace(request, min_confidence=least_confidence(position, ground.usual)))

    @Slot()
    def _on_keywords(self) -> None:
        if (request := self._proposal.request) is not None:
            self._proposal.ask(replace(request, how=How.KEYWORDS))

    @Slot()
    def _on_doubtful(self) -> None:
        self._doubtful = not self._doubtful
        self._page.show_doubtful(wanted=self._doubtful)
        self._say()
        self._show_photos()
        self._page.after.scroll_to_top()

    @Slot(QPoint)
    def _on_context_menu(self, where: QPoint) -> None:
        if (menu := self.menu_of_selected(where)) is not None:
            menu.popup(where)

    def menu_of_selected(self, where: QPoint) -> QMenu | None:
        """What can be done with the selected photos; None where none is."""
        ids = self._page.selected().tolist()
        if not ids or self._outline is None:
            return None
        proposal = self._proposal
        by_count = sorted(self._outline.folders, key=lambda one: -one[1])
        names = [*(folder for folder, _count in by_count if folder), *self._further]

        def ask() -> None:
            asker = FolderAsker(names, lambda folder: proposal.send(ids, folder), self._page)
            asker.move(where)
            asker.show()

        return send_menu(
            self._page,
            len(ids),
            names,
            send=lambda folder: proposal.send(ids, folder),
            ask=ask,
            take_out=lambda: proposal.take_out(ids),
            take_back=(lambda: proposal.take_back(ids)) if proposal.changed_by_hand(ids) else None,
        )
