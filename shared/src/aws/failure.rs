//! Conversion of the HTTP client's errors into those of the SDKs, which decide by their kind whether to
//! retry.

use std::{error::Error, io};

use aws_smithy_runtime_api::client::{result::ConnectorError, retries::ErrorKind};

/// Converts an error to the kind that the SDKs' own client would give.
pub(super) fn connector_error(error: reqwest::Error) -> ConnectorError {
    let error = error.without_url();
    if error.is_timeout() {
        return ConnectorError::timeout(error.into());
    }
    if error.is_connect() {
        return ConnectorError::io(error.into());
    }
    let Some(cause) = source::<hyper::Error>(&error) else {
        return ConnectorError::other(error.into(), None);
    };
    if cause.is_user() {
        return ConnectorError::user(error.into());
    }
    // S3 closes some connections instead of answering.
    if cause.is_incomplete_message() {
        return ConnectorError::other(error.into(), Some(ErrorKind::TransientError));
    }
    if cause.is_closed() || cause.is_canceled() || source::<io::Error>(cause).is_some() {
        return ConnectorError::io(error.into());
    }
    ConnectorError::other(error.into(), None)
}

fn source<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
        .find_map(|error| error.downcast_ref())
}
