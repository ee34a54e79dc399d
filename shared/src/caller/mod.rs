//! Who is asking: a project's server with its API key, for one of the project's users; or the user, with a token that
//! the server has signed.

mod user_token;

use http::{HeaderMap, StatusCode, header::AUTHORIZATION};

use self::user_token::Claims;
pub use self::user_token::InvalidUserKey;
use crate::{
    answer::ApiError,
    model::{ApiKey, ProjectId, Timestamp, UserId, UserToken},
    store::Projects,
};

/// The header that names the user.
pub const USER_HEADER: &str = "customer-id";

/// A caller who is who they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The project.
    pub project: ProjectId,
    /// The user that the call is for.
    pub user: UserId,
}

/// What stands in the header `Authorization`.
enum Credential {
    Key(ApiKey),
    Token(UserToken),
}

impl Caller {
    /// Checks the caller of `/projects/{project}/…`.
    ///
    /// # Errors
    /// 401 without a key that is known or a token that the project signed and that has not ended; 403 where the token
    /// does not allow the use of Dropbox; 404 where the key is another project's, whether `project` exists or not;
    /// 400 without a user.
    pub async fn check(
        projects: &dyn Projects,
        project: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        match credential(headers).ok_or_else(unauthorized)? {
            Credential::Key(key) => Self::of_key(projects, project, &key, headers).await,
            Credential::Token(token) => Self::of_token(projects, project, &token, headers, now).await,
        }
    }

    async fn of_key(
        projects: &dyn Projects,
        project: &str,
        key: &ApiKey,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let owner = projects.project_of_key(&key.hash()).await?.ok_or_else(unauthorized)?;
        if project.parse::<ProjectId>().ok() != Some(owner) {
            return Err(ApiError::not_found(
                "project_not_found",
                "The API key belongs to no project of this id.",
            ));
        }
        let missing = || ApiError::invalid("customer_id_missing", "Name the user in the header customer-id.");
        Ok(Self { project: owner, user: user(headers)?.ok_or_else(missing)? })
    }

    async fn of_token(
        projects: &dyn Projects,
        project: &str,
        token: &UserToken,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        // A project that is not there and a token that is not its own are answered alike.
        let id = project.parse().map_err(|_| refused())?;
        let project = projects.project(id).await?.ok_or_else(refused)?;
        let claims = Claims::read(token, id, &project.user_keys).filter(|claims| claims.hold(now));
        let claims = claims.ok_or_else(refused)?;
        if !claims.allow_dropbox() {
            let message = "The user token's permissions do not allow the use of Dropbox.";
            return Err(ApiError::new(StatusCode::FORBIDDEN, "not_permitted", message));
        }
        let token_user = claims.user().ok_or_else(refused)?;
        if user(headers)?.is_some_and(|named| named != token_user) {
            let message = "The header customer-id names another user than the token; leave it out.";
            return Err(ApiError::invalid("customer_id_mismatch", message));
        }
        Ok(Self { project: id, user: token_user })
    }
}

fn credential(headers: &HeaderMap) -> Option<Credential> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    let secret = Some(secret.trim()).filter(|secret| !secret.is_empty())?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    // A key of ours holds no dot, a JWT two.
    Some(if secret.contains('.') {
        Credential::Token(UserToken::new(secret))
    } else {
        Credential::Key(ApiKey::new(secret))
    })
}

fn user(headers: &HeaderMap) -> Result<Option<UserId>, ApiError> {
    let Some(value) = headers.get(USER_HEADER) else { return Ok(None) };
    let parsed = value.to_str().unwrap_or_default().parse();
    let invalid =
        |error| ApiError::invalid("customer_id_invalid", format!("The header customer-id: {error}."));
    parsed.map(Some).map_err(invalid)
}

fn unauthorized() -> ApiError {
    let message = "Send the project's API key, or a user token, in the header Authorization, as Bearer ….";
    ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
}

fn refused() -> ApiError {
    let message =
        "The user token is not signed by a key of this project, is for another audience, or has ended.";
    ApiError::new(StatusCode::UNAUTHORIZED, "token_refused", message)
}
