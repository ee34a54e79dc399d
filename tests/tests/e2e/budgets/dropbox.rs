//! A Dropbox of plain files that answers slowly, in virtual time, and notifies of nothing.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use reqwest::{Request, Response};
use serde_json::{Value, json};
use shared::dropbox::{Transport, TransportError};
use tokio::time::sleep;

/// Files in its root, by their number, each with its name and its revision.
type Files = BTreeMap<u32, (String, u32)>;

pub(super) struct SlowDropbox {
    files: Mutex<Files>,
    /// Files of a page.
    page: usize,
    /// How long a page takes.
    listing: Duration,
    /// How long the metadata of one file takes.
    metadata: Duration,
}

impl SlowDropbox {
    pub(super) fn new(page: usize, listing: Duration, metadata: Duration) -> Self {
        Self { files: Mutex::default(), page, listing, metadata }
    }

    /// Its files, to be changed without a notification or a change that a cursor tells of.
    pub(super) fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap()
    }

    /// A page of the listing after so many files.
    fn page(&self, from: usize) -> Value {
        let files = self.files();
        let entries: Vec<Value> = files.iter().skip(from).take(self.page).map(entry).collect();
        let to = from + entries.len();
        json!({"entries": entries, "cursor": format!("l{to}"), "has_more": to < files.len()})
    }

    fn metadata(&self, path: &str) -> (u16, Value) {
        let number = path.trim_start_matches("id:").parse().unwrap_or(u32::MAX);
        match self.files().get_key_value(&number) {
            Some(file) => (200, entry(file)),
            None => (
                409,
                json!({"error_summary": "path/not_found/", "error": {".tag": "path", "path": {".tag": "not_found"}}}),
            ),
        }
    }
}

fn entry((number, (name, rev)): (&u32, &(String, u32))) -> Value {
    let (id, rev) = (format!("id:{number:022}"), u64::from(*number) * 1000 + u64::from(*rev));
    json!({".tag": "file", "name": name, "path_lower": format!("/{name}"), "path_display": format!("/{name}"),
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
            "/2/files/list_folder/continue" => {
                sleep(self.listing).await;
                match text("cursor").strip_prefix('l') {
                    Some(from) => (200, self.page(from.parse().unwrap_or_default())),
                    None => (200, json!({"entries": [], "cursor": "c", "has_more": false})),
                }
            }
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
