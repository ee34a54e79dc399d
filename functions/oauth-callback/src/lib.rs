//! Connects a user's Dropbox account.
//!
//! A project's server asks for a link. The user's browser opens its start page, which names the project and the user
//! and sets a cookie; on the person's click on that page, and on no other, the ticket is spent, the cookie binds the
//! authorization to this browser, and the browser goes to Dropbox (authorization code with PKCE, [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)). The callback turns
//! the code into sealed tokens and queues the first sync. The server learns of it by polling the link, or by the
//! event.

mod account;
mod callback;
mod connect;
mod cookie;
mod import;
mod links;
mod own_page;
mod page;
mod start;

pub use connect::{Connect, handle};
