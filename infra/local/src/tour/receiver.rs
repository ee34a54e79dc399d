//! A project's receiver of deliveries: it keeps what it gets, and answers what it is told to.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, ensure};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use bytes::Bytes;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
    time::{Instant, timeout},
};

/// The example of the documentation, by which applications verify deliveries.
#[path = "../../../../tests/clients/webhooks/verify.rs"]
#[allow(unreachable_pub, reason = "applications copy it")]
mod example;

/// Longest wait for a delivery: on a deployment, a failed one is repeated by the tick of the minute.
const PATIENCE: Duration = Duration::from_secs(150);
const HOOK: &str = "/hook";

/// A delivery that came.
pub(super) struct Received {
    /// Time at which it was answered.
    pub(super) at: Instant,
    headers: HeaderMap,
    body: Bytes,
}

impl Received {
    /// Returns its `webhook-id`.
    pub(super) fn id(&self) -> &str {
        self.headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default()
    }

    /// Returns the body, if the delivery was signed with this secret and with the key of this public one.
    pub(super) fn verified(&self, secret: &str, public_key: &str) -> anyhow::Result<Value> {
        for key in [secret, public_key] {
            let kind = key.split('_').next().unwrap_or_default();
            ensure!(
                example::is_genuine(key, &self.headers, &self.body),
                "{kind} did not sign {:?}",
                self.headers
            );
        }
        serde_json::from_slice(&self.body).context("a delivery is no JSON")
    }
}

/// State that the server and its owner share.
#[derive(Clone)]
struct Counter {
    status: Arc<AtomicU16>,
    came: UnboundedSender<Received>,
}

/// A receiver on this machine. It stops when it is dropped.
pub(super) struct Receiver {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    came: UnboundedReceiver<Received>,
    server: JoinHandle<()>,
}

impl Receiver {
    /// Starts a receiver that answers 200, at this port; at a free one, if it is 0.
    pub(super) async fn start(port: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listener.with_context(|| format!("the receiver cannot use port {port}"))?;
        let address = listener.local_addr()?;
        let (sender, came) = unbounded_channel();
        let status = Arc::new(AtomicU16::new(StatusCode::OK.as_u16()));
        let counter = Counter { status: status.clone(), came: sender };
        let router = Router::new().route(HOOK, post(receive)).with_state(counter);
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the receiver stopped");
            }
        });
        Ok(Self { address, status, came, server })
    }

    /// Returns the address for an endpoint.
    pub(super) fn url(&self) -> String {
        format!("http://{}{HOOK}", self.address)
    }

    /// Answers this status from now on.
    pub(super) fn answer(&self, status: StatusCode) {
        self.status.store(status.as_u16(), Ordering::Relaxed);
    }

    /// Returns the next delivery that nobody has taken yet.
    pub(super) async fn next(&mut self) -> anyhow::Result<Received> {
        let came = timeout(PATIENCE, self.came.recv()).await;
        let came = came.with_context(|| format!("nothing was delivered within {} s", PATIENCE.as_secs()))?;
        came.context("the receiver stopped")
    }

    /// Returns a delivery that has come already and that nobody has taken, if there is one.
    pub(super) fn surplus(&mut self) -> Option<Received> {
        self.came.try_recv().ok()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn receive(State(counter): State<Counter>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let status = StatusCode::from_u16(counter.status.load(Ordering::Relaxed));
    // If the owner is gone, nobody waits for it.
    let _gone = counter.came.send(Received { at: Instant::now(), headers, body });
    status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
