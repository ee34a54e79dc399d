//! A backlog, as an outage leaves one: how fast it is delivered once the endpoint answers again.

use std::{
    collections::BTreeSet,
    fmt,
    time::{Duration, Instant},
};

use bytes::Bytes;
use shared::model::{Clock, ConnectionId, SystemClock, Timestamp};

use super::{bare, endpoint};
use crate::{App, Received, Receiver, World, fill_log};

const ACCOUNT: &str = "first@example.com";
/// Maximum numbers of events in a request that are measured.
const BATCHES: [u16; 2] = [100, 1];
/// Longest time for a backlog.
const PATIENCE: Duration = Duration::from_secs(600);

/// Delivery of a backlog, and of the same bodies by a bare client.
#[derive(Debug, Clone)]
pub struct Drained {
    /// Maximum number of events in a request.
    pub batch: u16,
    /// Number of events.
    pub events: u64,
    /// Number of requests.
    pub requests: usize,
    took: Duration,
    bare: Duration,
}

/// Delivers a backlog of `events` events of one connection, in order, in requests of a hundred and of one.
///
/// # Errors
/// Returns what failed.
pub async fn drain(events: u64) -> Result<Vec<Drained>, String> {
    let world = World::with(|all| (all.observer, all.project.select_everything) = (None, false)).await;
    let app = world.first_app("user-1");
    let connection = app.connect(ACCOUNT).await;
    world.settled().await;
    let since = SystemClock.now();
    fill_log(world.stack.store(), connection, events).await.map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    for batch in BATCHES {
        all.push(drained(&app, connection, since, batch, events).await?);
    }
    world.stop().await;
    Ok(all)
}

async fn drained(
    app: &App,
    connection: ConnectionId,
    since: Timestamp,
    batch: u16,
    events: u64,
) -> Result<Drained, String> {
    let receiver = Receiver::start().await;
    let least = usize::try_from(events.div_ceil(batch.into())).unwrap_or(usize::MAX);
    let began = Instant::now();
    endpoint::make(app, &receiver, connection, since, batch).await?;
    let is_done = receiver.at_least_within(PATIENCE, least).await;
    let took = began.elapsed();
    let received = receiver.received();
    let ids = ids(&received);
    if !is_done || u64::try_from(ids.len()).ok() != Some(events) {
        return Err(format!("{} requests with {} events came, and not {events}", received.len(), ids.len()));
    }
    let bodies: Vec<Bytes> = received.into_iter().map(|request| request.body).collect();
    let requests = bodies.len();
    let bare = bare::post_all(&receiver.url(), &bodies).await?;
    Ok(Drained { batch, events, requests, took, bare })
}

/// Returns the ids of all events that came.
fn ids(received: &[Received]) -> BTreeSet<String> {
    let events = received.iter().flat_map(|request| endpoint::events(request.json()));
    events.filter_map(|event| event["data"]["id"].as_str().map(str::to_owned)).collect()
}

impl fmt::Display for Drained {
    #[expect(clippy::cast_precision_loss, reason = "a benchmark's counts are small")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per_second = |time: Duration| self.events as f64 / time.as_secs_f64();
        write!(
            f,
            "{:>3} events in a request  {:>7} events in {:>6.2} s  {:>7.0} events/s  bare client {:>7.0} events/s  {:>5.2} x bare client",
            self.batch,
            self.events,
            self.took.as_secs_f64(),
            per_second(self.took),
            per_second(self.bare),
            self.took.as_secs_f64() / self.bare.as_secs_f64()
        )
    }
}
