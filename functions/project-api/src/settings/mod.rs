//! The project's settings: what its users see of it, and how their accounts are synced.
//!
//! Walks read them from the project's row, so a change takes effect with the next walk. Files that an earlier
//! rule skipped are fetched at the next resync of each connection.

mod appearance;
mod inputs;
mod members;
mod to_json;

use http::Response;
use lambda_http::Body;
use shared::{
    answer::{ApiError, found},
    caller::ProjectCaller,
    store::StoreError,
};

use self::{
    members::{RequestedChanges, read},
    to_json::{logo_path, settings},
};
use crate::ProjectApi;

pub(crate) async fn show(api: &ProjectApi, caller: &ProjectCaller) -> Result<Response<Body>, ApiError> {
    let id = caller.project;
    let (project, defaults) = tokio::try_join!(api.store.project(id), api.store.user_defaults(id))?;
    Ok(found(&settings(&project.ok_or_else(gone)?, defaults)))
}

pub(crate) async fn change(
    api: &ProjectApi,
    caller: &ProjectCaller,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let RequestedChanges { project, defaults, present_logo } = read(body)?;
    if let Some(path) = present_logo {
        check_logo(api, caller, &path).await?;
    }
    match api.store.change_settings(caller.project, &project).await {
        Err(StoreError::Conflict) => return Err(gone()),
        changed => changed?,
    }
    // Both writes are idempotent, so an interrupted call can be repeated.
    api.store.change_user_defaults(caller.project, defaults).await?;
    show(api, caller).await
}

/// Checks that a logo, as it was told before, is still the project's: a path is no picture.
async fn check_logo(api: &ProjectApi, caller: &ProjectCaller, path: &str) -> Result<(), ApiError> {
    let project = api.store.project(caller.project).await?.ok_or_else(gone)?;
    if logo_path(&project).is_some_and(|present| present == path) {
        return Ok(());
    }
    let message = "appearance.logo is not the project's logo any more; send its data, or leave it out.";
    Err(ApiError::invalid("malformed_body", message))
}

fn gone() -> ApiError {
    ApiError::not_found("project_not_found", "The project is gone.")
}
