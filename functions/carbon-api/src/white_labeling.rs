//! `GET /auth/v1/white_labeling`: returns the settings that `carbon-connect` reads before it displays
//! anything.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::model::Formats;

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    request::AuthorizedRequest,
};

/// Returns the settings: the branding is the application's own, and the picker offers the formats that the
/// project wants.
pub(crate) async fn get(api: &CarbonApi, request: &AuthorizedRequest<'_>) -> Result<Response<Body>, Refusal> {
    let project = api.store.project(request.caller.project).await?;
    let formats = project.map(|project| project.settings.formats).unwrap_or_default();
    Ok(found(&json!({
        "remove_branding": true,
        "integrations": null,
        "custom_limits": {},
        "connector_settings": connector_settings(&formats),
    })))
}

/// Returns the formats that may be chosen, unless all are wanted.
pub(crate) fn connector_settings(formats: &Formats) -> Value {
    let Some(endings) = formats.endings() else { return json!({}) };
    let allowed: Vec<String> = endings.iter().map(|ending| ending.to_uppercase()).collect();
    json!({"DROPBOX": {"allowed_file_formats": allowed}})
}
