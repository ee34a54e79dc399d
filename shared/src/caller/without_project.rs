//! Callers of paths that name no project, as Carbon's clients use them: `Bearer` and an API key, with
//! `customer-id` if the call is about a user; or `Token` and a token that Dropline has issued.

use http::{HeaderMap, StatusCode, header::AUTHORIZATION};

use super::{
    CallerKind, Callers, Issued, IssuedTokens, Operation, api_key_required, only, unknown_key, user,
    user_missing,
};
use crate::{
    answer::{ApiError, Challenge},
    model::{ApiKey, ProjectId, SecretHash, Timestamp, UserId, UserToken},
    request_log,
    store::Projects,
};

/// An authenticated caller who may call the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectCaller {
    /// The project.
    pub project: ProjectId,
    /// The user that the call is for; absent for operations of [`Callers::Project`] and
    /// [`Callers::Organization`].
    pub user: Option<UserId>,
    /// The kind of the caller's credential.
    pub kind: CallerKind,
    /// The hash of the API key or of the token.
    pub key: SecretHash,
    /// Time at which the caller's token was issued, if it is one of Dropline's.
    pub issued_at: Option<Timestamp>,
}

/// The project and the user whom a request names, before anything is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncheckedCaller {
    /// The project that the API key names.
    pub project: ProjectId,
    /// The user that the header names.
    pub user: UserId,
}

impl UncheckedCaller {
    /// Returns the caller that a request with an API key names, so that what lists read first can be read together
    /// with the key; `None` without such a key or a user. Anybody can invent such a request: what is read for it must
    /// cost little and change nothing, and is used only for the caller whom [`ProjectCaller::check`] returns.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let (scheme, secret) = credential(headers)?;
        let key = scheme.eq_ignore_ascii_case("bearer").then(|| ApiKey::new(secret))?;
        Some(Self { project: key.named_project()?, user: user(headers).ok()?? })
    }

    /// Returns true if this is the caller.
    #[must_use]
    pub fn is(&self, caller: &ProjectCaller) -> bool {
        self.project == caller.project && caller.user.as_ref() == Some(&self.user)
    }
}

impl ProjectCaller {
    /// Checks the caller of an operation.
    ///
    /// # Errors
    /// 401 without a known key, or a token that was issued here and has not expired; 403 if the operation
    /// accepts an API key only; 400 without a user if there must be one; 503 if the table or the key cannot
    /// be reached.
    pub async fn check(
        projects: &dyn Projects,
        issued: &IssuedTokens,
        operation: Operation,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let (scheme, secret) = credential(headers).ok_or_else(nobody)?;
        let callers = operation.route().callers;
        let mut caller = if scheme.eq_ignore_ascii_case("token") {
            Self::of_token(issued, &UserToken::new(secret)).await?
        } else {
            Self::of_key(projects, &ApiKey::new(secret)).await?
        };
        request_log::note(caller.project, caller.kind, &caller.key);
        if !callers.include(caller.kind) {
            return Err(api_key_required());
        }
        if callers == Callers::Organization {
            return Ok(Self { user: None, ..caller });
        }
        let named = user(headers)?;
        if caller.user.is_some() && named.is_some() && named != caller.user {
            let message = "The header customer-id names another user than the token; leave it out.";
            return Err(ApiError::invalid("customer_id_mismatch", message));
        }
        caller.user = Some(caller.user.or(named).ok_or_else(user_missing)?);
        Ok(caller)
    }

    /// Returns the user that the call is for.
    ///
    /// # Errors
    /// 400 if the operation is about no user.
    pub fn user(&self) -> Result<&UserId, ApiError> {
        self.user.as_ref().ok_or_else(user_missing)
    }

    async fn of_key(projects: &dyn Projects, key: &ApiKey) -> Result<Self, ApiError> {
        let key = key.hash();
        let project = projects.project_of_key(&key).await?.ok_or_else(unknown_key)?;
        Ok(Self { project, user: None, kind: CallerKind::ApiKey, key, issued_at: None })
    }

    async fn of_token(issued: &IssuedTokens, token: &UserToken) -> Result<Self, ApiError> {
        let Issued { project, user, issued_at } = issued.read(token).await?.ok_or_else(token_refused)?;
        let (key, issued_at) = (SecretHash::of(token.expose()), Some(issued_at));
        Ok(Self { project, user: Some(user), kind: CallerKind::IssuedToken, key, issued_at })
    }
}

/// Returns the scheme and the secret of the header `Authorization`, if the scheme is `Bearer` or `Token`.
fn credential(headers: &HeaderMap) -> Option<(&str, &str)> {
    let (scheme, secret) = only(headers, AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let secret = Some(secret.trim()).filter(|secret| !secret.is_empty())?;
    let is_known = ["bearer", "token"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_known.then_some((scheme, secret))
}

/// 401: the request has no credentials.
fn nobody() -> ApiError {
    let message =
        "Send the project's API key in the header Authorization, as Bearer …, or a user's token, as Token ….";
    ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
}

/// 401: Carbon's clients then fetch another token, once.
#[must_use]
pub fn token_refused() -> ApiError {
    let message =
        "The user token was not issued here or has ended; fetch another from /auth/v1/access_token.";
    ApiError::new(StatusCode::UNAUTHORIZED, "token_refused", message).challenge(Challenge::InvalidToken)
}
