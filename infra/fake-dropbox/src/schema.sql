-- Identity of this database, in one row. Cursors name it, so that those of a deleted database are answered `reset`.
CREATE TABLE IF NOT EXISTS database (id TEXT NOT NULL);

-- Last change number and last revision number of each account's journal.
CREATE TABLE IF NOT EXISTS account (
    account INTEGER PRIMARY KEY,
    seq     INTEGER NOT NULL,
    rev     INTEGER NOT NULL
);

-- Roots of an account, once they have changed: the number of changes, the namespaces of root and home, the name of the
-- home folder in the account's directory (empty for the directory itself), and whether that folder is in a team's
-- space.
CREATE TABLE IF NOT EXISTS roots (
    account     INTEGER PRIMARY KEY,
    moves       INTEGER NOT NULL,
    root        INTEGER NOT NULL,
    home        INTEGER NOT NULL,
    home_folder TEXT NOT NULL,
    in_team     INTEGER NOT NULL
);

-- Mounted shared folders: `folder` of the account `owner` is displayed in place of the empty folder `point` of the
-- account `member`. `point` and `folder` are ids of folders.
CREATE TABLE IF NOT EXISTS mount (
    member INTEGER NOT NULL,
    point  TEXT NOT NULL,
    owner  INTEGER NOT NULL,
    folder TEXT NOT NULL,
    PRIMARY KEY (member, point)
);
CREATE INDEX IF NOT EXISTS mount_owner ON mount (owner);

-- Journal: one row per path, with the number of its last change in `seq`.
-- state: 0 live; 1 deleted; 2 deleted together with an entry above it, whose row alone is listed.
-- kind: 0 folder, 1 file. disk: path in the directory, as bytes. modified, born: nanoseconds since 1970.
CREATE TABLE IF NOT EXISTS entry (
    account         INTEGER NOT NULL,
    path_lower      TEXT NOT NULL,
    parent_lower    TEXT NOT NULL,
    path_display    TEXT NOT NULL,
    seq             INTEGER NOT NULL,
    state           INTEGER NOT NULL,
    kind            INTEGER NOT NULL,
    id              TEXT NOT NULL,
    rev             TEXT,
    content_hash    TEXT,
    size            INTEGER NOT NULL,
    client_modified INTEGER NOT NULL,
    server_modified INTEGER NOT NULL,
    disk            BLOB NOT NULL,
    inode           INTEGER NOT NULL,
    born            INTEGER,
    modified        INTEGER NOT NULL,
    UNIQUE (account, path_lower)
);
CREATE INDEX IF NOT EXISTS entry_seq ON entry (account, seq);
CREATE INDEX IF NOT EXISTS entry_parent ON entry (account, parent_lower);
CREATE INDEX IF NOT EXISTS entry_id ON entry (account, id);
CREATE INDEX IF NOT EXISTS entry_rev ON entry (account, rev);
CREATE INDEX IF NOT EXISTS entry_disk ON entry (account, disk);
CREATE INDEX IF NOT EXISTS entry_inode ON entry (account, inode);

-- Files that are being written into a directory. Those that a killed process has left are removed at the next start.
CREATE TABLE IF NOT EXISTS staging (
    account INTEGER NOT NULL,
    disk    BLOB NOT NULL,
    PRIMARY KEY (account, disk)
);

-- Authorize pages that were served and not yet submitted.
CREATE TABLE IF NOT EXISTS approval (
    hash    TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    expires INTEGER NOT NULL
);

-- Authorization codes that were issued and not yet redeemed.
CREATE TABLE IF NOT EXISTS code (
    hash    TEXT PRIMARY KEY,
    account INTEGER NOT NULL,
    request TEXT NOT NULL,
    expires INTEGER NOT NULL
);

-- Grants of access to apps. The name avoids "grant", which is a keyword of SQL.
CREATE TABLE IF NOT EXISTS permission (
    id           INTEGER PRIMARY KEY,
    app          TEXT NOT NULL,
    account      INTEGER NOT NULL,
    scopes       TEXT NOT NULL,
    pkce         INTEGER NOT NULL,
    refresh_hash TEXT UNIQUE
);
CREATE TABLE IF NOT EXISTS access_token (
    hash       TEXT PRIMARY KEY,
    permission INTEGER NOT NULL REFERENCES permission (id) ON DELETE CASCADE,
    scopes     TEXT NOT NULL,
    expires    INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS access_token_permission ON access_token (permission);

-- Apps that are linked to accounts, with the number of the last change of which the app was notified.
CREATE TABLE IF NOT EXISTS link (
    app      TEXT NOT NULL,
    account  INTEGER NOT NULL,
    notified INTEGER NOT NULL,
    PRIMARY KEY (app, account)
);

-- Upload sessions. The bytes of each are in files in a folder named by its id; a file's name is its offset.
CREATE TABLE IF NOT EXISTS upload_session (
    id       TEXT PRIMARY KEY,
    app      TEXT NOT NULL,
    account  INTEGER NOT NULL,
    received INTEGER NOT NULL,
    closed   INTEGER NOT NULL,
    expires  INTEGER NOT NULL
);
