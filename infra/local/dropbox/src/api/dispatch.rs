//! From a request below `/2/` to its route and back.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use tokio::task::spawn_blocking;

use super::caller::{self, Caller};
use super::failure::{self, Failure};
use super::faulty;
use super::path_root;
use super::route::Route;
use crate::service::Service;

/// Serves a request below `/2/`
pub(crate) async fn call(State(service): State<Arc<Service>>, request: Request) -> Response {
    let name = request.uri().path().trim_start_matches("/2/").to_owned();
    let Some(route) = service.routes.get(&name) else {
        let about = format!("Unknown API function: \"{name}\"");
        return failure::text(StatusCode::NOT_FOUND, about);
    };
    service.count(route.name);
    let served = serve(&service, route, request).await;
    served.unwrap_or_else(|failure| failure.response(route.name, route.style.place()))
}

async fn serve(service: &Arc<Service>, route: &Route, request: Request) -> Result<Response, Failure> {
    let (service, scope, given) = (Arc::clone(service), route.scope, caller::credentials(&request));
    let authenticate = move || Caller::authenticate(service, scope, given.as_deref());
    let caller = spawn_blocking(authenticate).await??;
    match caller.account.faults.draw(route.name) {
        None => run(route, caller, request).await,
        Some(fault) => faulty::serve(&fault, route, caller, request).await,
    }
}

/// Serves a request whose token is good
pub(super) async fn run(route: &Route, caller: Caller, mut request: Request) -> Result<Response, Failure> {
    caller::refuse_selection(request.headers())?;
    let view = path_root::view(request.headers(), &caller)?;
    let caller = spawn_blocking(move || caller.looking_at(view)).await??;
    let argument = route.style.take(&mut request).await?;
    (route.serve)(caller, argument, request).await
}
