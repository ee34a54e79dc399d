//! Baseline: a client that posts bodies, and nothing else.

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Client;
use tokio::time::{MissedTickBehavior, interval};

/// Posts bodies one after the other, as fast as they are taken. Returns how long all took.
pub(super) async fn post_all(url: &str, bodies: &[Bytes]) -> Result<Duration, String> {
    let (client, began) = (Client::new(), Instant::now());
    for body in bodies {
        post(&client, url, body).await?;
    }
    Ok(began.elapsed())
}

/// Posts bodies one after the other, one in each period. Returns how long each took.
pub(super) async fn post_each(
    url: &str,
    bodies: &[Bytes],
    period: Duration,
) -> Result<Vec<Duration>, String> {
    let (client, mut times) = (Client::new(), Vec::new());
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for body in bodies {
        ticks.tick().await;
        let began = Instant::now();
        post(&client, url, body).await?;
        times.push(began.elapsed());
    }
    Ok(times)
}

async fn post(client: &Client, url: &str, body: &Bytes) -> Result<(), String> {
    let request = client.post(url).header("content-type", "application/json").body(body.clone());
    let answer = request.send().await.map_err(|error| error.to_string())?;
    if answer.status().is_success() { Ok(()) } else { Err(format!("it answered {}", answer.status())) }
}
