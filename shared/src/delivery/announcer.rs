//! Announces events: on the bus, and to the endpoints of their projects.
//!
//! Changes are in the log before they are announced. Other events are first recorded as notices. Only then are
//! the endpoints' senders woken, so that a sender that wakes up finds what it was woken for. If anything of
//! this fails, announcing fails, and whoever announces repeats it: events keep their ids.
//!
//! Callers that announce at the same time share the writes: the first one announces for all that came until
//! its turn, so that files that become ready together cost one row.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use tokio::sync::{Mutex as Turn, oneshot};

use super::{DeliveryMessage, Endpoint, EventType, Stream, trigger};
use crate::{
    events::{Bus, BusError},
    model::{Clock, ConnectionOwner, EndpointId, Event, EventBody, ProjectId, Timestamp},
    queue::{Queue, QueueError},
    store::{Dynamo, EndpointReader, Log, NoticeWriter, OwedDeliveries, StoreError, StoredEndpoint},
};

/// Maximum number of senders woken at the same time.
const PARALLEL: usize = 16;

/// The part of the table that an announcer reads and writes: the number of the last change, notices, endpoints, and
/// deliveries, each of which is owed at most one message.
pub trait AnnouncerStore: EndpointReader + Log + NoticeWriter + OwedDeliveries {}

impl AnnouncerStore for Dynamo {}

/// Ports of an announcer.
#[derive(Clone)]
pub struct Ports {
    /// The event bus.
    pub bus: Arc<dyn Bus>,
    /// The table.
    pub store: Arc<dyn AnnouncerStore>,
    /// The queue of deliveries.
    pub queue: Arc<dyn Queue>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
}

/// Events of a caller that waits for its turn.
struct Waiting {
    events: Vec<Event>,
    done: oneshot::Sender<Result<(), String>>,
}

/// The bus, and delivery to endpoints.
pub struct Announcer {
    ports: Ports,
    waiting: Mutex<Vec<Waiting>>,
    turn: Turn<()>,
}

impl Announcer {
    /// Returns an announcer.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, waiting: Mutex::default(), turn: Turn::default() }
    }

    /// Announces events to endpoints, together with those of other callers.
    async fn to_endpoints(&self, events: Vec<Event>) -> Result<(), BusError> {
        let (done, announced) = oneshot::channel();
        self.waiting().push(Waiting { events, done });
        let turn = self.turn.lock().await;
        let all = std::mem::take(&mut *self.waiting());
        if !all.is_empty() {
            self.announce_for(all).await;
        }
        drop(turn);
        match announced.await {
            Ok(outcome) => outcome.map_err(BusError),
            Err(_) => Err(BusError("the announcement was interrupted".to_owned())),
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn announce_for(&self, callers: Vec<Waiting>) {
        let mut streams: BTreeMap<Stream, Announcement> = BTreeMap::new();
        let mut waiting = Vec::new();
        for Waiting { events, done } in callers {
            waiting.push(done);
            for event in events {
                streams.entry(Stream::of(&event)).or_default().add(event);
            }
        }
        let announced = self.announce(&streams).await.map_err(|error| error.to_string());
        for done in waiting {
            // A caller that has gone meanwhile does not need the outcome.
            let _gone = done.send(announced.clone());
        }
    }

    async fn announce(&self, streams: &BTreeMap<Stream, Announcement>) -> Result<(), AnnounceError> {
        let recorded: Vec<_> = streams
            .iter()
            .map(|(stream, announcement)| self.record(*stream, &announcement.notices))
            .collect();
        stream::iter(recorded).buffer_unordered(PARALLEL).try_collect::<Vec<()>>().await?;
        self.wake(streams).await
    }

    /// Records the events that are in no log as notices.
    async fn record(&self, stream: Stream, notices: &[Event]) -> Result<(), AnnounceError> {
        if notices.is_empty() {
            return Ok(());
        }
        let after = match stream {
            Stream::Connection(connection) => self.ports.store.head(connection).await?.head,
            Stream::Project(_) => 0,
        };
        self.ports.store.append_notices(stream, after, notices, self.ports.clock.now()).await?;
        Ok(())
    }

    /// Wakes the senders of all endpoints that may want some of the events.
    async fn wake(&self, streams: &BTreeMap<Stream, Announcement>) -> Result<(), AnnounceError> {
        let kinds = streams.values().flat_map(|announcement| &announcement.kinds);
        let projects: BTreeSet<ProjectId> = kinds.map(|(project, _)| *project).collect();
        let subscriptions = self.subscriptions(streams).await?;
        for project in projects {
            let endpoints = self.ports.store.endpoints(project).await?;
            let mut woken = Vec::new();
            for found in &endpoints {
                let wants =
                    |(of, kind): &(ProjectId, EventType)| *of == project && found.endpoint.wants(*kind);
                let wanted = streams.iter().filter(|(_, announcement)| announcement.kinds.iter().any(wants));
                woken.extend(wanted.map(|(stream, _)| (found, *stream)));
            }
            let of_project = subscriptions.iter().filter(|(found, _)| found.endpoint.project == project);
            woken.extend(of_project.map(|(found, stream)| (found, *stream)));
            let owed: Vec<_> = woken.into_iter().map(|(found, stream)| self.owe(found, stream)).collect();
            let owed: Vec<_> = stream::iter(owed).buffer_unordered(PARALLEL).try_collect().await?;
            self.send(streams, owed.into_iter().flatten().collect()).await?;
        }
        Ok(())
    }

    /// Returns the trigger subscriptions that may want some of the events, with their streams.
    async fn subscriptions(
        &self,
        streams: &BTreeMap<Stream, Announcement>,
    ) -> Result<Vec<(StoredEndpoint, Stream)>, StoreError> {
        let reads = streams.iter().filter_map(|(stream, announcement)| {
            let has_triggers = announcement.kinds.iter().any(|(_, kind)| trigger::of(*kind).is_some());
            let connection = stream.connection().filter(|_| has_triggers)?;
            Some(async move {
                let mut found = self.ports.store.subscriptions(connection).await?;
                found.retain(|one| announcement.kinds.iter().any(|(_, kind)| one.endpoint.wants(*kind)));
                Ok::<_, StoreError>(found.into_iter().map(|one| (one, *stream)).collect::<Vec<_>>())
            })
        });
        let reads: Vec<_> = reads.collect();
        let found: Vec<_> = stream::iter(reads).buffer_unordered(PARALLEL).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Records that a delivery is owed. Returns it if a message must be sent: not if one is on its way, nor if
    /// the endpoint is paused or disabled: then the row says what is owed when it is enabled again.
    async fn owe(&self, found: &StoredEndpoint, stream: Stream) -> Result<Option<Owed>, StoreError> {
        let (endpoint, at) = (found.endpoint.id, self.ports.clock.now());
        let is_owed = self.ports.store.owe_delivery(endpoint, stream, at).await?;
        Ok((is_owed && self.is_open(found).await?).then_some(Owed { endpoint, stream, at }))
    }

    /// Whether an endpoint takes deliveries. One that did not is read again: if it was enabled before something was
    /// owed, nobody has seen that.
    async fn is_open(&self, found: &StoredEndpoint) -> Result<bool, StoreError> {
        if found.is_open() {
            return Ok(true);
        }
        let Endpoint { project, id, .. } = &found.endpoint;
        let current = self.ports.store.endpoint(*project, *id).await?;
        Ok(current.is_some_and(|current| current.is_open()))
    }

    /// Sends the messages for what is owed. If that fails, it is owed no longer, so that the caller's next
    /// attempt sends them.
    async fn send(
        &self,
        streams: &BTreeMap<Stream, Announcement>,
        owed: Vec<Owed>,
    ) -> Result<(), AnnounceError> {
        let message = |Owed { endpoint, stream, .. }: &Owed| {
            let owner = streams.get(stream).and_then(|announcement| announcement.owner.clone());
            DeliveryMessage::Deliver { endpoint: *endpoint, stream: *stream, owner }.at_once()
        };
        let sent = self.ports.queue.send(owed.iter().map(message).collect()).await;
        if sent.is_err() {
            for Owed { endpoint, stream, at } in owed {
                self.ports.store.forget_owed(endpoint, stream, at).await?;
            }
        }
        Ok(sent?)
    }
}

/// Announcement about a stream.
#[derive(Default)]
struct Announcement {
    /// Projects and types of all events, by which endpoints are woken.
    kinds: BTreeSet<(ProjectId, EventType)>,
    /// Owner of the stream's connection, if it has one.
    owner: Option<ConnectionOwner>,
    /// The events that are in no log.
    notices: Vec<Event>,
}

impl Announcement {
    fn add(&mut self, event: Event) {
        self.kinds.insert((event.project, EventType::of(&event)));
        let user = event.user.clone().filter(|_| event.connection.is_some());
        self.owner = user.map(|user| ConnectionOwner { project: event.project, user });
        if !matches!(event.body, EventBody::Change(_)) {
            self.notices.push(event);
        }
    }
}

/// A delivery for which a message must be sent.
struct Owed {
    endpoint: EndpointId,
    stream: Stream,
    /// Time at which that was recorded.
    at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
enum AnnounceError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

#[async_trait]
impl Bus for Announcer {
    async fn publish(&self, events: Vec<Event>) -> Result<(), BusError> {
        let (published, announced) =
            tokio::join!(self.ports.bus.publish(events.clone()), self.to_endpoints(events));
        published.and(announced)
    }
}
