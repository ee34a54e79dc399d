//! Requests for single files of the mirror: to fetch their bytes again, or to remove them.

mod refetch;
mod removal;

pub use self::{refetch::Refetch, removal::Removal};
