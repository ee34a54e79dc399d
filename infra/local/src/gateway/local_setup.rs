//! Routes for clients of this machine, such as the tour: the accounts and projects that were made for it, published
//! events, and the bytes in the bucket.

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, Query, Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use local_adapters::{MachineBus, Published};
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::{content::ContentStore, model::ContentKey};
use url::Url;

use crate::DemoProject;

/// Events in one answer, at most.
const EVENTS: usize = 10_000;
/// No answer waits longer. Seconds.
const LONGEST_WAIT: u64 = 60;

/// An account of the fake Dropbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DemoAccount {
    pub(crate) email: String,
    /// Its Dropbox id.
    pub(crate) id: String,
    /// The directory that is its Dropbox.
    pub(crate) directory: PathBuf,
}

/// Accounts and projects that were made for this machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LocalSetup {
    /// Address of the fake Dropbox.
    pub(crate) dropbox: Url,
    pub(crate) accounts: Vec<DemoAccount>,
    pub(crate) projects: Vec<DemoProject>,
}

/// State of the routes.
#[derive(Clone)]
struct SetupState {
    local_setup: Arc<LocalSetup>,
    bus: MachineBus,
    content: Arc<dyn ContentStore>,
}

impl LocalSetup {
    /// The routes that tell of it.
    pub(crate) fn router(self, bus: MachineBus, content: Arc<dyn ContentStore>) -> Router {
        Router::new()
            .route("/_local/stage", get(setup))
            .route("/_local/events", get(events))
            .route("/_local/content/{*key}", get(content_of))
            .with_state(SetupState { local_setup: Arc::new(self), bus, content })
    }
}

/// Only for who asks this machine by its own name: a page that made its name lead here would be told keys and bytes.
pub(crate) fn guarded(own: Router) -> Router {
    own.layer(middleware::from_fn(own_name_only))
}

async fn own_name_only(request: Request, next: Next) -> Response {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if matches!(name, "localhost" | "127.0.0.1" | "[::1]") {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "Ask for localhost.\n").into_response()
    }
}

async fn setup(State(setup): State<SetupState>) -> Response {
    match serde_json::to_string(setup.local_setup.as_ref()) {
        Ok(text) => ([(CONTENT_TYPE, "application/json")], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

#[derive(Deserialize)]
struct EventsQuery {
    /// The position after which to begin.
    #[serde(default)]
    after: u64,
    /// Longest time to wait for the first event, in seconds.
    #[serde(default)]
    wait: u64,
}

/// Answers with events that were published on the bus: a JSON object a line.
async fn events(State(setup): State<SetupState>, Query(asked): Query<EventsQuery>) -> Response {
    let wait = Duration::from_secs(asked.wait.min(LONGEST_WAIT));
    match setup.bus.next(asked.after, EVENTS, wait).await {
        Ok(events) => {
            let lines: String = events.iter().map(line).collect();
            ([(CONTENT_TYPE, "application/x-ndjson")], lines).into_response()
        }
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn line(event: &Published) -> String {
    let line = json!({
        "position": event.position,
        "time": event.at.to_string(),
        "detail-type": event.detail_type,
        "detail": event.detail,
    });
    format!("{line}\n")
}

/// The bytes of an object in the bucket.
async fn content_of(State(setup): State<SetupState>, Path(key): Path<String>) -> Response {
    match setup.content.read(&ContentKey::listed(key)).await {
        Ok(Some(bytes)) => ([(CONTENT_TYPE, "application/octet-stream")], bytes).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}
