//! Times of lists, beside those of the bare query.

use std::{
    fmt,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Measured times of a list and of the bare query.
#[derive(Default)]
pub(super) struct Watch {
    bare: Vec<Duration>,
    list: Vec<Duration>,
}

/// Median times of a page of a list and of the bare query.
#[derive(Debug, Clone)]
pub struct Measurements {
    name: String,
    bare: Duration,
    list: Duration,
    /// Longest time of the list, relative to the bare query, if it has a limit.
    most: Option<f64>,
}

impl Watch {
    pub(super) async fn bare(
        &mut self,
        work: impl Future<Output = Result<(), String>>,
    ) -> Result<(), String> {
        self.bare.push(time(work).await?.1);
        Ok(())
    }

    /// Measures a page of the list, and returns it.
    pub(super) async fn list<T>(
        &mut self,
        work: impl Future<Output = Result<T, String>>,
    ) -> Result<T, String> {
        let (page, took) = time(work).await?;
        self.list.push(took);
        Ok(page)
    }

    /// Ends the measurement. `most` is the longest time of the list, relative to the bare query, if it has a limit.
    pub(super) fn measurements(self, name: String, most: Option<f64>) -> Measurements {
        Measurements { name, bare: median(self.bare), list: median(self.list), most }
    }
}

async fn time<T>(work: impl Future<Output = Result<T, String>>) -> Result<(T, Duration), String> {
    let began = Instant::now();
    let done = work.await?;
    Ok((done, began.elapsed()))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

impl Measurements {
    /// Returns the figures as JSON: `part`, and the median times `list` and `bare`, in milliseconds.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({"part": self.name, "list": milliseconds(self.list), "bare": milliseconds(self.bare)})
    }

    /// Returns whether the list takes longer than it may, relative to the bare query.
    #[must_use]
    pub fn are_too_high(&self) -> bool {
        self.most.is_some_and(|most| self.ratio() > most)
    }

    fn ratio(&self) -> f64 {
        self.list.as_secs_f64() / self.bare.as_secs_f64()
    }
}

impl fmt::Display for Measurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bare, list) = (milliseconds(self.bare), milliseconds(self.list));
        write!(
            f,
            "{:<26} {list:>8.2} ms  bare query {bare:>8.2} ms  {:>5.2} x bare query",
            self.name,
            self.ratio()
        )
    }
}
