//! Requests to addresses that a caller names: https only, and only to the public internet.
//!
//! - The address is checked before anything is sent ([`PublicUrl`]): its scheme, that it holds no credentials, and an IP
//!   address in it, in whatever form that is written.
//! - A name is checked where it is resolved ([`PublicResolver`]), and the connection goes to the addresses that were
//!   checked: a name that resolves otherwise a moment later changes nothing.
//! - A redirect is a new address, checked like the first.

mod address;
mod fetch;
mod public_url;
mod resolver;

pub use address::is_public;
pub use fetch::{Download, FetchError, Web};
pub use public_url::{NotPublic, PublicUrl};
pub use resolver::{Lookup, PublicResolver, SystemLookup};
