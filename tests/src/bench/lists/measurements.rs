//! Times of lists, beside those of the bare query.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// Longest time of a list, relative to the bare query.
const MOST: f64 = 3.0;

/// Measured times of a list and of the bare query.
#[derive(Default)]
pub(super) struct Watch {
    bare: Vec<Duration>,
    list: Vec<Duration>,
}

/// Median times of a list and of the bare query.
#[derive(Debug, Clone)]
pub struct Measurements {
    name: String,
    bare: Duration,
    list: Duration,
}

impl Watch {
    pub(super) async fn bare(
        &mut self,
        work: impl Future<Output = Result<(), String>>,
    ) -> Result<(), String> {
        self.bare.push(time(work).await?);
        Ok(())
    }

    pub(super) async fn list(
        &mut self,
        work: impl Future<Output = Result<(), String>>,
    ) -> Result<(), String> {
        self.list.push(time(work).await?);
        Ok(())
    }

    pub(super) fn measurements(self, name: String) -> Measurements {
        Measurements { name, bare: median(self.bare), list: median(self.list) }
    }
}

async fn time(work: impl Future<Output = Result<(), String>>) -> Result<Duration, String> {
    let began = Instant::now();
    work.await?;
    Ok(began.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

impl Measurements {
    /// Returns whether the list takes longer than it may, relative to the bare query.
    #[must_use]
    pub fn are_too_high(&self) -> bool {
        self.ratio() > MOST
    }

    fn ratio(&self) -> f64 {
        self.list.as_secs_f64() / self.bare.as_secs_f64()
    }
}

impl fmt::Display for Measurements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        let (bare, list) = (milliseconds(self.bare), milliseconds(self.list));
        write!(
            f,
            "{:<26} {list:>8.2} ms  bare query {bare:>8.2} ms  {:>5.2} x bare query",
            self.name,
            self.ratio()
        )
    }
}
