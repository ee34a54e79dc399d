//! Command line of `dropline`.

use clap::{Parser, Subcommand};

use crate::{Deployment, explain::Whose, project::ProjectCommand, replay::Replay, table::TableCommand};

/// Dropline's operators' commands: they work on a deployment, with the credentials of the environment.
#[derive(Debug, Parser)]
#[command(name = "dropline", version)]
pub struct Args {
    /// Command to run.
    #[command(subcommand)]
    pub command: Command,
}

/// Command to run.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Manage projects: the applications that use a deployment.
    Project {
        /// Deployment that stores the projects.
        #[command(flatten)]
        deployment: Deployment,

        /// Command on projects.
        #[command(subcommand)]
        command: ProjectCommand,
    },
    /// Explain what is wrong for a user: the connections, their state, what is next, and where to find more
    /// in the logs.
    Explain {
        /// Selection of the connections.
        #[command(flatten)]
        whose: Whose,

        /// URL of a dead-letter queue of the deployment, to search for the connection's messages; may be
        /// repeated. The messages that are read are hidden from other consumers for ten seconds.
        #[arg(long, value_name = "URL")]
        dead_letters: Vec<String>,

        /// Deployment that stores the connections.
        #[command(flatten)]
        deployment: Deployment,
    },
    /// Publish changes of a connection again on a deployment's bus, from its log.
    Replay(Replay),
    /// Manage the tables of a deployment after a restore.
    #[command(subcommand)]
    Table(TableCommand),
}
