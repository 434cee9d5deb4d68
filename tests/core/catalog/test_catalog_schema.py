"""Opening catalogs: new, old, newer than this program, damaged, and migrations that fail half-way."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from photosort.core.catalog import Catalog
from photosort.core.catalog import schema as schema_module
from photosort.core.catalog.rules import Watch
from photosort.core.catalog.schema import MIGRATIONS, backup_path, migrate, run_sql, version_of
from photosort.core.errors import CatalogError
from photosort.core.photo import Failure, TakenSource
from photosort.core.sorting.files.attributes import Carried
from photosort.core.sorting.runs.steps import FolderRole
from photosort.core.sorting.values import How, RunState, Status

_FROZEN = sorted((Path(__file__).parent / "schemas").glob("version-*.sql"))


def _frozen_version(path: Path) -> int:
    return int(path.stem.removeprefix("version-"))


def _load(frozen: Path, directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "catalog.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(frozen.read_text(encoding="utf-8"))
    return path


def _tables(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    # A table that was renamed while it was rebuilt has its name quoted.
    return {name: re.sub(r"\s+", " ", sql).replace(f'"{name}"', name) for name, sql in rows}


def test_there_is_a_frozen_catalog_of_every_version():
    assert [_frozen_version(path) for path in _FROZEN] == list(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("frozen", _FROZEN, ids=lambda path: path.stem)
def test_a_catalog_of_every_version_opens_with_everything_in_it(tmp_path, frozen, backbone):
    path = _load(frozen, tmp_path)
    with Catalog(tmp_path) as catalog:
        assert not catalog.read_only
        first, second, third = catalog.photos(1)
        assert [first.relpath, second.relpath, third.relpath] == ["2019/a.jpg", "b\udcff.jpg", "c.jpg"]
        assert first.companions == ("2019/a.xmp",)
        assert (first.content_key, first.sharpness, first.perceptual_hash) == ("100-00ff", 12.5, -5)
        assert (first.taken, first.taken_source) == (1562889660.0, TakenSource.EXIF)
        assert catalog.embeddings(1, backbone).vectors.tolist() == [[1, 2, 3, 4]]
        assert catalog.predictions_of(1)["scenes"].probabilities == {"forest": 0.25, "sea": 0.75}
        assert catalog.clustering(1).cluster.tolist() == [0]
        assert catalog.failures(1) == [Failure("b\udcff.jpg", "is cut off"), Failure("closed", "may not be read")]
        assert [ignored.relpath for ignored in catalog.ignored(1)] == ["d.mp4"]
        assert catalog.pending(1, backbone).tolist() == [3]
        assert catalog.labels(1, "scenes") == {1: "sea"}
    with closing(sqlite3.connect(path)) as connection:
        assert version_of(connection) == len(MIGRATIONS)
    if _frozen_version(frozen) < len(MIGRATIONS):
        assert backup_path(path, _frozen_version(frozen)).exists()


def test_what_version_3_keeps_of_sorting_is_still_understood(tmp_path):
    _load(_FROZEN[2], tmp_path)
    with Catalog(tmp_path) as catalog:
        [run] = catalog.runs.runs(1)
        assert (run.title, run.state, run.counts[Status.SORTED], run.standing) == (
            "move 1 photo to sea",
            RunState.APPLIED,
            1,
            1,
        )
        record = catalog.runs.load(1)
        assert [step.target for step in record.steps] == ["sea/a.jpg", "sea/a.xmp"]
        assert record.steps[0].carried == Carried(0o640, (("user.tags", b"Oma"),))
        assert [folder.role for folder in record.folders] == [FolderRole.EMPTIED, FolderRole.MADE]
        assert catalog.next_undo(1).title == run.title
        assert catalog.runs.of_action(catalog.next_undo(1).id) == 1
        rule = catalog.rules.rule(1)
        assert (rule.watch, rule.request.how, rule.request.destination) == (
            Watch.FILE,
            How.MOVE,
            Path("/photos/Sorted"),
        )
        assert catalog.rules.cluster_names(1) == {0: "Garden"}
        assert [(folder.path, folder.learn) for folder in catalog.filing.folders(1)] == [(Path("/photos/Beach"), True)]
        facts = catalog.written.facts(1)
        assert (facts.rating, facts.colour, facts.keywords) == (4, "Green", ("Places|Sea",))


@pytest.mark.parametrize("frozen", _FROZEN, ids=lambda path: path.stem)
def test_released_migrations_still_do_what_they_did(tmp_path, frozen):
    version = _frozen_version(frozen)
    old = _load(frozen, tmp_path / "frozen")
    new = tmp_path / "new.sqlite3"
    with closing(sqlite3.connect(new, isolation_level=None)) as connection:
        migrate(connection, new, MIGRATIONS[:version])
    assert _tables(old) == _tables(new)


def _add_stars(connection: sqlite3.Connection) -> None:
    run_sql(
        connection,
        """
        -- Rebuilt: the semicolon; in this comment and the one in the default are no ends of statements.
        CREATE TABLE rebuilt (
            id INTEGER PRIMARY KEY, path NOT NULL UNIQUE, opened_at REAL NOT NULL,
            recent INTEGER NOT NULL, stars TEXT NOT NULL DEFAULT ';'
        );
        INSERT INTO rebuilt (id, path, opened_at, recent) SELECT id, path, opened_at, recent FROM roots;
        DROP TABLE roots;
        ALTER TABLE rebuilt RENAME TO roots;
        """,
    )


def _fail_in_the_middle(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE photos ADD COLUMN stars INTEGER")
    connection.execute("DELETE FROM clusters")
    connection.execute("UPDATE photos SET state = 7")


def _lose_a_parent(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM roots")


def test_a_migration_goes_forward_after_a_backup(tmp_path):
    path = _load(_FROZEN[0], tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, (MIGRATIONS[0], _add_stars))
        assert version_of(connection) == 2
        assert connection.execute("SELECT path, stars FROM roots").fetchall() == [("/photos", ";")]
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        migrate(connection, path, (MIGRATIONS[0], _add_stars))
    with closing(sqlite3.connect(backup_path(path, 1))) as connection:
        assert version_of(connection) == 1
        assert connection.execute("SELECT count(*) FROM photos").fetchone() == (3,)
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("broken", [_fail_in_the_middle, _lose_a_parent])
def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path, broken):
    path = _load(_FROZEN[0], tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        before = list(connection.iterdump())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.IntegrityError):
            migrate(connection, path, (MIGRATIONS[0], _add_stars, broken))
        assert not connection.in_transaction
    with closing(sqlite3.connect(path)) as connection:
        assert list(connection.iterdump()) == before
        assert version_of(connection) == 1


def test_a_failed_migration_is_a_catalog_error(tmp_path, monkeypatch):
    _load(_FROZEN[0], tmp_path)
    monkeypatch.setattr(
        "photosort.core.catalog.store.migrate",
        lambda connection, path: schema_module.migrate(connection, path, (MIGRATIONS[0], _fail_in_the_middle)),
    )
    with pytest.raises(CatalogError, match=re.escape(str(tmp_path))):
        Catalog(tmp_path)


def test_a_migration_waits_for_one_that_is_under_way(tmp_path):
    path = _load(_FROZEN[0], tmp_path)
    ran = []

    def meanwhile(connection: sqlite3.Connection) -> None:
        ran.append(1)
        _add_stars(connection)

    with (
        closing(sqlite3.connect(path, isolation_level=None)) as one,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        # The other process migrates between this one's look at the version and its transaction.
        one.set_trace_callback(
            lambda sql: migrate(other, path, (MIGRATIONS[0], meanwhile)) if sql.startswith("BEGIN IMMEDIATE") else None
        )
        migrate(one, path, (MIGRATIONS[0], meanwhile))
    assert ran == [1]


def test_a_script_that_ends_within_a_statement_is_refused():
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(ValueError, match="middle of a statement"):
        run_sql(connection, "CREATE TABLE a (b);\nCREATE TABLE c (")


def test_a_newer_catalog_can_be_looked_at_but_not_changed(album, tmp_path):
    album.write("a.jpg", "one")
    album.scan()
    album.catalog.close()
    with closing(sqlite3.connect(album.catalog.path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    with Catalog(album.catalog.directory) as catalog:
        assert catalog.read_only
        assert "newer photosort" in catalog.read_only_reason
        [photo] = catalog.photos(1)
        assert photo.relpath == "a.jpg"
        for write in (
            lambda: catalog.open_root(tmp_path),
            lambda: catalog.set_sharpness({1: 1.0}),
            lambda: catalog.retry_failures(1),
        ):
            with pytest.raises(CatalogError, match="newer photosort"):
                write()
    with closing(sqlite3.connect(album.catalog.path)) as connection:
        assert version_of(connection) == 999


def test_a_file_that_is_no_catalog_is_said_to_be_damaged_and_left_alone(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    path.write_bytes(b"this was a catalog once" * 1000)
    before = path.read_bytes()
    with pytest.raises(CatalogError, match=r"damaged.*no backup") as caught:
        Catalog(tmp_path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


def test_a_damaged_catalog_names_its_newest_backup(tmp_path):
    backup = backup_path(tmp_path / "catalog.sqlite3", 1)
    backup.write_bytes(b"")
    (tmp_path / "catalog.sqlite3").write_bytes(b"\0" * 5000)
    with pytest.raises(CatalogError, match=re.escape(str(backup))):
        Catalog(tmp_path)


def test_pages_overwritten_in_the_middle_are_an_error_for_a_person(album):
    for number in range(300):
        album.write(f"some quite long name of a photo {number}.jpg", "x")
    album.scan()
    album.catalog.close()
    content = bytearray(album.catalog.path.read_bytes())
    content[8192:] = np.random.default_rng(0).bytes(len(content) - 8192)
    album.catalog.path.write_bytes(content)
    with pytest.raises(CatalogError, match="damaged"), Catalog(album.catalog.directory) as catalog:
        catalog.photos(1)


def test_a_folder_that_cannot_be_made_is_an_error_for_a_person(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CatalogError, match="could not be opened"):
        Catalog(tmp_path / "file" / "catalog")
