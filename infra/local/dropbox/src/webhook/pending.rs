//! Which notifications are due.

use rusqlite::{Transaction, params};

/// An account of which an app has not been told the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// The account, by its namespace.
    pub(super) account: i64,
    /// The number of its last change.
    pub(super) head: i64,
}

/// What an app has not been told.
pub(crate) fn pending(db: &Transaction<'_>, app: &str) -> rusqlite::Result<Vec<Pending>> {
    let sql = "SELECT link.account, seq FROM link JOIN account ON account.account = link.account \
               WHERE app = ?1 AND seq > notified ORDER BY link.account";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([app], |row| Ok(Pending { account: row.get(0)?, head: row.get(1)? }))?;
    rows.collect()
}

/// Records that an app was told.
pub(super) fn delivered(db: &Transaction<'_>, app: &str, told: &[Pending]) -> rusqlite::Result<()> {
    let sql = "UPDATE link SET notified = max(notified, ?3) WHERE app = ?1 AND account = ?2";
    told.iter()
        .try_for_each(|Pending { account, head }| db.execute(sql, params![app, account, head]).map(drop))
}
