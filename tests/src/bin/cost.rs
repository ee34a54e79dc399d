//! What Dropline costs on AWS, from requests that are counted on this machine. Fails where a flow takes more than the
//! design expects.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is for a person")]

use std::process::ExitCode;

use clap::Parser;
use tests::cost::{Flows, Sizes, report};

/// Prints dollars a flow and a month.
#[derive(Debug, Parser)]
#[command(name = "cost")]
struct Args {
    /// Files of the smaller of the two accounts that are measured.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    few: u32,
    /// Files of the larger: more than of the smaller.
    #[arg(long, default_value_t = 1000)]
    many: u32,
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

/// Returns what is more than expected.
async fn run(args: &Args) -> Result<Vec<String>, String> {
    if args.many <= args.few {
        return Err("--many must be more than --few".to_owned());
    }
    let sizes = Sizes { few_files: args.few, many_files: args.many, many_changes: 11.min(args.many) };
    let report = report(&Flows::measure(sizes).await?)?;
    report.lines.iter().for_each(|line| println!("{line}"));
    Ok(report.faults)
}
