//! Slow Dropbox in virtual time that reports no changes: only a listing shows the current state.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use reqwest::{Request, Response};
use serde_json::{Value, json};
use shared::dropbox::{Transport, TransportError};
use tokio::time::sleep;

/// Files and folders by number: the display path, which ends with a slash for a folder, and the revision.
type Nodes = BTreeMap<u32, (String, u32)>;

pub(super) struct SlowDropbox {
    nodes: Mutex<Nodes>,
    /// Entries that the account's cursor returns next.
    changes: Mutex<Vec<Value>>,
    /// Maximum number of entries per page, whatever limit is asked for.
    page: usize,
    /// Duration of a page.
    listing: Duration,
    /// What each entry of a listing's page adds to its duration, and each entry that a page of the account's cursor may
    /// have.
    slowness: Mutex<(Duration, Duration)>,
    /// Duration of a metadata request.
    metadata: Duration,
}

impl SlowDropbox {
    pub(super) fn new(page: usize, listing: Duration, metadata: Duration) -> Self {
        let (nodes, changes, slowness) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { nodes, changes, page, listing, slowness, metadata }
    }

    /// Lets a page take longer for each of its entries, and one of the account's cursor for each entry that it may have.
    pub(super) fn be_slow(&self, per_entry: Duration, per_change: Duration) {
        *self.slowness.lock().unwrap() = (per_entry, per_change);
    }

    /// Locks the files and folders.
    pub(super) fn nodes(&self) -> MutexGuard<'_, Nodes> {
        self.nodes.lock().unwrap()
    }

    /// Deletes files, and reports this through the account's cursor.
    pub(super) fn report_deleted(&self, numbers: Range<u32>) {
        let gone = numbers.filter_map(|number| self.nodes().remove(&number));
        let told = gone.map(|(path, _)| json!({".tag": "deleted", "name": path, "path_lower": format!("/{path}"), "path_display": format!("/{path}")}));
        self.changes.lock().unwrap().extend(told);
    }

    /// Returns the page of the listing after the first `from` entries, after the time that it takes.
    async fn page(&self, from: usize, limit: usize) -> Value {
        let (entries, count) = {
            let nodes = self.nodes();
            let page = nodes.iter().skip(from).take(self.page.min(limit));
            (page.map(entry).collect::<Vec<Value>>(), nodes.len())
        };
        let (per_entry, _) = *self.slowness.lock().unwrap();
        sleep(self.listing + per_entry * u32::try_from(entries.len()).unwrap()).await;
        let to = from + entries.len();
        json!({"entries": entries, "cursor": format!("l{to}/{limit}"), "has_more": to < count})
    }

    /// Returns the page of the account's cursor, after the time that it takes.
    async fn changed(&self, limit: usize) -> Value {
        let (_, per_change) = *self.slowness.lock().unwrap();
        sleep(per_change * u32::try_from(limit).unwrap()).await;
        let entries = std::mem::take(&mut *self.changes.lock().unwrap());
        json!({"entries": entries, "cursor": format!("c{limit}"), "has_more": false})
    }

    fn metadata(&self, path: &str) -> (u16, Value) {
        let number = path.trim_start_matches("id:").parse().unwrap_or(u32::MAX);
        match self.nodes().get_key_value(&number) {
            Some(node) => (200, entry(node)),
            None => (
                409,
                json!({"error_summary": "path/not_found/", "error": {".tag": "path", "path": {".tag": "not_found"}}}),
            ),
        }
    }
}

fn entry((number, (path, rev)): (&u32, &(String, u32))) -> Value {
    let (id, rev) = (format!("id:{number:022}"), u64::from(*number) * 1000 + u64::from(*rev));
    let shown = path.trim_end_matches('/');
    let name = shown.rsplit('/').next().unwrap_or_default();
    let (lower, display) = (format!("/{}", shown.to_lowercase()), format!("/{shown}"));
    if path.ends_with('/') {
        return json!({".tag": "folder", "name": name, "path_lower": lower, "path_display": display, "id": id});
    }
    json!({".tag": "file", "name": name, "path_lower": lower, "path_display": display,
        "id": id, "rev": format!("{rev:015x}"), "size": 10, "content_hash": format!("{rev:064x}"),
        "server_modified": "2026-01-01T00:00:00Z", "is_downloadable": true})
}

#[async_trait]
impl Transport for SlowDropbox {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let argument: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| argument[name].as_str().unwrap_or_default();
        let limit = || usize::try_from(argument["limit"].as_u64().unwrap()).unwrap();
        let (status, answer) = match request.url().path() {
            "/2/files/list_folder" => (200, self.page(0, limit()).await),
            "/2/files/list_folder/continue" => match text("cursor").strip_prefix('l') {
                Some(at) => {
                    let (from, limit) = at.split_once('/').unwrap();
                    (200, self.page(from.parse().unwrap(), limit.parse().unwrap()).await)
                }
                None => (200, self.changed(text("cursor")[1..].parse().unwrap()).await),
            },
            "/2/files/list_folder/get_latest_cursor" => (200, json!({"cursor": format!("c{}", limit())})),
            "/2/files/get_metadata" => {
                sleep(self.metadata).await;
                self.metadata(text("path"))
            }
            _ => (500, Value::Null),
        };
        let response = http::Response::builder().status(status).header("content-type", "application/json");
        Ok(response.body(answer.to_string()).unwrap().into())
    }
}
