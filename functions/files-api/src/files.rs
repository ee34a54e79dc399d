//! The mirrored files and folders, page by page.

use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::{ApiError, found},
    model::{Connection, Head},
    query::field,
    store::ItemPage,
};

use crate::{FilesApi, cursor::Cursor, fit::fitting, to_json};

/// Maximum number of items in an answer.
const MOST: u16 = 500;

/// Lists a page of items. The `number` is read before the first page and stays the same for all pages.
/// Every page then includes at least the changes up to it, and a reader who applies the later changes by
/// id ends up right, whatever happens meanwhile.
pub(crate) async fn list(
    api: &FilesApi,
    connection: &Connection,
    head: &Head,
    query: &str,
) -> Result<Response<Body>, ApiError> {
    let cursor = field(query, "cursor").map(|text| Cursor::parse(&text)).transpose()?;
    let number = cursor.as_ref().map_or(head.applied, |cursor| cursor.number);
    let after = cursor.as_ref().map(|cursor| &cursor.after);
    let ItemPage { items, next } = api.store.item_page(connection.id, after, MOST, head.items).await?;
    let files = fitting(items.iter().map(|item| to_json::item(connection, item)));
    let cut = items.get(files.len()).and(items.get(files.len().saturating_sub(1)));
    let after = cut.map(|last| last.metadata.id.clone()).or(next);
    let mut page = json!({"number": number, "files": files});
    if let Some(after) = after {
        page["cursor"] = json!(Cursor { number, after }.to_text());
    }
    Ok(found(&page))
}
