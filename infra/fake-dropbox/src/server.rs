//! The running service, and its public interface.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use axum::{
    Extension, Router,
    extract::Request,
    middleware::{self, Next},
    response::Response,
    routing::{any, get, post},
    serve::ListenerExt,
};
use http::{HeaderValue, StatusCode};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use crate::{
    Faults, Listings, Pages, Settings, WebhookFaults, api, console,
    content::{Account, Watch},
    control::control,
    crypto,
    hosts::{Host, only},
    oauth::{self, grants},
    service::{Service, blocking},
    settings::AppSettings,
    webhook::{Courier, Delivery, pending},
};

/// Time for which current requests may continue after a stop.
const SECOND: Duration = Duration::from_secs(2);

/// Endpoint of an account's faults.
const FAULTS: &str = "/_fake/accounts/{email}/faults";
/// Endpoint of the adversity of an account's listings.
const PAGES: &str = "/_fake/accounts/{email}/pages";

/// Endpoint of the defects of an account's listings.
const LISTINGS: &str = "/_fake/accounts/{email}/listings";

/// Endpoint of the faults of an account's notifications.
const WEBHOOKS: &str = "/_fake/accounts/{email}/webhooks";

/// A running fake Dropbox.
#[derive(Clone)]
pub struct FakeDropbox {
    pub(crate) service: Arc<Service>,
    delivery: Delivery,
    url: Url,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl FakeDropbox {
    /// Opens the database, updates the accounts from their directories, and starts to serve, watch and
    /// notify.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        let listen = settings.listen;
        let service = Arc::new(blocking(move || Service::open(settings)).await?);
        // Watching starts before the directories are read, so that no change is missed.
        let watches = watch_all(&service).await?;
        for account in &service.accounts {
            scan(account).await?;
        }
        let listener =
            TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        let (url, delivery) = (url(listener.local_addr()?)?, Delivery::new()?);
        service.set_url(url.clone());
        let fake = Self { service, delivery, url, tasks: Arc::default() };
        fake.serve(listener);
        watches.into_iter().for_each(|watch| fake.spawn(watch.run()));
        fake.service.app_keys().into_iter().for_each(|app| fake.notify(app));
        tracing::info!(url = %fake.url(), "the fake Dropbox is up");
        Ok(fake)
    }

    /// Returns its address.
    #[must_use]
    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// Returns the address of one of the hosts, which serves only that host's functions.
    #[must_use]
    pub fn host_url(&self, host: Host) -> Url {
        self.service.host_url(host).unwrap_or_else(|_| self.url.clone())
    }

    /// Returns the service as a router, without a socket.
    pub fn router(&self) -> Router {
        let mut router = hosts();
        for host in Host::ALL {
            router = router.nest(&format!("/{}", host.name()), hosts().layer(Extension(host)));
        }
        router
            .route(FAULTS, control::<Faults>())
            .route(PAGES, control::<Pages>())
            .route(LISTINGS, control::<Listings>())
            .route(WEBHOOKS, control::<WebhookFaults>())
            .merge(console::routes())
            .fallback(not_found)
            .layer(middleware::from_fn(add_request_id))
            .with_state(Arc::clone(&self.service))
    }

    /// Sets an app's webhook, as in the App Console.
    pub fn register_webhook(&self, app_key: &str, url: Option<Url>) {
        self.service.register_webhook(app_key, url);
    }

    /// Registers an app, as in the App Console. An app with the same key is replaced.
    pub fn register_app(&self, app: AppSettings) {
        let key = app.key.clone();
        if self.service.register_app(app) {
            self.notify(key);
        }
    }

    /// Registers another redirect URI of an app, as in the App Console.
    pub fn register_redirect(&self, app_key: &str, uri: &str) {
        self.service.change_app(app_key, |app| app.redirect_uris.push(uri.to_owned()));
    }

    /// Returns the account id of an email address.
    #[must_use]
    pub fn account_id(&self, email: &str) -> Option<String> {
        let account = self.service.account_by_email(email).ok()?;
        Some(account.profile.account_id.clone())
    }

    /// Updates an account from its directory now, as its watcher would do soon.
    pub async fn rescan(&self, email: &str) -> anyhow::Result<()> {
        scan(self.service.account_by_email(email)?).await
    }

    /// Checks that an app's webhook answers Dropbox's challenge, as the App Console does.
    pub async fn verify_webhook(&self, app_key: &str) -> anyhow::Result<()> {
        let app = self.service.app(app_key).with_context(|| format!("there is no app {app_key}"))?;
        let url = app.webhook.with_context(|| format!("the app {app_key} has no webhook"))?;
        self.delivery.verify(url.clone()).await.with_context(|| format!("the webhook {url} was not verified"))
    }

    /// Whether every app with a webhook has been notified of every change so far.
    pub async fn is_quiet(&self) -> anyhow::Result<bool> {
        let service = Arc::clone(&self.service);
        let apps: Vec<String> = service.app_keys().into_iter().filter(|app| self.has_webhook(app)).collect();
        blocking(move || {
            let told = |app: &String| anyhow::Ok(service.db.transact(|db| pending(db, app))?.is_empty());
            apps.iter().try_fold(true, |quiet, app| Ok(quiet && told(app)?))
        })
        .await
    }

    fn has_webhook(&self, app: &str) -> bool {
        self.service.app(app).is_some_and(|app| app.webhook.is_some())
    }

    /// Expires every access token that was issued so far.
    pub fn expire_access_tokens(&self) {
        let now = self.service.clock.seconds();
        if let Err(error) = self.service.db.transact(|db| grants::expire_access_tokens(db, now)) {
            tracing::error!(%error, "cannot expire the access tokens");
        }
    }

    /// Returns the number of requests served so far, by route.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.service.calls()
    }

    /// Stops serving, watching and notifying.
    pub async fn stop(self) {
        self.service.stop();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for mut task in tasks {
            if tokio::time::timeout(SECOND, &mut task).await.is_err() {
                task.abort();
            }
        }
        for account in &self.service.accounts {
            let account = Arc::clone(account);
            // A running scan continues in its own thread, so this waits for it.
            let idle = tokio::task::spawn_blocking(move || drop(account.writer()));
            drop(tokio::time::timeout(SECOND, idle).await);
        }
    }

    /// Starts to notify an app.
    fn notify(&self, app: String) {
        self.spawn(Courier::new(Arc::clone(&self.service), self.delivery.clone(), app).run());
    }

    fn serve(&self, listener: TcpListener) {
        let mut stopping = self.service.stopping();
        let stopped = async move { drop(stopping.wait_for(|stopping| *stopping).await) };
        // Otherwise a small response waits for the acknowledgement of its own headers.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let server = axum::serve(listener, self.router()).with_graceful_shutdown(stopped);
        self.keep(tokio::spawn(async move {
            if let Err(error) = server.await {
                tracing::error!(%error, "the fake Dropbox cannot serve any more");
            }
        }));
    }

    /// Runs a task until the service stops.
    fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut stopping = self.service.stopping();
        self.keep(tokio::spawn(async move {
            tokio::select! {
                () = work => {}
                _ = stopping.wait_for(|stopping| *stopping) => {}
            }
        }));
    }

    fn keep(&self, task: JoinHandle<()>) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }
}

/// Returns the routes of all hosts; each serves only requests for its own host. Below `/1/` only the OAuth
/// endpoints are left, for older clients.
fn hosts() -> Router<Arc<Service>> {
    let on = |host| middleware::from_fn(move |request, next| only(host, request, next));
    let authorize = get(oauth::show).post(oauth::answer).layer(on(Host::Www));
    let token = post(oauth::token).layer(on(Host::Api));
    Router::new()
        .route("/2/{*function}", any(api::call))
        .route("/1/{*function}", any(api::retired))
        .route("/oauth2/authorize", authorize.clone())
        .route("/1/oauth2/authorize", authorize)
        .route("/oauth2/token", token.clone())
        .route("/1/oauth2/token", token)
        .route(api::LINK, get(api::follow).layer(on(Host::Content)))
}

fn url(address: SocketAddr) -> anyhow::Result<Url> {
    Ok(Url::parse(&format!("http://localhost:{}", address.port()))?)
}

async fn watch_all(service: &Arc<Service>) -> anyhow::Result<Vec<Watch>> {
    let service = Arc::clone(service);
    blocking(move || Ok(service.accounts.iter().map(|account| Watch::start(Arc::clone(account))).collect()))
        .await
}

async fn scan(account: &Arc<Account>) -> anyhow::Result<()> {
    let account = Arc::clone(account);
    blocking(move || account.writer().scan_everything().map(drop)).await
}

async fn not_found() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "Not found")
}

/// Adds the request id that every response of Dropbox has.
async fn add_request_id(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::try_from(crypto::hex(&crypto::random::<16>())) {
        response.headers_mut().insert("x-dropbox-request-id", id);
    }
    response
}
