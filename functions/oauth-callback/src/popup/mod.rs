//! Popups: an application's page has its user connect an account, as Paragon's SDK does it, with the user's
//! token alone.
//!
//! 1. The page opens a window at `…/oauth-nonce`, whose address has the user's token, and at the same time
//!    calls `…/build-oauth`, with the token and a key of its own making. The token is exchanged for a ticket
//!    of ours at once, bound to the browser's cookie, and the window goes on to an address without the token.
//! 2. The window asks the page that opened it for its user. A browser says of an answer which origin it is
//!    from: if it is the project's and names the token's user, the window tells us that its opener is
//!    confirmed. Then it reports to the page that it is there, as the SDK waits for, and the page sends it to
//!    the address of `…/build-oauth`: a link like any other, but only for this browser.
//! 3. A link whose window has a confirmed opener goes on to Dropbox at once. Otherwise the window shows which
//!    application and which user the account is for, and a click goes on, as on every start page. In another
//!    browser than the window's the link does nothing.
//! 4. The page learns the end by asking for its key, `…/session-id/{key}`, and from a message of the window's
//!    if something went wrong.
//!
//! A user's token therefore connects an account only in a window of the browser that has it: there is no
//! address that could be handed to somebody else.

mod build;
mod end;
mod external;
mod nonce;
mod origin;
mod page;
mod routes;
mod session;
mod start;
mod window;

pub(crate) use self::{
    end::{connected, not_connected},
    external::set_external_id,
    nonce::page_of_token,
    origin::registered,
    routes::{open_to_pages, route},
    start::popup_of,
};
