-- One row: which database this is. Cursors name it, so that those of a deleted database are told to start again.
CREATE TABLE IF NOT EXISTS database (id TEXT NOT NULL);

-- The head of each account's journal, and the last revision number it gave out.
CREATE TABLE IF NOT EXISTS account (
    account INTEGER PRIMARY KEY,
    seq     INTEGER NOT NULL,
    rev     INTEGER NOT NULL
);

-- Where an account's paths begin, once that was changed: how often, the namespaces, the name of the folder of the
-- directory that is the home (empty: the directory itself), and whether that is a folder of a team's space.
CREATE TABLE IF NOT EXISTS roots (
    account     INTEGER PRIMARY KEY,
    moves       INTEGER NOT NULL,
    root        INTEGER NOT NULL,
    home        INTEGER NOT NULL,
    home_folder TEXT NOT NULL,
    in_team     INTEGER NOT NULL
);

-- A folder of the account owner, shown at the empty folder point of the account member. Both are ids of folders.
CREATE TABLE IF NOT EXISTS mount (
    member INTEGER NOT NULL,
    point  TEXT NOT NULL,
    owner  INTEGER NOT NULL,
    folder TEXT NOT NULL,
    PRIMARY KEY (member, point)
);
CREATE INDEX IF NOT EXISTS mount_owner ON mount (owner);

-- The journal: one row a path, carrying the number of its last change.
-- state: 0 live, 1 deleted, 2 gone with a folder or file above it (which is told for both).
-- kind: 0 folder, 1 file. disk is the path in the directory, as bytes; modified and born are nanoseconds.
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

-- Uploads on their way into a directory: removed at the next start if the process was killed.
CREATE TABLE IF NOT EXISTS staging (
    account INTEGER NOT NULL,
    disk    BLOB NOT NULL,
    PRIMARY KEY (account, disk)
);

-- An authorize page that was shown and not yet answered.
CREATE TABLE IF NOT EXISTS approval (
    hash    TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    expires INTEGER NOT NULL
);

-- A code that was sent to an app and not yet turned into tokens.
CREATE TABLE IF NOT EXISTS code (
    hash    TEXT PRIMARY KEY,
    account INTEGER NOT NULL,
    request TEXT NOT NULL,
    expires INTEGER NOT NULL
);

-- What a person granted to an app. "grant" is a word of SQL.
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

-- An app with a live permission for an account, and up to which change it was notified.
CREATE TABLE IF NOT EXISTS link (
    app      TEXT NOT NULL,
    account  INTEGER NOT NULL,
    notified INTEGER NOT NULL,
    PRIMARY KEY (app, account)
);

-- An upload session. Its bytes are files in a folder of its id, each named by the offset at which it begins.
CREATE TABLE IF NOT EXISTS upload_session (
    id       TEXT PRIMARY KEY,
    app      TEXT NOT NULL,
    account  INTEGER NOT NULL,
    received INTEGER NOT NULL,
    closed   INTEGER NOT NULL,
    expires  INTEGER NOT NULL
);
