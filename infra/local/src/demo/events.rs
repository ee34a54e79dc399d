//! Events of this machine's bus, live: server-sent events that resume where a page has ended.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::{
    extract::{RawQuery, State},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
};
use futures_util::stream;
use http::{HeaderMap, StatusCode};
use local_adapters::Published;
use serde_json::json;
use shared::model::ProjectId;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Demo, Surroundings, page,
    paths::{Paths, with_subjects},
};

/// Maximum number of events on the page.
pub(super) const LIMIT: u64 = 200;
/// Maximum number of events that the page has when it is opened.
const FIRST: usize = 50;
/// Number of events that are read at once.
const BATCH: usize = 50;
/// Longest wait for an event, after which the stop of the stack is looked at as well.
const WAIT: Duration = Duration::from_secs(15);

/// The latest events, newest first, and the position after which the stream goes on.
pub(super) struct History {
    /// Each with what it is about.
    pub(super) events: Vec<(Published, String)>,
    pub(super) newest: u64,
}

impl History {
    /// Reads the latest events of the demo's project.
    pub(super) async fn of(demo: &Demo) -> Self {
        let newest = demo.0.surroundings.bus.newest().await.unwrap_or_default();
        let mut events = with_subjects(latest(demo, newest).await);
        events.reverse();
        events.truncate(FIRST);
        Self { events, newest }
    }
}

/// Reads the events of the project that are among the latest up to a position, oldest first.
async fn latest(demo: &Demo, newest: u64) -> Vec<Published> {
    let Surroundings { bus, project, .. } = &demo.0.surroundings;
    let read = bus.read(newest.saturating_sub(LIMIT), usize::try_from(LIMIT).unwrap_or(FIRST)).await;
    let mut events = read.unwrap_or_default();
    events.retain(|event| event.position <= newest && is_of(event, project.project.id));
    events
}

fn is_of(event: &Published, project: ProjectId) -> bool {
    event.detail["project"] == project.to_string()
}

/// Sends events after `Last-Event-ID`, or after the position in `after`. Those that would not fit on the page
/// are left out.
pub(super) async fn stream(
    State(demo): State<Demo>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let Ok(permit) = demo.0.streams.clone().try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "Too many pages are open.\n").into_response();
    };
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let last = last.or_else(|| query?.strip_prefix("after=").map(str::to_owned));
    let newest = demo.0.surroundings.bus.newest().await.unwrap_or_default();
    let after =
        last.and_then(|last| last.parse().ok()).unwrap_or(newest).clamp(newest.saturating_sub(LIMIT), newest);
    let mut paths = Paths::default();
    latest(&demo, after).await.iter().for_each(|event| paths.learn(event));
    let following = Following { demo, after, read: VecDeque::new(), paths, _permit: permit };
    Sse::new(stream::unfold(following, Following::next)).keep_alive(KeepAlive::default()).into_response()
}

/// A page's place on the bus.
struct Following {
    demo: Demo,
    after: u64,
    read: VecDeque<Published>,
    paths: Paths,
    _permit: OwnedSemaphorePermit,
}

impl Following {
    /// Returns the next event of the project; `None` when the stack stops.
    async fn next(mut self) -> Option<(Result<sse::Event, Infallible>, Self)> {
        let (project, mut stop) = {
            let surroundings = &self.demo.0.surroundings;
            (surroundings.project.project.id, surroundings.stop.clone())
        };
        loop {
            while let Some(event) = self.read.pop_front() {
                self.after = event.position;
                if is_of(&event, project) {
                    self.paths.learn(&event);
                    return Some((Ok(sent(&event, &self.paths.subject(&event))), self));
                }
            }
            let more = self.demo.0.surroundings.bus.next(self.after, BATCH, WAIT);
            self.read = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return None,
                more = more => more.ok()?.into(),
            };
        }
    }
}

fn sent(event: &Published, subject: &str) -> sse::Event {
    let html = page::event(event, subject).into_string();
    let data = json!({
        "html": html,
        "type": event.detail_type,
        "connection": event.detail["connection"],
    });
    sse::Event::default().event("published").id(event.position.to_string()).data(data.to_string())
}
