//! Requests to addresses that a caller names: https only, and only to the public internet.
//!
//! - The address is checked before anything is sent ([`PublicUrl`]): its scheme, the absence of credentials,
//!   and an IP address in it, in whatever form that is written.
//! - A name is checked when it is resolved ([`PublicResolver`]), and the connection goes to the addresses
//!   that were checked, so it does not matter if the name resolves differently a moment later.
//! - A redirect is a new address, checked like the first.

mod address;
mod fetch;
mod public_url;
mod resolver;

pub use address::is_public;
pub use fetch::{Download, FetchError, Web};
pub use public_url::{NotPublic, PublicUrl};
pub use resolver::{Lookup, PublicResolver, SystemLookup};
