//! Authorize requests, from the app through the person's decision to a code.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::pkce::Challenge;
use crate::crypto;

/// Life of a page and of a code, in seconds.
const LIFETIME: i64 = 600;

/// Request of an app for access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AuthorizeRequest {
    /// App key.
    pub(super) app: String,
    /// Redirect URI; without one the person copies the code into the app.
    pub(super) redirect_uri: Option<String>,
    /// State that is returned unchanged.
    pub(super) state: Option<String>,
    /// Scopes.
    pub(super) scopes: Vec<String>,
    /// Whether a refresh token is requested.
    pub(super) offline: bool,
    /// Challenge that the use of the code must meet.
    pub(super) challenge: Option<Challenge>,
}

/// Stores a request until its page is submitted. Returns the secret in the page's form.
pub(super) fn remember(db: &Transaction<'_>, request: &AuthorizeRequest, now: i64) -> anyhow::Result<String> {
    let secret = crypto::base64url(&crypto::random::<24>());
    db.execute("DELETE FROM approval WHERE expires < ?1", [now])?;
    db.execute(
        "INSERT INTO approval (hash, request, expires) VALUES (?1, ?2, ?3)",
        params![crypto::fingerprint(&secret), serde_json::to_string(request)?, now + LIFETIME],
    )?;
    Ok(secret)
}

/// Takes the request of a page. It can be taken once.
pub(super) fn recall(
    db: &Transaction<'_>,
    secret: &str,
    now: i64,
) -> anyhow::Result<Option<AuthorizeRequest>> {
    let sql = "DELETE FROM approval WHERE hash = ?1 RETURNING request, expires";
    let found = db.query_row(sql, [crypto::fingerprint(secret)], |row| Ok((row.get(0)?, row.get(1)?)));
    let found: Option<(String, i64)> = found.optional()?;
    let live = found.filter(|(_, expires)| *expires > now);
    Ok(live.map(|(request, _)| serde_json::from_str(&request)).transpose()?)
}

/// Issues the code for a request that the owner of `account` has granted.
pub(super) fn issue(
    db: &Transaction<'_>,
    request: &AuthorizeRequest,
    account: i64,
    now: i64,
) -> anyhow::Result<String> {
    let code = crypto::base64url(&crypto::random::<32>());
    db.execute("DELETE FROM code WHERE expires < ?1", [now])?;
    db.execute(
        "INSERT INTO code (hash, account, request, expires) VALUES (?1, ?2, ?3, ?4)",
        params![crypto::fingerprint(&code), account, serde_json::to_string(request)?, now + LIFETIME],
    )?;
    Ok(code)
}

/// Takes the request and account of a code. It can be taken once.
pub(super) fn redeem(
    db: &Transaction<'_>,
    code: &str,
    now: i64,
) -> anyhow::Result<Option<(AuthorizeRequest, i64)>> {
    let sql = "DELETE FROM code WHERE hash = ?1 RETURNING request, account, expires";
    let found =
        db.query_row(sql, [crypto::fingerprint(code)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let found: Option<(String, i64, i64)> = found.optional()?;
    let live = found.filter(|(_, _, expires)| *expires > now);
    Ok(live
        .map(|(request, account, _)| Ok::<_, serde_json::Error>((serde_json::from_str(&request)?, account)))
        .transpose()?)
}
