//! What people and foreign tests ask of the fake itself, below `/_fake/`.

use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use crate::api::{json_body, text};
use crate::content::Account;
use crate::service::Service;

/// Answers with what `work` makes of the account of an email address; its error says what is wrong with the document
pub(crate) fn answer(
    service: &Service,
    email: &str,
    work: impl FnOnce(&Account) -> Result<Value, String>,
) -> Response {
    let account = match service.account_by_email(email) {
        Ok(account) => account,
        Err(error) => return text(StatusCode::NOT_FOUND, error.to_string()),
    };
    match work(account) {
        Ok(told) => json_body(StatusCode::OK, &told),
        Err(why) => text(StatusCode::BAD_REQUEST, format!("This document is not understood: {why}")),
    }
}
