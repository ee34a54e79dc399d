//! User tokens that Dropline issues itself, for clients whose paths name no project (`Authorization: Token …`).
//!
//! A token is the project's id, the version of the project's data key, and user and expiry sealed under that key with
//! AES-256-GCM. So it is made and read without a row of its own, says nothing to who finds it, and is refused when a single
//! bit differs. `project rotate-key` replaces the key; tokens under the one before are taken until they end.

use std::{sync::Arc, time::Duration};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::{Deserialize, Serialize};

use crate::{
    model::{Clock, ProjectId, Timestamp, UserId, UserToken},
    seal::{Keyring, Owner, Place, SealError, Sealed},
};

/// How long an issued token lives: ten hours, as Carbon's do.
pub const ISSUED_TOKEN_LIFE: Duration = Duration::from_secs(10 * 60 * 60);
/// The same, in milliseconds.
const LIFE_MS: u64 = 1_000 * ISSUED_TOKEN_LIFE.as_secs();
/// What every issued token begins with, for scanners that look for secrets.
const PREFIX: &str = "dlt_";
/// Maximum length of a token that is read. Bytes.
const MAX_LENGTH: usize = 2 * 1024;

/// Issues user tokens and reads them back.
pub struct IssuedTokens {
    keyring: Arc<Keyring>,
    clock: Arc<dyn Clock>,
}

/// What is sealed in a token.
#[derive(Serialize, Deserialize)]
struct Sealable {
    user: UserId,
    /// When it ends.
    ends: Timestamp,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// The user's project.
    pub project: ProjectId,
    /// The user.
    pub user: UserId,
    /// When it was issued.
    pub issued_at: Timestamp,
}

impl IssuedTokens {
    /// Tokens under the data keys of this keyring.
    #[must_use]
    pub fn new(keyring: Arc<Keyring>, clock: Arc<dyn Clock>) -> Self {
        Self { keyring, clock }
    }

    /// A token for a user, good for [`ISSUED_TOKEN_LIFE`].
    ///
    /// # Errors
    /// [`SealError::Unavailable`] where the project's data key cannot be had now.
    pub async fn issue(&self, project: ProjectId, user: &UserId) -> Result<UserToken, SealError> {
        let ends = self.clock.now().plus(ISSUED_TOKEN_LIFE);
        let content = serde_json::to_string(&Sealable { user: user.clone(), ends });
        let sealed = self.keyring.seal(place(project), &content.map_err(|_| SealError::Broken)?).await?;
        let data = STANDARD.decode(&sealed.data).map_err(|_| SealError::Broken)?;
        Ok(UserToken::new(written(project, sealed.version, &data)))
    }

    /// Whom a token was issued for, and when. `None` where it was not issued here, was altered, or has ended.
    ///
    /// # Errors
    /// [`SealError::Unavailable`] where the project's data key cannot be had now.
    pub async fn read(&self, token: &UserToken) -> Result<Option<Issued>, SealError> {
        let Some((project, sealed)) = parse(token.expose()) else { return Ok(None) };
        let content = match self.keyring.open(place(project), &sealed).await {
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

fn place(project: ProjectId) -> Place<'static> {
    Place { project, owner: Owner::Project, field: "user token" }
}

/// Whose token it says it is, and what is sealed in it.
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
