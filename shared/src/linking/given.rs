//! Tokens that an application has from elsewhere, and the grant that they stand for.

use std::time::Duration;

use crate::{
    dropbox::{Dropbox, DropboxError, Grant, OauthApp},
    model::{AccessToken, RefreshToken},
};

/// Longest token, in bytes.
pub const MAX_GIVEN_TOKEN: usize = 4 * 1024;

/// Tokens of a user's account that an application has, for the Dropbox app through which the project links
/// accounts.
#[derive(Debug)]
pub struct GivenTokens {
    /// The refresh token; without one the connection would end within four hours.
    pub refresh: RefreshToken,
    /// The access token, if given: it must belong to the same account, and may have expired.
    pub access: Option<AccessToken>,
}

/// One of the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenToken {
    /// The refresh token.
    Refresh,
    /// The access token.
    Access,
}

impl GivenToken {
    /// Returns its name in requests.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Refresh => "refresh_token",
            Self::Access => "access_token",
        }
    }
}

/// Reason why tokens are not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTaken {
    /// Dropbox does not accept this token for the project's Dropbox app.
    Refused(GivenToken),
    /// The tokens belong to different accounts.
    OfAnotherAccount,
    /// Dropbox has asked for a pause of this length.
    Paused(Duration),
    /// Dropbox gave no usable answer.
    Unknown,
}

/// Returns whether a text can be a token: visible ASCII characters, at most [`MAX_GIVEN_TOKEN`] of them.
#[must_use]
pub fn is_token(text: &str) -> bool {
    (1..=MAX_GIVEN_TOKEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Returns the grant that the tokens stand for, as reported by Dropbox. The refresh token is used at once, so
/// that an invalid one is refused now and not hours later.
///
/// # Errors
/// See [`NotTaken`].
pub async fn try_given(dropbox: &Dropbox, app: &OauthApp, given: &GivenTokens) -> Result<Grant, NotTaken> {
    let refused = |error| not_taken(&error, GivenToken::Refresh);
    let refreshed = dropbox.refresh(app, &given.refresh).await.map_err(refused)?;
    let account = dropbox.current_account(&refreshed.access).await.map_err(refused)?;
    if let Some(access) = &given.access {
        match dropbox.current_account(access).await {
            Ok(other) if other.id != account.id => return Err(NotTaken::OfAnotherAccount),
            // An expired one does not matter: the refresh token has just returned another.
            Ok(_) | Err(DropboxError::TokenExpired) => {}
            Err(error) => return Err(not_taken(&error, GivenToken::Access)),
        }
    }
    Ok(Grant {
        access: refreshed.access,
        refresh: refreshed.refresh.unwrap_or_else(|| given.refresh.clone()),
        life: refreshed.life,
        account: account.id,
        scopes: refreshed.scopes.unwrap_or_else(|| app.terms.scopes.clone()),
    })
}

fn not_taken(error: &DropboxError, token: GivenToken) -> NotTaken {
    match error {
        DropboxError::NeedsReauth(_) => NotTaken::Refused(token),
        DropboxError::RateLimited(rest) => NotTaken::Paused(*rest),
        error => {
            tracing::error!(%error, "tokens that were given could not be tried");
            NotTaken::Unknown
        }
    }
}
