//! Settings of a stack.

use std::{path::PathBuf, sync::Arc, time::Duration};

use api_proxy::SAVE_TIME;
use shared::{
    egress::Web,
    model::{Clock, ProjectSettings, SystemClock},
};

use url::Url;

use crate::{FastClock, Observer};

/// Interval of the schedule, as in `infra/template.yaml`.
const TICK: Duration = Duration::from_secs(60);

/// An account of the fake Dropbox.
#[derive(Debug, Clone)]
pub struct Account {
    /// Name on the authorize page.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Directory that is its Dropbox: the whole team space, if there is one.
    pub directory: PathBuf,
    /// In a team space: the member's own folder in it.
    pub member_folder: Option<String>,
}

/// Settings of a stack.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder in which everything is stored.
    pub data: PathBuf,
    /// Accounts of the fake Dropbox.
    pub accounts: Vec<Account>,
    /// Whether the app sees only its own folder in each account.
    pub app_folder: bool,
    /// Settings of projects that are created now.
    pub project: ProjectSettings,
    /// Whether clients use TLS with the gateway and the fake Dropbox.
    pub tls: bool,
    /// Port of the gateway; 0 selects a free one.
    pub port: u16,
    /// Port of the fake Dropbox; 0 selects a free one.
    pub dropbox_port: u16,
    /// Time by which the clock is ahead of the machine's when the stack starts.
    pub ahead: Duration,
    /// Speed of the clock, as a multiple of real time.
    pub speed: u32,
    /// Time between two ticks of the schedule, by that clock.
    pub tick: Duration,
    /// Source from which workflow actions save addresses; `None`: the public internet.
    pub web: Option<Web>,
    /// Longest time for which one call of an action saves a file.
    pub save_time: Duration,
    /// Address at which AWS STS, Amazon SQS and Amazon EventBridge answer, such as an emulator's, for endpoints that are
    /// queues or buses; `None`: endpoints have addresses only.
    pub aws_endpoint: Option<Url>,
    /// Observer of the gateway's responses, for tests.
    pub observer: Option<Arc<dyn Observer>>,
}

impl Settings {
    /// Creates settings with everything in `data`, on free ports, with two accounts. If given, `dropbox` is
    /// the first account's directory.
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
            ahead: Duration::ZERO,
            speed: 1,
            tick: TICK,
            web: None,
            save_time: SAVE_TIME,
            aws_endpoint: None,
            observer: None,
        }
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        if self.speed == 1 && self.ahead.is_zero() {
            Arc::new(SystemClock)
        } else {
            Arc::new(FastClock::new(self.ahead, self.speed))
        }
    }

    /// Returns the time between ticks in real time.
    pub(super) fn tick(&self) -> Duration {
        (self.tick / self.speed).max(Duration::from_millis(100))
    }
}
