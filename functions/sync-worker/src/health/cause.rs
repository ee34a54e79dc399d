//! The cause of a failure, as a code of the connection's health.

use shared::{
    model::{Cause, TroubleCode},
    seal::SealError,
    store::StoreError,
    tokens::TokenError,
};

use crate::Failure;

/// Returns the cause by which a failure hinders a connection.
pub(crate) fn cause_of(failure: &Failure) -> Cause {
    match failure {
        Failure::Token(TokenError::NeedsReauth) => TroubleCode::NeedsReauth.into(),
        Failure::Token(TokenError::Dropbox(error)) => error.cause(),
        Failure::Token(TokenError::Seal(error)) => of_seal(error).into(),
        Failure::Token(TokenError::Store(error)) | Failure::Store(error) => of_store(error).into(),
        Failure::Queue(_) => TroubleCode::QueueUnavailable.into(),
        Failure::Bus(_) => TroubleCode::BusUnavailable.into(),
        Failure::Content(_) => TroubleCode::StorageUnavailable.into(),
        Failure::Undecodable(_) => TroubleCode::RecordUnreadable.into(),
    }
}

fn of_seal(error: &SealError) -> TroubleCode {
    match error {
        SealError::Unavailable(_) => TroubleCode::KeyUnavailable,
        SealError::Broken => TroubleCode::TokensUnreadable,
    }
}

fn of_store(error: &StoreError) -> TroubleCode {
    match error {
        StoreError::Conflict | StoreError::Unavailable(_) => TroubleCode::StoreUnavailable,
        StoreError::Corrupt(_) => TroubleCode::RecordUnreadable,
    }
}

#[cfg(test)]
mod tests {
    use shared::{content::ContentError, dropbox::DropboxError, events::BusError, queue::QueueError};

    use super::*;

    /// T3: every failure has a code, and none of ours is reported as Dropbox's.
    #[test]
    fn each_failure_has_its_code() {
        let store = || StoreError::Unavailable("throttled".to_owned());
        let unavailable = || SealError::Unavailable("AccessDeniedException".to_owned());
        for (failure, expected) in [
            (Failure::Token(TokenError::NeedsReauth), TroubleCode::NeedsReauth),
            (DropboxError::Unavailable("502".to_owned()).into(), TroubleCode::DropboxUnreachable),
            (Failure::Token(TokenError::Seal(unavailable())), TroubleCode::KeyUnavailable),
            (Failure::Token(TokenError::Seal(SealError::Broken)), TroubleCode::TokensUnreadable),
            (Failure::Token(TokenError::Store(store())), TroubleCode::StoreUnavailable),
            (Failure::Store(store()), TroubleCode::StoreUnavailable),
            (Failure::Store(StoreError::Corrupt("row".to_owned())), TroubleCode::RecordUnreadable),
            (Failure::Queue(QueueError("gone".to_owned())), TroubleCode::QueueUnavailable),
            (Failure::Bus(BusError("gone".to_owned())), TroubleCode::BusUnavailable),
            (Failure::Content(ContentError("denied".to_owned())), TroubleCode::StorageUnavailable),
        ] {
            assert_eq!(cause_of(&failure).code, expected, "{failure}");
        }
    }
}
