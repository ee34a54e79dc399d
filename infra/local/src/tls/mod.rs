//! TLS, for clients that require it, such as Dropbox's own SDKs.

mod certificate;
mod front;

pub(crate) use certificate::Certificate;
pub(crate) use front::serve;
