"""Put a file of a run into the trash, and take it out again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from photosort.core.sorting.files import placing
from photosort.core.sorting.files.trash import Trash, forget_place
from photosort.core.sorting.runs.folders import Folders
from photosort.core.sorting.runs.likeness import is_ours
from photosort.core.sorting.runs.problems import ChangedStepError, GoneError, StepError, TakenError
from photosort.core.sorting.runs.steps import Step

IN_SYSTEM_TRASH: Final = "restore it from the system's trash: where it lies there is not known"


def discard(step: Step, source: Path, trash: Trash | None, *, recovering: bool) -> None:
    """Put a file into the trash, and note in its step where it lies there, if the trash tells.

    Args:
        step: of kind DISCARD.
        source: where the file lies.
        trash: None where there is none.
        recovering: it may lie there already.

    Raises:
        StepError: it is not the file that was meant.
        OSError: the system refused; the file is where it was.
    """
    waiting = placing.identify(source)
    if waiting is None:
        if not recovering:
            raise GoneError(source)
        step.target = step.target or _place_of(source, trash)
        return
    if not is_ours(step, source, waiting, loose=step.may_change):
        raise ChangedStepError(source)
    if trash is None:
        raise StepError("no trash is at hand, so it stays")
    place = trash.discard(source)
    step.target = "" if place is None else os.fspath(place)


def take_out(step: Step, source: Path, trash: Trash | None, folders: Folders) -> None:
    """Bring a file back from the trash, where its place there is known, or the trash knows it.

    Args:
        step: of kind DISCARD.
        source: where the file lay.
        trash: None where there is none to be asked.
        folders: that make the one where it lay, should it be gone.

    Raises:
        StepError: it is not there any more, or something lies where it lay.
        OSError: the system refused; the file is where it was.
    """
    found = placing.identify(source)
    is_back = found is not None and is_ours(step, source, found, loose=step.may_change)
    if not step.target:
        if is_back:
            return
        step.target = _place_of(source, trash)
        if not step.target:
            raise StepError(IN_SYSTEM_TRASH)
    place = Path(step.target)
    waiting = placing.identify(place)
    if waiting is None:
        if is_back:
            return
        raise StepError("it is no longer in the trash")
    if found is not None:
        raise TakenError(source)
    if not is_ours(step, place, waiting, loose=step.may_change):
        raise ChangedStepError(place)
    folders.ensure(source.parent)
    placing.place(place, source)
    forget_place(place)


def _place_of(source: Path, trash: Trash | None) -> str:
    """Where a file lies in the trash that was discarded from a place; empty where nobody knows."""
    find = getattr(trash, "find", None)
    place = None if find is None else find(source)
    return "" if place is None else os.fspath(place)
