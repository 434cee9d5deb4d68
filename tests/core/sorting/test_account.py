"""What is told of every photo adds up, as JSON and as a table."""

from __future__ import annotations

import csv
from pathlib import Path

from photosort.core.sorting.plans.account import document, plan_csv, would_be, write_csv
from photosort.core.sorting.values import Account, AccountItem, How, Status
from tests.core.sorting.desk import Desk


def table(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def a_desk(base: Path) -> Desk:
    files = {"a.jpg": b"1", "a.xmp": b"x", "b.jpg": b"1", "c.jpg": b"2", "=cmd.jpg": b"3"}
    desk = Desk(base, files, {"a.jpg": "cat", "b.jpg": "cat", "=cmd.jpg": "cat"})
    (desk.root / "d.jpg").write_bytes(b"")
    return desk


def test_the_document_is_that_of_the_issue(tmp_path: Path) -> None:
    found = document(would_be(a_desk(tmp_path).plan(how=How.COPY)))
    assert found["run"] is None
    assert found["counts"] == {"in": 5, "sorted": 2, "duplicates": 1, "left": 1, "failed": 1}
    by_source = {item.pop("source"): item for item in found["items"]}
    assert by_source["a.jpg"] == {
        "target": "cat/a.jpg",
        "companions": [{"source": "a.xmp", "target": "cat/a.xmp"}],
        "status": "sorted",
        "reason": "your label: cat",
    }
    assert by_source["b.jpg"]["status"] == "duplicate"
    assert by_source["b.jpg"]["target"] is None
    assert {source: item["status"] for source, item in by_source.items()} == {
        "=cmd.jpg": "sorted", "a.jpg": "sorted", "b.jpg": "duplicate", "c.jpg": "left", "d.jpg": "failed",
    }  # fmt: skip


def test_tables_have_a_line_for_every_file_and_no_formula(tmp_path: Path) -> None:
    plan = a_desk(tmp_path).plan()
    write_csv(would_be(plan), tmp_path / "account.csv")
    plan_csv(plan, tmp_path / "plan.csv")
    for file in ("account.csv", "plan.csv"):
        titles, *rows = table(tmp_path / file)
        sources = [row[titles.index("source")] for row in rows]
        assert sorted(sources) == ["'=cmd.jpg", "a.jpg", "a.xmp", "b.jpg", "c.jpg", "d.jpg"]
        assert [row[0] for row in rows].count("photo") == 5
        assert all(len(row) == len(titles) for row in rows)


def test_a_table_holds_any_text(tmp_path: Path) -> None:
    item = AccountItem('a "b", c\nd.jpg', None, (("é.xmp", None),), Status.LEFT, "so; it is")
    write_csv(Account(7, (item,)), tmp_path / "account.csv")
    assert table(tmp_path / "account.csv")[1:] == [
        ["photo", "left", 'a "b", c\nd.jpg', "", "so; it is"],
        ["with it", "left", "é.xmp", "", ""],
    ]
