//! Sessions: the cookie `fake_dropbox_account` has the id of the account whose owner is signed in.
//!
//! It is not secret: users of the fake may sign in as anyone, and a test may set the cookie itself.

use axum::response::Response;
use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, SET_COOKIE},
};

use crate::content::Account;

const COOKIE_NAME: &str = "fake_dropbox_account";

/// Returns the id of the signed-in account in these headers.
pub(super) fn account_id(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    cookies.find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value.to_owned())
}

/// Adds a cookie to a response that signs in the owner of `account`.
pub(super) fn signed_in(mut response: Response, account: &Account) -> Response {
    // Lax, so that it is sent when another site links here, as a browser's session with Dropbox is.
    let cookie = format!("{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Lax", account.profile.account_id);
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}
