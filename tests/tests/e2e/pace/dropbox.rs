//! Dropbox in virtual time whose answers take as long as a test says, by what is asked at the same time.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use http::header::{AUTHORIZATION, HeaderName, RETRY_AFTER};
use reqwest::{Request, Response};
use serde_json::{Value, json};
use shared::dropbox::{ARGUMENT, ContentHasher, Transport, TransportError};
use tokio::time::sleep;

/// Dropbox's reaction to a request for a file's bytes, or to a proxied call.
pub(super) enum Answer {
    /// It answers after this time.
    After(Duration),
    /// It asks at once for a pause of some seconds.
    Pause(u64),
}

/// A request as it comes in.
#[derive(Clone, Copy)]
pub(super) struct IncomingRequest {
    /// Number of requests of bytes before it.
    pub(super) before: usize,
    /// Number of the account's requests that have not been answered, this one included.
    pub(super) in_flight: u32,
}

/// Beginning of a download.
#[derive(Debug, Clone)]
pub(super) struct Download {
    /// Token of the account.
    pub(super) token: String,
    /// Number of the account's requests that have not been answered, this one included.
    pub(super) in_flight: u32,
    /// Number of all accounts' requests that have not been answered.
    pub(super) in_flight_of_all: u32,
}

#[derive(Default)]
struct State {
    /// Number of files by the token of their account.
    files: BTreeMap<String, u32>,
    in_flight: BTreeMap<String, u32>,
    downloads: Vec<Download>,
    /// Number of downloads that had begun when each further page of a listing was sent.
    before_pages: Vec<usize>,
}

pub(super) struct BusyDropbox {
    state: Mutex<State>,
    behaviour: Box<dyn Fn(IncomingRequest) -> Answer + Send + Sync>,
    /// Maximum number of entries per page, and the time until each page but the first.
    page: (u32, Duration),
}

impl BusyDropbox {
    /// Creates a Dropbox that answers like this, and lists everything on one page.
    pub(super) fn new(behaviour: impl Fn(IncomingRequest) -> Answer + Send + Sync + 'static) -> Self {
        Self { state: Mutex::default(), behaviour: Box::new(behaviour), page: (u32::MAX, Duration::ZERO) }
    }

    /// Creates a Dropbox that answers after this time.
    pub(super) fn constant(after: Duration) -> Self {
        Self::new(move |_| Answer::After(after))
    }

    /// Returns the same, but with pages of so many entries, each of which but the first takes this time.
    pub(super) fn in_pages(self, entries: u32, time: Duration) -> Self {
        Self { page: (entries, time), ..self }
    }

    /// Adds an account with so many files.
    pub(super) fn add_account(&self, token: &str, files: u32) {
        self.state().files.insert(token.to_owned(), files);
    }

    /// Returns the downloads so far, in the order in which they began.
    pub(super) fn downloads(&self) -> Vec<Download> {
        self.state().downloads.clone()
    }

    /// Returns how many downloads had begun when each further page of a listing was sent.
    pub(super) fn downloads_before_pages(&self) -> Vec<usize> {
        self.state().before_pages.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Returns the page of an account's listing after its first `from` entries.
    async fn list(&self, token: &str, from: u32) -> Value {
        if from > 0 {
            sleep(self.page.1).await;
        }
        let mut state = self.state();
        if from > 0 {
            let begun = state.downloads.len();
            state.before_pages.push(begun);
        }
        let count = state.files.get(token).copied().unwrap_or_default();
        let to = count.min(from.saturating_add(self.page.0));
        json!({"entries": (from..to).map(entry).collect::<Vec<_>>(), "cursor": format!("l{to}"), "has_more": to < count})
    }

    /// Awaits what the test wants for a request. Returns the seconds of a pause, if it is one.
    async fn wait(&self, token: &str, is_download: bool) -> Option<u64> {
        let answer = (self.behaviour)(self.begin(token, is_download));
        let pause = match answer {
            Answer::After(time) => {
                sleep(time).await;
                None
            }
            Answer::Pause(seconds) => Some(seconds),
        };
        *self.state().in_flight.entry(token.to_owned()).or_default() -= 1;
        pause
    }

    fn begin(&self, token: &str, is_download: bool) -> IncomingRequest {
        let mut state = self.state();
        let before = state.downloads.len();
        let in_flight = state.in_flight.entry(token.to_owned()).or_default();
        *in_flight += 1;
        let in_flight = *in_flight;
        if is_download {
            let in_flight_of_all = state.in_flight.values().sum();
            state.downloads.push(Download { token: token.to_owned(), in_flight, in_flight_of_all });
        }
        IncomingRequest { before, in_flight }
    }
}

/// Returns the bytes of a revision.
fn bytes_of(rev: &str) -> Vec<u8> {
    format!("bytes of {rev}").into_bytes()
}

fn entry(number: u32) -> Value {
    let (name, rev) = (format!("{number}.txt"), format!("{number:015x}"));
    let bytes = bytes_of(&rev);
    let mut hasher = ContentHasher::new();
    hasher.update(&bytes);
    json!({".tag": "file", "name": name, "path_lower": format!("/{name}"), "path_display": format!("/{name}"),
        "id": format!("id:{number:022}"), "rev": rev, "size": bytes.len(), "content_hash": hasher.finish(),
        "server_modified": "2026-01-01T00:00:00Z", "is_downloadable": true})
}

#[async_trait]
impl Transport for BusyDropbox {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let header = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
        let token = header(AUTHORIZATION).unwrap_or_default().trim_start_matches("Bearer ").to_owned();
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let argument: Value = serde_json::from_slice(body).unwrap_or_default();
        let document = |document: Value| ("application/json", document.to_string().into_bytes());
        let (kind, body) = match request.url().path() {
            "/2/files/list_folder" => document(self.list(&token, 0).await),
            "/2/files/list_folder/continue" => match argument["cursor"].as_str().unwrap().strip_prefix('l') {
                Some(from) => document(self.list(&token, from.parse().unwrap()).await),
                None => document(json!({"entries": [], "cursor": "c", "has_more": false})),
            },
            "/2/files/list_folder/get_latest_cursor" => document(json!({"cursor": "c"})),
            path => {
                let is_download = path == "/2/files/download";
                if let Some(seconds) = self.wait(&token, is_download).await {
                    return Ok(paused(seconds));
                }
                let asked: Value = serde_json::from_str(header(ARGUMENT).unwrap_or("{}")).unwrap();
                match asked["path"].as_str().and_then(|path| path.strip_prefix("rev:")) {
                    Some(rev) if is_download => ("application/octet-stream", bytes_of(rev)),
                    _ => document(entry(0)),
                }
            }
        };
        Ok(http::Response::builder().header("content-type", kind).body(body).unwrap().into())
    }
}

fn paused(seconds: u64) -> Response {
    let body =
        json!({"error_summary": "too_many_requests/", "error": {"reason": {".tag": "too_many_requests"}}});
    let response = http::Response::builder().status(429).header("content-type", "application/json");
    response.header(RETRY_AFTER, seconds).body(body.to_string()).unwrap().into()
}
