//! Connecting and disconnecting accounts.

mod import;
mod oauth_url;
mod options;
mod revoke;

pub(crate) use self::{import::import, oauth_url::oauth_url, revoke::revoke};
