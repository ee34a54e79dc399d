//! The gateway: the routes of `infra/openapi.yaml`, each to its function, as API Gateway sends them.

mod dead_letters;
mod local;
mod routes;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    http::{HeaderValue, Request, Response, StatusCode, header::CONTENT_TYPE},
    routing::get,
    serve::ListenerExt,
};
use routes::{Function, Routes};
use shared::{cors, model::Clock};
use tokio::{net::TcpListener, sync::watch};
use url::Url;

use crate::stack::{Functions, Machine};

/// Lambda takes requests of 6 MB, after Base64. Bytes.
const BODY_LIMIT: usize = 4_500_000;

/// The gateway.
#[derive(Clone)]
pub(crate) struct Gateway {
    functions: Arc<Functions>,
    machine: Machine,
    clock: Arc<dyn Clock>,
    routes: Arc<Routes>,
    base: Url,
}

impl Gateway {
    pub(crate) fn new(
        functions: Arc<Functions>,
        machine: Machine,
        clock: Arc<dyn Clock>,
        base: Url,
    ) -> anyhow::Result<Self> {
        Ok(Self { functions, machine, clock, routes: Arc::new(Routes::read()?), base })
    }

    /// Serves until it is told to stop.
    pub(crate) async fn serve(self, listener: TcpListener, mut stop: watch::Receiver<bool>) {
        let router = Router::new()
            .route("/_local/status", get(local::status))
            .route("/_local/events", get(local::events))
            .route("/_local/dead-letters", get(dead_letters::list).post(dead_letters::put_back))
            .fallback(answer)
            .with_state(self);
        // Else a small answer waits for the acknowledgement of its own headers.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let stopped = async move { drop(stop.wait_for(|stop| *stop).await) };
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::error!(%error, "the gateway stopped");
        }
    }

    async fn call(&self, function: Function, request: Request<lambda_http::Body>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        match function {
            Function::OauthCallback => {
                let connect = &self.functions.connect;
                oauth_callback::handle(connect, &self.base, &path, request).await.map(of_lambda)
            }
            Function::WebhookReceiver => {
                webhook_receiver::handle(&self.functions.receiver, &path, request).await.map(of_lambda)
            }
            Function::FilesApi => {
                files_api::handle(&self.functions.files, &path, request).await.map(of_lambda)
            }
            Function::ApiProxy => {
                api_proxy::handle(&self.functions.proxy, &path, request).await.map(Body::new)
            }
        }
    }
}

async fn answer(State(gateway): State<Gateway>, request: Request<Body>) -> Response<Body> {
    let Some(function) = gateway.routes.find(request.method(), request.uri().path()) else {
        return own(StatusCode::NOT_FOUND, &gateway.routes.not_found);
    };
    let (parts, body) = request.into_parts();
    match to_bytes(body, BODY_LIMIT).await {
        Ok(bytes) => {
            let body = if bytes.is_empty() {
                lambda_http::Body::Empty
            } else {
                lambda_http::Body::Binary(bytes.into())
            };
            gateway.call(function, Request::from_parts(parts, body)).await
        }
        Err(_) => own(StatusCode::PAYLOAD_TOO_LARGE, &gateway.routes.too_large),
    }
}

fn of_lambda(body: lambda_http::Body) -> Body {
    match body {
        lambda_http::Body::Text(text) => Body::from(text),
        lambda_http::Body::Binary(bytes) => Body::from(bytes),
        _ => Body::empty(),
    }
}

/// An answer of the gateway's own.
fn own(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.to_owned()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    cors::readable(response)
}
