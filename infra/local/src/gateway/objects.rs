//! The bucket's objects, for who has a link: what S3 answers to a presigned request.

use axum::{
    extract::{Path, Query, State},
    http::{
        StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    content::{ContentStore, saved_as},
    model::ContentKey,
};

use super::Local;

/// The part of a link that shows that it was made here.
#[derive(Deserialize)]
pub(super) struct Signed {
    name: String,
    expires: u64,
    signature: String,
}

/// An object, to be saved under a name.
pub(super) async fn object(
    State(local): State<Local>,
    Path(key): Path<String>,
    Query(signed): Query<Signed>,
) -> Response {
    let (key, Signed { name, expires, signature }) = (ContentKey::listed(key), signed);
    if !local.machine.links.is_good(&key, &name, expires, &signature) {
        return (StatusCode::FORBIDDEN, "The link is not good, or has ended.\n").into_response();
    }
    let kind = (CONTENT_TYPE, "application/octet-stream".to_owned());
    match local.machine.content.read(&key).await {
        Ok(Some(bytes)) => ([kind, (CONTENT_DISPOSITION, saved_as(&name))], bytes).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
