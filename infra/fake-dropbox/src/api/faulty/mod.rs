//! Calls with an injected fault.

mod body;
mod refusal;
pub(super) mod subject;

use std::time::Duration;

use axum::{extract::Request, response::Response};
use futures_util::StreamExt;
use tokio::time::sleep;

use super::{caller::Caller, dispatch::run, failure::Failure, route::Route};
use crate::Fault;

/// Serves a call with a fault.
pub(super) async fn serve(
    fault: &Fault,
    route: &Route,
    caller: Caller,
    request: Request,
) -> Result<Response, Failure> {
    if !reaches_the_route(fault) {
        // The request is read completely, because a client that is still sending might not see the response.
        discard(request).await;
        return refusal::answer(fault, route, &caller);
    }
    match fault {
        Fault::Slow { before_headers_ms, before_each_piece_ms } => {
            sleep(Duration::from_millis(*before_headers_ms)).await;
            let answer = whole(route, caller, request).await;
            Ok(body::slow(answer, Duration::from_millis(*before_each_piece_ms)))
        }
        Fault::CutBody => Ok(body::cut_in_the_middle(whole(route, caller, request).await)),
        Fault::WrongBytes => run(route, caller, request).await.map(body::with_a_wrong_byte),
        _ => {
            drop(run(route, caller.clone(), request).await);
            refusal::answer(fault, route, &caller)
        }
    }
}

fn reaches_the_route(fault: &Fault) -> bool {
    match fault {
        Fault::Slow { .. } | Fault::CutBody | Fault::WrongBytes => true,
        Fault::Cut { after_effect } | Fault::ServerError { after_effect, .. } => *after_effect,
        _ => false,
    }
}

/// Returns the complete response of the route, successful or not.
async fn whole(route: &Route, caller: Caller, request: Request) -> Response {
    let served = run(route, caller, request).await;
    served.unwrap_or_else(|failure| failure.response(route.name, route.style.place()))
}

async fn discard(request: Request) {
    let mut pieces = request.into_body().into_data_stream();
    while let Some(Ok(_)) = pieces.next().await {}
}
