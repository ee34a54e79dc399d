//! What a stack is started with.

use std::{path::PathBuf, sync::Arc, time::Duration};

use api_proxy::SAVE_TIME;
use shared::{
    egress::Web,
    model::{Clock, ProjectSettings, SystemClock},
};

use crate::FastClock;

/// As in `infra/template.yaml`.
const TICK: Duration = Duration::from_secs(60);

/// One account of the fake Dropbox.
#[derive(Debug, Clone)]
pub struct Account {
    /// What the authorize page calls it.
    pub name: String,
    /// Its email address.
    pub email: String,
    /// The directory that is its Dropbox: the whole team space where there is one.
    pub directory: PathBuf,
    /// In a team space: the folder in it that is the member's own.
    pub member_folder: Option<String>,
}

/// What a stack is started with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Everything is kept below this folder.
    pub data: PathBuf,
    /// The accounts of the fake Dropbox.
    pub accounts: Vec<Account>,
    /// Whether the app sees only its own folder in each account.
    pub app_folder: bool,
    /// The settings of projects that are made now.
    pub project: ProjectSettings,
    /// Whether clients speak TLS, with the gateway and with the fake Dropbox.
    pub tls: bool,
    /// The gateway's port; 0 takes a free one.
    pub port: u16,
    /// The fake Dropbox's port; 0 takes a free one.
    pub dropbox_port: u16,
    /// How many times as fast as usual the clock runs.
    pub speed: u32,
    /// The time between two ticks of the schedule, by that clock.
    pub tick: Duration,
    /// From where workflow actions save addresses; without it, from the public internet.
    pub web: Option<Web>,
    /// How long one call of an action goes on with saving a file.
    pub save_time: Duration,
}

impl Settings {
    /// Everything below `data`, on free ports, with two accounts: the first one's Dropbox is `dropbox` if given.
    #[must_use]
    pub fn at(data: PathBuf, dropbox: Option<PathBuf>) -> Self {
        let account = |number: &str, directory| Account {
            name: format!("{number} account"),
            email: format!("{}@example.com", number.to_lowercase()),
            directory,
            member_folder: None,
        };
        let accounts = vec![
            account("First", dropbox.unwrap_or_else(|| data.join("dropbox/first"))),
            account("Second", data.join("dropbox/second")),
        ];
        Self {
            data,
            accounts,
            app_folder: false,
            project: ProjectSettings::default(),
            tls: false,
            port: 0,
            dropbox_port: 0,
            speed: 1,
            tick: TICK,
            web: None,
            save_time: SAVE_TIME,
        }
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        if self.speed == 1 { Arc::new(SystemClock) } else { Arc::new(FastClock::new(self.speed)) }
    }

    /// The time between ticks, as this machine's clock sees it.
    pub(super) fn tick(&self) -> Duration {
        (self.tick / self.speed).max(Duration::from_millis(100))
    }
}
