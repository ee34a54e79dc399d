//! State that the parts of the service share.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

use anyhow::Context;
use tokio::sync::watch;
use url::Url;

use crate::{
    AppSettings, Clock, Settings, api::Routes, content::Account, db::Db, hosts::Host, uploads::Sessions,
};

/// State of the service.
pub(crate) struct Service {
    /// Database.
    pub(crate) db: Arc<Db>,
    /// Clock.
    pub(crate) clock: Clock,
    /// Accounts, in the order of the settings.
    pub(crate) accounts: Vec<Arc<Account>>,
    /// Upload sessions.
    pub(crate) uploads: Sessions,
    /// Routes of the API.
    pub(crate) routes: Routes,
    apps: RwLock<Vec<AppSettings>>,
    changed: watch::Sender<()>,
    stopping: watch::Sender<bool>,
    url: OnceLock<Url>,
    calls: Mutex<BTreeMap<String, u64>>,
}

impl Service {
    /// Opens the database and the accounts.
    pub(crate) fn open(settings: Settings) -> anyhow::Result<Self> {
        let db = Arc::new(Db::open(&settings.data)?);
        let (changed, _) = watch::channel(());
        let open = |account| Account::open(account, Arc::clone(&db), settings.clock.clone(), changed.clone());
        let accounts = settings.accounts.iter().map(|account| open(account).map(Arc::new));
        Ok(Self {
            accounts: accounts.collect::<anyhow::Result<_>>()?,
            uploads: Sessions::open(&settings.data, Arc::clone(&db), settings.clock.clone())?,
            db,
            clock: settings.clock,
            routes: Routes::new(),
            apps: RwLock::new(settings.apps),
            changed,
            stopping: watch::Sender::new(false),
            url: OnceLock::new(),
            calls: Mutex::default(),
        })
    }

    /// Returns the account with a home namespace.
    pub(crate) fn account(&self, namespace: i64) -> Option<&Arc<Account>> {
        self.accounts.iter().find(|account| account.profile.namespace == namespace)
    }

    /// Returns the account with an email address.
    pub(crate) fn account_by_email(&self, email: &str) -> anyhow::Result<&Arc<Account>> {
        let found = self.accounts.iter().find(|account| account.profile.email.eq_ignore_ascii_case(email));
        found.with_context(|| format!("there is no account of {email}"))
    }

    /// Returns the current settings of a registered app.
    pub(crate) fn app(&self, key: &str) -> Option<AppSettings> {
        let apps = self.apps.read().unwrap_or_else(PoisonError::into_inner);
        apps.iter().find(|app| app.key == key).cloned()
    }

    /// Returns the current settings of all registered apps.
    pub(crate) fn apps(&self) -> Vec<AppSettings> {
        self.apps.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the keys of all registered apps.
    pub(crate) fn app_keys(&self) -> Vec<String> {
        self.apps().into_iter().map(|app| app.key).collect()
    }

    /// Adds or replaces an app. Returns true if it is new.
    pub(crate) fn register_app(&self, app: AppSettings) -> bool {
        let mut apps = self.apps.write().unwrap_or_else(PoisonError::into_inner);
        let before = apps.len();
        apps.retain(|known| known.key != app.key);
        let is_new = apps.len() == before;
        apps.push(app);
        drop(apps);
        self.changed.send_replace(());
        is_new
    }

    /// Changes the settings of an app.
    pub(crate) fn change_app(&self, key: &str, change: impl FnOnce(&mut AppSettings)) {
        let mut apps = self.apps.write().unwrap_or_else(PoisonError::into_inner);
        match apps.iter_mut().find(|app| app.key == key) {
            Some(app) => change(app),
            None => tracing::warn!(key, "there is no such app to change"),
        }
        drop(apps);
        self.changed.send_replace(());
    }

    /// Sets the webhook of an app.
    pub(crate) fn register_webhook(&self, key: &str, url: Option<Url>) {
        self.change_app(key, |app| app.webhook = url);
    }

    /// Returns a receiver that is notified whenever an account, a link or an app has changed.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Sets the service's address. It can be set once.
    pub(crate) fn set_url(&self, url: Url) {
        let _ = self.url.set(url);
    }

    /// Returns the service's address.
    pub(crate) fn url(&self) -> anyhow::Result<&Url> {
        self.url.get().context("it is not served yet")
    }

    /// Returns the address of one of the hosts.
    pub(crate) fn host_url(&self, host: Host) -> anyhow::Result<Url> {
        Ok(self.url()?.join(&format!("{}/", host.name()))?)
    }

    /// Signals that the service stops.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Returns a receiver of the signal to stop.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Counts a request.
    pub(crate) fn count(&self, route: &str) {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        *calls.entry(route.to_owned()).or_default() += 1;
    }

    /// Returns the number of requests so far, by route.
    pub(crate) fn calls(&self) -> BTreeMap<String, u64> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Runs blocking work, such as disk and database access, in a thread for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await?
}
