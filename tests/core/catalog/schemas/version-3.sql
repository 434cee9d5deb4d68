-- A catalog of schema version 3 as photosort wrote it. Frozen: never edit, never regenerate.
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
INSERT INTO "actions" VALUES(2,1,'run','move 1 photo to sea','{"run": 1}',6.0,NULL,0);
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
CREATE TABLE cluster_names (
    clustering_id INTEGER NOT NULL REFERENCES clusterings (id) ON DELETE CASCADE,
    cluster INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (clustering_id, cluster)
) WITHOUT ROWID;
INSERT INTO "cluster_names" VALUES(1,0,'Garden');
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
CREATE TABLE filing_folders (
    root_id INTEGER NOT NULL REFERENCES roots (id),
    path NOT NULL,
    position INTEGER,
    learn INTEGER CHECK (learn IN (0, 1)),
    PRIMARY KEY (root_id, path)
) WITHOUT ROWID;
INSERT INTO "filing_folders" VALUES(1,'/photos/Beach',0,1);
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
CREATE TABLE run_folders (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    path NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('made', 'emptied', 'touched', 'mount')),
    mtime_ns INTEGER,
    mode INTEGER,
    PRIMARY KEY (run_id, path)
) WITHOUT ROWID;
INSERT INTO "run_folders" VALUES(1,'/photos/2019','emptied',123,493);
INSERT INTO "run_folders" VALUES(1,'/photos/Sorted/sea','made',NULL,NULL);
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
INSERT INTO "run_photos" VALUES(1,0,1,'2019/a.jpg','sea/a.jpg','sea','scenes','sorted','guess: sea, 75 %','[["2019/a.xmp", "sea/a.xmp", 10, 5]]',100,5,1,1);
INSERT INTO "run_photos" VALUES(1,1,3,'c.jpg',NULL,'','','left','unsure',NULL,100,5,0,0);
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
INSERT INTO "run_steps" VALUES(1,0,0,'move','2019/a.jpg','sea/a.jpg',100,5,7,8,NULL,NULL,NULL,NULL,'{"mode": 416, "extended": {"user.tags": "T21h"}}',1);
INSERT INTO "run_steps" VALUES(1,1,0,'move','2019/a.xmp','sea/a.xmp',10,5,9,8,X'00FF',NULL,NULL,'[0]',NULL,1);
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
INSERT INTO "runs" VALUES(1,'20261121-200000-0123abcd',1,'/photos','/photos/Sorted','move','move 1 photo to sea','{"rules": [{"kind": "labels", "classifier": ""}, {"kind": "classifier", "classifier": "scenes"}, {"kind": "date", "classifier": ""}], "destination": "/photos/Sorted", "how": "move", "template": "{label}/{year}", "min_confidence": 0.8, "unsure": "Unsure", "keep": {"auto": true, "names": ["Italy"], "included": ["2019"]}}','applied',5.0,6.0,0.5,'{"sorted": 1, "left": 1}',1,1,100);
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
CREATE TABLE sort_rules (
    root_id INTEGER PRIMARY KEY REFERENCES roots (id),
    request TEXT NOT NULL,
    watch INTEGER NOT NULL DEFAULT 0 CHECK (watch IN (0, 1, 2)),
    made_at REAL NOT NULL
);
INSERT INTO "sort_rules" VALUES(1,'{"rules": [{"kind": "labels", "classifier": ""}, {"kind": "classifier", "classifier": "scenes"}, {"kind": "date", "classifier": ""}], "destination": "/photos/Sorted", "how": "move", "template": "{label}/{year}", "min_confidence": 0.8, "unsure": "Unsure", "keep": {"auto": true, "names": ["Italy"], "included": ["2019"]}}',2,7.0);
CREATE TABLE written (
    photo_id INTEGER PRIMARY KEY REFERENCES photos (id) ON DELETE CASCADE,
    stamp TEXT NOT NULL,
    rating INTEGER,
    colour TEXT NOT NULL DEFAULT '',
    keywords TEXT NOT NULL DEFAULT '[]'
);
INSERT INTO "written" VALUES(1,'stamp',4,'Green','["Places|Sea"]');
CREATE UNIQUE INDEX photos_present ON photos (root_id, relpath) WHERE state = 0;
CREATE INDEX photos_by_root ON photos (root_id, state, content_id);
CREATE INDEX photos_by_content ON photos (content_id);
CREATE UNIQUE INDEX embeddings_of_content ON embeddings (content_id, backbone_id);
CREATE INDEX clusterings_by_root ON clusterings (root_id);
CREATE INDEX actions_by_root ON actions (root_id, id);
CREATE INDEX runs_by_root ON runs (root_id, id);
CREATE INDEX run_photos_by_photo ON run_photos (photo_id, run_id);
CREATE INDEX written_saying ON written (photo_id) WHERE rating <> 0 OR colour <> '' OR keywords <> '[]';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('actions',2);
INSERT INTO "sqlite_sequence" VALUES('runs',1);
PRAGMA user_version = 3;
COMMIT;
