//! One file: its description, its bytes, and its removal from the mirror.

use std::time::Duration;

use http::Response;
use lambda_http::Body;
use percent_encoding::percent_decode_str;
use serde_json::json;
use shared::{
    answer::{ApiError, accepted, found},
    files::{Refetch, Removal},
    model::{Connection, Item, ItemId, ItemKind, Timestamp},
    query::number,
};

use crate::{FilesApi, routes::conflict, to_json};

/// Default lifetime of a link, in seconds.
const USUAL_LIFE: u64 = 60 * 60;
/// Maximum lifetime of a link, in seconds; S3 signs none for longer.
const MAX_LIFE: u64 = 7 * 24 * 60 * 60;

/// `GET …/files/{file}`: the file or folder as in the list of files.
pub(crate) async fn show(
    api: &FilesApi,
    connection: &Connection,
    part: &str,
) -> Result<Response<Body>, ApiError> {
    let item = find(api, connection, part).await?;
    Ok(found(&to_json::item(connection, &item)))
}

/// `GET …/files/{file}/link`: a URL from which anybody can fetch the bytes until it expires.
pub(crate) async fn link(
    api: &FilesApi,
    connection: &Connection,
    part: &str,
    query: &str,
) -> Result<Response<Body>, ApiError> {
    let seconds = number(query, "valid_seconds", 1..=MAX_LIFE, USUAL_LIFE)?;
    let item = find(api, connection, part).await?;
    let key = item.content_key(connection).ok_or_else(not_ready)?;
    let (now, life) = (api.clock.now(), Duration::from_secs(seconds));
    let url = api.content_links.link(&key, &item.saved_as(), life).await;
    let url = url.map_err(|error| ApiError::unavailable(&error))?;
    Ok(found(&json!({"url": url, "expires_at": end(now, life)})))
}

/// `POST …/files/{file}/resync`: fetches the bytes again.
pub(crate) async fn resync(
    api: &FilesApi,
    connection: &Connection,
    part: &str,
) -> Result<Response<Body>, ApiError> {
    let item = find_file(api, connection, part).await?;
    let refetch = Refetch {
        items: api.store.as_ref(),
        transfers: api.store.as_ref(),
        requests: &api.requests,
        clock: api.clock.as_ref(),
    };
    let content = refetch.refetch(connection, &item).await?.ok_or_else(not_to_be_fetched)?;
    Ok(accepted(&to_json::item(connection, &Item { content, ..item })))
}

/// `DELETE …/files/{file}`: removes the file from the mirror, not from Dropbox.
pub(crate) async fn remove(
    api: &FilesApi,
    connection: &Connection,
    part: &str,
) -> Result<Response<Body>, ApiError> {
    let item = find_file(api, connection, part).await?;
    let removal = Removal {
        items: api.store.as_ref(),
        choices: api.store.as_ref(),
        requests: &api.requests,
        quietly: false,
    };
    removal.remove(connection, &[&item.metadata]).await?;
    Ok(accepted(&json!({"id": item.metadata.id, "removed": true})))
}

async fn find(api: &FilesApi, connection: &Connection, part: &str) -> Result<Item, ApiError> {
    let missing = || ApiError::not_found("file_not_found", "The connection has no such file or folder.");
    let id = percent_decode_str(part).decode_utf8().map_err(|_| missing())?;
    let id = ItemId::from(id.as_ref());
    api.store.items(connection.id, std::slice::from_ref(&id)).await?.remove(&id).ok_or_else(missing)
}

async fn find_file(api: &FilesApi, connection: &Connection, part: &str) -> Result<Item, ApiError> {
    let item = find(api, connection, part).await?;
    if item.metadata.kind == ItemKind::File {
        return Ok(item);
    }
    Err(conflict("not_a_file", "This is a folder; select it, or give its selection up, instead."))
}

fn end(now: Timestamp, life: Duration) -> String {
    now.plus(life).to_string()
}

fn not_ready() -> ApiError {
    conflict("file_not_ready", "The bytes are not here: it is a folder, or its content is not ready.")
}

fn not_to_be_fetched() -> ApiError {
    conflict("file_not_ready", "The file is queued already, or the project's rules skip it.")
}
