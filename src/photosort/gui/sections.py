"""What the left panel lists, computed from the columns of a folder: guesses, keywords, groups, dates, folders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from photosort.core.arrange import NOT_ASKED, Filter, Group, Grouping, PhotoColumns, count_groups
from photosort.core.photo import Verdict
from photosort.gui.panel_lines import Line, NameGroup, Offer, Section
from photosort.gui.steps import Classifier
from photosort.gui.written.sections import ColourChoice, KeywordChoice, RatingChoice, written_sections

_ENOUGH = 50
"""Photos of a sample below which nothing is reckoned from it."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """Only photos with this word of this classifier (or this verdict, or those that it is not asked of)."""

    classifier: str
    word: str


@dataclass(frozen=True, slots=True)
class ClusterChoice:
    """Only this group of look-alike photos."""

    cluster: int


@dataclass(frozen=True, slots=True)
class DateChoice:
    """Only this year ("2019") or month ("2019-07")."""

    month: str


@dataclass(frozen=True, slots=True)
class FolderChoice:
    """Only this folder, relative to the open one, and what lies below it."""

    folder: str


@dataclass(frozen=True, slots=True)
class EverythingChoice:
    """Every photo."""


def narrowed(only: Filter, choices: Iterable[object]) -> Filter:
    """``only`` with the choices of the left panel in place of those it had."""
    chosen = list(choices)
    if any(isinstance(choice, EverythingChoice) for choice in chosen):
        chosen = []
    return replace(
        only,
        labels=frozenset((c.classifier, c.word) for c in chosen if isinstance(c, LabelChoice)),
        clusters=frozenset(c.cluster for c in chosen if isinstance(c, ClusterChoice)),
        months=frozenset(c.month for c in chosen if isinstance(c, DateChoice)),
        folders=frozenset(c.folder for c in chosen if isinstance(c, FolderChoice)),
        ratings=frozenset(c.least for c in chosen if isinstance(c, RatingChoice)),
        colours=frozenset(c.colour for c in chosen if isinstance(c, ColourChoice)),
        keywords=frozenset(c.keyword for c in chosen if isinstance(c, KeywordChoice)),
    )


def sections_of(
    columns: PhotoColumns,
    classifiers: Sequence[Classifier],
    sample: NDArray[np.int64] | None,
    *,
    settled: bool = True,
) -> list[Section]:
    """Everything there is, with counts.

    Args:
        columns: what is known of the photos.
        classifiers: in the order in which they are shown.
        sample: ids of the photos that stand for the whole folder while not all were looked at; None for none.
        settled: counts change no longer by themselves: labels stand by count. Until then each keeps its place, so that
            none moves away under the pointer.
    """
    everything = Line("everything", "All photos", len(columns), EverythingChoice())
    sections = [Section("everything", "", (everything,))]
    sections += [
        section
        for classifier in classifiers
        if (section := _classifier_section(columns, classifier, sample, settled=settled)) is not None
    ]
    sections += written_sections(columns)
    sections += [
        section
        for section in (_cluster_section(columns), _date_section(columns), _folder_section(columns))
        if section is not None
    ]
    return sections


def _classifier_section(
    columns: PhotoColumns, classifier: Classifier, sample: NDArray[np.int64] | None, *, settled: bool
) -> Section | None:
    name = classifier.name
    if name not in columns.predictions:
        return None
    shown = columns.shown(name)
    counts = np.bincount(shown.code, minlength=shown.failed + 1)
    about = False
    if sample is not None and len(sample) >= _ENOUGH:
        about = True
        rows = columns.row_of(sample)
        in_sample = np.bincount(shown.code[rows[rows >= 0]], minlength=shown.failed + 1)
        reckoned = in_sample / max(in_sample[: shown.not_seen].sum(), 1) * len(columns)
        counts = np.maximum(counts, np.rint(reckoned).astype(np.int64))

    def line(code: int, word: str, *, quiet: bool) -> Line:
        choice = LabelChoice(name, word)
        return Line(f"{name}/{word}", shown.titles[code], int(counts[code]), choice, about=about, quiet=quiet)

    told = counts[: shown.something_else] if shown.asked_of else counts[: shown.not_asked]
    if told.sum() == 0:
        # That every photo is of another kind, or something else where even its kind is unsure, tells nothing.
        return None
    others = (
        (shown.unsure, Verdict.UNSURE.value),
        (shown.something_else, Verdict.NONE_OF_THESE.value),
        (shown.not_asked, NOT_ASKED),
    )
    words = len(shown.words)
    in_order = np.argsort(-counts[:words], kind="stable").tolist() if settled else range(words)
    lines = [line(code, shown.words[code], quiet=False) for code in in_order if counts[code]]
    lines += [line(code, word, quiet=True) for code, word in others if counts[code]]
    return Section(name, classifier.title or name.capitalize(), tuple(lines), about=name)


def _cluster_section(columns: PhotoColumns) -> Section | None:
    if columns.cluster.max(initial=-1) < 0:
        return None
    groups = count_groups(columns, Grouping.CLUSTER)
    lines = tuple(
        Line(
            f"cluster/{group.key}",
            group.title,
            group.count,
            ClusterChoice(int(group.key)),
            offers=(Offer("Name this group (F2)", NameGroup(int(group.key))),),
        )
        for group in groups
        if group.key.isdecimal()
    )
    return Section("clusters", "Look-alike", lines)


def _date_section(columns: PhotoColumns) -> Section | None:
    months = count_groups(columns, Grouping.MONTH)
    if len(months) < 2:
        return None
    years: dict[str, list[Group]] = {}
    for month in months:
        years.setdefault(month.key[:4], []).append(month)
    lines = tuple(
        Line(
            f"date/{year}",
            year,
            sum(month.count for month in found),
            DateChoice(year),
            children=tuple(
                Line(f"date/{month.key}", _MONTHS[int(month.key[-2:]) - 1], month.count, DateChoice(month.key))
                for month in found
            ),
        )
        for year, found in sorted(years.items(), reverse=True)
    )
    return Section("dates", "Dates", lines)


def _folder_section(columns: PhotoColumns) -> Section | None:
    folders, codes = columns.folder_codes
    if len(folders) < 2:
        return None
    own = dict(zip(folders, np.bincount(codes, minlength=len(folders)).tolist(), strict=True))
    total: dict[str, int] = {}
    children: dict[str, dict[str, None]] = {}
    for folder, count in own.items():
        path = PurePosixPath(folder)
        for place in [path, *path.parents] if folder else ():
            here = place.as_posix()
            if here == ".":
                continue
            total[here] = total.get(here, 0) + count
            parent = place.parent.as_posix()
            children.setdefault("" if parent == "." else parent, {})[here] = None

    def line(folder: str) -> Line:
        below = tuple(line(child) for child in children.get(folder, ()))
        return Line(f"folder/{folder}", folder.rpartition("/")[2], total[folder], FolderChoice(folder), children=below)

    return Section("folders", "Folders", tuple(line(top) for top in children.get("", ())))
