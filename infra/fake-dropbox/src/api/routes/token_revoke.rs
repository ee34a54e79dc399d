//! `auth/token/revoke`.

use crate::{
    api::{
        caller::Caller,
        failure::{AuthError, Failure},
    },
    oauth::grants,
};

/// Revokes the grant of the calling token: its refresh token and all access tokens of the grant.
pub(crate) fn token_revoke(caller: &Caller, (): &()) -> Result<(), Failure> {
    let Some(token) = &caller.token else { return Err(Failure::Auth(AuthError::InvalidAccessToken)) };
    Ok(caller.service.db.transact(|db| grants::revoke(db, token))?)
}
