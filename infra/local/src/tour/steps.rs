//! Numbered output of steps.

use std::{future::Future, time::Instant};

use admin::console::say;
use anyhow::Context;

/// Counter of steps, which prints a line for each.
pub(super) struct Steps {
    done: usize,
}

impl Steps {
    pub(super) fn new() -> Self {
        Self { done: 0 }
    }

    /// Runs a step. The step returns its value and a description of what it saw.
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
