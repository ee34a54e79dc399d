//! User tokens issued by Dropline itself, for clients whose paths name no project (`Authorization: Token …`).
//!
//! A token consists of the project's id, the version of the project's data key, and the user and expiry
//! sealed under that key with AES-256-GCM. So it needs no row of its own, reveals nothing to whoever finds
//! it, and is refused if a single bit differs. `project rotate-key` replaces the key; tokens under the
//! previous key are accepted until they expire.

use std::{sync::Arc, time::Duration};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::{Deserialize, Serialize};

use crate::{
    model::{Clock, ProjectId, Timestamp, UserId, UserToken},
    seal::{EncryptionContext, Keyring, Owner, SealError, Sealed},
};

/// Lifetime of an issued token: ten hours, the same as Carbon's.
pub const ISSUED_TOKEN_LIFE: Duration = Duration::from_secs(10 * 60 * 60);
/// Lifetime of an issued token, in milliseconds.
const LIFE_MS: u64 = 1_000 * ISSUED_TOKEN_LIFE.as_secs();
/// Prefix of every issued token, for scanners that look for secrets.
const PREFIX: &str = "dlt_";
/// Longest token that is read, in bytes.
const MAX_LENGTH: usize = 2 * 1024;

/// Issuer and reader of user tokens.
pub struct IssuedTokens {
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
}

/// The sealed content of a token.
#[derive(Serialize, Deserialize)]
struct Sealable {
    user: UserId,
    /// Time at which it expires.
    ends: Timestamp,
}

/// The content of a valid token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The user's project.
    pub project: ProjectId,
    /// The user.
    pub user: UserId,
    /// Time at which it was issued.
    pub issued_at: Timestamp,
}

impl IssuedTokens {
    /// Returns the issuer of tokens under the data keys of this keyring.
    #[must_use]
    pub fn new(keyring: Arc<Keyring>, clock: Arc<dyn Clock>) -> Self {
        Self { keyring, clock }
    }

    /// Issues a token for a user, valid for [`ISSUED_TOKEN_LIFE`].
    ///
    /// # Errors
    /// [`SealError::Unavailable`] if the project's data key is not available now.
    pub async fn issue(&self, project: ProjectId, user: &UserId) -> Result<UserToken, SealError> {
        let ends = self.clock.now().plus(ISSUED_TOKEN_LIFE);
        let content = serde_json::to_string(&Sealable { user: user.clone(), ends });
        let sealed = self.keyring.seal(context(project), &content.map_err(|_| SealError::Broken)?).await?;
        let data = STANDARD.decode(&sealed.data).map_err(|_| SealError::Broken)?;
        Ok(UserToken::new(written(project, sealed.version, &data)))
    }

    /// Returns the user of a token and the time of issue; `None` if the token was not issued here, was
    /// altered, or has expired.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] if the project's data key is not available now.
    pub async fn read(&self, token: &UserToken) -> Result<Option<Issued>, SealError> {
        let Some((project, sealed)) = parse(token.expose()) else { return Ok(None) };
        let content = match self.keyring.open(context(project), &sealed).await {
            Ok(content) => content,
            Err(SealError::Broken) => return Ok(None),
            Err(unavailable) => return Err(unavailable),
        };
        let content: Option<Sealable> = serde_json::from_str(&content).ok();
        let current = content.filter(|content| self.clock.now() < content.ends);
        Ok(current.map(|Sealable { user, ends }| {
            let issued_at = Timestamp(ends.0.saturating_sub(LIFE_MS));
            Issued { project, user, issued_at }
        }))
    }
}

fn context(project: ProjectId) -> EncryptionContext<'static> {
    EncryptionContext { project, owner: Owner::Project, field: "user token" }
}

/// Parses a token into the project that it names and its sealed content.
fn parse(text: &str) -> Option<(ProjectId, Sealed)> {
    let parts = Some(text).filter(|text| text.len() <= MAX_LENGTH)?.strip_prefix(PREFIX)?;
    let (project, rest) = parts.split_once('.')?;
    let (version, data) = rest.split_once('.')?;
    let (project, version) = (project.parse().ok()?, version.parse().ok()?);
    let data = URL_SAFE_NO_PAD.decode(data).ok()?;
    let is_as_written = written(project, version, &data) == text;
    is_as_written.then(|| (project, Sealed { version, data: STANDARD.encode(data) }))
}

fn written(project: ProjectId, version: u32, data: &[u8]) -> String {
    format!("{PREFIX}{}.{version}.{}", project.0.simple(), URL_SAFE_NO_PAD.encode(data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_form_of_an_issued_token_is_read() {
        let project = ProjectId::random();
        let good = format!("dlt_{}.1.AAAA", project.0.simple());
        assert_eq!(parse(&good).map(|(id, sealed)| (id, sealed.version)), Some((project, 1)));
        let long = format!("{good}{}", "A".repeat(MAX_LENGTH));
        for text in [
            "",
            "dlt_",
            "dlt_x.1.AAAA",
            "dl_key",
            "a.b.c",
            &good[4..],
            &good.replace(".1.", ".-1."),
            &good.replace("AAAA", "A=A"),
            &long,
        ] {
            assert!(parse(text).is_none(), "{text:.60}");
        }
    }
}
