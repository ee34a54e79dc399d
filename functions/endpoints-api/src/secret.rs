//! Signing keys of a request: new ones, or with the secret that the application has already.

use shared::{answer::ApiError, delivery::signature::SigningKeys, members::Members, model::WebhookSecret};

use crate::value::text;

/// Returns keys with the secret in the member `secret`, or new ones without it.
pub(crate) fn keys(members: &mut Members) -> Result<SigningKeys, ApiError> {
    match members.optional("secret", "a text that begins with whsec_", text)? {
        None => Ok(SigningKeys::random()),
        Some(secret) => SigningKeys::imported(&WebhookSecret::new(secret)).map_err(|reason| {
            ApiError::invalid("malformed_body", format!("secret cannot be used: {reason}."))
        }),
    }
}
