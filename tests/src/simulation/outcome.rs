//! Results of seeds, single and aggregated.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    faults::Fault,
    history::Violation,
    trace::{self, Entry},
};

/// Number of trace entries that are printed with a violation.
const TAIL: usize = 40;

/// Result of one seed.
#[derive(Debug)]
pub struct Outcome {
    /// Seed.
    pub seed: u64,
    /// Trace of everything that happened.
    pub trace: Vec<Entry>,
    /// Number of times each fault struck.
    pub faults: BTreeMap<Fault, u64>,
    /// The broken invariant, if there is one.
    pub violation: Option<Violation>,
}

impl Outcome {
    /// Creates the result of a seed that panicked.
    #[must_use]
    pub fn panicked(seed: u64) -> Self {
        let violation = Violation::new("panic", "the code panicked; its message is above");
        Self { seed, trace: Vec::new(), faults: BTreeMap::new(), violation: Some(violation) }
    }

    /// Returns the hash of the trace, which is the same for every run of a seed.
    #[must_use]
    pub fn hash(&self) -> u64 {
        trace::hash(&self.trace)
    }

    /// Describes the violation, with the end of the trace and the command that replays it. Returns `None` if
    /// there is no violation.
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

/// Aggregated results of seeds.
#[derive(Debug, Default)]
pub struct Tally {
    /// Number of seeds that were run.
    pub seeds: u64,
    /// Number of seeds that broke an invariant.
    pub failed: u64,
    faults: BTreeMap<Fault, (u64, u64)>,
}

impl Tally {
    /// Adds the result of a seed.
    pub fn add(&mut self, outcome: &Outcome) {
        self.seeds += 1;
        self.failed += u64::from(outcome.violation.is_some());
        for (fault, times) in &outcome.faults {
            let (all, seeds) = self.faults.entry(*fault).or_default();
            *all += times;
            *seeds += 1;
        }
    }

    /// Formats how many times each fault struck, and in how many seeds.
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = format!("{:<45} {:>9} {:>9}\n", "fault", "times", "seeds");
        for (fault, (times, seeds)) in &self.faults {
            let _ = writeln!(table, "{:<45} {times:>9} {seeds:>9}", fault.words());
        }
        table
    }
}
