//! The demo: an application with users who connect their Dropbox, at `/`.
//!
//! Its server holds the API key of the first project and calls the gateway over HTTP, as any application
//! would: nothing here reads the store. Its page is rendered here, works by links and forms without script,
//! and never contains the key. Each call is shown as `curl`, with the key as `$DROPLINE_KEY`. Only events
//! come from elsewhere: from this machine's bus, in the place of EventBridge. Faults are those of the fake
//! Dropbox, set over its HTTP.
//!
//! The address of the page says everything that it shows ([`place::Place`]); the server keeps only the log of
//! its calls. Routes: `/`, `/demo/…`, and the files that browsers request by themselves.

mod actions;
mod app;
mod assets;
mod call;
mod events;
mod faults;
mod fields;
mod invisible;
mod own_browser;
mod page;
mod paths;
mod place;
mod preview;
mod view;

use std::{path::PathBuf, sync::Arc};

use anyhow::Context;
use axum::{
    Router,
    extract::{RawQuery, State},
    middleware,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use call::Caller;
use local_adapters::MachineBus;
use own_browser::OwnBrowser;
use place::Place;
use reqwest::redirect::Policy;
use tokio::sync::{Semaphore, watch};
use url::Url;

use crate::{DemoProject, gateway::DemoAccount};

/// Maximum number of pages that receive events at the same time.
const STREAMS: usize = 32;

/// Dependencies of the demo: addresses, a project's key, and the bus.
pub(crate) struct Surroundings {
    /// Address of the gateway for clients.
    pub(crate) gateway: Url,
    /// Address of the fake Dropbox for clients.
    pub(crate) dropbox: Url,
    /// Certificate authority to trust, as PEM, if both are served with TLS.
    pub(crate) authority: Option<PathBuf>,
    /// Project whose application the demo is.
    pub(crate) project: DemoProject,
    /// Accounts of the fake Dropbox.
    pub(crate) accounts: Vec<DemoAccount>,
    /// Bus with the events.
    pub(crate) bus: MachineBus,
    /// Becomes true when the stack stops.
    pub(crate) stop: watch::Receiver<bool>,
}

/// Server of the demo. Clones share it.
#[derive(Clone)]
pub(crate) struct Demo(Arc<Shared>);

struct Shared {
    caller: Caller,
    browser: OwnBrowser,
    surroundings: Surroundings,
    streams: Arc<Semaphore>,
}

impl Demo {
    /// Creates the server.
    ///
    /// # Errors
    /// If the certificate authority cannot be read.
    pub(crate) fn new(surroundings: Surroundings) -> anyhow::Result<Self> {
        let mut http = reqwest::Client::builder().redirect(Policy::none());
        if let Some(file) = &surroundings.authority {
            let pem = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
            http = http.add_root_certificate(reqwest::Certificate::from_pem(&pem)?);
        }
        Ok(Self(Arc::new(Shared {
            caller: Caller::new(
                http.build()?,
                surroundings.project.key.clone(),
                surroundings.authority.clone(),
            ),
            browser: OwnBrowser::at(&surroundings.gateway),
            streams: Arc::new(Semaphore::new(STREAMS)),
            surroundings,
        })))
    }

    /// Returns its routes, which only pages of this machine may use.
    pub(crate) fn router(self) -> Router {
        Router::new()
            .route("/", get(page))
            .route("/demo/events", get(events::stream))
            .route("/demo/{action}", post(actions::act))
            .merge(assets::router())
            .layer(middleware::from_fn_with_state(self.clone(), own_browser::only))
            .with_state(self)
    }
}

/// The page. A browser that comes back from a connect is sent on to the page of the new connection.
async fn page(State(demo): State<Demo>, RawQuery(query): RawQuery) -> Response {
    let place = Place::parse(query.as_deref().unwrap_or_default());
    match &place.link {
        Some(link) => Redirect::to(&actions::returned(&demo, &place, link).await.href()).into_response(),
        None => page::respond(&view::View::of(&demo, place).await, &demo).into_response(),
    }
}
