"""What became of every photo, as a value, as JSON, as a table: in = sorted + duplicates + left + failed."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from photosort.core.sorting.values import Account, AccountItem, MovePlan, Status

_COUNTED = {
    Status.SORTED: "sorted",
    Status.DUPLICATE: "duplicates",
    Status.LEFT: "left",
    Status.FAILED: "failed",
}
_MARK = "\ufeff"
"""Spreadsheets take a table for UTF-8 if it begins with this."""


def would_be(plan: MovePlan) -> Account:
    """The account of a plan that nothing stands in the way of."""
    return Account(
        None,
        tuple(
            AccountItem(
                source=photo.source,
                target=photo.target,
                companions=tuple((file.source, file.target) for file in photo.files[1:]),
                status=photo.status,
                reason=photo.told,
                photo_id=photo.photo_id,
            )
            for photo in plan.photos
        ),
    )


def counts(account: Account) -> dict[str, int]:
    """How many photos came in, and what became of them; the last four add up to the first."""
    found = {"in": len(account.items), **dict.fromkeys(_COUNTED.values(), 0)}
    for item in account.items:
        found[_COUNTED[item.status]] += 1
    return found


def document(account: Account) -> dict[str, Any]:
    """The account as it is written as JSON."""
    return {
        "run": account.run,
        "counts": counts(account),
        "items": [
            {
                "source": item.source,
                "target": item.target,
                "companions": [{"source": source, "target": target} for source, target in item.companions],
                "status": item.status.value,
                "reason": item.reason,
            }
            for item in account.items
        ],
    }


def write_csv(account: Account, file: Path) -> None:
    """Write an account as a table with one line for each file; OSError where it cannot be written."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        _write(stream, ("file", "status", "source", "target", "reason"), _account_rows(account))


def plan_csv(plan: MovePlan, file: Path) -> None:
    """Write a plan as a table with one line for each file; OSError where it cannot be written."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        _write(
            stream,
            ("file", "status", "source", "target", "reason", "rule", "confidence", "conflict", "bytes"),
            _plan_rows(plan),
        )


def _account_rows(account: Account) -> Iterable[Sequence[object]]:
    for item in account.items:
        yield "photo", item.status.value, item.source, item.target or "", item.reason
        for source, target in item.companions:
            yield "with it", item.status.value, source, target or "", ""


def _plan_rows(plan: MovePlan) -> Iterable[Sequence[object]]:
    for photo in plan.photos:
        for number, file in enumerate(photo.files):
            yield (
                "with it" if number else "photo",
                photo.status.value,
                file.source,
                file.target or "",
                photo.reason,
                photo.rule,
                "" if photo.confidence is None else f"{photo.confidence:.4f}",
                photo.conflict,
                file.size,
            )


def _write(stream: TextIO, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    stream.write(_MARK)
    table = csv.writer(stream)
    table.writerow(titles)
    table.writerows([_harmless(value) for value in row] for row in rows)


def _harmless(value: object) -> object:
    """A value that no spreadsheet takes for a formula: file names come from anywhere."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
