//! Binary of `cargo run -p local`: see `--help`.

use std::{path::Path, process::ExitCode};

use clap::Parser;
use local::{
    Args,
    args::{Command, ProjectCommand},
    console, data, deployed_gateway, explain, new_project, project_app, project_keys, replay, serve, table,
    tour, user_token_rules,
};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let done = match args.command {
        None => serve(&args).await,
        Some(Command::Tour { stack: Some(ref gateway), receiver_port, .. }) => {
            tour::run_at(gateway, receiver_port).await
        }
        Some(Command::Tour { json, .. }) => tour::run(&args, json).await,
        Some(Command::DeployedGateway(ref deployed_gateway)) => {
            deployed_gateway::serve(&args, deployed_gateway).await
        }
        Some(Command::Replay(ref replay)) => replay::run(replay).await,
        Some(Command::Project(ref command)) => project(command, &data(&args)).await,
        Some(Command::Explain(ref whose)) => explain::run(whose, &data(&args), args.port).await,
        Some(Command::Table(ref command)) => table::run(command).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn project(command: &ProjectCommand, data: &Path) -> anyhow::Result<()> {
    match command {
        ProjectCommand::Create(new) => new_project::create(new, data).await,
        ProjectCommand::App(new) => project_app::set_app(new, data).await,
        ProjectCommand::AddApiKey(new) => project_keys::add_api_key(new, data).await,
        ProjectCommand::RemoveApiKey(old) => project_keys::remove_api_key(old, data).await,
        ProjectCommand::AddUserKey(new) => project_keys::add_user_key(new, data).await,
        ProjectCommand::RemoveUserKey(old) => project_keys::remove_user_key(old, data).await,
        ProjectCommand::RotateKey(new) => project_app::rotate_key(new, data).await,
        ProjectCommand::UserTokens(new) => user_token_rules::set(new, data).await,
    }
}
