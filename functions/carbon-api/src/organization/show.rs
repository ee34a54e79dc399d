//! `GET /organization`: returns the project as an organization.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::answer::ApiError;

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    ids,
    request::AuthorizedRequest,
    users::followed,
    white_labeling::connector_settings,
};

/// Returns the organization. The aggregates are empty, because nothing is counted over all users of a
/// project.
pub(crate) async fn show(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let id = request.caller.project;
    let (project, defaults) = tokio::try_join!(api.store.project(id), api.store.user_defaults(id))?;
    let project = project.ok_or_else(|| ApiError::not_found("project_not_found", "The project is gone."))?;
    let created_at = project.created_at.to_string();
    Ok(found(&json!({
        "id": ids::organization(project.id),
        "name": project.name,
        "nickname": null,
        "remove_branding": true,
        "custom_branding": null,
        "custom_limits": {},
        "aggregate_file_size": {},
        "aggregate_num_characters": {},
        "aggregate_num_tokens": {},
        "aggregate_num_embeddings": {},
        "aggregate_num_files_by_source": {},
        "aggregate_num_files_by_file_format": {},
        "file_statistics_aggregated_at": null,
        "period_ends_at": null,
        "cancel_at_period_end": null,
        "created_at": created_at,
        "updated_at": created_at,
        "connector_settings": connector_settings(&project.settings.formats),
        "global_user_config": {
            "auto_sync_enabled_sources": followed(defaults.auto_sync.unwrap_or(true)),
            "auto_sync_interval": defaults.resync_hours.unwrap_or(project.settings.resync_seconds / 3600),
            "max_files": defaults.max_files,
            "max_files_per_upload": defaults.max_files_per_upload,
        },
        "file_sync_usage": {},
        "logging_settings": {},
    })))
}
