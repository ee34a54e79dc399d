//! What seeds come to, one by one and together.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    faults::Fault,
    history::Violation,
    trace::{self, Entry},
};

/// So much of the trace is told with a broken invariant.
const TAIL: usize = 40;

/// What a seed came to.
#[derive(Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// Everything that happened.
    pub trace: Vec<Entry>,
    /// How often each fault struck.
    pub faults: BTreeMap<Fault, u64>,
    /// The invariant that was broken, if one was.
    pub violation: Option<Violation>,
}

impl Outcome {
    /// Of a seed that never ended.
    #[must_use]
    pub fn panicked(seed: u64) -> Self {
        let violation = Violation::new("panic", "the code panicked; its message is above");
        Self { seed, trace: Vec::new(), faults: BTreeMap::new(), violation: Some(violation) }
    }

    /// The trace as a number: the same for the same seed.
    #[must_use]
    pub fn hash(&self) -> u64 {
        trace::hash(&self.trace)
    }

    /// What was broken, the end of the trace, and how to see all of it; `None` where nothing was.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        let violation = self.violation.as_ref()?;
        let mut text = String::new();
        for entry in &self.trace[self.trace.len().saturating_sub(TAIL)..] {
            let _ = writeln!(text, "{entry}");
        }
        let Violation { invariant, what } = violation;
        let replay =
            format!("cargo run --release -p tests --bin simulate -- --seeds 1 --from {} --trace", self.seed);
        Some(format!("{text}seed {} breaks {invariant}: {what}\n    {replay}", self.seed))
    }
}

/// What many seeds came to.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many were played.
    pub seeds: u64,
    /// How many broke an invariant.
    pub failed: u64,
    faults: BTreeMap<Fault, (u64, u64)>,
}

impl Tally {
    /// Adds a seed.
    pub fn add(&mut self, outcome: &Outcome) {
        self.seeds += 1;
        self.failed += u64::from(outcome.violation.is_some());
        for (fault, times) in &outcome.faults {
            let (all, seeds) = self.faults.entry(*fault).or_default();
            *all += times;
            *seeds += 1;
        }
    }

    /// How often each fault struck, and in how many seeds.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = format!("{:<45} {:>9} {:>9}\n", "fault", "times", "seeds");
        for (fault, (times, seeds)) in &self.faults {
            let _ = writeln!(table, "{:<45} {times:>9} {seeds:>9}", fault.words());
        }
        table
    }
}
