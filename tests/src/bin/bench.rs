//! Benchmarks. Prints figures beside a baseline from the same run; asserts no times.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is for a person")]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tests::bench::{
    lists,
    proxy::{self, Role},
    sync,
};

/// Entries per page, as Dropbox returns them.
const PAGE: usize = 2000;
/// Default number of entries in the account.
const ENTRIES: u32 = 100_000;
/// Default number of changes in the burst.
const BURST: u32 = 10_000;
/// Default number of rounds of the proxy's benchmark.
const ROUNDS: u32 = 15;
/// How often each list is measured.
const LISTS: u32 = 50;

/// Measures the sync loop, the proxy and lists.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Args {
    /// Run only this part.
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// A first sync, a resync without drift, a burst of changes, and a resync that repairs half of all.
    Sync {
        /// Entries in the account.
        #[arg(long, default_value_t = ENTRIES)]
        entries: u32,
        /// Changes in the burst.
        #[arg(long, default_value_t = BURST)]
        burst: u32,
    },
    /// Downloads of four sizes through the proxy's handler and through a bare forwarder.
    Proxy {
        /// Number of rounds; the parts take turns.
        #[arg(long, default_value_t = ROUNDS)]
        rounds: u32,
    },
    /// Pages and the count of Carbon's list of files, beside the bare query of the store.
    Lists {
        /// Files and folders of the account.
        #[arg(long, default_value_t = ENTRIES)]
        entries: u32,
        /// How often each is measured, in turn.
        #[arg(long, default_value_t = LISTS)]
        rounds: u32,
    },
    /// Run one process of the proxy's benchmark.
    #[command(hide = true)]
    Serve {
        /// Role of the process.
        role: Role,
        /// Port of the upstream.
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
        Some(Part::Lists { entries, rounds }) => measure_lists(entries, rounds),
        Some(Part::Serve { role, dropbox }) => serve(role, dropbox),
        None => {
            measure_sync(ENTRIES, BURST)?;
            measure_proxy(ROUNDS)?;
            measure_lists(ENTRIES, LISTS)
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

#[tokio::main]
async fn measure_lists(entries: u32, rounds: u32) -> Result<(), String> {
    for figures in lists::run(entries.into(), rounds).await? {
        println!("{figures}");
    }
    Ok(())
}

/// Serves on a single-threaded runtime, as a function does.
#[tokio::main(flavor = "current_thread")]
async fn serve(role: Role, dropbox: Option<u16>) -> Result<(), String> {
    proxy::serve(role, dropbox).await
}
