"""Room: the parts of the preview, put together. Imported when it is first shown: most starts never come here."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from photosort.core.catalog import Catalog
from photosort.gui.icons import IconSet
from photosort.gui.sorting.later import Later
from photosort.gui.sorting.page import SortPage
from photosort.gui.sorting.preview import Preview
from photosort.gui.sorting.proposal import Proposal
from photosort.gui.sorting.word_menus import WordMenus
from photosort.gui.thumbnail_loader import ThumbnailLoader


@dataclass(frozen=True, slots=True)
class Room:
    """What a person sees and changes, and what makes it.

    Attributes:
        page: the page.
        proposal: what is asked for, and what it comes to.
        menus: what opens below the words of the sentence.
        preview: shows the proposal on the page.
        later: what becomes of photos that come later.
    """

    page: SortPage
    proposal: Proposal
    menus: WordMenus
    preview: Preview
    later: Later

    @classmethod
    def build(cls, catalog: Catalog, loader: ThumbnailLoader, icons: IconSet, parent: QObject) -> Room:
        """Build all of it.

        Args:
            catalog: where everything is kept.
            loader: loads the small pictures.
            icons: where buttons get their icons.
            parent: who keeps the proposal; the page is kept by whom it is added to.
        """
        page = SortPage(icons, loader)
        proposal = Proposal(catalog, parent)
        menus = WordMenus(page.sentence, proposal, page)
        later = Later(catalog, page.watch_button, menus.hold, page)
        return cls(page, proposal, menus, Preview(page, proposal, menus), later)
