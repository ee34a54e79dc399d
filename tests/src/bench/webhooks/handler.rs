//! Subject of the benchmark: the receiver's handler on the production adapters, behind hyper's server instead of
//! Lambda's runtime.

use std::sync::Arc;

use async_trait::async_trait;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use local_adapters::RecordedMetrics;
use reqwest::Body;
use shared::{
    dropbox::{Dropbox, Hosts, READ_TIMEOUT, http_client},
    model::{Lane, SystemClock},
    queue,
    seal::Keyring,
    store::Dynamo,
};
use webhook_receiver::Receiver;

use super::{later_clock::LaterClock, taking_queue};
use crate::{
    bench::{
        seed::{apps, seed_accounts, tokens},
        server::{Server, refused},
        store::{self, Answers, Requests},
    },
    simulation::PlainKey,
};

/// The receiver, and the counter of its requests to the table.
pub(super) struct Handler {
    receiver: Receiver,
    requests: Arc<Requests>,
}

impl Handler {
    /// Creates a handler that knows `accounts` accounts. Unless the table's answers are computed, its updates
    /// succeed without being done.
    pub(super) async fn new(accounts: usize, answers: Answers) -> Result<Self, String> {
        let (store, requests) = seeded(accounts, answers).await?;
        let keyring = Arc::new(Keyring::new(Arc::new(PlainKey), store.clone(), Arc::new(SystemClock)));
        let claims = queue::Requests::new(store.clone(), Arc::new(LaterClock::new()));
        let receiver = Receiver {
            accounts: store.clone(),
            requests: claims.with(Lane::Changes, Arc::new(taking_queue::queue())),
            apps: Arc::new(apps(&store, &keyring)),
            metrics: Arc::new(RecordedMetrics::default()),
        };
        Ok(Self { receiver, requests })
    }
}

/// Creates a table with the rows of `accounts` accounts.
pub(super) async fn seeded(
    accounts: usize,
    answers: Answers,
) -> Result<(Arc<Dynamo>, Arc<Requests>), String> {
    let (store, _, requests) = store::open(answers).await?;
    let client = http_client(READ_TIMEOUT).map_err(|error| error.to_string())?;
    let nobody = Dropbox::new(Arc::new(client), Hosts::default());
    seed_accounts(&store, &tokens(&store, &nobody, Arc::new(PlainKey)), accounts).await?;
    if answers == Answers::Remembered {
        requests.skip_updates();
    }
    Ok((store, requests))
}

#[async_trait]
impl Server for Handler {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let Ok(body) = body.collect().await else { return refused() };
        let path = parts.uri.path().to_owned();
        let body = lambda_http::Body::Binary(body.to_bytes().into());
        let request = Request::from_parts(parts, body);
        let answer = webhook_receiver::handle(&self.receiver, &path, request).await;
        answer.map(|body| Body::from(body.to_vec()))
    }

    fn store_requests(&self) -> u64 {
        self.requests.count()
    }
}
