//! Due notifications.

use rusqlite::{Transaction, params};

/// An account with changes of which an app was not notified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    /// Account, by its namespace.
    pub(super) account: i64,
    /// Number of its last change.
    pub(super) head: i64,
}

/// Returns the accounts with changes of which an app was not notified.
pub(crate) fn pending(db: &Transaction<'_>, app: &str) -> rusqlite::Result<Vec<Pending>> {
    let sql = "SELECT link.account, seq FROM link JOIN account ON account.account = link.account \
               WHERE app = ?1 AND seq > notified ORDER BY link.account";
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map([app], |row| Ok(Pending { account: row.get(0)?, head: row.get(1)? }))?;
    rows.collect()
}

/// Records that an app was notified.
pub(super) fn delivered(db: &Transaction<'_>, app: &str, told: &[Pending]) -> rusqlite::Result<()> {
    let sql = "UPDATE link SET notified = max(notified, ?3) WHERE app = ?1 AND account = ?2";
    told.iter()
        .try_for_each(|Pending { account, head }| db.execute(sql, params![app, account, head]).map(drop))
}
