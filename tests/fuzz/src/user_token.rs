//! Target for user tokens: which of them are accepted.

mod claims;
mod token;

use http::{HeaderMap, HeaderValue, StatusCode, header::AUTHORIZATION};
use shared::{
    answer::ApiError,
    caller::{Caller, CallerKind, Operation},
    model::ProjectId,
};

use self::token::Made;
use crate::{
    draft::line,
    fixture::{Fixture, with_fixture},
    known::{NOW, PROJECTS},
};

/// The input is the signer and the place at which the token is damaged afterwards, its header, its claims,
/// and optionally the header `customer-id`:
///
/// ```text
/// es256
/// {"alg":"ES256","kid":"es256"}
/// {"exp":1800003600,"sub":"user"}
/// user
/// ```
pub(crate) fn target(bytes: &[u8]) {
    let Some(made) = Made::read(bytes) else { return };
    let Some(headers) = headers(&made, bytes) else { return };
    with_fixture(async |fixture| {
        let project = PROJECTS[0].0;
        match checked(fixture, project, &headers).await {
            Ok(caller) => {
                assert!(made.is_signed(), "no key of the project's has signed it");
                assert!(!made.is_of_another_kind(), "it is another kind of token, or has an extension");
                assert_eq!((caller.project, caller.kind), (project, CallerKind::UserToken));
                check_user(caller.user.as_str(), &made, &headers);
            }
            Err(error) => {
                let is_good = made.is_plain() && made.is_signed() && named_user(&made, &headers).is_some();
                assert!(!is_good, "a good token is refused: {error}");
                let usual = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::BAD_REQUEST];
                assert!(usual.contains(&error.status), "{error}");
            }
        }
        // The token is not valid for any other project.
        assert!(checked(fixture, PROJECTS[1].0, &headers).await.is_err());
    });
}

async fn checked(fixture: &Fixture, project: ProjectId, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let (store, project) = (fixture.store.as_ref(), project.to_string());
    Caller::check(store, Operation::CallDropbox, &project, headers, NOW).await
}

fn headers(made: &Made<'_>, bytes: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_bytes(&made.authorization()).ok()?);
    let customer = (0..3).fold(bytes, |rest, _| line(rest).1);
    if !customer.is_empty() {
        headers.insert("customer-id", HeaderValue::from_bytes(customer).ok()?);
    }
    Some(headers)
}

/// Checks the user, unless the claims are not JSON as a whole, such as with an oversized number in a claim
/// that is not read.
fn check_user(user: &str, made: &Made<'_>, headers: &HeaderMap) {
    if made.claims().is_some() {
        assert_eq!(named_user(made, headers).as_deref(), Some(user), "taken for another");
    }
}

/// Returns the user of valid claims, if the header names no other.
fn named_user(made: &Made<'_>, headers: &HeaderMap) -> Option<String> {
    let user = claims::user(&made.claims()?)?;
    let named = headers.get("customer-id");
    named.is_none_or(|named| named.to_str().is_ok_and(|named| named == user)).then_some(user)
}
