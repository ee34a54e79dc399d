//! Numbered lines.

use std::{future::Future, time::Instant};

use anyhow::Context;

use crate::console::say;

/// Counts the steps and prints a line for each.
pub(super) struct Steps {
    done: usize,
}

impl Steps {
    pub(super) fn new() -> Self {
        Self { done: 0 }
    }

    /// Runs a step, which returns what it made and what it saw.
    pub(super) async fn run<T>(
        &mut self,
        what: &str,
        work: impl Future<Output = anyhow::Result<(T, String)>>,
    ) -> anyhow::Result<T> {
        self.done += 1;
        let number = self.done;
        let started = Instant::now();
        let (made, seen) = work.await.with_context(|| format!("step {number} does not hold ({what})"))?;
        say(&format!("{number:>3}. {what}: {seen} [{:.2} s]", started.elapsed().as_secs_f64()));
        Ok(made)
    }
}
