-- A catalog of schema version 2 as photosort wrote it. Frozen: never edit, never regenerate.
BEGIN TRANSACTION;
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
INSERT INTO "actions" VALUES(1,1,'label','label 1 photo','{}',1.0,NULL,0);
CREATE TABLE backbones (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    dimension INTEGER CHECK (dimension > 0)
);
INSERT INTO "backbones" VALUES(1,'tiny-0123456789ab-8-p1-f32',4);
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
INSERT INTO "classifiers" VALUES(1,'scenes','Scenes','1',1,'["forest", "sea"]',1.0);
CREATE TABLE clusterings (
    id INTEGER PRIMARY KEY,
    root_id INTEGER NOT NULL REFERENCES roots (id),
    backbone_id INTEGER NOT NULL REFERENCES backbones (id),
    method TEXT NOT NULL,
    k INTEGER NOT NULL,
    made_at REAL NOT NULL
);
INSERT INTO "clusterings" VALUES(1,1,1,'kmeans',1,1.0);
CREATE TABLE clusters (
    clustering_id INTEGER NOT NULL REFERENCES clusterings (id) ON DELETE CASCADE,
    photo_id INTEGER NOT NULL REFERENCES photos (id),
    cluster INTEGER NOT NULL,
    typicality REAL NOT NULL,
    PRIMARY KEY (clustering_id, photo_id)
) WITHOUT ROWID;
INSERT INTO "clusters" VALUES(1,1,0,1.0);
CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    width INTEGER,
    height INTEGER,
    sharpness REAL,
    perceptual_hash INTEGER,
    taken REAL
);
INSERT INTO "contents" VALUES(1,'100-00ff',4000,3000,12.5,-5,1562889660.0);
CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY,
    backbone_id INTEGER NOT NULL REFERENCES backbones (id),
    content_id INTEGER NOT NULL REFERENCES contents (id),
    vector BLOB NOT NULL
);
INSERT INTO "embeddings" VALUES(1,1,1,X'003C004000420044');
CREATE TABLE labels (
    photo_id INTEGER NOT NULL REFERENCES photos (id),
    classifier TEXT NOT NULL,
    label TEXT NOT NULL,
    made_at REAL NOT NULL,
    PRIMARY KEY (photo_id, classifier)
) WITHOUT ROWID;
INSERT INTO "labels" VALUES(1,'scenes','sea',1.0);
CREATE TABLE photo_failures (
    photo_id INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    reason TEXT NOT NULL
);
INSERT INTO "photo_failures" VALUES(2,200,3,'is cut off');
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
INSERT INTO "photos" VALUES(1,1,'2019/a.jpg','[["2019/a.xmp",7,2]]',100,1,0,1562889600.0,'name',1);
INSERT INTO "photos" VALUES(2,1,X'62EDB3BF2E6A7067',NULL,200,3,0,0.0,'file',NULL);
INSERT INTO "photos" VALUES(3,1,'c.jpg',NULL,300,4,0,5.0,'takeout',NULL);
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
INSERT INTO "predictions" VALUES(1,1,1,0.75,0.75,0,X'0000803E0000403F');
CREATE TABLE roots (
    id INTEGER PRIMARY KEY,
    path NOT NULL UNIQUE,
    opened_at REAL NOT NULL,
    recent INTEGER NOT NULL DEFAULT 1 CHECK (recent IN (0, 1))
, backbone_id INTEGER REFERENCES backbones (id));
INSERT INTO "roots" VALUES(1,'/photos',1.0,1,1);
CREATE TABLE scan_notes (
    root_id INTEGER NOT NULL REFERENCES roots (id),
    kind TEXT NOT NULL CHECK (kind IN ('failed', 'ignored')),
    relpath NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (root_id, kind, relpath)
) WITHOUT ROWID;
INSERT INTO "scan_notes" VALUES(1,'failed','closed','may not be read');
INSERT INTO "scan_notes" VALUES(1,'ignored','d.mp4','a video');
CREATE TABLE serving (
    root_id INTEGER NOT NULL REFERENCES roots (id),
    name TEXT NOT NULL,
    classifier_id INTEGER NOT NULL REFERENCES classifiers (id),
    position INTEGER NOT NULL,
    PRIMARY KEY (root_id, name)
) WITHOUT ROWID;
INSERT INTO "serving" VALUES(1,'scenes',1,1);
CREATE UNIQUE INDEX photos_present ON photos (root_id, relpath) WHERE state = 0;
CREATE INDEX photos_by_root ON photos (root_id, state, content_id);
CREATE INDEX photos_by_content ON photos (content_id);
CREATE UNIQUE INDEX embeddings_of_content ON embeddings (content_id, backbone_id);
CREATE INDEX clusterings_by_root ON clusterings (root_id);
CREATE INDEX actions_by_root ON actions (root_id, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('actions',1);
PRAGMA user_version = 2;
COMMIT;
