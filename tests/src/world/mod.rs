//! World of a test: Dropline on this machine, two projects, two accounts.

mod rest;
mod sight;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use local::{DemoProject, Settings, Stack};
use shared::model::ProjectSettings;
use tempfile::TempDir;

use crate::{App, answers::Answers};

/// Speed of the clock in a hurried world.
const HURRIED: u32 = 600;

/// Temporary directory of a world. It outlives the stack that runs in it, as a disk outlives a process.
#[derive(Clone)]
pub struct Place(Arc<TempDir>);

impl Place {
    /// Creates an empty directory.
    ///
    /// # Panics
    /// If it cannot be created.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(tempfile::tempdir().expect("there is room for a place")))
    }

    /// Returns the path of the directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// Dropline on this machine, with two projects and two accounts: `first@example.com` and
/// `second@example.com`.
pub struct World {
    /// Running stack.
    pub stack: Stack,
    place: Place,
    /// Fails the test when the world ends, if an answer was not as the API's description says.
    _answers: Answers,
}

impl World {
    /// Creates a world.
    pub async fn new() -> Self {
        Self::at(Place::new()).await
    }

    /// Creates a world in a directory that may have been used before.
    pub async fn at(place: Place) -> Self {
        Self::at_with(place, |_| ()).await
    }

    /// Creates a world whose projects fetch no files larger than this.
    pub async fn with_limit(max_file_bytes: u64) -> Self {
        Self::with_settings(|settings| settings.max_file_bytes = max_file_bytes).await
    }

    /// Creates a world whose projects have other settings.
    pub async fn with_settings(change: impl FnOnce(&mut ProjectSettings)) -> Self {
        Self::with(|settings| change(&mut settings.project)).await
    }

    /// Creates a world with other settings of the stack.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::at_with(Place::new(), change).await
    }

    async fn at_with(place: Place, change: impl FnOnce(&mut Settings)) -> Self {
        let answers = Answers::default();
        let mut settings = Settings::at(place.path().to_owned(), None);
        settings.observer = Some(answers.observer());
        change(&mut settings);
        Self { stack: Stack::start(settings).await.expect("the stack starts"), place, _answers: answers }
    }

    /// Creates a world in which an hour passes in some seconds: pauses and delays end soon, and ticks are
    /// frequent.
    pub async fn hurried() -> Self {
        Self::with(|settings| settings.speed = HURRIED).await
    }

    /// Stops the stack, runs `meanwhile`, and starts the stack again in the same directory.
    pub async fn restarted(self, meanwhile: impl FnOnce()) -> Self {
        self.stack.stop().await;
        meanwhile();
        Self::at(self.place).await
    }

    /// Stops the stack, and starts it again in the same directory as if this time had passed.
    pub async fn restarted_later(self, later: Duration) -> Self {
        self.stack.stop().await;
        Self::at_with(self.place, |settings| settings.ahead = later).await
    }

    /// Stops the stack. Returns its directory, which is removed when the returned value is dropped.
    pub async fn stop(self) -> Place {
        self.stack.stop().await;
        self.place
    }

    /// Returns the server of the first project, calling for `user`.
    #[must_use]
    pub fn first_app(&self, user: &str) -> App {
        self.app(&self.stack.projects[0], user)
    }

    /// Returns the server of the second project, calling for `user`.
    #[must_use]
    pub fn second_app(&self, user: &str) -> App {
        self.app(&self.stack.projects[1], user)
    }

    /// Returns the server of a project, calling for `user`.
    #[must_use]
    pub fn app(&self, project: &DemoProject, user: &str) -> App {
        App::new(self.stack.url(), project, user)
    }

    /// Returns the directory on disk that is an account's Dropbox.
    #[must_use]
    pub fn directory(&self, account: &str) -> PathBuf {
        self.stack.directory(account).expect("the account is known")
    }

    /// Writes a file of an account, and creates the folders above it.
    pub fn write(&self, account: &str, path: &str, bytes: &[u8]) {
        let file = self.directory(account).join(path);
        fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("folders can be made");
        fs::write(file, bytes).expect("files can be written");
    }

    /// Renames or moves a file or folder of an account.
    pub fn rename(&self, account: &str, from: &str, to: &str) {
        let directory = self.directory(account);
        fs::rename(directory.join(from), directory.join(to)).expect("it can be renamed");
    }

    /// Removes a file, or a folder with its contents.
    pub fn remove(&self, account: &str, path: &str) {
        let path = self.directory(account).join(path);
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.expect("it can be removed");
    }
}
