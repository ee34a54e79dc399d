//! `cargo run -p local`: see `--help`.

use std::process::ExitCode;

use clap::Parser;
use local::{
    Args,
    args::{Command, ProjectCommand},
    console, data, new_project, serve, tour,
};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let done = match args.command {
        None => serve(&args).await,
        Some(Command::Tour { json }) => tour::run(&args, json).await,
        Some(Command::Project(ProjectCommand::Create(ref new))) => {
            new_project::create(new, data(&args)).await
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::complain(&error);
            ExitCode::FAILURE
        }
    }
}
