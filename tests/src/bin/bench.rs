//! Benchmarks. Prints measurements beside a baseline from the same run; asserts no times.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is for a person")]

use std::{fmt::Display, process::ExitCode};

use clap::{Parser, Subcommand};
use serde_json::Value;
use tests::bench::{
    deliveries, lists,
    proxy::{self, Latency, Role},
    sync, webhooks,
};

/// Entries per page, as Dropbox returns them.
const PAGE: usize = 2000;
/// Default number of entries in the account.
const ENTRIES: u32 = 100_000;
/// Default number of changes in the burst.
const BURST: u32 = 10_000;
/// Default number of rounds of the proxy's and the webhook receiver's benchmarks.
const ROUNDS: u32 = 15;
/// Number of measurements of each list.
const LISTS: u32 = 50;

/// Number of events of a backlog.
const BACKLOG: u64 = 50_000;
/// Changes in a second, and for how many seconds.
const CHANGES: (u32, u32) = (100, 20);

/// Measures the sync loop, the proxy, the webhook receiver, lists and deliveries.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Args {
    /// Print each measurement of sync, proxy, webhooks and lists as a JSON object on a line of its own.
    #[arg(long, global = true)]
    json: bool,
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
        /// Keep the databases on disk, in a temporary folder, and not in memory: a process that measures its own memory
        /// has then only that of the work.
        #[arg(long)]
        disk: bool,
    },
    /// Downloads of four sizes through the proxy's handler and through a bare forwarder.
    Proxy {
        /// Number of rounds; the parts take turns.
        #[arg(long, default_value_t = ROUNDS)]
        rounds: u32,
    },
    /// Signed notifications of one account and of a thousand, to the receiver's handler and to one that says hello.
    Webhooks {
        /// Number of rounds; the parts take turns.
        #[arg(long, default_value_t = ROUNDS)]
        rounds: u32,
    },
    /// Pages and the count of Carbon's list of files, and every page of the files and of the changes, beside the bare query
    /// of the store.
    Lists {
        /// Files and folders of the account.
        #[arg(long, default_value_t = ENTRIES)]
        entries: u32,
        /// Number of measurements of each, in turn.
        #[arg(long, default_value_t = LISTS)]
        rounds: u32,
    },
    /// Delivery of a backlog to an endpoint, as after an outage, beside a bare client that posts the same bodies.
    Drain {
        /// Events in the backlog.
        #[arg(long, default_value_t = BACKLOG)]
        events: u64,
    },
    /// Times from Dropbox's notification to the endpoint's 200, while files are written, beside bare posts.
    Deliver {
        /// Files written in a second.
        #[arg(long, default_value_t = CHANGES.0, value_parser = clap::value_parser!(u32).range(1..))]
        per_second: u32,
        /// For how many seconds.
        #[arg(long, default_value_t = CHANGES.1, value_parser = clap::value_parser!(u32).range(1..))]
        seconds: u32,
    },
    /// Run one process of the proxy's benchmark.
    #[command(hide = true)]
    Serve {
        /// Role of the process.
        role: Role,
        /// Port of the upstream.
        dropbox: Option<u16>,
    },
    /// Run one process of the webhook receiver's benchmark.
    #[command(hide = true)]
    ServeWebhooks {
        /// Role of the process.
        role: webhooks::Role,
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
    let json = args.json;
    match args.part {
        Some(Part::Sync { entries, burst, disk }) => measure_sync(entries, burst, disk, json),
        Some(Part::Proxy { rounds }) => measure_proxy(rounds, json),
        Some(Part::Webhooks { rounds }) => measure_webhooks(rounds, json),
        Some(Part::Lists { entries, rounds }) => measure_lists(entries, rounds, json),
        Some(Part::Drain { .. } | Part::Deliver { .. }) | None if json => {
            Err("--json is for sync, proxy, webhooks and lists".to_owned())
        }
        Some(Part::Drain { events }) => measure_drain(events),
        Some(Part::Deliver { per_second, seconds }) => measure_deliveries(per_second, seconds),
        Some(Part::Serve { role, dropbox }) => serve(role, dropbox),
        Some(Part::ServeWebhooks { role }) => serve_webhooks(role),
        None => {
            measure_sync(ENTRIES, BURST, false, json)?;
            measure_proxy(ROUNDS, json)?;
            measure_webhooks(ROUNDS, json)?;
            measure_lists(ENTRIES, LISTS, json)?;
            measure_drain(BACKLOG)?;
            measure_deliveries(CHANGES.0, CHANGES.1)
        }
    }
}

/// Prints a measurement for a person, or as JSON.
fn print(line: impl Display, figures: &Value, json: bool) {
    if json { println!("{figures}") } else { println!("{line}") }
}

#[tokio::main]
async fn measure_sync(entries: u32, burst: u32, disk: bool, json: bool) -> Result<(), String> {
    let folder = disk.then(tempfile::tempdir).transpose().map_err(|error| error.to_string())?;
    let all = sync::run(entries, burst, folder.as_ref().map(tempfile::TempDir::path)).await?;
    let baseline = all.first().map_or(1.0, sync::Measurements::cpu_per_thousand);
    for measurements in &all {
        let ratio = measurements.cpu_per_thousand() / baseline;
        print(format!("{measurements}  {ratio:>5.2} x bare writes"), &measurements.to_json(), json);
    }
    if !json {
        println!(
            "planner: {:.2} ms for a page of {PAGE} new entries",
            sync::plan_page(PAGE).as_secs_f64() * 1e3
        );
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn measure_proxy(rounds: u32, json: bool) -> Result<(), String> {
    let (all, latencies) = proxy::run(rounds).await?;
    for measurements in all {
        print(&measurements, &measurements.to_json(), json);
    }
    let baseline = latencies.first().map(Latency::part).unwrap_or_default();
    for latency in &latencies {
        print(format!("{latency} {baseline}"), &latency.to_json(), json);
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn measure_webhooks(rounds: u32, json: bool) -> Result<(), String> {
    for measurements in webhooks::run(rounds).await? {
        print(&measurements, &measurements.to_json(), json);
    }
    Ok(())
}

#[tokio::main]
async fn measure_lists(entries: u32, rounds: u32, json: bool) -> Result<(), String> {
    let all = lists::run(entries.into(), rounds).await?;
    for measurements in &all {
        print(measurements, &measurements.to_json(), json);
    }
    match all.iter().find(|measurements| measurements.are_too_high()) {
        Some(measurements) => Err(format!("a list takes too long: {measurements}")),
        None => Ok(()),
    }
}

#[tokio::main]
async fn measure_drain(events: u64) -> Result<(), String> {
    for measurements in deliveries::drain(events).await? {
        println!("{measurements}");
    }
    Ok(())
}

#[tokio::main]
async fn measure_deliveries(per_second: u32, seconds: u32) -> Result<(), String> {
    println!("{}", deliveries::deliver(per_second, seconds).await?);
    Ok(())
}

/// Serves on a single-threaded runtime, as a function does.
#[tokio::main(flavor = "current_thread")]
async fn serve(role: Role, dropbox: Option<u16>) -> Result<(), String> {
    proxy::serve(role, dropbox).await
}

/// Serves as [`serve`] does.
#[tokio::main(flavor = "current_thread")]
async fn serve_webhooks(role: webhooks::Role) -> Result<(), String> {
    webhooks::serve(role).await
}
