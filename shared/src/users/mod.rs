//! A project's users: automatic syncs of their accounts, and their deletion.

mod deletion;
mod following;

pub use self::{
    deletion::{DeletionReceipt, Deletions, deletion_receipt, user_not_found},
    following::Following,
};
