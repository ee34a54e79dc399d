//! Times of single deliveries, while files are written at a steady rate.

use std::{
    collections::HashMap,
    fmt,
    time::{Duration, Instant},
};

use bytes::Bytes;
use local::Percentiles;
use shared::{
    metrics::Metric,
    model::{Clock, SystemClock},
};
use tokio::time::{MissedTickBehavior, interval};

use super::{bare, endpoint};
use crate::{Received, Receiver, World};

const ACCOUNT: &str = "first@example.com";
/// Longest time until everything is delivered.
const PATIENCE: Duration = Duration::from_secs(120);

/// Times of single deliveries.
#[derive(Debug, Clone)]
pub struct Times {
    /// Number of deliveries.
    pub count: usize,
    per_second: u32,
    /// From Dropbox's notification to the endpoint's answer, as the metric `DeliveryLatency` has it.
    pub since_notified: Percentiles,
    /// From the change of the account to the request.
    pub since_write: Percentiles,
    /// From the beginning of a bare post to its answer.
    pub bare: Percentiles,
}

/// Writes files into an account whose bytes are not fetched, `per_second` a second for `seconds` seconds, and times the
/// delivery of each, in a request of its own.
///
/// # Errors
/// Returns what failed.
pub async fn deliver(per_second: u32, seconds: u32) -> Result<Times, String> {
    let world =
        World::with(|settings| (settings.observer, settings.project.max_file_bytes) = (None, 0)).await;
    let app = world.first_app("user-1");
    let connection = app.connect(ACCOUNT).await;
    world.settled().await;
    let receiver = Receiver::start().await;
    endpoint::make(&app, &receiver, connection, SystemClock.now(), 1).await?;
    let (count, period) = (per_second * seconds, Duration::from_secs(1) / per_second);
    let written = write(&world, count, period).await;
    if !receiver.at_least_within(PATIENCE, written.len()).await {
        return Err(format!("{} deliveries came, and not {}", receiver.received().len(), written.len()));
    }
    world.settled().await;
    let received = receiver.received();
    let since_write = since_write(&written, &received)?;
    let since_notified = world.stack.machine.metrics.values(Metric::DeliveryLatency);
    let since_notified = since_notified.into_iter().map(Duration::from_millis).collect();
    let bodies: Vec<Bytes> = received.into_iter().map(|request| request.body).collect();
    let bare = bare::post_each(&receiver.url(), &bodies, period).await?;
    world.stop().await;
    Ok(Times {
        count: written.len(),
        per_second,
        since_notified: of(since_notified)?,
        since_write: of(since_write)?,
        bare: of(bare)?,
    })
}

fn of(times: Vec<Duration>) -> Result<Percentiles, String> {
    Percentiles::of(times).ok_or_else(|| "nothing was timed".to_owned())
}

/// Writes files at a steady rate. Returns the names, with the time of each.
async fn write(world: &World, count: u32, period: Duration) -> HashMap<String, Instant> {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut written = HashMap::new();
    for number in 0..count {
        ticks.tick().await;
        let name = format!("{number:06}.txt");
        world.write(ACCOUNT, &name, name.as_bytes());
        written.insert(name, Instant::now());
    }
    written
}

/// Returns the time from the change to the request, of each file.
fn since_write(written: &HashMap<String, Instant>, received: &[Received]) -> Result<Vec<Duration>, String> {
    let time = |request: &Received| {
        let body = request.json();
        let name = body["data"]["item"]["name"].as_str().unwrap_or_default();
        let at = written.get(name).ok_or_else(|| format!("this was not written: {body}"))?;
        Ok(request.at.duration_since(*at))
    };
    received.iter().map(time).collect()
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = self.bare.p50.as_secs_f64();
        writeln!(f, "{} changes, {} a second, each delivered by itself", self.count, self.per_second)?;
        let lines = [
            ("from Dropbox's notification", self.since_notified),
            ("from the change on disk", self.since_write),
            ("bare post to the same endpoint", self.bare),
        ];
        for (index, (name, times)) in lines.into_iter().enumerate() {
            let ratio = times.p50.as_secs_f64() / bare;
            let end = if index + 1 < lines.len() { "\n" } else { "" };
            write!(f, "{name:<32} {times}  {ratio:>7.1} x bare post{end}")?;
        }
        Ok(())
    }
}
