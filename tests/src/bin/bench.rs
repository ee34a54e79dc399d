//! Benchmarks of the sync loop. Prints figures beside a baseline of the same run; asserts no times.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is for a person")]

use std::process::ExitCode;

use clap::Parser;
use tests::bench;

/// A page, as Dropbox gives them.
const PAGE: u32 = 2000;

/// Measures a first sync, a resync without drift, and a burst of changes.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Args {
    /// Entries of the account.
    #[arg(long, default_value_t = 100_000)]
    entries: u32,
    /// Changes of the burst.
    #[arg(long, default_value_t = 10_000)]
    burst: u32,
}

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    match bench::run(args.entries, args.burst).await {
        Ok(all) => {
            let baseline = all.first().map_or(1.0, bench::Figures::cpu_per_thousand);
            for figures in &all {
                println!("{figures}  {:>5.2} x bare writes", figures.cpu_per_thousand() / baseline);
            }
            println!(
                "planner: {:.2} ms for a page of {PAGE} new entries",
                bench::plan_page(PAGE).as_secs_f64() * 1e3
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
