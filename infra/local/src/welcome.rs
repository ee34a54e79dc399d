//! Serving, and the instructions that are printed.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use shared::model::ProjectSettings;

use crate::{
    Args, DemoProject, Settings, Stack, Trusted,
    console::{say, waiting},
};

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
    let headers = format!("-H 'Authorization: Bearer {key}' -H 'customer-id: user-1'");
    let (dropbox, curl) = match stack.trusted() {
        Some(Trusted { authority, dropbox }) => {
            (dropbox.clone(), format!("curl -s --cacert {}", authority.display()))
        }
        None => (stack.dropbox.url(), "curl -s".to_owned()),
    };
    Ok(format!(
        "Dropline is at {url}, its fake Dropbox at {dropbox}. Everything is kept in {data}.
The first account's Dropbox is the directory {directory}.

1. Ask for a link for a user of the project \"{name}\", and open its \"url\" in a browser:
   {curl} -X POST {url}/projects/{id}/connect/links {headers}

2. Call Dropbox for that user:
   {curl} {url}/projects/{id}/sdk/proxy/dropbox/2/files/list_folder {headers} \\
     -H 'Content-Type: application/json' -d '{{\"path\":\"\"}}'

3. Watch the bus, and change a file in the directory:
   {curl} '{url}/_local/events?after=0&wait=30'
   date >> '{directory}/diary.txt'

4. See what is mirrored, and where the bytes are:
   {curl} {url}/_local/status
   find {data}/content -type f

5. Make a notification that Dropbox did not sign, and see it refused:
   {curl} -i -X POST {url}/webhook -H 'X-Dropbox-Signature: 00' -d '{{}}'

6. Disconnect the account (its connection's id is shown by 4), and ask again for the receipt, without -X DELETE:
   {curl} -X DELETE {url}/projects/{id}/connections/CONNECTION {headers}

Stop with Ctrl-C.",
        dropbox = dropbox.as_str().trim_end_matches('/'),
        data = settings.data.display(),
        directory = directory.display(),
        name = project.name,
    ))
}
