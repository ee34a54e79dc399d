//! `auth/token/revoke`.

use crate::api::caller::Caller;
use crate::api::failure::{AuthError, Failure};
use crate::oauth::grants;

/// Ends the grant of the token that calls: its refresh token and every access token made with it.
pub(crate) fn token_revoke(caller: &Caller, (): &()) -> Result<(), Failure> {
    let Some(token) = &caller.token else { return Err(Failure::Auth(AuthError::InvalidAccessToken)) };
    Ok(caller.service.db.transact(|db| grants::revoke(db, token))?)
}
