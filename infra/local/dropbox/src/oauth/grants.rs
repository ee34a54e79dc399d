//! Grants and tokens in the database. Of a token only a digest is kept.

use rusqlite::{OptionalExtension, Transaction, params};

use super::scope;
use crate::crypto;

/// How long an access token lasts, in seconds.
pub(crate) const LIFETIME: i64 = 14_400;
/// How long an expired access token is remembered as one that was issued, in seconds.
const MEMORY: i64 = 30 * 24 * 3_600;

/// What an access token stands for.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    /// The grant that it was made with.
    pub(crate) permission: i64,
    /// The app that was granted access.
    pub(crate) app: String,
    /// The account, by its namespace.
    pub(crate) account: i64,
    /// What it may be used for.
    pub(crate) scopes: Vec<String>,
    /// When it ends.
    pub(crate) expires: i64,
}

/// What a person granted to an app.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    /// Its number.
    pub(crate) id: i64,
    /// The app.
    pub(crate) app: String,
    /// What was granted.
    pub(crate) scopes: Vec<String>,
    /// Whether it was asked for with a challenge, so that the app needs no secret to use it.
    pub(crate) pkce: bool,
}

/// Records a grant, which links the account to the app. Returns its number, and a refresh token if it is `offline`.
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

/// Makes an access token.
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

/// What an access token stands for, if it was issued and not revoked.
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

/// The grant of a refresh token, if it was not revoked.
pub(super) fn refreshable(db: &Transaction<'_>, token: &str) -> rusqlite::Result<Option<Permission>> {
    let sql = "SELECT id, app, scopes, pkce FROM permission WHERE refresh_hash = ?1";
    let permission = db.query_row(sql, [crypto::fingerprint(token)], |row| {
        let scopes = scope::split(&row.get::<_, String>(2)?);
        Ok(Permission { id: row.get(0)?, app: row.get(1)?, scopes, pkce: row.get(3)? })
    });
    permission.optional()
}

/// The scopes of each grant of an account to an app.
pub(super) fn granted(db: &Transaction<'_>, app: &str, account: i64) -> rusqlite::Result<Vec<Vec<String>>> {
    let mut query = db.prepare_cached("SELECT scopes FROM permission WHERE app = ?1 AND account = ?2")?;
    let rows = query.query_map(params![app, account], |row| Ok(scope::split(&row.get::<_, String>(0)?)))?;
    rows.collect()
}

/// Ends the grant of a token, and the link of the account to the app if that was its last grant.
pub(crate) fn revoke(db: &Transaction<'_>, token: &AccessToken) -> rusqlite::Result<()> {
    db.execute("DELETE FROM permission WHERE id = ?1", [token.permission])?;
    unlink(db, &token.app, token.account)
}

/// Ends every grant of an account to an app, and the link between them. Returns whether there was one.
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

/// Ends every access token that was issued so far.
pub(crate) fn expire_access_tokens(db: &Transaction<'_>, now: i64) -> rusqlite::Result<()> {
    db.execute("UPDATE access_token SET expires = min(expires, ?1)", [now]).map(drop)
}
