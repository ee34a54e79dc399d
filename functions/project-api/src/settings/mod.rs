//! The project's settings: what its users see of it, and how their accounts are synced.
//!
//! Walks read them from the project's row, so a change takes effect with the next walk. Files that an earlier
//! rule skipped are fetched at the next resync of each connection.

mod members;
mod shown;

use http::Response;
use lambda_http::Body;
use shared::{
    answer::{ApiError, found},
    caller::ProjectCaller,
    store::StoreError,
};

use self::{members::read, shown::shown};
use crate::ProjectApi;

pub(crate) async fn show(api: &ProjectApi, caller: &ProjectCaller) -> Result<Response<Body>, ApiError> {
    let id = caller.project;
    let (project, defaults) = tokio::try_join!(api.projects.project(id), api.users.user_defaults(id))?;
    Ok(found(&shown(&project.ok_or_else(gone)?, defaults)))
}

pub(crate) async fn change(
    api: &ProjectApi,
    caller: &ProjectCaller,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let (change, defaults) = read(body)?;
    match api.settings.change_settings(caller.project, &change).await {
        Err(StoreError::Conflict) => return Err(gone()),
        changed => changed?,
    }
    // Both writes are idempotent, so an interrupted call can be repeated.
    api.users.change_user_defaults(caller.project, defaults).await?;
    show(api, caller).await
}

fn gone() -> ApiError {
    ApiError::not_found("project_not_found", "The project is gone.")
}
