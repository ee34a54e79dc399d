//! The cause of a failure, as a code of the connection's health.

use shared::{
    dropbox_calls::CallError,
    model::{Cause, TroubleCode},
    seal::SealError,
    store::StoreError,
};

use crate::Failure;

/// Returns the cause by which a failure hinders a connection.
pub(crate) fn cause_of(failure: &Failure) -> Cause {
    match failure {
        Failure::Call(CallError::NeedsReauth) => TroubleCode::NeedsReauth.into(),
        Failure::Call(CallError::Paused { .. }) => TroubleCode::RateLimited.into(),
        Failure::Call(CallError::Dropbox(error)) => error.cause(),
        Failure::Call(CallError::Seal(error)) => of_seal(error).into(),
        Failure::Call(CallError::Store(error)) | Failure::Store(error) => of_store(error).into(),
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
            (Failure::Call(CallError::NeedsReauth), TroubleCode::NeedsReauth),
            (DropboxError::Unavailable("502".to_owned()).into(), TroubleCode::DropboxUnreachable),
            (Failure::Call(CallError::Seal(unavailable())), TroubleCode::KeyUnavailable),
            (Failure::Call(CallError::Seal(SealError::Broken)), TroubleCode::TokensUnreadable),
            (Failure::Call(CallError::Store(store())), TroubleCode::StoreUnavailable),
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
