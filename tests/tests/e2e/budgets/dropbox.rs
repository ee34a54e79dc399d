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
    /// Number of entries per page.
    page: usize,
    /// Duration of a page.
    listing: Duration,
    /// Duration of a metadata request.
    metadata: Duration,
}

impl SlowDropbox {
    pub(super) fn new(page: usize, listing: Duration, metadata: Duration) -> Self {
        Self { nodes: Mutex::default(), changes: Mutex::default(), page, listing, metadata }
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

    /// Returns the page of the listing after the first `from` entries.
    fn page(&self, from: usize) -> Value {
        let nodes = self.nodes();
        let entries: Vec<Value> = nodes.iter().skip(from).take(self.page).map(entry).collect();
        let to = from + entries.len();
        json!({"entries": entries, "cursor": format!("l{to}"), "has_more": to < nodes.len()})
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
        let (status, answer) = match request.url().path() {
            "/2/files/list_folder" => {
                sleep(self.listing).await;
                (200, self.page(0))
            }
            "/2/files/list_folder/continue" => match text("cursor").strip_prefix('l') {
                Some(from) => {
                    sleep(self.listing).await;
                    (200, self.page(from.parse().unwrap_or_default()))
                }
                None => (
                    200,
                    json!({"entries": std::mem::take(&mut *self.changes.lock().unwrap()), "cursor": "c", "has_more": false}),
                ),
            },
            "/2/files/list_folder/get_latest_cursor" => (200, json!({"cursor": "c"})),
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
