//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use url::Url;

use crate::{
    explain::Explain,
    front::Front,
    new_project::NewProject,
    project_app::{NewApp, NewKey},
    project_keys::{AddApiKey, AddUserKey, RemoveApiKey, RemoveUserKey},
    replay::Replay,
    table::TableCommand,
    user_token_rules::NewRules,
};

/// Dropline on this machine: everything in one process, with a fake Dropbox.
#[derive(Debug, Parser)]
#[command(name = "local", version)]
pub struct Args {
    /// A directory that is the first account's Dropbox: what happens in it happens in the account.
    #[arg(long, global = true, value_name = "DIR")]
    pub dropbox: Option<PathBuf>,

    /// Where everything is kept; a restart finds it again. [default: .local; of a tour, a temporary place]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// The port of the gateway.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,

    /// The port of the fake Dropbox.
    #[arg(long, default_value_t = 8081)]
    pub dropbox_port: u16,

    /// Speak TLS, with a certificate that is made for this machine: Dropbox's own SDKs insist on it.
    #[arg(long)]
    pub tls: bool,

    /// How many times as fast as usual the clock runs: with 1440 a day passes in a minute, and its resync with it.
    #[arg(long, global = true, default_value_t = 1, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub speed: u32,

    /// Files larger than this are skipped. Bytes. Of projects that are made now.
    #[arg(long, global = true, default_value_t = 50_000_000, value_name = "BYTES")]
    pub max_file_bytes: u64,

    /// What to do, if not to serve.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do, if not to serve.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the main job once, say what was seen, and leave. With --dropbox: the first sync of that directory.
    Tour {
        /// Print one JSON object with the figures on the last line. Needs --dropbox.
        #[arg(long, requires = "dropbox")]
        json: bool,

        /// A gateway of `local` that runs already, in place of one of its own: `front`'s, for a deployed stack.
        #[arg(long, conflicts_with = "dropbox", value_name = "URL")]
        stack: Option<Url>,
    },
    /// Everything that a deployed stack needs around it on this machine: the gateway, the fake Dropbox and its app.
    Front(Front),
    /// Publish changes of a connection on a deployment's bus again, from its log.
    Replay(Replay),
    /// Projects: the applications that use a deployment.
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Say what is wrong with a user: the connections, how they stand, what is next, and where the log has more.
    Explain(Explain),
    /// The tables of a deployment, after a restore.
    #[command(subcommand)]
    Table(TableCommand),
}

/// What can be done with projects.
#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Make a project, and print its id, its API key, its key pair and a token for a user, once.
    Create(NewProject),
    /// Link accounts of a project through a Dropbox app of its own, or replace that app's secret.
    App(NewApp),
    /// Make another API key of a project, which works beside those it has.
    AddApiKey(AddApiKey),
    /// Remove an API key of a project.
    RemoveApiKey(RemoveApiKey),
    /// Add a key for a project's user tokens, which works beside those it has.
    AddUserKey(AddUserKey),
    /// Remove a key for a project's user tokens.
    RemoveUserKey(RemoveUserKey),
    /// Make a new data key of a project. What was sealed before still opens; new secrets are sealed under the new key.
    RotateKey(NewKey),
    /// Say which user tokens of a project are taken: whom they are for, and how long they may live.
    UserTokens(NewRules),
}
