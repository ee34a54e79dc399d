//! Calls any Dropbox endpoint for a connected user and streams the answer back.
//!
//! `POST /projects/{project}/sdk/proxy/dropbox/2/files/list_folder` becomes a request to the Dropbox host
//! that the route belongs to, with the token of the user's connection. Nothing else in the caller's request
//! decides where it is sent, and of its headers only those that Dropbox needs are forwarded. Workflow actions
//! call Dropbox in the same way ([`Actions`]).

mod actions;
mod admission;
mod call;
mod forward;
mod lambda;
mod longpoll;
mod metrics;
mod outbound;
mod poll_slots;
mod proxy;
mod refusal;
mod relay;
mod revocation;
mod store;
mod target;

use http::{Request, Response};
use lambda_http::Body;

pub use actions::{Actions, SAVE_TIME, Undone, catalog};
pub use admission::RememberedCalls;
pub use lambda::for_lambda;
pub use proxy::{Proxy, handle};
pub use store::Store;

/// Answers one request to the workflow actions or to the proxy. `path` is without the stage.
pub async fn serve(actions: &Actions, path: &str, request: Request<Body>) -> Response<reqwest::Body> {
    if actions::is_asked(path) {
        actions::handle(actions, path, request).await
    } else {
        handle(&actions.proxy, path, request).await
    }
}
