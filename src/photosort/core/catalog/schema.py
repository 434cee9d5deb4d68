"""The tables of the catalog, and the way from every older version of them to the newest.

`MIGRATIONS` is append only: the migration at index i leads from ``PRAGMA user_version`` i to i + 1. What a released
migration does is never changed, for there are files in the world that went through it.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

_logger = logging.getLogger(__name__)

Migration = Callable[[sqlite3.Connection], None]

# Paths are text, but a name that is no valid text is kept as bytes (see `textcodes`), so their columns have no type.
_VERSION_1 = """
CREATE TABLE roots (
    id INTEGER PRIMARY KEY,
    path NOT NULL UNIQUE,
    opened_at REAL NOT NULL,
    recent INTEGER NOT NULL DEFAULT 1 CHECK (recent IN (0, 1))
);

CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    width INTEGER,
    height INTEGER,
    sharpness REAL,
    perceptual_hash INTEGER,
    taken REAL
);

-- A missing photo keeps the path it was last seen at; only present ones hold a path for themselves.
CREATE TABLE photos (
    id INTEGER PRIMARY KEY,
    root_id INTEGER NOT NULL REFERENCES roots (id),
    relpath NOT NULL,
    companions TEXT,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    state INTEGER NOT NULL CHECK (state IN (0, 1)),
    taken REAL NOT NULL,
    taken_source TEXT NOT NULL,
    content_id INTEGER REFERENCES contents (id)
);
CREATE UNIQUE INDEX photos_present ON photos (root_id, relpath) WHERE state = 0;
CREATE INDEX photos_by_root ON photos (root_id, state, content_id);
CREATE INDEX photos_by_content ON photos (content_id);

CREATE TABLE photo_failures (
    photo_id INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    reason TEXT NOT NULL
);

-- What the last scan of a root could not look into ('failed') and what it left out ('ignored').
CREATE TABLE scan_notes (
    root_id INTEGER NOT NULL REFERENCES roots (id),
    kind TEXT NOT NULL CHECK (kind IN ('failed', 'ignored')),
    relpath NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (root_id, kind, relpath)
) WITHOUT ROWID;

-- dimension: NULL until the first embedding comes.
CREATE TABLE backbones (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    dimension INTEGER CHECK (dimension > 0)
);

-- vector: little-endian float16.
CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY,
    backbone_id INTEGER NOT NULL REFERENCES backbones (id),
    content_id INTEGER NOT NULL REFERENCES contents (id),
    vector BLOB NOT NULL
);
CREATE UNIQUE INDEX embeddings_of_content ON embeddings (content_id, backbone_id);

-- labels: a JSON list; predictions speak of its indices.
CREATE TABLE classifiers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    version TEXT NOT NULL,
    backbone_id INTEGER NOT NULL REFERENCES backbones (id),
    labels TEXT NOT NULL,
    made_at REAL NOT NULL,
    UNIQUE (name, version, backbone_id)
);

-- verdict: index into photo.VERDICTS; probabilities: little-endian float32 in the order of the classifier's labels.
CREATE TABLE predictions (
    classifier_id INTEGER NOT NULL REFERENCES classifiers (id),
    content_id INTEGER NOT NULL REFERENCES contents (id),
    label_index INTEGER NOT NULL,
    confidence REAL NOT NULL,
    known REAL NOT NULL,
    verdict INTEGER NOT NULL,
    probabilities BLOB NOT NULL,
    PRIMARY KEY (classifier_id, content_id)
) WITHOUT ROWID;

CREATE TABLE clusterings (
    id INTEGER PRIMARY KEY,
    root_id INTEGER NOT NULL REFERENCES roots (id),
    backbone_id INTEGER NOT NULL REFERENCES backbones (id),
    method TEXT NOT NULL,
    k INTEGER NOT NULL,
    made_at REAL NOT NULL
);
CREATE INDEX clusterings_by_root ON clusterings (root_id);
CREATE TABLE clusters (
    clustering_id INTEGER NOT NULL REFERENCES clusterings (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photos (id),
    cluster INTEGER NOT NULL,
    typicality REAL NOT NULL,
    PRIMARY KEY (clustering_id, photo_id)
) WITHOUT ROWID;

-- What a person said. The classifier is named, not numbered: labels outlive its versions.
CREATE TABLE labels (
    photo_id INTEGER NOT NULL REFERENCES photos (id),
    classifier TEXT NOT NULL,
    label TEXT NOT NULL,
    made_at REAL NOT NULL,
    PRIMARY KEY (photo_id, classifier)
) WITHOUT ROWID;

-- Everything that can be undone, oldest first. payload: JSON, what was done and what undoes it. final: undone, and then
-- something else was done, so that it cannot be redone.
CREATE TABLE actions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root_id INTEGER NOT NULL REFERENCES roots (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    payload TEXT NOT NULL,
    done_at REAL NOT NULL,
    undone_at REAL,
    final INTEGER NOT NULL DEFAULT 0 CHECK (final IN (0, 1))
);
CREATE INDEX actions_by_root ON actions (root_id, id);
"""

# serving: the versions of the classifiers whose guesses a folder shows, in the order in which they are shown.
# roots.backbone_id: whose embeddings its groups and look-alikes are made of; NULL before anything was looked at.
_VERSION_2 = """
CREATE TABLE serving (
    root_id INTEGER NOT NULL REFERENCES roots (id),
    name TEXT NOT NULL,
    classifier_id INTEGER NOT NULL REFERENCES classifiers (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (root_id, name)
) WITHOUT ROWID;
ALTER TABLE roots ADD COLUMN backbone_id INTEGER REFERENCES backbones (id);

-- Until now the version registered last has served.
INSERT INTO serving (root_id, name, classifier_id, position)
SELECT r.id, c.name, max(c.id), min(c.id) FROM roots AS r CROSS JOIN classifiers AS c
WHERE EXISTS (
    SELECT 1 FROM photos AS p JOIN predictions AS q ON q.classifier_id = c.id AND q.content_id = p.content_id
    WHERE p.root_id = r.id
) GROUP BY r.id, c.name;
UPDATE roots SET backbone_id = (
    SELECT c.backbone_id FROM serving AS s JOIN classifiers AS c ON c.id = s.classifier_id
    WHERE s.root_id = roots.id ORDER BY c.id DESC LIMIT 1
);
"""

# runs: applied plans; request is JSON, as `photosort.core.sorting.values.SortRequest`.
# run_photos: what became of every photo of a run. run_steps: every file that it changes, written down before the first
# one is touched; what a step has come to is read off the disk, mark only saves looking.
# run_folders: what folders were like before: those that are made, those that are emptied and removed, those that only
# get another time.
_VERSION_3 = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    root_id INTEGER NOT NULL REFERENCES roots (id),
    root NOT NULL,
    destination NOT NULL,
    how TEXT NOT NULL,
    title TEXT NOT NULL,
    request TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at REAL NOT NULL,
    ended_at REAL,
    seconds REAL NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{}',
    standing INTEGER NOT NULL DEFAULT 0,
    folders INTEGER NOT NULL DEFAULT 0,
    total_bytes INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX runs_by_root ON runs (root_id, id);
CREATE TABLE run_photos (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    position INTEGER NOT NULL,
    photo_id INTEGER REFERENCES photos (id),
    source NOT NULL,
    target,
    folder NOT NULL,
    rule TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('sorted', 'duplicate', 'left', 'failed')),
    reason TEXT NOT NULL,
    companions TEXT,
    size INTEGER NOT NULL DEFAULT 0,
    mtime_ns INTEGER NOT NULL DEFAULT 0,
    goal INTEGER NOT NULL DEFAULT 0 CHECK (goal IN (0, 1)),
    standing INTEGER NOT NULL DEFAULT 0 CHECK (standing IN (0, 1)),
    PRIMARY KEY (run_id, position)
) WITHOUT ROWID;
CREATE INDEX run_photos_by_photo ON run_photos (photo_id, run_id);
CREATE TABLE run_steps (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source NOT NULL,
    target NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    device INTEGER NOT NULL,
    digest BLOB,
    before BLOB,
    after BLOB,
    needs TEXT,
    carried TEXT,
    mark INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, number)
) WITHOUT ROWID;
CREATE TABLE run_folders (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    path NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('made', 'emptied', 'touched', 'mount')),
    mtime_ns INTEGER,
    mode INTEGER,
    PRIMARY KEY (run_id, path)
) WITHOUT ROWID;

-- The plan that a folder is sorted by again, and whether new photos are proposed (watch = 1) or filed (watch = 2).
CREATE TABLE sort_rules (
    root_id INTEGER PRIMARY KEY REFERENCES roots (id),
    request TEXT NOT NULL,
    watch INTEGER NOT NULL DEFAULT 0 CHECK (watch IN (0, 1, 2)),
    made_at REAL NOT NULL
);

-- Folders that photos are filed into by hand, in the order of their keys; position: NULL for one that is not listed.
-- learn: whether its name becomes a label of what is filed there: 1 yes, 0 never, NULL not answered yet.
CREATE TABLE filing_folders (
    root_id INTEGER NOT NULL REFERENCES roots (id),
    path NOT NULL,
    position INTEGER,
    learn INTEGER CHECK (learn IN (0, 1)),
    PRIMARY KEY (root_id, path)
) WITHOUT ROWID;

-- Names that a person gave to groups of look-alikes.
CREATE TABLE cluster_names (
    clustering_id INTEGER NOT NULL REFERENCES clusterings (id) ON DELETE CASCADE,
    cluster INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (clustering_id, cluster)
) WITHOUT ROWID;

-- What other programs wrote of a photo into the file or a sidecar. stamp: of the files that were read.
-- keywords: a JSON list of paths ("Places|Sea").
CREATE TABLE written (
    photo_id INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
    stamp TEXT NOT NULL,
    rating INTEGER,
    colour TEXT NOT NULL DEFAULT '',
    keywords TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX written_saying ON written (photo_id) WHERE rating <> 0 OR colour <> '' OR keywords <> '[]';
"""


def run_sql(connection: sqlite3.Connection, script: str) -> None:
    """Run every statement of a script inside the open transaction (`executescript` would commit it)."""
    for statement in _statements(script):
        connection.execute(statement)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        message = f"the script ends in the middle of a statement: {statement.strip()[:80]!r}"
        raise ValueError(message)


def _to_version_1(connection: sqlite3.Connection) -> None:
    run_sql(connection, _VERSION_1)


def _to_version_2(connection: sqlite3.Connection) -> None:
    run_sql(connection, _VERSION_2)


def _to_version_3(connection: sqlite3.Connection) -> None:
    run_sql(connection, _VERSION_3)


MIGRATIONS: tuple[Migration, ...] = (_to_version_1, _to_version_2, _to_version_3)


def version_of(connection: sqlite3.Connection) -> int:
    """The schema version of an open file; 0 for an empty one."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the catalog at ``path`` to the newest version, in one transaction, after a backup beside it.

    Two processes may do this at the same time: the second one waits and finds nothing left to do. A file of a newer
    version is left as it is.

    Args:
        connection: an open connection in autocommit mode to ``path``.
        path: where the file lies; the backup is named after it.
        migrations: all migrations there are, from version 0 on.

    Raises:
        sqlite3.Error: a migration failed; the file is as it was before.
        OSError: the backup could not be put in place; the file is as it was before.
    """
    version = version_of(connection)
    if version >= len(migrations):
        return
    if version > 0:
        _logger.info("bringing the catalog from version %d to %d", version, len(migrations))
        back_up(connection, backup_path(path, version))
    # Tables can be rebuilt only while foreign keys are off, and that cannot be switched inside a transaction.
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for migration in migrations[version_of(connection) :]:
                migration(connection)
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                message = f"the new version would leave {len(broken)} rows pointing at nothing"
                raise sqlite3.IntegrityError(message)
            connection.execute(f"PRAGMA user_version = {max(len(migrations), version_of(connection))}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def backup_path(path: Path, version: int) -> Path:
    """Where the catalog at ``path`` is backed up before it leaves ``version``."""
    return path.with_name(f"{path.stem}-version-{version}{path.suffix}")


def backups(path: Path) -> list[Path]:
    """The backups that lie beside the catalog at ``path``, newest first."""
    found = path.parent.glob(f"{path.stem}-version-*{path.suffix}")
    return sorted(found, key=lambda backup: backup.stat().st_mtime, reverse=True)


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Copy an open catalog, whole or not at all, to ``target``."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with closing(sqlite3.connect(unfinished)) as copy:
            connection.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
