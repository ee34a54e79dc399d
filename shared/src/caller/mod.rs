//! Authentication of callers: a project's server with its API key, on behalf of one of the project's users;
//! or the user, with a token that the server has signed.

mod issued;
mod of_project;
mod operation;
mod spki;
mod strict_json;
mod user_key;
mod user_token;
mod without_project;

use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, AsHeaderName, HOST},
};

use self::user_token::Claims;
pub use self::{
    issued::{ISSUED_TOKEN_LIFE, Issued, IssuedTokens},
    operation::{Callers, Operation, ROUTES, Route, parameters},
    user_key::InvalidUserKey,
    without_project::{ProjectCaller, UncheckedCaller, token_refused},
};
use crate::{
    answer::{ApiError, Challenge},
    model::{ApiKey, ProjectId, SecretHash, Timestamp, UserId, UserToken},
    request_log,
    store::Projects,
};

/// The header that names the user.
pub const USER_HEADER: &str = "customer-id";

/// An authenticated caller who may call the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The project.
    pub project: ProjectId,
    /// The user that the call is for.
    pub user: UserId,
    /// The kind of the caller's credential.
    pub kind: CallerKind,
    /// The hash of the API key, or of the public key that has signed the user token.
    pub key: SecretHash,
}

/// Kind of a caller's credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerKind {
    /// An API key, of the project's server.
    ApiKey,
    /// A token signed by the project's server, of a user's page.
    UserToken,
    /// A token that Dropline issued to the project's server, of a user's page.
    IssuedToken,
}

impl CallerKind {
    /// Returns the name in logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::UserToken => "user_token",
            Self::IssuedToken => "issued_token",
        }
    }
}

/// The content of the header `Authorization`.
enum Credential {
    Key(ApiKey),
    Token(UserToken),
}

impl Caller {
    /// Checks the caller of an operation below `/projects/{project}/…`.
    ///
    /// # Errors
    /// 401 without a known key, or a token that the project signed and that has not expired; 403 if the token
    /// does not permit the use of Dropbox, or the operation accepts an API key only; 404 if the key belongs
    /// to another project, whether `project` exists or not; 400 without a user.
    pub async fn check(
        projects: &dyn Projects,
        operation: Operation,
        project: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let caller = match credential(headers).ok_or_else(nobody)? {
            Credential::Key(key) => Self::of_key(projects, project, &key, headers).await?,
            Credential::Token(token) => Self::of_token(projects, project, &token, headers, now).await?,
        };
        request_log::note(caller.project, caller.kind, &caller.key);
        match operation.route().callers {
            callers if callers.include(caller.kind) => Ok(caller),
            Callers::User => Err(user_token_required()),
            _ => Err(api_key_required()),
        }
    }

    async fn of_key(
        projects: &dyn Projects,
        project: &str,
        key: &ApiKey,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let key = key.hash();
        let owner = owner_of_key(projects, project, &key).await?;
        let user = user(headers)?.ok_or_else(user_missing)?;
        Ok(Self { project: owner, user, kind: CallerKind::ApiKey, key })
    }

    async fn of_token(
        projects: &dyn Projects,
        project: &str,
        token: &UserToken,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        // A project that does not exist and a token that is not the project's get the same answer.
        let id = project.parse().map_err(|_| refused())?;
        let project = projects.project(id).await?.ok_or_else(refused)?;
        let (claims, key) = Claims::read(token, &project).ok_or_else(refused)?;
        let (rules, host) = (&project.user_tokens, headers.get(HOST).and_then(|host| host.to_str().ok()));
        if !claims.are_valid(now, rules) || !claims.are_for(id, host, rules) {
            return Err(refused());
        }
        if !claims.allow_dropbox() {
            let message = "The user token's permissions do not allow the use of Dropbox.";
            return Err(ApiError::new(StatusCode::FORBIDDEN, "not_permitted", message)
                .challenge(Challenge::InsufficientScope));
        }
        let token_user = claims.user().ok_or_else(refused)?;
        if user(headers)?.is_some_and(|named| named != token_user) {
            let message = "The header customer-id names another user than the token; leave it out.";
            return Err(ApiError::invalid("customer_id_mismatch", message));
        }
        let key = SecretHash::of(&key.public_key);
        Ok(Self { project: id, user: token_user, kind: CallerKind::UserToken, key })
    }
}

/// Returns the project of a key, if it is the one that the path names.
async fn owner_of_key(projects: &dyn Projects, named: &str, key: &SecretHash) -> Result<ProjectId, ApiError> {
    let owner = projects.project_of_key(key).await?.ok_or_else(unknown_key)?;
    if named.parse::<ProjectId>().ok() == Some(owner) {
        return Ok(owner);
    }
    Err(ApiError::not_found("project_not_found", "The API key belongs to no project of this id."))
}

fn credential(headers: &HeaderMap) -> Option<Credential> {
    let value = only(headers, AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    let secret = Some(secret.trim()).filter(|secret| !secret.is_empty())?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    // An API key contains no dot, a JWT contains two.
    Some(if secret.contains('.') {
        Credential::Token(UserToken::new(secret))
    } else {
        Credential::Key(ApiKey::new(secret))
    })
}

/// Returns the user that the header names. HTTP itself removes blanks around a value: they are not part of it
/// (RFC 9110, 5.5).
fn user(headers: &HeaderMap) -> Result<Option<UserId>, ApiError> {
    if !headers.contains_key(USER_HEADER) {
        return Ok(None);
    }
    let value = only(headers, USER_HEADER).and_then(|value| value.to_str().ok());
    let parsed = value.unwrap_or_default().parse();
    let invalid =
        |error| ApiError::invalid("customer_id_invalid", format!("The header customer-id: {error}."));
    parsed.map(Some).map_err(invalid)
}

/// 400: the operation is about a user, and the request names none.
fn user_missing() -> ApiError {
    ApiError::invalid("customer_id_missing", "Name the user in the header customer-id.")
}

/// Returns the value of a header that occurs once: of two values, neither can be trusted.
fn only(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&HeaderValue> {
    let mut all = headers.get_all(name).iter();
    all.next().filter(|_| all.next().is_none())
}

const HOW_TO_CALL: &str =
    "Send the project's API key, or a user token, in the header Authorization, as Bearer ….";

/// 401: the request has no credentials.
fn nobody() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", HOW_TO_CALL)
}

/// 401: the key is unknown.
fn unknown_key() -> ApiError {
    nobody().challenge(Challenge::InvalidToken)
}

fn refused() -> ApiError {
    let message = "The user token is not signed by a key of this project, is for another audience, has ended, or lives too long.";
    ApiError::new(StatusCode::UNAUTHORIZED, "token_refused", message).challenge(Challenge::InvalidToken)
}

/// 403: the caller is authenticated, but is not a server.
fn api_key_required() -> ApiError {
    let message =
        "This is for the project's server; call it with the project's API key, not with a user token.";
    ApiError::new(StatusCode::FORBIDDEN, "api_key_required", message).challenge(Challenge::InsufficientScope)
}

/// 403: the caller is authenticated, but is not a user's page.
fn user_token_required() -> ApiError {
    let message = "This is for a user's page; call it with a user token. A server connects accounts with links: \
        POST …/connect/links.";
    ApiError::new(StatusCode::FORBIDDEN, "user_token_required", message)
        .challenge(Challenge::InsufficientScope)
}
