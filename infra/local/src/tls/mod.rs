//! TLS, for clients that require it, such as Dropbox's own SDKs.

mod certificate;
mod terminator;

pub(crate) use certificate::Certificate;
pub(crate) use terminator::serve;
