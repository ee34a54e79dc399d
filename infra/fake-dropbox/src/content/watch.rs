//! Detection of changes in an account's directory.
//!
//! Events only mark directories as dirty; after a short pause without events these are scanned. So a lost,
//! repeated or reordered event affects when a change is seen, but not the result.

use std::{
    collections::BTreeSet,
    mem,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use notify::{Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout_at},
};

use super::account::Account;

/// Time without events before a scan.
const QUIET: Duration = Duration::from_millis(60);
/// Longest delay of a scan while events keep arriving.
const PATIENCE: Duration = Duration::from_millis(500);
/// Interval of full scans if the directory cannot be watched.
const PERIOD: Duration = Duration::from_secs(5);

/// Directories that have changed since the last scan.
#[derive(Debug, Default)]
struct Dirt {
    directories: BTreeSet<PathBuf>,
    everything: bool,
    is_blind: bool,
}

#[derive(Debug, Default)]
struct Inbox {
    dirt: Mutex<Dirt>,
    arrived: Notify,
}

/// Watcher of one account.
pub(crate) struct Watch {
    account: Arc<Account>,
    inbox: Arc<Inbox>,
    _watcher: Option<RecommendedWatcher>,
}

impl Watch {
    /// Starts to watch for changes; [`Self::run`] transfers them to the journal.
    pub(crate) fn start(account: Arc<Account>) -> Self {
        let inbox = Arc::new(Inbox::default());
        // If a directory disappears during setup, the whole watch fails.
        let watcher = watcher(&account, &inbox).or_else(|_| watcher(&account, &inbox));
        if let Err(error) = &watcher {
            inbox.go_blind(error);
        }
        Self { account, inbox, _watcher: watcher.ok() }
    }

    /// Scans after every change, forever.
    pub(crate) async fn run(self) {
        loop {
            self.until_changed().await;
            let dirt = self.inbox.empty();
            let account = Arc::clone(&self.account);
            let scan = tokio::task::spawn_blocking(move || dirt.scan(&account));
            match scan.await {
                Ok(Ok(unfinished)) => self.inbox.mark(unfinished),
                Ok(Err(error)) => {
                    tracing::error!(%error, "cannot take what happened in a directory");
                    sleep(PATIENCE).await;
                    self.inbox.mark_everything();
                }
                Err(_) => return,
            }
        }
    }

    /// Waits for a change, and then until no more have come for a moment.
    async fn until_changed(&self) {
        let first = async {
            while !self.inbox.has_dirt() {
                self.inbox.arrived.notified().await;
            }
        };
        if self.inbox.is_blind() {
            let _ = tokio::time::timeout(PERIOD, first).await;
            self.inbox.mark_everything();
        } else {
            first.await;
        }
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let quiet = deadline.min(Instant::now() + QUIET);
            if timeout_at(quiet, self.inbox.arrived.notified()).await.is_err() {
                return;
            }
        }
    }
}

fn watcher(account: &Account, inbox: &Arc<Inbox>) -> notify::Result<RecommendedWatcher> {
    let (root, receiver) = (account.root(), Arc::clone(inbox));
    let receive = move |event: notify::Result<Event>| receiver.receive(&root, event);
    let mut watcher = RecommendedWatcher::new(receive, Config::default().with_follow_symlinks(false))?;
    watcher.watch(&account.root(), RecursiveMode::Recursive)?;
    Ok(watcher)
}

impl Dirt {
    fn scan(self, account: &Account) -> anyhow::Result<BTreeSet<PathBuf>> {
        let writer = account.writer();
        if self.everything { writer.scan_everything() } else { writer.scan_directories(&self.directories) }
    }
}

impl Inbox {
    fn receive(&self, root: &Path, event: notify::Result<Event>) {
        match event {
            Ok(event) if event.need_rescan() => self.mark_everything(),
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
            Ok(event) => {
                let inside = event.paths.iter().filter_map(|path| path.strip_prefix(root).ok());
                self.mark(inside.map(|path| path.parent().unwrap_or(path).to_owned()));
            }
            Err(error) if matches!(error.kind, ErrorKind::MaxFilesWatch) => self.go_blind(&error),
            Err(_) => self.mark_everything(),
        }
    }

    fn mark(&self, directories: impl IntoIterator<Item = PathBuf>) {
        self.change(|dirt| dirt.directories.extend(directories));
    }

    fn mark_everything(&self) {
        self.change(|dirt| dirt.everything = true);
    }

    fn go_blind(&self, error: &notify::Error) {
        if !self.is_blind() {
            tracing::warn!(%error, "cannot watch a whole directory: it is read through every {PERIOD:?} instead");
        }
        self.change(|dirt| (dirt.is_blind, dirt.everything) = (true, true));
    }

    fn change(&self, change: impl FnOnce(&mut Dirt)) {
        change(&mut self.dirt.lock().unwrap_or_else(PoisonError::into_inner));
        self.arrived.notify_one();
    }

    fn empty(&self) -> Dirt {
        let mut dirt = self.dirt.lock().unwrap_or_else(PoisonError::into_inner);
        let is_blind = dirt.is_blind;
        mem::replace(&mut *dirt, Dirt { is_blind, ..Dirt::default() })
    }

    fn has_dirt(&self) -> bool {
        let dirt = self.dirt.lock().unwrap_or_else(PoisonError::into_inner);
        dirt.everything || !dirt.directories.is_empty()
    }

    fn is_blind(&self) -> bool {
        self.dirt.lock().unwrap_or_else(PoisonError::into_inner).is_blind
    }
}
