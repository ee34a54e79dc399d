//! `GET /raw_file/{file}`: returns a link to a file's bytes.

use std::time::Duration;

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::json;
use shared::answer::ApiError;

use super::{list::link, one};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    request::AuthorizedRequest,
};

/// Lifetime of the link.
const VALID: Duration = Duration::from_secs(60 * 60);

/// Answers `{"presigned_url": …}`.
pub(crate) async fn get(api: &CarbonApi, request: &AuthorizedRequest<'_>) -> Result<Response<Body>, Refusal> {
    // Anything but an integer is read as 0, which no file has.
    let number = request.parameters.first().and_then(|part| part.parse().ok()).unwrap_or_default();
    let file = one::find(api, request, number).await?;
    match link(api, &file, VALID).await? {
        Some(link) => Ok(found(&json!({"presigned_url": link}))),
        None => {
            let message = "The bytes of this file are not here: it is a folder, or not READY.";
            Err(ApiError::new(StatusCode::CONFLICT, "file_not_ready", message).into())
        }
    }
}
