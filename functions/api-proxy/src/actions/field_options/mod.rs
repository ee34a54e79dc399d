//! `POST …/sdk/actions`: the options of a field in a form, page by page: folders or files, either those in a
//! folder or those that a search finds. The answer has Paragon's form, with the keys that
//! `…/sdk/integrations` lists.

mod request;

use serde_json::{Value, json};

pub(crate) use self::request::FieldOptions;
use self::request::{Source, go_on, next_cursor};
use super::{
    account::Account,
    answer::{Answer, found},
    failure::Failure,
};

/// Maximum number of calls for one page: a page of folders may begin with entries that are all files.
const MAX_CALLS: usize = 5;

/// Returns one page. As long as it is empty, Dropbox is asked for more, up to [`MAX_CALLS`] times.
pub(crate) async fn run(request: FieldOptions, account: &Account<'_>) -> Answer {
    let searches = request.searches();
    let (mut route, mut argument) = request.first();
    let (mut records, mut next) = (Vec::new(), None);
    for _ in 0..MAX_CALLS {
        let page = account.ask(route, &argument).await.map_err(keeps_signed_in)?;
        let entries =
            page[if searches { "matches" } else { "entries" }].as_array().cloned().unwrap_or_default();
        let metadata = entries.iter().map(|one| if searches { &one["metadata"]["metadata"] } else { one });
        records.extend(metadata.filter_map(|one| record(request.source, one)));
        let cursor = page["cursor"].as_str().filter(|_| page["has_more"] == true);
        next = cursor.map(str::to_owned);
        match &next {
            Some(cursor) if records.is_empty() => (route, argument) = go_on(searches, cursor),
            _ => break,
        }
    }
    let next = next.map(|cursor| next_cursor(searches, &cursor));
    Ok(found(&json!({"output": {"records": records, "nextPageCursor": next}})))
}

/// Returns an entry as an option: the path as label, and the id as value, because it stays when the entry is
/// moved.
fn record(source: Source, metadata: &Value) -> Option<Value> {
    let is_one = metadata[".tag"] == source.tag();
    let (label, value) = (metadata["path_display"].as_str()?, metadata["id"].as_str()?);
    is_one.then(|| json!({"label": label, "value": value}))
}

/// Marks a 401 or 403 as the integration's, because the SDK would sign its user out otherwise.
fn keeps_signed_in(failure: Failure) -> Failure {
    if matches!(failure.status().as_u16(), 401 | 403) {
        return failure.with("meta", json!({"isIntegrationError": true}));
    }
    failure
}
