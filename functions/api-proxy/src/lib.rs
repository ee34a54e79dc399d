//! Calls any Dropbox endpoint for a connected user and streams the answer back.
//!
//! `POST /projects/{project}/sdk/proxy/dropbox/2/files/list_folder` becomes a request to the Dropbox host that the
//! route belongs to, with the token of the user's connection. Nothing else of the caller's request decides where it
//! goes, and of its headers only those that Dropbox needs go out.

mod call;
mod figures;
mod forward;
mod lambda;
mod longpoll;
mod outbound;
mod place;
mod proxy;
mod refusal;
mod relay;
mod revocation;
mod target;

pub use lambda::for_lambda;
pub use proxy::{Proxy, handle};
