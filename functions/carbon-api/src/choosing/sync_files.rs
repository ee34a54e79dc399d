//! `POST /integrations/files/sync`: selects files and folders. A folder includes what is added to it later.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::needs_reauth,
    choosing::{Choosing, check_number},
    model::{ConnectionStatus, ItemId, Label, Target},
};

use super::external_id::external_id;
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    data_sources::{data_source_id, tags},
    fields::{Fields, Read, WrongField, list, text},
    files::with_name,
    request::AuthorizedRequest,
};

/// Maximum number of files and folders per request.
const MAX_IDS: usize = 250;

/// Stores the selections, and queues a walk that carries them out. Repeating a request changes nothing.
pub(crate) async fn sync(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let data_source = data_source_id(&mut fields);
    let targets = fields.required("ids", list(1..=MAX_IDS, target));
    let tags = fields.optional("tags", tags).unwrap_or_default();
    let request_id = fields.optional("request_id", text(0..=256)).filter(|id| !id.is_empty());
    let (data_source, targets) = fields.end(data_source.zip(targets))?;
    let source = with_name(api, request, data_source).await?;
    let connection = &source.connection;
    if connection.status != ConnectionStatus::Active {
        return Err(needs_reauth().into());
    }
    let (choices, settings) = tokio::try_join!(
        api.store.choices(connection.id),
        api.store.user_settings(connection.project, &connection.user),
    )?;
    if let Some(limit) = settings.max_files_per_upload.filter(|limit| targets.len() as u64 > *limit) {
        return Err(above_limit(limit));
    }
    let selections = choices.selections;
    check_number(&selections, &targets)?;
    // The label is stored first, so that no file is mirrored without it.
    api.store.label(connection.id, &targets, &Label { request_id, tags }).await?;
    let choosing = Choosing {
        choices: api.store.as_ref(),
        requests: &api.requests,
        calls: &api.calls,
        clock: api.clock.as_ref(),
    };
    choosing.change(connection, &targets, &[]).await?;
    Ok(found(&json!({"success": true})))
}

/// Reads the Dropbox id of a file or folder: a text, or an object with the id as its `id`.
fn target(value: &Value) -> Read<Target> {
    let id = external_id(value.get("id").filter(|_| value.is_object()).unwrap_or(value))?;
    Ok(Target::Item(ItemId::from(id)))
}

/// 422: more files than one call may select for this user.
fn above_limit(limit: u64) -> Refusal {
    let message = format!(
        "at most {limit} files and folders can be selected in one call for this user (max_files_per_upload)"
    );
    Refusal::Fields(vec![WrongField::new(message, "value_error.max_files_per_upload").in_body(&["ids"])])
}
