//! TLS, for clients that insist on it: Dropbox's own SDKs do.

mod certificate;
mod front;

pub(crate) use certificate::Certificate;
pub(crate) use front::serve;
