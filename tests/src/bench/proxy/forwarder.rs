//! Baselines: a forwarder that only forwards, and one that also reads the rows that the handler reads.

use std::sync::Arc;

use async_trait::async_trait;
use http::{Request, Response, StatusCode, header::HOST};
use hyper::body::Incoming;
use reqwest::{Body, Client};
use shared::{
    dropbox::{Dropbox, Hosts, READ_TIMEOUT, http_client},
    model::ApiKey,
    store::{Connections, Dynamo, Projects, Schedules, StoreError, TokenStore},
};
use url::Url;

use super::load::DOWNLOAD;
use crate::{
    bench::{
        seed::{API_KEY, CONNECTION, PROJECT, USER, seed, tokens},
        server::{Server, loopback},
        store::{self, Answers, Requests},
    },
    simulation::PlainKey,
};

/// Forwards every request to one address, with the product's HTTP client in its default configuration.
struct Forwarder {
    client: Client,
    url: Url,
}

impl Forwarder {
    fn new(dropbox: u16) -> Result<Self, String> {
        let client = Client::builder().build().map_err(|error| error.to_string())?;
        Ok(Self { client, url: loopback(dropbox, DOWNLOAD)? })
    }

    async fn forward(&self, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let mut outgoing = reqwest::Request::new(parts.method, self.url.clone());
        *outgoing.headers_mut() = parts.headers;
        outgoing.headers_mut().remove(HOST);
        *outgoing.body_mut() = Some(Body::wrap(body));
        self.client.execute(outgoing).await.map_or_else(|_| failed(), Response::from)
    }
}

#[async_trait]
impl Server for Forwarder {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        self.forward(request).await
    }
}

/// Creates the bare forwarder.
pub(super) fn bare(dropbox: u16) -> Result<impl Server, String> {
    Forwarder::new(dropbox)
}

/// Forwarder that first reads the rows which the handler needs for a call.
struct ReadingForwarder {
    forwarder: Forwarder,
    store: Arc<Dynamo>,
    requests: Arc<Requests>,
}

impl ReadingForwarder {
    async fn read(&self) -> Result<(), StoreError> {
        let key = ApiKey::new(API_KEY).hash();
        let user = USER.parse().map_err(|_| StoreError::Corrupt("the user's id".to_owned()))?;
        let reads = tokio::try_join!(
            self.store.project_of_key(&key),
            self.store.list_version(PROJECT, &user),
            self.store.connection(CONNECTION),
            self.store.schedule(CONNECTION),
            self.store.tokens(CONNECTION),
        );
        reads.map(drop)
    }
}

#[async_trait]
impl Server for ReadingForwarder {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        match self.read().await {
            Ok(()) => self.forwarder.forward(request).await,
            Err(_) => failed(),
        }
    }

    fn store_requests(&self) -> u64 {
        self.requests.count()
    }
}

/// Creates the forwarder that reads the table, on a seeded store.
pub(super) async fn reading(dropbox: u16) -> Result<impl Server, String> {
    let forwarder = Forwarder::new(dropbox)?;
    let (store, direct, requests) = store::open(Answers::Remembered).await?;
    let client = http_client(READ_TIMEOUT).map_err(|error| error.to_string())?;
    let nobody = Dropbox::new(Arc::new(client), Hosts::default());
    seed(&store, &tokens(&store, &nobody, Arc::new(PlainKey))).await?;
    Ok(ReadingForwarder { forwarder, store: Arc::new(store.gathering(direct)), requests })
}

fn failed() -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
}
