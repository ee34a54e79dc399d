//! Who is asking: a project's server with its API key, for one of the project's users.

use http::{HeaderMap, StatusCode, header::AUTHORIZATION};

use crate::{
    answer::ApiError,
    model::{ApiKey, ProjectId, UserId},
    store::Projects,
};

/// The header that names the user.
pub const USER_HEADER: &str = "customer-id";

/// A caller whose API key is the project's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The project.
    pub project: ProjectId,
    /// The user that the call is for.
    pub user: UserId,
}

impl Caller {
    /// Checks the caller of `/projects/{project}/…`.
    ///
    /// # Errors
    /// 401 without a key that is known; 404 where the key is another project's, whether `project` exists or not;
    /// 400 without a user.
    pub async fn check(
        projects: &dyn Projects,
        project: &str,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let key = bearer(headers).ok_or_else(unauthorized)?;
        let owner = projects.project_of_key(&key.hash()).await?.ok_or_else(unauthorized)?;
        if project.parse::<ProjectId>().ok() != Some(owner) {
            return Err(ApiError::not_found(
                "project_not_found",
                "The API key belongs to no project of this id.",
            ));
        }
        Ok(Self { project: owner, user: user(headers)? })
    }
}

fn bearer(headers: &HeaderMap) -> Option<ApiKey> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then(|| ApiKey::new(key.trim()))
}

fn user(headers: &HeaderMap) -> Result<UserId, ApiError> {
    let missing = || ApiError::invalid("customer_id_missing", "Name the user in the header customer-id.");
    let value = headers.get(USER_HEADER).ok_or_else(missing)?;
    let text = value.to_str().unwrap_or_default();
    text.parse().map_err(|error| {
        ApiError::invalid("customer_id_invalid", format!("The header customer-id: {error}."))
    })
}

fn unauthorized() -> ApiError {
    let message = "Send the project's API key in the header Authorization, as Bearer dl_….";
    ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
}
