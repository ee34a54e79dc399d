//! The gateway: the routes of `infra/openapi.yaml`, each to its function, as API Gateway sends them.

mod dead_letters;
mod event;
mod here;
mod invoked;
mod local;
mod local_setup;
mod objects;
mod observer;
mod refusal;
mod reply;
mod routes;
mod signer;

use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderValue, Request, Response, StatusCode, header::CONTENT_TYPE},
    serve::ListenerExt,
};
use bytes::Bytes;
pub(crate) use here::Here;
pub(crate) use invoked::Invoked;
pub(crate) use local::Local;
pub(crate) use local_setup::{DemoAccount, LocalSetup, guarded};
pub use observer::{Answered, Observer};
pub(crate) use routes::{Answerer, Found, Function, Routes};
use shared::{cors, secure};
pub(crate) use signer::Signer;
use tokio::{net::TcpListener, sync::watch};

/// Lambda takes requests of 6 MB, after Base64. Bytes.
const BODY_LIMIT: usize = 4_500_000;

/// The functions behind the gateway.
#[async_trait]
pub(crate) trait Functions: Send + Sync {
    /// Hands a request to the function that its route leads to.
    ///
    /// # Errors
    /// If the function gives no answer.
    async fn call(&self, found: Found, request: Request<Bytes>) -> anyhow::Result<Response<Body>>;
}

/// The gateway.
#[derive(Clone)]
pub(crate) struct Gateway {
    functions: Arc<dyn Functions>,
    routes: Arc<Routes>,
    /// Whether TLS ends before it.
    tls: bool,
    observer: Option<Arc<dyn Observer>>,
}

impl Gateway {
    pub(crate) fn new(functions: Arc<dyn Functions>, tls: bool) -> anyhow::Result<Self> {
        Ok(Self { functions, routes: Routes::of_all()?, tls, observer: None })
    }

    /// Shows each response to an observer.
    pub(crate) fn observed(self, observer: Option<Arc<dyn Observer>>) -> Self {
        Self { observer, ..self }
    }

    /// Serves until it is told to stop; `own` is what only this machine answers.
    pub(crate) async fn serve(self, listener: TcpListener, own: Router, mut stop: watch::Receiver<bool>) {
        let router = own.fallback_service(Router::new().fallback(answer).with_state(self));
        // Else a small answer waits for the acknowledgement of its own headers.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let stopped = async move { drop(stop.wait_for(|stop| *stop).await) };
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the gateway stopped");
        }
    }

    async fn call(&self, found: Found, request: Request<Bytes>) -> Response<Body> {
        match self.functions.call(found, request).await {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "a function gave no answer");
                own(StatusCode::BAD_GATEWAY, &self.routes.failed)
            }
        }
    }
}

async fn answer(State(gateway): State<Gateway>, request: Request<Body>) -> Response<Body> {
    let (tls, observer) = (gateway.tls, gateway.observer.clone());
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = routed(gateway, request).await;
    let response = if tls { secure::over_tls(response) } else { response };
    match observer {
        Some(observer) => observer::observed(observer.as_ref(), &method, uri.path(), response).await,
        None => response,
    }
}

async fn routed(gateway: Gateway, request: Request<Body>) -> Response<Body> {
    let found = match gateway.routes.find(request.method(), request.uri().path()) {
        Some(Answerer::Function(found)) => found.clone(),
        Some(Answerer::Gateway(refusal)) => return refusal.response(),
        None => return own(StatusCode::NOT_FOUND, &gateway.routes.not_found),
    };
    let (parts, body) = request.into_parts();
    match to_bytes(body, BODY_LIMIT).await {
        Ok(bytes) => gateway.call(found, Request::from_parts(parts, bytes)).await,
        Err(_) => own(StatusCode::PAYLOAD_TOO_LARGE, &gateway.routes.too_large),
    }
}

/// An answer of the gateway's own.
fn own(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    cors::readable(response)
}
