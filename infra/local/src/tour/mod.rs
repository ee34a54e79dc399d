//! The tour: the main job, run once, each step with what it saw and its time.

mod app;
mod changes;
mod check;
mod steps;
mod sync;
mod watch;

use std::path::{Path, PathBuf};

use anyhow::ensure;
use shared::model::ProjectSettings;
use tempfile::TempDir;

use crate::{
    Args, Settings, Stack,
    console::{say, waiting},
};

pub use sync::FirstSync;

/// Runs the tour and leaves.
///
/// # Errors
/// The reason of the first step that does not hold.
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
        project: ProjectSettings { max_file_bytes: args.max_file_bytes, ..ProjectSettings::default() },
        ..Settings::at(place.path().to_owned(), args.dropbox.clone())
    };
    let mut steps = steps::Steps::new();
    if args.dropbox.is_some() {
        let first = sync::run(&mut steps, settings).await?;
        if json {
            say(&serde_json::to_string(&first)?);
        }
        return Ok(());
    }
    changes::prepare(&settings)?;
    let stack = steps.run("start everything, in a temporary place", started(settings)).await?;
    changes::run(&mut steps, &stack).await?;
    stack.stop().await;
    say("Every step held.");
    Ok(())
}

async fn started(settings: Settings) -> anyhow::Result<(Stack, String)> {
    let stack = waiting("reading the directories", Stack::start(settings)).await?;
    let seen = format!("gateway {}, fake Dropbox {}", stack.url(), stack.dropbox.url());
    Ok((stack, seen))
}

/// Where a tour keeps its things: a temporary place goes when the tour ends.
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
