//! Answers Dropbox's challenge and turns its notifications into sync messages.
//!
//! A notification is never data, only "look again": the accounts in it are looked up, and only when each of
//! their connections is owed a message is the answer 200 (invariant I9). The function reads no token, and its
//! role does not allow it to.

mod notification;
mod receiver;

pub use receiver::{Receiver, handle};
