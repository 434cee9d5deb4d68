"""What a terminal shows of plans and runs: trees of folders, reasons, and how runs stand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from photosort.core.sorting.values import (
    Account,
    AccountItem,
    How,
    MovePlan,
    PlannedFile,
    PlannedPhoto,
    Rule,
    RuleKind,
    Run,
    RunState,
    SortRequest,
    Status,
)
from photosort.sorting_report import history_lines, plan_lines, recovered_lines, run_lines, undo_lines

_REQUEST = SortRequest((Rule(RuleKind.DATE),), Path("/sorted"), How.COPY)
_RUN = Run(
    7,
    "name",
    1,
    Path("/photos"),
    Path("/sorted"),
    How.COPY,
    "copy 2 photos to sorted",
    RunState.APPLIED,
    1_700_000_000.0,
    1_700_000_009.0,
    {Status.SORTED: 2},
    standing=2,
    folders=1,
    total_bytes=2_000_000,
    seconds=61,
)


def _placed(name: str, folder: str, conflict: str = "") -> PlannedPhoto:
    target = f"{folder}/{name}" if folder else name
    file = PlannedFile(name, target, 1_000_000, 0)
    return PlannedPhoto(1, (file,), Status.SORTED, "why", folder, "date", conflict=conflict)


def _stays(name: str, reason: str, status: Status = Status.LEFT) -> PlannedPhoto:
    return PlannedPhoto(1, (PlannedFile(name, None, 1, 0),), status, reason)


def _plan(*photos: PlannedPhoto) -> MovePlan:
    return MovePlan(Path("/photos"), _REQUEST, photos)


def test_a_tree_has_each_folder_once_with_its_own_photos() -> None:
    lines = plan_lines(
        _plan(
            _placed("a.jpg", "2019/10"),
            _placed("b.jpg", "2019/9"),
            _placed("c.jpg", "2019/9"),
            _placed("d.jpg", "2019"),
            _placed("e.jpg", ""),
            _placed("f.jpg", "Å/2019/9"),
        )
    )
    assert lines[0] == "Would copy 6 of 6 photos, 6.0 MB, into 5 folders of /sorted"
    shown = [(len(line) - len(line.lstrip()), *line.split()) for line in lines[1:]]
    assert shown == [
        (2, "(no", "folder)", "1"),
        (2, "2019", "1"),
        (4, "9", "2"),
        (4, "10", "1"),
        (2, "Å"),
        (4, "2019"),
        (6, "9", "1"),
    ]
    ends = {len(line) for line in lines[1:] if line.endswith(("  1", "  2"))}
    assert len(ends) == 1, "counts stand below each other"


def test_more_folders_than_fit_are_summed_up() -> None:
    lines = plan_lines(_plan(*(_placed(f"{n}.jpg", f"{n:03}") for n in range(30))), folders=10)
    assert lines[-1] == "  and 20 more with 20 photos"
    assert len(lines) == 12


def test_reasons_are_told_once_however_sure_a_guess_was() -> None:
    unsure = [_stays(f"{n}.jpg", f"unsure: perhaps cat, {40 + n} %") for n in range(3)]
    others = [_stays(f"o{n}.jpg", f"reason {n}") for n in range(20)]
    lines = plan_lines(_plan(*unsure, *others, _stays("d.jpg", "the same as e.jpg", Status.DUPLICATE)))
    assert lines[0] == "Nothing to do for 24 photos"
    assert "Left where they are (23)" in lines
    assert "       3  unsure: perhaps cat" in lines
    assert "      13  for other reasons" in lines
    assert lines[-2:] == ["Duplicates, which stay (1)", "  d.jpg: the same as e.jpg"]


def _account(*statuses: Status) -> Account:
    items = (
        AccountItem(f"{n}.jpg", f"2019/{n}.jpg" if status is Status.SORTED else None, (), status, f"why {n}")
        for n, status in enumerate(statuses)
    )
    return Account(7, tuple(items))


def test_a_run_says_what_it_did_and_the_way_back() -> None:
    lines = run_lines(_RUN, _account(Status.SORTED, Status.SORTED, Status.FAILED))
    assert lines[0] == "Copied 2 photos into 1 folder of /sorted (2.0 MB, 1:01)."
    assert "  2.jpg: why 2" in lines
    assert lines[-1] == "Undo: photosort undo 7"
    nothing = replace(_RUN, standing=0, counts={Status.FAILED: 1})
    assert not any("undo" in line for line in run_lines(nothing, _account(Status.FAILED)))


def test_a_stopped_run_says_that_there_is_more() -> None:
    lines = run_lines(replace(_RUN, state=RunState.STOPPED), _account(Status.SORTED, Status.LEFT))
    assert any("it was stopped" in line for line in lines)


def test_recovered_runs_say_whether_all_is_as_before() -> None:
    back = replace(_RUN, state=RunState.ROLLED_BACK, standing=0)
    assert recovered_lines(back, _account(Status.LEFT))[-1] == "Everything is as it was before it."
    stuck = replace(_RUN, state=RunState.ROLLED_BACK, standing=1)
    assert recovered_lines(stuck, _account(Status.SORTED, Status.LEFT))[-1] == "  0.jpg: why 0"
    assert recovered_lines(_RUN, _account(Status.SORTED))[-1] == "Undo: photosort undo 7"


def test_history_says_how_each_run_stands() -> None:
    runs = [
        replace(_RUN, id=12, state=RunState.APPLYING),
        replace(_RUN, id=11, state=RunState.APPLYING),
        replace(_RUN, standing=1),
        replace(_RUN, id=3, state=RunState.UNDONE, standing=0, destination=_RUN.root),
    ]
    lines = history_lines(runs, interrupted=[11])
    assert len(lines) == 8
    assert lines[0].startswith("12  ")
    assert lines[0].endswith("at work")
    assert lines[2].endswith("interrupted: photosort recover")
    assert lines[4].startswith(" 7  ")
    assert lines[4].endswith("done, 1 of 2 not undone")
    assert lines[5].strip() == "/photos -> /sorted"
    assert lines[6].endswith("undone")
    assert lines[7].strip() == "/photos"
    assert history_lines([], []) == []
    partly = replace(_RUN, state=RunState.UNDONE, standing=1)
    assert history_lines([partly], [])[0].endswith("undone but for 1 photo")


def test_an_undo_names_what_it_left() -> None:
    assert undo_lines(How.MOVE, 2, []) == ["Put back 2 photos."]
    assert undo_lines(How.COPY, 1, [("a.jpg", "it was changed")]) == [
        "Removed the copies of 1 photo.",
        "1 photo left as it is:",
        "  a.jpg: it was changed",
    ]
