//! Binary of `cargo run -p local`: see `--help`.

use std::process::ExitCode;

use admin::{console, explain, project};
use clap::Parser;
use local::{
    Args,
    args::Command,
    data,
    data_folder::{DataFolder, dead_letters},
    deployed_gateway, serve, tour,
};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let here = DataFolder(data(&args));
    let done = match args.command {
        None => serve(&args).await,
        Some(Command::Tour { stack: Some(ref gateway), receiver_port, .. }) => {
            tour::run_at(gateway, receiver_port).await
        }
        Some(Command::Tour { json, .. }) => tour::run(&args, json).await,
        Some(Command::DeployedGateway(ref deployed_gateway)) => {
            deployed_gateway::serve(&args, deployed_gateway).await
        }
        Some(Command::Project(ref command)) => project::run(command, &here).await,
        Some(Command::Explain(ref whose)) => explain::run(whose, &here, dead_letters(args.port)).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::complain(&error);
            ExitCode::FAILURE
        }
    }
}
