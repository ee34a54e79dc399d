//! Runs seeds of the simulation on all cores and reports which of them break an invariant: `cargo run
//! --release -p tests --bin simulate -- --seeds 10000 --from 1`.

use std::{
    cell::Cell,
    num::NonZero,
    ops::Range,
    panic,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use clap::Parser;
use tests::{
    seeds::play,
    simulation::{Outcome, Tally, simulate},
};

/// Runs seeds of the simulation and reports which of them break an invariant.
#[derive(Debug, Parser)]
struct Args {
    /// Number of seeds to run.
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Run the simulation of delivery to endpoints instead.
    #[arg(long)]
    deliveries: bool,
    /// Run the simulation of runs of workflows instead.
    #[arg(long, conflicts_with = "deliveries")]
    runs: bool,
    /// Print a trace of everything that happens.
    #[arg(long)]
    trace: bool,
    /// Number of threads. Default: one per core.
    #[arg(long)]
    threads: Option<NonZero<usize>>,
}

impl Args {
    fn all_seeds(&self) -> Range<u64> {
        self.from..self.from.saturating_add(self.seeds)
    }
}

thread_local! {
    static PLAYED: Cell<u64> = const { Cell::new(0) };
}

fn main() -> ExitCode {
    let args = Args::parse();
    if cfg!(panic = "abort") {
        name_seed_of_panics();
    }
    let began = Instant::now();
    if args.deliveries {
        return of_other(&args, began, tests::deliveries::simulate);
    }
    if args.runs {
        return of_other(&args, began, tests::runs::simulate);
    }
    let tally = sync_loop(&args);
    let seconds = began.elapsed().as_secs_f64();
    say(&tally.table());
    say(&format!(
        "{} seeds, {:.1} a second, {} failed",
        tally.seeds,
        tally.seeds as f64 / seconds,
        tally.failed
    ));
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs seeds of a simulation that only says what is wrong.
fn of_other(args: &Args, began: Instant, simulate: fn(u64) -> Option<String>) -> ExitCode {
    let failed = AtomicU64::new(0);
    play(args.all_seeds(), args.threads, |seed| {
        PLAYED.set(seed);
        if let Some(complaint) = simulate(seed) {
            failed.fetch_add(1, Ordering::Relaxed);
            say(&complaint);
        }
    });
    let (failed, seconds) = (failed.into_inner(), began.elapsed().as_secs_f64());
    say(&format!("{} seeds, {:.1} a second, {failed} failed", args.seeds, args.seeds as f64 / seconds));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs seeds of the simulation of the sync loop.
fn sync_loop(args: &Args) -> Tally {
    let tally = Mutex::new(Tally::default());
    play(args.all_seeds(), args.threads, |seed| {
        PLAYED.set(seed);
        let outcome = simulate(seed);
        if args.trace {
            outcome.trace.iter().for_each(|entry| say(&entry.to_string()));
        }
        if let Some(complaint) = outcome.complaint() {
            say(&complaint);
        }
        tally.lock().unwrap_or_else(PoisonError::into_inner).add(&outcome);
    });
    tally.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a panic print its seed, because a release build aborts on panic.
fn name_seed_of_panics() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |message| {
        usual(message);
        say(&Outcome::panicked(PLAYED.get()).complaint().unwrap_or_default());
    }));
}

#[expect(clippy::print_stdout, reason = "a command speaks on standard output")]
fn say(text: &str) {
    println!("{text}");
}
