//! What is asked for single files of the mirror: their bytes once more, their removal from it.

mod refetch;
mod removal;

pub use self::{refetch::Refetch, removal::Removal};
