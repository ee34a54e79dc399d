//! Command line.

use std::path::PathBuf;

use admin::{explain::Whose, project::ProjectCommand};
use clap::{Parser, Subcommand};
use url::Url;

use crate::deployed_gateway::DeployedGateway;

/// Dropline on this machine: everything in one process, with a fake Dropbox.
#[derive(Debug, Parser)]
#[command(name = "local", version)]
pub struct Args {
    /// Directory that serves as the first account's Dropbox: changes in it are changes in the account.
    #[arg(long, global = true, value_name = "DIR")]
    pub dropbox: Option<PathBuf>,

    /// Directory in which everything is stored; a restart continues from it. [default: .local; of a tour, a
    /// temporary directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Port of the gateway.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,

    /// Port of the fake Dropbox.
    #[arg(long, default_value_t = 8081)]
    pub dropbox_port: u16,

    /// Serve TLS with a certificate that is created for this machine: Dropbox's own SDKs require it.
    #[arg(long)]
    pub tls: bool,

    /// Address of AWS STS, Amazon SQS and Amazon EventBridge, such as an emulator's: endpoints may then be queues and
    /// buses there.
    #[arg(long, value_name = "URL")]
    pub aws_endpoint: Option<Url>,

    /// Speed of the clock: with 1440 a day passes in a minute, and its resync with it.
    #[arg(long, global = true, default_value_t = 1, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub speed: u32,

    /// Largest file that is fetched, in bytes; larger ones are skipped. Applies to projects that are created
    /// now.
    #[arg(long, global = true, default_value_t = 50_000_000, value_name = "BYTES")]
    pub max_file_bytes: u64,

    /// Command to run; without one, serve.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Command to run.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the main job once, print what happened, and exit. With --dropbox: the first sync of that
    /// directory.
    Tour {
        /// Print the figures as one JSON object on the last line. Needs --dropbox.
        #[arg(long, requires = "dropbox")]
        json: bool,

        /// Use a running gateway of `local` instead of starting one: that of `deployed-gateway`, for a deployed stack.
        #[arg(long, conflicts_with = "dropbox", value_name = "URL")]
        stack: Option<Url>,

        /// Port of this machine at which the tour receives deliveries. The functions of an emulator need it in
        /// `DELIVERY_ORIGINS`. 0: a free one.
        #[arg(long, requires = "stack", default_value_t = 0, value_name = "PORT")]
        receiver_port: u16,
    },
    /// Run everything that a deployed stack needs around it on this machine: the gateway, the fake Dropbox
    /// and its app.
    DeployedGateway(DeployedGateway),
    /// Manage projects on this machine. `dropline` does the same on a deployment.
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Explain what is wrong for a user of this machine: the connections, their state, and what is next.
    /// `dropline` does the same on a deployment.
    Explain(Whose),
}
