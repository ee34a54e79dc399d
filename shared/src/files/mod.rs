//! Requests for single files of the mirror: to fetch their bytes again, or to remove them.

mod byte_removal;
mod refetch;
mod removal;

pub use self::{byte_removal::ByteRemoval, refetch::Refetch, removal::Removal};
