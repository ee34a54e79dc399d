//! Looking at an account: what is synced, how far it is, what hinders it, and what can be done.

mod act;
mod files;
mod notes;
mod progress;
mod seen;
mod show;
mod state;
mod view;

pub(crate) use self::{act::act, show::show, state::tag};
