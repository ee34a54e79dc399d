//! Routes of popups.

use http::{Method, Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    caller::{Operation, ROUTES},
};
use url::Url;

use super::{build, nonce, session, window};
use crate::connect::Connect;

/// Whether pages of other origins call the routes of this path, by script and with a token of their own.
pub(crate) fn open_to_pages(path: &str) -> bool {
    use Operation::{BuildSdkOauth, DeleteSdkSession, GetSdkSession};
    let is_open = |operation| matches!(operation, BuildSdkOauth | GetSdkSession | DeleteSdkSession);
    let mut methods =
        ROUTES.iter().filter(|route| is_open(route.operation)).filter_map(|route| route.method.as_ref());
    methods.any(|method: &Method| Operation::find(method, path).is_some_and(|(found, _)| is_open(found)))
}

/// Answers a request of a popup; `None` if it is about none.
pub(crate) async fn route(
    connect: &Connect,
    base: &Url,
    (operation, parameters): (Operation, &[&str]),
    request: &Request<Body>,
) -> Option<Result<Response<Body>, ApiError>> {
    Some(match (operation, parameters) {
        (Operation::OpenSdkPopup, [project]) => nonce::open(connect, base, project, request).await,
        (Operation::BuildSdkOauth, [project]) => build::run(connect, base, project, request).await,
        (Operation::GetSdkSession, [project, key]) => session::show(connect, project, key, request).await,
        (Operation::DeleteSdkSession, [project, key]) => session::end(connect, project, key, request).await,
        (Operation::ShowPopup, []) => window::show(connect, base, request).await,
        (Operation::ConfirmPopupOpener, []) => window::confirm_opener(connect, base, request).await,
        (Operation::ContinuePopup, []) => window::go_on(connect, base, request).await,
        _ => return None,
    })
}
