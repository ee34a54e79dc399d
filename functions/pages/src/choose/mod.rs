//! Choosing files and folders: one folder at a time, or the results of a search.
//!
//! Ticks are kept in the session's draft with every button of the page, so that they survive the way through
//! the folders without script. Saving stores them as selections, as the API does.

mod chosen;
mod count;
mod listing;
mod place;
mod row;
mod save;
mod show;
mod ticks;
mod view;

pub(crate) use self::{count::count, save::act, show::show};
