//! Meaning of AWS's errors.
//!
//! Sources: Amazon SQS API Reference (`SendMessageBatch`, *Common errors*); Amazon EventBridge API Reference
//! (`PutEvents`, `PutEventsResultEntry`); AWS STS API Reference (`AssumeRole`).

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use shared::aws::describe;

use crate::{Entry, Refusal, RefusalKind};

/// Maximum length of AWS's own words, in characters.
const LONGEST: usize = 500;

/// A call that failed as a whole.
pub(super) struct CallFailure {
    pub(super) refusal: Refusal,
    /// Whether the credentials of the session are not valid any more.
    pub(super) is_of_session: bool,
}

impl CallFailure {
    /// Returns the meaning of a call's error.
    pub(super) fn of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Self {
        let code = error.code();
        let kind = match (error, code) {
            (SdkError::ServiceError(_), Some(code)) => of_call(code),
            (SdkError::ServiceError(_), None) => RefusalKind::Unexpected,
            _ => RefusalKind::Unavailable,
        };
        let refusal = Refusal { kind, said: bounded(&describe(error)) };
        Self { refusal, is_of_session: code.is_some_and(is_of_session) }
    }

    /// Returns that an answer cannot be right.
    pub(super) fn unexpected(said: &str) -> Self {
        Self { refusal: unexpected(said), is_of_session: false }
    }
}

/// Returns the meaning of an error of AWS STS.
pub(super) fn of_assuming<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Refusal {
    let CallFailure { refusal, is_of_session } = CallFailure::of(error);
    let kind = match refusal.kind {
        RefusalKind::Throttled | RefusalKind::Unavailable => refusal.kind,
        // Our own credentials, which Lambda renews.
        _ if is_of_session => RefusalKind::Unavailable,
        _ => RefusalKind::RoleNotAssumed,
    };
    Refusal { kind, ..refusal }
}

/// Returns the meaning of the error of one entry of a call.
pub(super) fn of_entry(code: &str, message: Option<&str>) -> Refusal {
    let kind = match of_call(code) {
        RefusalKind::Unexpected => RefusalKind::EntryRefused,
        kind => kind,
    };
    Refusal { kind, said: bounded(&format!("{code}: {}", message.unwrap_or("no message"))) }
}

/// Returns that AWS has said something that its reference does not have.
pub(super) fn unexpected(said: &str) -> Refusal {
    Refusal { kind: RefusalKind::Unexpected, said: said.to_owned() }
}

/// Returns the same outcome for all entries.
pub(super) fn for_all(entries: &[Entry], refusal: &Refusal) -> Vec<Result<String, Refusal>> {
    entries.iter().map(|_| Err(refusal.clone())).collect()
}

fn of_call(code: &str) -> RefusalKind {
    if let Some(of_key) = code.strip_prefix("KMS.").or_else(|| code.strip_prefix("Kms")) {
        let is_throttled = of_key.starts_with("Throttl");
        return if is_throttled { RefusalKind::Throttled } else { RefusalKind::KeyDenied };
    }
    match code {
        "AccessDenied"
        | "AccessDeniedException"
        | "AuthorizationError"
        | "InvalidAccountIdException"
        | "InvalidSecurity"
        | "NotAuthorizedForDetailTypeException"
        | "NotAuthorizedForSourceException"
        | "OptInRequired" => RefusalKind::AccessDenied,
        "AWS.SimpleQueueService.NonExistentQueue"
        | "AWS.SimpleQueueService.QueueDeletedRecently"
        | "InvalidAddress"
        | "QueueDoesNotExist"
        | "ResourceNotFoundException" => RefusalKind::NotFound,
        "OverLimit"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown"
        | "ThrottledException"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException" => RefusalKind::Throttled,
        "InternalError"
        | "InternalException"
        | "InternalFailure"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => RefusalKind::Unavailable,
        code if is_of_session(code) => RefusalKind::Unavailable,
        "AWS.SimpleQueueService.BatchRequestTooLong"
        | "BatchRequestTooLong"
        | "InvalidMessageContents"
        | "MalformedDetail"
        | "ValidationException" => RefusalKind::EntryRefused,
        _ => RefusalKind::Unexpected,
    }
}

/// Whether an error is about credentials that are not valid any more.
fn is_of_session(code: &str) -> bool {
    matches!(
        code,
        "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidClientTokenId"
            | "InvalidToken"
            | "RequestExpired"
            | "UnrecognizedClientException"
    )
}

fn bounded(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_aws_have_our_kinds() {
        for (code, kind) in [
            ("AccessDenied", RefusalKind::AccessDenied),
            ("NotAuthorizedForSourceException", RefusalKind::AccessDenied),
            ("AWS.SimpleQueueService.NonExistentQueue", RefusalKind::NotFound),
            ("ResourceNotFoundException", RefusalKind::NotFound),
            ("KMS.AccessDeniedException", RefusalKind::KeyDenied),
            ("KmsDisabled", RefusalKind::KeyDenied),
            ("KmsThrottled", RefusalKind::Throttled),
            ("KMS.ThrottlingException", RefusalKind::Throttled),
            ("ThrottlingException", RefusalKind::Throttled),
            ("RequestThrottled", RefusalKind::Throttled),
            ("InternalFailure", RefusalKind::Unavailable),
            ("ExpiredToken", RefusalKind::Unavailable),
            ("AWS.SimpleQueueService.BatchRequestTooLong", RefusalKind::EntryRefused),
            ("SomethingNew", RefusalKind::Unexpected),
        ] {
            assert_eq!(of_call(code), kind, "{code}");
        }
    }

    #[test]
    fn an_entry_that_is_refused_says_nothing_of_the_others() {
        assert_eq!(of_entry("InvalidMessageContents", None).kind, RefusalKind::EntryRefused);
        assert_eq!(of_entry("SomethingNew", Some("x")).kind, RefusalKind::EntryRefused);
        assert_eq!(of_entry("ThrottlingException", None).kind, RefusalKind::Throttled);
    }

    #[test]
    fn words_of_aws_are_bounded_and_have_no_line_breaks() {
        let said = of_entry("MalformedDetail", Some(&"a\n\u{1b}ü".repeat(1000))).said;
        assert_eq!(said.chars().count(), LONGEST);
        assert!(said.starts_with("MalformedDetail: a") && !said.contains(['\n', '\u{1b}']));
    }
}
