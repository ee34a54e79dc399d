//! Grants and tokens in the database. Only digests of tokens are stored.

use rusqlite::{OptionalExtension, Transaction, params};

use super::scope;
use crate::crypto;

/// Life of an access token, in seconds.
pub(crate) const LIFETIME: i64 = 14_400;
/// Time for which an expired access token is still recognised, in seconds.
const MEMORY: i64 = 30 * 24 * 3_600;

/// Data of an access token.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    /// Grant to which it belongs.
    pub(crate) permission: i64,
    /// App that was granted access.
    pub(crate) app: String,
    /// Account, by its namespace.
    pub(crate) account: i64,
    /// Granted scopes.
    pub(crate) scopes: Vec<String>,
    /// Expiry.
    pub(crate) expires: i64,
}

/// Grant of access to an app.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    /// Number.
    pub(crate) id: i64,
    /// App.
    pub(crate) app: String,
    /// Granted scopes.
    pub(crate) scopes: Vec<String>,
    /// Whether it was requested with a challenge, so that the app needs no secret to use it.
    pub(crate) pkce: bool,
}

/// Records a grant, which links the account to the app. Returns its number, and a refresh token if it is
/// `offline`.
pub(super) fn grant(
    db: &Transaction<'_>,
    app: &str,
    account: i64,
    scopes: &[String],
    (pkce, offline): (bool, bool),
) -> rusqlite::Result<(i64, Option<String>)> {
    let refresh = offline.then(|| crypto::base64url(&crypto::random::<48>()));
    db.execute(
        "INSERT INTO permission (app, account, scopes, pkce, refresh_hash) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![app, account, scopes.join(" "), pkce, refresh.as_deref().map(crypto::fingerprint)],
    )?;
    let permission = db.last_insert_rowid();
    db.execute(
        "INSERT INTO link (app, account, notified) SELECT ?1, account, seq FROM account WHERE account = ?2 \
         ON CONFLICT DO NOTHING",
        params![app, account],
    )?;
    Ok((permission, refresh))
}

/// Issues an access token.
pub(super) fn issue(
    db: &Transaction<'_>,
    permission: i64,
    scopes: &[String],
    now: i64,
) -> rusqlite::Result<String> {
    let token = format!("sl.{}", crypto::base64url(&crypto::random::<48>()));
    db.execute("DELETE FROM access_token WHERE expires < ?1", [now - MEMORY])?;
    db.execute(
        "INSERT INTO access_token (hash, permission, scopes, expires) VALUES (?1, ?2, ?3, ?4)",
        params![crypto::fingerprint(&token), permission, scopes.join(" "), now + LIFETIME],
    )?;
    Ok(token)
}

/// Returns the data of an access token, if it was issued and not revoked.
pub(crate) fn access_token(db: &Transaction<'_>, token: &str) -> rusqlite::Result<Option<AccessToken>> {
    let sql = "SELECT permission.id, app, account, access_token.scopes, expires \
               FROM access_token JOIN permission ON permission.id = permission WHERE hash = ?1";
    let mut query = db.prepare_cached(sql)?;
    let token = query.query_row([crypto::fingerprint(token)], |row| {
        Ok(AccessToken {
            permission: row.get(0)?,
            app: row.get(1)?,
            account: row.get(2)?,
            scopes: scope::split(&row.get::<_, String>(3)?),
            expires: row.get(4)?,
        })
    });
    token.optional()
}

/// Returns the grant of a refresh token, if it was not revoked.
pub(super) fn refreshable(db: &Transaction<'_>, token: &str) -> rusqlite::Result<Option<Permission>> {
    let sql = "SELECT id, app, scopes, pkce FROM permission WHERE refresh_hash = ?1";
    let permission = db.query_row(sql, [crypto::fingerprint(token)], |row| {
        let scopes = scope::split(&row.get::<_, String>(2)?);
        Ok(Permission { id: row.get(0)?, app: row.get(1)?, scopes, pkce: row.get(3)? })
    });
    permission.optional()
}

/// Returns the scopes of each grant of an account to an app.
pub(super) fn granted(db: &Transaction<'_>, app: &str, account: i64) -> rusqlite::Result<Vec<Vec<String>>> {
    let mut query = db.prepare_cached("SELECT scopes FROM permission WHERE app = ?1 AND account = ?2")?;
    let rows = query.query_map(params![app, account], |row| Ok(scope::split(&row.get::<_, String>(0)?)))?;
    rows.collect()
}

/// Revokes the grant of a token, and unlinks the account from the app if that was its last grant.
pub(crate) fn revoke(db: &Transaction<'_>, token: &AccessToken) -> rusqlite::Result<()> {
    db.execute("DELETE FROM permission WHERE id = ?1", [token.permission])?;
    unlink(db, &token.app, token.account)
}

/// Revokes every grant of an account to an app, and unlinks them. Returns whether there was one.
pub(crate) fn revoke_app(db: &Transaction<'_>, app: &str, account: i64) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM permission WHERE app = ?1 AND account = ?2";
    let ended = db.execute(sql, params![app, account])?;
    unlink(db, app, account)?;
    Ok(ended > 0)
}

fn unlink(db: &Transaction<'_>, app: &str, account: i64) -> rusqlite::Result<()> {
    let sql = "DELETE FROM link WHERE app = ?1 AND account = ?2 \
               AND NOT EXISTS (SELECT 1 FROM permission WHERE app = ?1 AND account = ?2)";
    db.execute(sql, params![app, account]).map(drop)
}

/// Expires every access token that was issued so far.
pub(crate) fn expire_access_tokens(db: &Transaction<'_>, now: i64) -> rusqlite::Result<()> {
    db.execute("UPDATE access_token SET expires = min(expires, ?1)", [now]).map(drop)
}
