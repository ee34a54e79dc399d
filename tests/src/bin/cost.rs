//! Cost of Dropline on AWS, computed from requests that are counted on this machine. Fails if a flow takes
//! more than the design expects.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is for a person")]

use std::process::ExitCode;

use clap::Parser;
use tests::cost::{Flows, Sizes, hour, report};

/// Prints dollars per flow and per month.
#[derive(Debug, Parser)]
#[command(name = "cost")]
struct Args {
    /// Number of files in the smaller of the two measured accounts.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    few: u32,
    /// Number of files in the larger account; must be above `--few`.
    #[arg(long, default_value_t = 1000)]
    many: u32,
    /// Print only the expected cost of the hour of `infra/prove`.
    #[arg(long)]
    hour: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            eprintln!("More than the design expects:\n{}", faults.join("\n"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the counts that exceed what is expected.
async fn run(args: &Args) -> Result<Vec<String>, String> {
    if args.many <= args.few {
        return Err("--many must be more than --few".to_owned());
    }
    let sizes = Sizes { few_files: args.few, many_files: args.many, many_changes: 11.min(args.many) };
    let flows = Flows::measure(sizes).await?;
    if args.hour {
        hour(&flows)?.iter().for_each(|line| println!("{line}"));
        return Ok(Vec::new());
    }
    let report = report(&flows)?;
    report.lines.iter().for_each(|line| println!("{line}"));
    Ok(report.faults)
}
