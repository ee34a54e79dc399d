//! `POST /resync_file`: bring a file's bytes once more.

use http::{Response, StatusCode};
use lambda_http::Body;
use shared::{
    answer::{ApiError, needs_reauth},
    model::{ConnectionStatus, Content, Lane, Rev, WalkReason},
};

use super::{file::File, one, query};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, WrongField},
    request::Asked,
};

/// The file is queued again, and a walk looks whether Dropbox has a newer revision.
pub(crate) async fn resync(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(asked.body)?;
    let number = fields.required("file_id", query::number);
    let number = fields.end(number)?;
    let mut file = one::find(api, asked, number).await?;
    if file.is_folder() {
        let mut fields = Fields::of(asked.body)?;
        fields.refuse("file_id", WrongField::new("this is a folder; name a file", "value_error.folder"));
        return fields.end(None);
    }
    if file.source.connection.status != ConnectionStatus::Active {
        return Err(needs_reauth().into());
    }
    let Some(rev) = fetched(&file) else { return Err(not_ready()) };
    let (connection, now) = (&file.source.connection, api.clock.now());
    let (id, pending) = (&file.record.item.facts.id, Content::Pending { rev: rev.clone() });
    if !api.items.settle_content(connection.id, id, &pending, now).await? {
        // It has changed meanwhile: the new revision is queued.
        return Err(not_ready());
    }
    api.transfers.add_transfers(connection.id, &[(id.clone(), rev)]).await?;
    api.requests.transfers(connection.into()).await?;
    api.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
    file.record.item.content = pending;
    file.record.updated_at = Some(now);
    Ok(found(&file.to_json(None)))
}

/// The revision that was tried last, where its bytes are wanted and nothing is under way.
fn fetched(file: &File) -> Option<Rev> {
    match &file.record.item.content {
        Content::Ready { rev, .. } | Content::Failed { rev, .. } => Some(rev.clone()),
        Content::None | Content::Pending { .. } | Content::Skipped { .. } => None,
    }
}

/// 409: it is queued already, or its bytes are not wanted by the project's rules.
fn not_ready() -> Refusal {
    let message = "File not ready to be resynced";
    ApiError::new(StatusCode::CONFLICT, "file_not_ready", message).into()
}
