//! `POST …/sdk/actions`: what a user can choose from in a field of a form, page by page: the folders, or the files, in a
//! folder, or those that a search finds. In Paragon's form, by the keys that `…/sdk/integrations` names.

mod asked;

use serde_json::{Value, json};

pub(crate) use self::asked::FieldOptions;
use self::asked::{Source, go_on, next_cursor};
use super::{
    account::Account,
    answer::{Answer, found},
    failure::Failure,
};

/// Maximum number of calls for one page: of folders, the first entries may all be files.
const MAX_CALLS: usize = 5;

/// Gives one page. Dropbox is asked on while a page would be empty, within [`MAX_CALLS`].
pub(crate) async fn run(asked: FieldOptions, account: &Account<'_>) -> Answer {
    let searches = asked.searches();
    let (mut route, mut argument) = asked.first();
    let (mut records, mut next) = (Vec::new(), None);
    for _ in 0..MAX_CALLS {
        let page = account.ask(route, &argument).await.map_err(keeps_signed_in)?;
        let entries =
            page[if searches { "matches" } else { "entries" }].as_array().cloned().unwrap_or_default();
        let metadata = entries.iter().map(|one| if searches { &one["metadata"]["metadata"] } else { one });
        records.extend(metadata.filter_map(|one| record(asked.source, one)));
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

/// An entry as people and forms have it: its path, and its id, which stays when it is moved.
fn record(source: Source, metadata: &Value) -> Option<Value> {
    let is_one = metadata[".tag"] == source.tag();
    let (label, value) = (metadata["path_display"].as_str()?, metadata["id"].as_str()?);
    is_one.then(|| json!({"label": label, "value": value}))
}

/// The SDK signs its user out at 401 and 403, unless it is told that they are the integration's.
fn keeps_signed_in(failure: Failure) -> Failure {
    if matches!(failure.status().as_u16(), 401 | 403) {
        return failure.with("meta", json!({"isIntegrationError": true}));
    }
    failure
}
