//! Latency that each part adds to a small download, one request after the other on one connection.

use std::{
    fmt,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::load::Load;
use crate::bench::sample::median;

/// Bytes of a download.
const SMALL: u32 = 1_000;
/// Downloads of a round.
const REQUESTS: u32 = 400;

/// A place to which the downloads are sent.
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) port: u16,
    /// Path of a download.
    pub(super) path: String,
}

/// Latency of one part: medians of the rounds.
#[derive(Debug, Clone)]
pub struct Latency {
    part: &'static str,
    /// Median time of a download, in microseconds.
    whole: f64,
    /// Difference to a download directly from Dropbox, in microseconds.
    added: f64,
    /// That relative to the baseline's, in the same rounds.
    ratio: f64,
}

/// Measures places in turn. The first one is Dropbox itself, the second one the baseline of the ratios.
pub(super) async fn measure(load: &Load, places: &[Place], rounds: u32) -> Result<Vec<Latency>, String> {
    let mut medians: Vec<Vec<f64>> = vec![Vec::new(); places.len()];
    for round in 0..=rounds {
        for (place, medians) in places.iter().zip(&mut medians) {
            let median = median_of(load, place).await?;
            // The first round opens connections.
            if round > 0 {
                medians.push(median);
            }
        }
    }
    let added = |place: usize, round: usize| medians[place][round] - medians[0][round];
    let rounds = || 0..rounds as usize;
    let latency = |(place, one): (usize, &Place)| Latency {
        part: one.name,
        whole: median(medians[place].iter().copied()),
        added: median(rounds().map(|round| added(place, round))),
        ratio: median(rounds().map(|round| added(place, round) / added(1, round))),
    };
    Ok(places.iter().enumerate().skip(1).map(latency).collect())
}

async fn median_of(load: &Load, place: &Place) -> Result<f64, String> {
    let mut times = Vec::new();
    for _ in 0..REQUESTS {
        let began = Instant::now();
        load.download(place, SMALL).await?;
        times.push(began.elapsed());
    }
    Ok(median(times.iter().map(Duration::as_secs_f64)) * 1e6)
}

impl Latency {
    /// Returns the name of the part.
    #[must_use]
    pub fn part(&self) -> &'static str {
        self.part
    }

    /// Returns the figures as JSON: `part`, and in microseconds `whole` and `added`; `ratio` is that of `added`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let Self { part, whole, added, ratio } = self;
        json!({"part": part, "whole": whole, "added": added, "ratio": ratio})
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part, whole, added, ratio } = self;
        write!(
            f,
            "one connection, 1 KB  {part:<30}  {whole:>7.0} µs, of which {added:>6.0} added  {ratio:>6.2} x"
        )
    }
}
