//! A project's users: how the accounts that they have are followed, and the users' end.

mod deletion;
mod following;

pub use self::{
    deletion::{DeletionReceipt, Deletions, deletion_receipt},
    following::Following,
};
