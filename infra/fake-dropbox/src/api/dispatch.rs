//! Dispatch of requests below `/2/` to their routes.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use serde_json::json;
use tokio::task::spawn_blocking;

use super::{
    argument,
    caller::{self, Caller},
    failure::{Failure, json_body, text},
    faulty, path_root,
    route::{Key, Route},
};
use crate::{hosts, service::Service};

/// Serves a request below `/2/`.
pub(crate) async fn call(State(service): State<Arc<Service>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let name = path.trim_start_matches("/2/");
    let Some(route) = service.routes.get(name) else {
        return Failure::Request(format!("Unknown API function: {path}")).response(name, "");
    };
    if let Some(host) = hosts::meant(&request)
        && host != route.host
    {
        return incorrect_host(route);
    }
    service.count(route.name);
    let served = serve(&service, route, request).await;
    served.unwrap_or_else(|failure| failure.response(route.name, route.style.place()))
}

/// Responds that the first version of the API is retired.
pub(crate) async fn retired() -> Response {
    json_body(StatusCode::BAD_REQUEST, &json!({ "error": "v1_retired" }))
}

fn incorrect_host(route: &Route) -> Response {
    let (name, host) = (route.name, route.host.at_dropbox());
    let about = format!("Incorrect host for API function {name}.  You must issue the request to {host}");
    text(StatusCode::NOT_FOUND, about)
}

async fn serve(service: &Arc<Service>, route: &Route, mut request: Request) -> Result<Response, Failure> {
    let caller = identify(Arc::clone(service), route, &mut request).await?;
    let names = faulty::subject::names(route, &caller, &mut request).await;
    match caller.account.faults.draw(route.name, &names) {
        None => run(route, caller, request).await,
        Some(fault) => faulty::serve(&fault, route, caller, request).await,
    }
}

/// Identifies the caller.
async fn identify(service: Arc<Service>, route: &Route, request: &mut Request) -> Result<Caller, Failure> {
    let identify = match route.key {
        Key::Token(scope) => {
            let given = caller::credentials(request);
            spawn_blocking(move || Caller::authenticate(service, scope, given.as_deref()))
        }
        Key::Cursor => {
            let argument = route.style.take(request).await?;
            let text = argument::cursor(&argument)?;
            *request.body_mut() = Body::from(argument);
            spawn_blocking(move || Caller::of_cursor(service, &text))
        }
    };
    identify.await?
}

/// Serves a request of an identified caller.
pub(super) async fn run(
    route: &Route,
    mut caller: Caller,
    mut request: Request,
) -> Result<Response, Failure> {
    if let Key::Token(_) = route.key {
        caller::refuse_selection(request.headers())?;
        let view = path_root::view(request.headers(), &caller)?;
        caller = spawn_blocking(move || caller.looking_at(view)).await??;
    }
    let argument = route.style.take(&mut request).await?;
    (route.serve)(caller, argument, request).await
}
