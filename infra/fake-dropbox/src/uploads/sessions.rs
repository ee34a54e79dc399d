//! Existing upload sessions, in the database and on disk.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, ensure};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::Deserialize;

use super::{
    piece::{self, Piece},
    problem::Problem,
};
use crate::{Clock, crypto, db::Db};

/// Life of a session, in seconds.
const LIFETIME: i64 = 7 * 24 * 3_600;

/// Upload sessions.
#[derive(Debug)]
pub(crate) struct Sessions {
    folder: PathBuf,
    db: Arc<Db>,
    clock: Clock,
}

/// App and account that started a session; only they can continue it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    /// App.
    pub(crate) app: &'a str,
    /// Account, by its namespace.
    pub(crate) account: i64,
}

/// Position of a session according to a client.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Position {
    /// Id of the session.
    pub(crate) session_id: String,
    /// Number of bytes in it.
    pub(crate) offset: u64,
}

/// State of a session in the database.
struct State {
    received: u64,
    is_closed: bool,
}

impl Sessions {
    /// Opens the sessions in a folder below `data`, and removes those that have expired.
    pub(crate) fn open(data: &Path, db: Arc<Db>, clock: Clock) -> anyhow::Result<Self> {
        let folder = data.join("uploads");
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        piece::sweep(&folder).with_context(|| format!("cannot tidy {}", folder.display()))?;
        let sessions = Self { folder, db, clock };
        sessions.drop_expired()?;
        Ok(sessions)
    }

    /// Creates an empty piece for the bytes of a request.
    pub(crate) fn piece(&self) -> anyhow::Result<(Piece, fs::File)> {
        Ok(Piece::create(&self.folder)?)
    }

    /// Starts a session. Returns its id.
    pub(crate) fn start(&self, owner: Owner<'_>, piece: &Piece, close: bool) -> anyhow::Result<String> {
        self.drop_expired()?;
        let id = crypto::base64url(&crypto::random::<24>());
        fs::create_dir(self.folder.join(&id))?;
        self.db.transact(|db| {
            let sql = "INSERT INTO upload_session (id, app, account, received, closed, expires) \
                       VALUES (?1, ?2, ?3, 0, ?4, ?5)";
            let expires = self.clock.seconds() + LIFETIME;
            db.execute(sql, params![id, owner.app, owner.account, close, expires])?;
            self.take(db, &id, 0, piece)
        })?;
        Ok(id)
    }

    /// Adds a piece to a session.
    pub(crate) fn append(
        &self,
        owner: Owner<'_>,
        at: &Position,
        piece: &Piece,
        close: bool,
    ) -> Result<(), Problem> {
        self.db.transact(|db| {
            self.look(db, owner, at, true)?;
            self.take(db, &at.session_id, at.offset, piece)?;
            let sql = "UPDATE upload_session SET closed = closed OR ?2 WHERE id = ?1";
            db.execute(sql, params![at.session_id, close])?;
            Ok(())
        })
    }

    /// Returns the files with the bytes of a session, in order, followed by `last`.
    pub(crate) fn parts(
        &self,
        owner: Owner<'_>,
        at: &Position,
        last: &Piece,
    ) -> Result<Vec<PathBuf>, Problem> {
        let adds = last.length()? > 0;
        self.db.transact(|db| self.look(db, owner, at, adds))?;
        let mut parts = self.files(&at.session_id, at.offset)?;
        parts.push(last.file().to_owned());
        Ok(parts)
    }

    /// Ends a session.
    pub(crate) fn end(&self, id: &str) -> anyhow::Result<()> {
        self.db.transact(|db| db.execute("DELETE FROM upload_session WHERE id = ?1", [id]))?;
        self.remove(id);
        Ok(())
    }

    /// Checks that a session is at the client's position, and accepts bytes if the client `adds` some.
    fn look(&self, db: &Transaction<'_>, owner: Owner<'_>, at: &Position, adds: bool) -> Result<(), Problem> {
        let State { received, is_closed } =
            self.state(db, owner, &at.session_id)?.ok_or(Problem::NotFound)?;
        if is_closed && adds {
            return Err(Problem::Closed);
        }
        if received == at.offset { Ok(()) } else { Err(Problem::IncorrectOffset(received)) }
    }

    fn state(&self, db: &Transaction<'_>, owner: Owner<'_>, id: &str) -> rusqlite::Result<Option<State>> {
        let sql = "SELECT received, closed FROM upload_session \
                   WHERE id = ?1 AND app = ?2 AND account = ?3 AND expires > ?4";
        let bound = params![id, owner.app, owner.account, self.clock.seconds()];
        let state = db.query_row(sql, bound, |row| {
            Ok(State { received: row.get::<_, i64>(0)?.cast_unsigned(), is_closed: row.get(1)? })
        });
        state.optional()
    }

    /// Makes a piece the part of a session that begins at `offset`, replacing what a killed process may have
    /// left there.
    fn take(&self, db: &Transaction<'_>, id: &str, offset: u64, piece: &Piece) -> anyhow::Result<()> {
        let length = piece.length()?;
        if length > 0 {
            fs::rename(piece.file(), self.part(id, offset))?;
        }
        let received = (offset + length).cast_signed();
        db.execute("UPDATE upload_session SET received = ?2 WHERE id = ?1", params![id, received])?;
        Ok(())
    }

    fn files(&self, id: &str, received: u64) -> anyhow::Result<Vec<PathBuf>> {
        let (mut files, mut offset) = (Vec::new(), 0);
        while offset < received {
            let file = self.part(id, offset);
            let length = fs::metadata(&file)?.len();
            ensure!(length > 0, "the upload session {id} has lost its bytes from {offset} on");
            files.push(file);
            offset += length;
        }
        Ok(files)
    }

    fn part(&self, id: &str, offset: u64) -> PathBuf {
        self.folder.join(id).join(offset.to_string())
    }

    fn drop_expired(&self) -> anyhow::Result<()> {
        let sql = "DELETE FROM upload_session WHERE expires <= ?1 RETURNING id";
        let expired: Vec<String> = self.db.transact(|db| {
            let mut query = db.prepare_cached(sql)?;
            query.query_map([self.clock.seconds()], |row| row.get(0))?.collect::<rusqlite::Result<_>>()
        })?;
        expired.iter().for_each(|id| self.remove(id));
        Ok(())
    }

    fn remove(&self, id: &str) {
        if let Err(error) = fs::remove_dir_all(self.folder.join(id)) {
            tracing::warn!(%error, "cannot remove an upload session");
        }
    }
}
