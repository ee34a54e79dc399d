//! Baseline: the handler's requests to the table, and nothing else.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{Request, Response};
use hyper::body::Incoming;
use reqwest::Body;
use shared::{
    model::{AccountId, Clock, Lane, Linked},
    queue::CLAIM,
    store::{Accounts, Claims, Dynamo, StoreError},
};

use super::{handler::seeded, later_clock::LaterClock, load::accounts_of};
use crate::bench::{
    seed::{APP, account},
    server::{Server, refused},
    store::{Answers, Requests},
};

/// Requests at the same time, as many as the handler makes.
const PARALLEL: usize = 16;

/// Looks up the accounts of a notification, and claims the next message of each.
pub(super) struct TableRequests {
    store: Arc<Dynamo>,
    clock: LaterClock,
    requests: Arc<Requests>,
}

impl TableRequests {
    pub(super) async fn new(accounts: usize) -> Result<Self, String> {
        let (store, requests) = seeded(accounts, Answers::Remembered).await?;
        Ok(Self { store, clock: LaterClock::new(), requests })
    }

    async fn ask(&self, accounts: usize) -> Result<(), StoreError> {
        let found = stream::iter((0..accounts).map(account)).map(|account| self.look_up(account));
        let found = found.buffer_unordered(PARALLEL).try_collect::<Vec<_>>().await?.concat();
        let now = self.clock.now();
        let claim = |of: Linked| self.store.claim(of.connection, Lane::Changes, now, now.plus(CLAIM));
        stream::iter(found).map(claim).buffer_unordered(PARALLEL).try_collect::<Vec<bool>>().await.map(drop)
    }

    async fn look_up(&self, account: AccountId) -> Result<Vec<Linked>, StoreError> {
        self.store.connections_of_account(&APP.0.into(), &account).await
    }
}

#[async_trait]
impl Server for TableRequests {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let Some(accounts) = accounts_of(request.uri()) else { return refused() };
        match self.ask(accounts).await {
            Ok(()) => Response::new(Body::default()),
            Err(_) => refused(),
        }
    }

    fn store_requests(&self) -> u64 {
        self.requests.count()
    }
}
