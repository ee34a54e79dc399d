//! Users of a project: what is known of them, how their accounts are followed, and their end.

mod delete;
mod deletion;
mod describe;
mod fields;
mod list;
mod show;
mod sources;
mod update;

pub(crate) use self::{delete::delete, describe::describe, list::list, show::show, update::update};
