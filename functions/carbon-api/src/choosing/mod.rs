//! Choosing what is mirrored: lists of an account's content, and selections.

mod external_id;
mod items;
mod listing;
mod sync_files;
mod sync_items;

pub(crate) use items::list as list_items;
pub(crate) use sync_files::sync as sync_files;
pub(crate) use sync_items::{cancel as cancel_items, sync as sync_items};
