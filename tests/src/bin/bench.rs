//! Benchmarks. Prints figures beside a baseline of the same run; asserts no times.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is for a person")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tests::bench::{
    proxy::{self, Role},
    sync,
};

/// A page, as Dropbox gives them.
const PAGE: u32 = 2000;
/// Entries of the account.
const ENTRIES: u32 = 100_000;
/// Changes of the burst.
const BURST: u32 = 10_000;
/// Rounds of the proxy's benchmark.
const ROUNDS: u32 = 15;

/// Measures the sync loop and the proxy.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Args {
    /// Only this.
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// A first sync, a resync without drift, and a burst of changes.
    Sync {
        /// Entries of the account.
        #[arg(long, default_value_t = ENTRIES)]
        entries: u32,
        /// Changes of the burst.
        #[arg(long, default_value_t = BURST)]
        burst: u32,
    },
    /// Downloads of four sizes through the proxy's handler and through a bare forwarder.
    Proxy {
        /// How often each is measured, in turn.
        #[arg(long, default_value_t = ROUNDS)]
        rounds: u32,
    },
    /// Is one process of the proxy's benchmark.
    #[command(hide = true)]
    Serve {
        /// Which.
        role: Role,
        /// The port of the upstream.
        dropbox: Option<u16>,
    },
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<(), String> {
    match args.part {
        Some(Part::Sync { entries, burst }) => measure_sync(entries, burst),
        Some(Part::Proxy { rounds }) => measure_proxy(rounds),
        Some(Part::Serve { role, dropbox }) => serve(role, dropbox),
        None => {
            measure_sync(ENTRIES, BURST)?;
            measure_proxy(ROUNDS)
        }
    }
}

#[tokio::main]
async fn measure_sync(entries: u32, burst: u32) -> Result<(), String> {
    let all = sync::run(entries, burst).await?;
    let baseline = all.first().map_or(1.0, sync::Figures::cpu_per_thousand);
    for figures in &all {
        println!("{figures}  {:>5.2} x bare writes", figures.cpu_per_thousand() / baseline);
    }
    println!("planner: {:.2} ms for a page of {PAGE} new entries", sync::plan_page(PAGE).as_secs_f64() * 1e3);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn measure_proxy(rounds: u32) -> Result<(), String> {
    for figures in proxy::run(rounds).await? {
        println!("{figures}");
    }
    Ok(())
}

/// On one thread, as a function runs.
#[tokio::main(flavor = "current_thread")]
async fn serve(role: Role, dropbox: Option<u16>) -> Result<(), String> {
    proxy::serve(role, dropbox).await
}
