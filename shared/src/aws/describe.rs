//! Text of AWS errors: the code and message of a service, or the reason why it was not reached. The raw
//! answer is never included, as it is in an SDK's own description, because it may contain what nobody should
//! read in a log (invariant I10).

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::error_chain::error_chain;

/// Returns the text of an error.
pub fn describe<E, R>(error: &SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata,
{
    match error {
        SdkError::ServiceError(refused) => {
            let refused = refused.err();
            format!("{}: {}", refused.code().unwrap_or("unknown"), refused.message().unwrap_or("no message"))
        }
        SdkError::TimeoutError(_) => "timed out".to_owned(),
        SdkError::DispatchFailure(failure) => {
            failure.as_connector_error().map_or_else(|| "not reached".to_owned(), |error| error_chain(error))
        }
        SdkError::ResponseError(_) => "the answer cannot be read".to_owned(),
        _ => "the request cannot be made".to_owned(),
    }
}
