//! Serving, and the instructions that are printed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use admin::console::say;
use anyhow::Context;
use shared::model::ProjectSettings;

use crate::{Args, DemoProject, Settings, Stack, Trusted, progress::waiting};

/// Default data folder.
const DATA: &str = ".local";

/// Returns the data folder.
#[must_use]
pub fn data(args: &Args) -> PathBuf {
    args.data.clone().unwrap_or_else(|| DATA.into())
}

/// Starts everything, prints what to open and what to try, and serves until it is interrupted.
///
/// # Errors
/// Returns which part could not start.
pub async fn serve(args: &Args) -> anyhow::Result<()> {
    let data = data(args);
    let settings = Settings {
        tls: args.tls,
        port: args.port,
        dropbox_port: args.dropbox_port,
        speed: args.speed,
        aws_endpoint: args.aws_endpoint.clone(),
        project: ProjectSettings { max_file_bytes: args.max_file_bytes, ..ProjectSettings::default() },
        ..Settings::at(data, args.dropbox.clone())
    };
    if args.dropbox.is_none() {
        first_file(&settings.accounts[0].directory)?;
    }
    let stack = waiting("reading the directories", Stack::start(settings.clone())).await?;
    say(&welcome(&stack, &settings)?);
    tokio::signal::ctrl_c().await.context("the interrupt cannot be awaited")?;
    say("Stopping. Everything is kept; start again with the same command.");
    stack.stop().await;
    Ok(())
}

/// Creates a file in the directory of a new first account, so that it is not empty.
fn first_file(directory: &Path) -> anyhow::Result<()> {
    if directory.exists() {
        return Ok(());
    }
    fs::create_dir_all(directory)?;
    Ok(fs::write(directory.join("Welcome.md"), "Edit me, rename me, delete me: each is an event.\n")?)
}

fn welcome(stack: &Stack, settings: &Settings) -> anyhow::Result<String> {
    let DemoProject { project, key } = stack.projects.first().context("no project")?;
    let (url, key, id) = (stack.url().as_str().trim_end_matches('/'), key.expose(), project.id);
    let directory = fs::canonicalize(&settings.accounts[0].directory)?;
    let (dropbox, curl) = match stack.trusted() {
        Some(Trusted { authority, dropbox }) => {
            (dropbox.clone(), format!("curl -s --cacert {}", authority.display()))
        }
        None => (stack.dropbox.url(), "curl -s".to_owned()),
    };
    Ok(format!(
        "Open {url}/ in a browser: connect an account, change a file, watch the events, break Dropbox.
The page shows each of its calls as curl. They are for the project \"{name}\"; for a terminal, set its key first:

   export DROPLINE_KEY={key} PROJECT={id}
   {curl} -X POST {url}/projects/$PROJECT/connect/links \\
     -H \"Authorization: Bearer $DROPLINE_KEY\" -H 'customer-id: user-1'   # open its \"url\" in a browser
   date >> '{directory}/diary.txt'   # the directory is the first account
   {curl} '{url}/_local/events?after=0&wait=30'   # what is on the bus
   {curl} {url}/_local/status   # what is mirrored; its bytes are in {data}/content

Dropline is at {url}, its fake Dropbox at {dropbox}. Everything is kept in {data}.
Stop with Ctrl-C.",
        dropbox = dropbox.as_str().trim_end_matches('/'),
        data = settings.data.display(),
        directory = directory.display(),
        name = project.name,
    ))
}
