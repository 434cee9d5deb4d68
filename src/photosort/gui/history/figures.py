"""What the picture of a run says: its title, its figures, its folders. Knows no painting."""

from __future__ import annotations

from photosort.core.sorting.values import How, Run, RunState, Status
from photosort.gui import text
from photosort.gui.history import words
from photosort.gui.history.report import FolderShare, Report

MISSING = "not found"


def title_of(report: Report) -> str:
    """What the picture says first: "17,900 photos in 14 folders"."""
    run = report.run
    placed = words.sorted_count(run)
    if undone(report):
        return f"{words.named(run)}, and undone"
    if not report.folders or words.without_folders(run) or run.state.at_work:
        return words.named(run)
    folders = f"{len(report.folders):,} folder{'' if len(report.folders) == 1 else 's'}"
    return f"{text.photos(placed)} {_HOW.get(run.how, 'sorted')} into {folders}"


_HOW = {How.COPY: "copied", How.HARDLINK: "linked", How.SYMLINK: "linked"}


_DONE = {How.KEYWORDS: "with keywords"}


def figures_of(report: Report) -> list[tuple[str, str]]:
    """What it came to: pairs of a number and what it counts."""
    run, folders = report.run, len(report.folders)
    placed = words.sorted_count(run)
    done = "in the trash" if words.into_trash(run) else _DONE.get(run.how, "sorted")
    if run.state.at_work:
        # How far it is, the disk knows.
        done = "in all"
    figures = [(f"{placed:,}", f"photo {done}" if placed == 1 else f"photos {done}")]
    if folders and not words.without_folders(run):
        figures.append((f"{folders:,}", "folder" if folders == 1 else "folders"))
    counted = ((Status.DUPLICATE, "duplicates"), (Status.LEFT, "left as they are"), (Status.FAILED, "failed"))
    figures += [(f"{run.counts[status]:,}", name) for status, name in counted if run.counts.get(status, 0)]
    if (back := words.put_back(run)) and not undone(report):
        figures.append((f"{back:,}", "put back"))
    figures.append((f"{report.lost:,}", MISSING) if report.lost else ("0", "lost"))
    figures.append((words.took(run.seconds), "time"))
    return figures


def name_of(share: FolderShare, run: Run) -> str:
    """A folder as its card names it."""
    if words.into_trash(run):
        return "the trash"
    if run.how is How.KEYWORDS:
        return "keywords beside the photos"
    return share.folder or words.place(run.destination)


def undone(report: Report) -> bool:
    """True where all of it was put back."""
    return report.run.state in {RunState.UNDONE, RunState.ROLLED_BACK}
