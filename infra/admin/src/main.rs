//! Binary `dropline`: see `--help`.

use std::process::ExitCode;

use admin::{
    args::{Args, Command},
    console,
    explain::{self, Letters},
    project, replay, table,
};
use clap::Parser;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let done = match args.command {
        Command::Project { deployment, command } => project::run(&command, &deployment).await,
        Command::Explain { whose, dead_letters, deployment } => {
            explain::run(&whose, &deployment, Letters::of_queues(&dead_letters)).await
        }
        Command::Replay(replay) => replay::run(&replay).await,
        Command::Table(command) => table::run(&command).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::complain(&error);
            ExitCode::FAILURE
        }
    }
}
