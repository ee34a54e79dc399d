//! The user that a path names.
//!
//! A gateway may have decoded the path already. Then an id that contains a percent sign would be read as
//! another id, and the wrong user would be deleted. If the project has a user whose id is the text as
//! received, the header `customer-id` must therefore say which of the two is meant.

use http::HeaderMap;
use percent_encoding::percent_decode_str;
use shared::{
    answer::ApiError,
    caller::{ProjectCaller, USER_HEADER},
    model::UserId,
};

use crate::ProjectApi;

/// Returns the user in `part`, a part of the path as received.
///
/// # Errors
/// 400 if it is no user's id, or may be either of two users' and the header does not say which.
pub(crate) async fn named(
    api: &ProjectApi,
    caller: &ProjectCaller,
    part: &str,
    headers: &HeaderMap,
) -> Result<UserId, ApiError> {
    let decoded = percent_decode_str(part).decode_utf8().ok().and_then(|text| text.parse::<UserId>().ok());
    let verbatim = part.parse::<UserId>().ok().filter(|user| Some(user) != decoded.as_ref());
    let user = decoded.ok_or_else(malformed)?;
    let Some(other) = verbatim else { return Ok(user) };
    if api.store.user(caller.project, &other).await?.is_none() {
        return Ok(user);
    }
    let meant = in_header(headers).filter(|meant| *meant == user || *meant == other);
    meant.ok_or_else(ambiguous)
}

/// Returns the user that the header names, if it names one.
fn in_header(headers: &HeaderMap) -> Option<UserId> {
    let mut all = headers.get_all(USER_HEADER).iter();
    let only = all.next().filter(|_| all.next().is_none())?;
    only.to_str().ok()?.parse().ok()
}

fn malformed() -> ApiError {
    let message = "The path names no user: an id of 1 to 255 bytes, percent-encoded.";
    ApiError::invalid("malformed_user", message)
}

fn ambiguous() -> ApiError {
    let message =
        "The path could name two users of the project; name the user in the header customer-id as well.";
    ApiError::invalid("ambiguous_user", message)
}
