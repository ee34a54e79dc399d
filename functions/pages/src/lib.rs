//! The pages on which a connected user chooses what to sync, looks at it, decides about workflows, and leaves.
//!
//! A page session, bound to the browser's cookie, says whose pages they are. Every page is HTML that works
//! without script. Each form carries a proof that it is of our own page in this browser.

mod accounts;
mod api;
mod choose;
mod done;
mod form;
mod leave;
mod look;
mod opened;
mod routes;
mod store;
mod theme;
mod view;
mod visit;
mod workflows;

pub use api::{Pages, handle};
pub use store::Store;
