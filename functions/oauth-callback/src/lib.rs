//! Connects a user's Dropbox account.
//!
//! A project's server requests a link. The user's browser opens the link's start page, which names the
//! project and the user and sets a cookie. When the person clicks on that page, and only then, the ticket is
//! spent, the cookie binds the authorization to this browser, and the browser goes to Dropbox (authorization
//! code with PKCE, [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)). The callback exchanges the code for
//! tokens, seals them and queues the first sync. The server learns the result by polling the link, or from
//! the event.
//!
//! A user's page can begin a connect as well, in a window of the same browser (`popup`).

mod account;
mod callback;
mod connect;
mod import;
mod links;
mod page;
mod page_session;
mod popup;
mod portal;
mod start;
mod store;

pub use connect::{Connect, handle};
pub use store::Store;
