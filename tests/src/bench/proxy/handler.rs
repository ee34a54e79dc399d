//! Subject of the benchmark: the proxy's handler on the production adapters, behind hyper's server instead of
//! Lambda's runtime.

use std::sync::Arc;

use api_proxy::{Proxy, RememberedCalls};
use async_trait::async_trait;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use local_adapters::{FileKey, RecordedMetrics};
use reqwest::Body;
use shared::{
    aws::Direct,
    dropbox::{Dropbox, Hosts, LONGPOLL_READ_TIMEOUT, http_client},
    dropbox_calls::DropboxCalls,
    model::SystemClock,
    store::Dynamo,
};

use crate::bench::{
    seed::{seed, tokens},
    server::{Server, loopback, refused},
    store::{self, Answers, Requests},
};

/// The proxy and its dependencies.
pub(super) struct Handler {
    wiring: Wiring,
    /// Proxy that answers every call. If absent, each call gets a new one.
    kept: Option<Proxy>,
    requests: Arc<Requests>,
}

struct Wiring {
    store: Arc<Dynamo>,
    direct: Direct,
    dropbox: Dropbox,
    master: Arc<FileKey>,
}

impl Wiring {
    /// Creates a proxy with an empty keyring.
    fn proxy(&self) -> Proxy {
        let store = Arc::new(self.store.gathering(self.direct.clone()));
        let tokens = Arc::new(tokens(&store, &self.dropbox, self.master.clone()));
        let clock = Arc::new(SystemClock);
        let calls = DropboxCalls::new(tokens, self.dropbox.clone(), store.clone(), clock);
        Proxy {
            store: store.clone(),
            leases: store,
            calls: Arc::new(calls),
            clock: Arc::new(SystemClock),
            metrics: Arc::new(RecordedMetrics::default()),
            remembered_calls: RememberedCalls::default(),
        }
    }
}

#[async_trait]
impl Server for Handler {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let Ok(body) = body.collect().await else { return refused() };
        let body = lambda_http::Body::Binary(body.to_bytes().into());
        let path = parts.uri.path().to_owned();
        let request = Request::from_parts(parts, body);
        match &self.kept {
            Some(proxy) => api_proxy::handle(proxy, &path, request).await,
            None => api_proxy::handle(&self.wiring.proxy(), &path, request).await,
        }
    }

    fn store_requests(&self) -> u64 {
        self.requests.count()
    }
}

/// Creates a handler that keeps the data key in memory.
pub(super) async fn keeping(dropbox: u16, answers: Answers) -> Result<Handler, String> {
    let handler = forgetting(dropbox, answers).await?;
    Ok(Handler { kept: Some(handler.wiring.proxy()), ..handler })
}

/// Creates a handler that unwraps the data key again on every call.
pub(super) async fn forgetting(dropbox: u16, answers: Answers) -> Result<Handler, String> {
    let (store, direct, requests) = store::open(answers).await?;
    let client = http_client(LONGPOLL_READ_TIMEOUT).map_err(|error| error.to_string())?;
    let dropbox = Dropbox::new(Arc::new(client), Hosts::at(&loopback(dropbox, "/")?));
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let master = FileKey::open(&folder.path().join("master.key")).map_err(|error| error.to_string())?;
    let wiring = Wiring { store, direct, dropbox, master: Arc::new(master) };
    seed(&wiring.store, &tokens(&wiring.store, &wiring.dropbox, wiring.master.clone())).await?;
    Ok(Handler { wiring, kept: None, requests })
}
