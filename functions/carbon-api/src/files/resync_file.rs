//! `POST /resync_file`: fetches a file's bytes again.

use http::{Response, StatusCode};
use lambda_http::Body;
use shared::{answer::ApiError, files::Refetch};

use super::{one, query};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, WrongField},
    request::AuthorizedRequest,
};

/// Queues the file again, and a walk that checks whether Dropbox has a newer revision.
pub(crate) async fn resync(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let number = fields.required("file_id", query::number);
    let number = fields.end(number)?;
    let mut file = one::find(api, request, number).await?;
    if file.is_folder() {
        let wrong = WrongField::new("this is a folder; name a file", "value_error.folder");
        return Err(Refusal::Fields(vec![wrong.in_body(&["file_id"])]));
    }
    let refetch = Refetch {
        items: api.store.as_ref(),
        transfers: api.store.as_ref(),
        requests: &api.requests,
        clock: api.clock.as_ref(),
    };
    let queued = refetch.refetch(&file.source.connection, &file.record.item).await?;
    file.record.item.content = queued.ok_or_else(not_ready)?;
    file.record.updated_at = Some(api.clock.now());
    Ok(found(&file.to_json(None)))
}

/// 409: the file is queued already, or the project's rules skip it.
fn not_ready() -> Refusal {
    let message = "File not ready to be resynced";
    ApiError::new(StatusCode::CONFLICT, "file_not_ready", message).into()
}
