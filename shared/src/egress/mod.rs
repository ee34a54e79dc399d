//! Requests to addresses that a caller names: https only, and only to the public internet.
//!
//! - The address is checked before anything is sent ([`PublicUrl`]): its scheme, the absence of credentials,
//!   and an IP address in it, in whatever form that is written.
//! - A name is checked when it is resolved ([`PublicResolver`]), and the connection goes to the addresses
//!   that were checked, so it does not matter if the name resolves differently a moment later.
//! - A deployment may name further destinations of deliveries ([`NamedOrigin`]), each exactly.
//! - A redirect of a download ([`Web`]) is a new address, checked like the first; a redirect of a delivery
//!   ([`Poster`]) is an answer.

mod address;
mod client;
mod destinations;
mod fetch;
mod named_origin;
mod post;
mod public_url;
mod resolver;

pub use address::is_public;
pub use destinations::{Destinations, NotAllowed};
pub use fetch::{Download, FetchError, Web};
pub use named_origin::{NamedOrigin, NotNamed};
pub use post::{Answer, Exchanged, PostError, Poster};
pub use public_url::{NotPublic, PublicUrl};
pub use resolver::{Lookup, PublicResolver, SystemLookup};
