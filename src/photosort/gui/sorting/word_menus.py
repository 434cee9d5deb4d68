"""What opens below the words of the sentence, and how a choice there changes what is asked for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from photosort.core.sorting.plans.requests import SORTED, default_how, place_in_words
from photosort.core.sorting.plans.rules import Placements
from photosort.core.sorting.plans.templates import Template
from photosort.core.sorting.values import How, Rule, RuleKind, SortRequest, Status
from photosort.gui import text
from photosort.gui.sorting import words
from photosort.gui.sorting.choice_popup import Choice, ChoicePopup, Popup
from photosort.gui.sorting.editors import FolderNameEditor, NameEditor, RulesEditor
from photosort.gui.sorting.fates import Fates
from photosort.gui.sorting.proposal import Proposal
from photosort.gui.sorting.scope import Scope
from photosort.gui.sorting.sentence import Sentence

_DOTS = "\N{HORIZONTAL ELLIPSIS}"
_MORE_WAYS = (How.HARDLINK, How.SYMLINK)


class WordMenus(QObject):
    """Opens them.

    Args:
        sentence: whose words are clicked.
        proposal: what they change.
        parent: the page, above which they open.
    """

    scope_chosen = Signal(str)
    """The name of other photos that shall be sorted."""

    def __init__(self, sentence: Sentence, proposal: Proposal, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self._sentence = sentence
        self._proposal = proposal
        self._scopes: tuple[Scope, ...] = ()
        self._scope = ""
        self._titles: dict[str, str] = {}
        self.popup: Popup | None = None
        self._opened = 0
        sentence.word_clicked.connect(self.open)
        proposal.changed.connect(self._on_changed)

    def set_scopes(self, scopes: Sequence[Scope], current: str) -> None:
        """Offer these sets of photos."""
        self._scopes, self._scope = tuple(scopes), current

    @Slot(str)
    def open(self, word: str) -> None:
        """Open what changes a word, below it."""
        request = self._proposal.request
        if request is None:
            return
        match word:
            case "scope":
                popup: Popup = self._scope_menu()
            case "where":
                popup = self._where_menu(request)
            case "rules":
                offered = offered_rules(request, self._rules_there())
                popup = RulesEditor(offered, len(request.rules), self._on_rules, self._counts(), self._page)
            case "names":
                popup = NameEditor(request.template, self.example, self._on_template, self._page)
            case "how":
                popup = self._how_menu(request)
            case _:
                popup = FolderNameEditor(request.unsure, lambda name: self._ask(unsure=name), self._page)
        self.hold(popup)
        popup.open_below(self._sentence.words[word])

    def hold(self, popup: Popup) -> None:
        """Know of the one that is open."""
        self.popup = popup
        self._opened += 1
        popup.destroyed.connect(partial(self._on_popup_gone, self._opened))

    def example(self, template: str) -> str:
        """The folder that a template makes of a photo that is there."""
        values = _example_values(self._proposal.placements)
        try:
            chosen = Template.parse(template or ("{label}" if values["label"] else "{year}/{month}"))
        except ValueError:
            return template
        return chosen.fill(values).folder or "{year}/{month}"

    def _on_popup_gone(self, number: int) -> None:
        # The one before goes only after the next one has opened.
        if number == self._opened:
            self.popup = None

    def _ask(self, **changes: object) -> None:
        request = self._proposal.request
        if request is not None:
            changed = replace(request, **changes)  # type: ignore[arg-type]
            if changed != request:
                self._proposal.ask(changed)

    # -- which, where, how ---------------------------------------------------------------------------

    def _scope_menu(self) -> Popup:
        choices = [Choice(scope.name, scope.words[:1].upper() + scope.words[1:]) for scope in self._scopes]
        return ChoicePopup(choices, self._scope, lambda name: self.scope_chosen.emit(str(name)), self._page)

    def _where_menu(self, request: SortRequest) -> Popup:
        root = self._proposal.root or request.destination
        inside, beside = root / SORTED, root.parent / f"{root.name} {SORTED.lower()}"
        offered = dict.fromkeys((inside, beside, request.destination))
        told = {inside: "Inside this folder", beside: "Beside this folder"}
        choices = [Choice(path, place_in_words(path, root), told.get(path, str(path))) for path in offered]
        popup = ChoicePopup(choices, request.destination, self._on_where, self._page)
        popup.add_action(f"Another folder{_DOTS}", self._choose_folder)
        return popup

    def _choose_folder(self) -> None:
        start = self._proposal.root
        chosen = QFileDialog.getExistingDirectory(self._page, "Where the folders are made", str(start or Path.home()))
        if chosen:
            self._on_where(Path(chosen))

    def _on_where(self, folder: Hashable) -> None:
        request, root = self._proposal.request, self._proposal.root
        if request is None or root is None or not isinstance(folder, Path):
            return
        how = request.how
        # Moving is the way on one disk, and copying to another, until the person says something else.
        if how is default_how(root, request.destination):
            how = default_how(root, folder)
        self._ask(destination=folder, how=how)

    def _how_menu(self, request: SortRequest) -> Popup:
        root = self._proposal.root or request.destination
        plan, survey = self._proposal.plan, self._proposal.survey
        placed = () if plan is None else [photo for photo in plan.photos if photo.status is Status.SORTED]
        size = sum(file.size for photo in placed for file in photo.files)
        free = 0 if survey is None else survey.place.free
        told = words.how_choices(same_disk=default_how(root, request.destination) is How.MOVE, needed=size, free=free)
        choices = [Choice(how, *said, more=how in _MORE_WAYS) for how, said in told.items()]
        return ChoicePopup(choices, request.how, lambda how: self._ask(how=how), self._page)

    # -- rules -----------------------------------------------------------------------------------------

    def _rules_there(self) -> list[Rule]:
        ground = self._proposal.ground
        if ground is None:
            return []
        columns = ground.columns
        there = [Rule(RuleKind.LABELS)]
        there += [Rule(RuleKind.CLASSIFIER, name) for name in columns.classifiers]
        if columns.cluster.max(initial=-1) >= 0:
            there.append(Rule(RuleKind.CLUSTERS))
        return [*there, Rule(RuleKind.DATE)]

    def _counts(self) -> dict[str, str]:
        return _told_of(self._proposal.placements, self._proposal.fates)

    @Slot()
    def _on_changed(self) -> None:
        if isinstance(self.popup, RulesEditor):
            self.popup.tell(self._counts())

    def _on_rules(self, rules: tuple[Rule, ...]) -> None:
        self._ask(rules=rules)

    def _on_template(self, template: str) -> None:
        self._ask(template=template)


def offered_rules(request: SortRequest, there: Sequence[Rule]) -> list[Rule]:
    """The rules in use in their order, then those that could be."""
    return [*request.rules, *(rule for rule in there if rule not in request.rules)]


def _told_of(placements: Placements | None, fates: Fates | None) -> dict[str, str]:
    """How many of the photos that go somewhere each rule places."""
    if placements is None or fates is None:
        return {}
    placed = placements.rule_index[fates.goes & (placements.rule_index >= 0)]
    counts = np.bincount(placed, minlength=len(placements.request.rules))
    return {
        str(rule): text.photos(int(count))
        for rule, count in zip(placements.request.rules, counts, strict=True)
        if count
    }


def _example_values(placements: Placements | None) -> dict[str, str]:
    """Label and date of a photo that is there: of the commonest word, if there is any."""
    values = {"label": "", "year": "2019", "month": "07", "day": "12"}
    if placements is None or not len(placements.word):
        return values
    worded = np.flatnonzero(placements.word >= 0)
    row = 0
    if len(worded):
        commonest = int(np.bincount(placements.word[worded]).argmax())
        row = int(worded[placements.word[worded] == commonest][0])
        values["label"] = placements.words[commonest]
    taken = placements.columns.taken[row]
    if np.isfinite(taken):
        moment = str(np.datetime64(int(taken), "s"))
        values |= {"year": moment[:4], "month": moment[5:7], "day": moment[8:10]}
    return values
