//! Responses of faults that do not depend on the route's work.

use axum::{body::Body, response::Response};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_TYPE, RETRY_AFTER},
};
use serde_json::{Value, json};

use super::body;
use crate::{
    Fault,
    api::{
        caller::Caller,
        failure::{AuthError, Failure, PathRootError, error_json, text},
        route::Route,
        wire::RootInfo,
    },
    faults::{RateLimitReason, RateLimitShape, TokenProblem},
};

/// Returns the response of `fault` to a call of `route`.
pub(super) fn answer(fault: &Fault, route: &Route, caller: &Caller) -> Result<Response, Failure> {
    match fault {
        Fault::RateLimited { shape, reason, retry_after } => Ok(rate_limited(*shape, *reason, *retry_after)),
        Fault::TooManyWriteOperations { retry_after } => {
            let error = tagged(route.name, busy(route.name));
            Ok(later(error_json(StatusCode::CONFLICT, &error), *retry_after))
        }
        Fault::EndpointError { tag } => Err(Failure::Endpoint(tagged(route.name, tag))),
        Fault::InvalidCursor => Err(Failure::invalid_cursor()),
        Fault::ServerError { status, .. } => Ok(server_error(StatusCode::from_u16(*status)?)),
        Fault::Unauthorized { error } => Err(Failure::Auth(auth_error(*error))),
        Fault::MissingScope { required_scope } => {
            let required_scope = match required_scope {
                Some(scope) => scope.clone().into(),
                None => route.scope().unwrap_or_default().into(),
            };
            Err(Failure::Auth(AuthError::MissingScope { required_scope }))
        }
        Fault::AccessDenied { tag } => Err(Failure::Access(tagged("", tag))),
        Fault::MalformedToken => {
            Err(Failure::Request("The given OAuth 2 access token is malformed.".to_owned()))
        }
        Fault::RootGone => Err(Failure::PathRoot(PathRootError::NoPermission)),
        Fault::InvalidRoot => {
            let invalid_root = RootInfo::from(&caller.account.roots());
            Err(Failure::PathRoot(PathRootError::InvalidRoot { invalid_root }))
        }
        // The other faults change the response of the route, so there is nothing to return here.
        Fault::Cut { .. } | Fault::CutBody | Fault::Slow { .. } | Fault::WrongBytes => Ok(body::none()),
    }
}

fn rate_limited(shape: RateLimitShape, reason: RateLimitReason, seconds: u32) -> Response {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let reason = json!({ ".tag": reason });
    let bare = || error_json(status, &json!({ "reason": reason }));
    match shape {
        RateLimitShape::Json => {
            later(error_json(status, &json!({ "reason": reason, "retry_after": seconds })), seconds)
        }
        RateLimitShape::ReasonOnly => later(bare(), seconds),
        RateLimitShape::Text => later(text(status, "Too many requests".to_owned()), seconds),
        RateLimitShape::NoHeader => bare(),
    }
}

fn later(mut response: Response, seconds: u32) -> Response {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn server_error(status: StatusCode) -> Response {
    let page = format!("<!DOCTYPE html><html><title>Dropbox - {status}</title><h1>Error</h1></html>");
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
}

fn auth_error(problem: TokenProblem) -> AuthError {
    match problem {
        TokenProblem::ExpiredAccessToken => AuthError::ExpiredAccessToken,
        TokenProblem::InvalidAccessToken => AuthError::InvalidAccessToken,
        TokenProblem::UserSuspended => AuthError::UserSuspended,
    }
}

/// Returns where a route declares `too_many_write_operations`.
fn busy(route: &str) -> &'static str {
    match route {
        "files/upload" | "files/create_folder_v2" => "path/too_many_write_operations",
        "files/copy_v2" => "to/too_many_write_operations",
        "files/move_v2" => "from_write/too_many_write_operations",
        _ => "too_many_write_operations",
    }
}

/// Builds the error with these tags. The error of an upload's path is a struct, which is beside its tag.
fn tagged(route: &str, tags: &str) -> Value {
    match tags.split_once('/') {
        None => json!({ ".tag": tags }),
        Some(("path", inner)) if route == "files/upload" => {
            json!({ ".tag": "path", "reason": tagged("", inner), "upload_session_id": "AAAAAAAAAAAAAAAAAAAAAA" })
        }
        Some((tag, inner)) => json!({ ".tag": tag, tag: tagged("", inner) }),
    }
}
