"""What the status bar keeps saying about files that were moved, until it is dismissed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from photosort.core.sorting.values import Run
from photosort.gui import text
from photosort.gui.history import words
from photosort.gui.notice import Notice
from photosort.gui.sorting.file_jobs import FileJobs

if TYPE_CHECKING:
    from photosort.core.sorting.runs.engine import Undone


class Notices:
    """Says what was done last, with the way back.

    Args:
        notice: where it is said.
        files: undoes it.
        show_run: shows all of a run, by its id.
    """

    def __init__(self, notice: Notice, files: FileJobs, show_run: Callable[[int], None]) -> None:
        self._notice = notice
        self._files = files
        self._show_run = show_run
        self._greeted: int | None = None
        self._lasting = False
        # Nothing can be undone while files are being moved.
        files.busy_changed.connect(lambda busy: notice.action_button.setEnabled(not busy))

    def tell_done(self, result: Run | Undone) -> None:
        """Say what was done, or put back: also after the folder was changed, until it is dismissed."""
        self._lasting = True
        if not isinstance(result, Run):
            self._tell_undone(result)
            return
        show = partial(self._show_run, result.id)
        if words.can_undo(result):
            self._notice.say(words.told_when_done(result), "Undo", partial(self._files.undo, result.id), "Show", show)
        else:
            self._notice.say(words.told_when_done(result), more="Show", show_more=show)

    def _tell_undone(self, undone: Undone) -> None:
        run = undone.run
        left = sum(item.status == "left" for item in undone.items)
        show = partial(self._show_run, run.id)
        told = f"Put back {text.photos(undone.restored)}" if undone.restored else "Nothing was put back"
        if left:
            self._notice.say(f"{told}; {left:,} stay{'s' if left == 1 else ''}.", more="Why", show_more=show)
        elif words.can_redo(run):
            self._notice.say(f"{told}.", "Do it again", partial(self._files.redo, run.id), "Show", show)
        else:
            self._notice.say(f"{told}.", more="Show", show_more=show)

    def tell_sorted_before(self, root_id: int, runs_of: Callable[[int], Sequence[Run]]) -> None:
        """Say once of a folder that opens that it was sorted before.

        Args:
            root_id: the folder.
            runs_of: gives what was done in a folder, newest first.
        """
        if self._greeted == root_id:
            return
        self._greeted = root_id
        run = next((run for run in runs_of(root_id) if words.can_undo(run)), None)
        if run is None or not self._notice.isHidden():
            return
        self._lasting = False
        show = partial(self._show_run, run.id)
        # What lies back is looked at first where it is much.
        undo = show if run.standing > words.MUCH else partial(self._files.undo, run.id)
        self._notice.say(words.told_when_opened(run), "Undo", undo, "Show", show)

    def tell_held_back(self, folder: Path | None) -> None:
        """Say that another folder opens later."""
        self._lasting = False
        what = "The folder closes" if folder is None else f"{words.place(folder)} opens"
        self._notice.say(f"{what} when the files are moved.", "Cancel moving", self._files.cancel)
        self._notice.action_button.setEnabled(True)

    def forget(self) -> None:
        """The folder has closed: what was said of it alone is said no longer."""
        self._greeted = None
        if not self._lasting:
            self._notice.dismiss()
