//! Tour: the main job, run once; each step reports what it saw and its duration.

mod app;
mod carbon;
mod changes;
mod check;
mod deliveries;
mod files;
mod follower;
mod paragon;
mod project;
mod quiet;
mod receiver;
mod setup;
mod steps;
mod sync;
mod watch;
mod workflows;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use admin::console::say;
use anyhow::ensure;
use setup::TourSetup;
use shared::model::ProjectSettings;
use steps::Steps;
use tempfile::TempDir;
use url::Url;

use crate::{Args, Settings, Stack, progress::waiting};

pub use sync::FirstSync;

/// Interval of the schedule in a tour, so that it need not wait for a minute.
const TICK: Duration = Duration::from_secs(1);

/// Runs the tour on a running gateway. Its receiver of deliveries is at this port of this machine; at a free one, if it
/// is 0.
///
/// # Errors
/// Returns why the first failed step failed.
pub async fn run_at(gateway: &Url, receiver_port: u16) -> anyhow::Result<()> {
    let mut steps = Steps::new();
    let setup = asked(gateway, receiver_port);
    let setup = steps.run("ask for the accounts and projects of the stack", setup).await?;
    changes::run(&mut steps, &setup).await?;
    say("Every step held.");
    Ok(())
}

async fn asked(gateway: &Url, receiver_port: u16) -> anyhow::Result<(TourSetup, String)> {
    let setup = TourSetup::at(gateway, receiver_port).await?;
    let seen = format!("gateway {gateway}, fake Dropbox {}", setup.dropbox());
    Ok((setup, seen))
}

/// Starts a stack, runs the tour, and stops the stack.
///
/// # Errors
/// Returns why the first failed step failed.
pub async fn run(args: &Args, json: bool) -> anyhow::Result<()> {
    ensure!(
        args.data.is_none() || args.dropbox.is_some(),
        "--data needs --dropbox: a plain tour leaves nothing behind"
    );
    if let Some(directory) = &args.dropbox {
        ensure!(directory.is_dir(), "{} is no directory", directory.display());
    }
    let place = Place::of(args.data.clone())?;
    let settings = Settings {
        speed: args.speed,
        tick: TICK,
        project: ProjectSettings { max_file_bytes: args.max_file_bytes, ..ProjectSettings::default() },
        ..Settings::at(place.path().to_owned(), args.dropbox.clone())
    };
    let mut steps = Steps::new();
    if args.dropbox.is_some() {
        let first = sync::run(&mut steps, settings).await?;
        if json {
            say(&serde_json::to_string(&first)?);
        }
        return Ok(());
    }
    let stack = steps.run("start everything, in a temporary place", started(settings)).await?;
    let setup = TourSetup::at(stack.url(), 0).await?.counting(stack.machine.metrics.clone());
    changes::run(&mut steps, &setup).await?;
    stack.stop().await;
    say("Every step held.");
    Ok(())
}

async fn started(settings: Settings) -> anyhow::Result<(Stack, String)> {
    let stack = waiting("reading the directories", Stack::start(settings)).await?;
    let seen = format!("gateway {}, fake Dropbox {}", stack.url(), stack.dropbox.url());
    Ok((stack, seen))
}

/// Directory of a tour; a temporary one is removed when the tour ends.
enum Place {
    Kept(PathBuf),
    Temporary(TempDir),
}

impl Place {
    fn of(data: Option<PathBuf>) -> anyhow::Result<Self> {
        Ok(match data {
            Some(data) => Self::Kept(data),
            None => Self::Temporary(tempfile::Builder::new().prefix("dropline-tour-").tempdir()?),
        })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Temporary(place) => place.path(),
        }
    }
}
