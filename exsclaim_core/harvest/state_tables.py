"""The tables of a harvest's state, as SQL."""

from __future__ import annotations

# finished: 0 while a pass is carried out, WHOLE at its end, and PARTLY where some of it was not to be had: a search
# that came to nothing, or another query in its place.
WHOLE, PARTLY = 1, 2

TABLES = """
CREATE TABLE IF NOT EXISTS passes (
    id INTEGER PRIMARY KEY, query TEXT NOT NULL, day TEXT NOT NULL, since TEXT, finished INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY, pass INTEGER NOT NULL, source TEXT NOT NULL, url TEXT NOT NULL, doi TEXT,
    status TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', document TEXT UNIQUE, record TEXT NOT NULL,
    via TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX IF NOT EXISTS article_doi ON articles (doi) WHERE doi != '' AND status != 'duplicate';
CREATE UNIQUE INDEX IF NOT EXISTS article_url ON articles (url) WHERE url != '';
CREATE INDEX IF NOT EXISTS article_status ON articles (status, pass);
CREATE TABLE IF NOT EXISTS work (
    id INTEGER PRIMARY KEY, slot TEXT NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL,
    article INTEGER, figure INTEGER, further TEXT NOT NULL DEFAULT '[]', state TEXT NOT NULL DEFAULT 'waiting',
    tries INTEGER NOT NULL DEFAULT 0, abandoned INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '',
    pass INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS work_waiting ON work (slot, id) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS work_article ON work (article);
CREATE UNIQUE INDEX IF NOT EXISTS work_search ON work (pass, url) WHERE kind = 'search';
CREATE TABLE IF NOT EXISTS files (
    article INTEGER NOT NULL, figure INTEGER NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL, file TEXT NOT NULL,
    sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (article, figure)
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, pass INTEGER NOT NULL, source TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL,
    message TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS rests (slot TEXT PRIMARY KEY, until REAL NOT NULL);
"""
