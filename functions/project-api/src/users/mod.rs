//! The project's users: who they are, how their accounts are followed, and their end.

mod change;
mod delete;
mod list;
mod named;
mod show;
mod shown;

pub(crate) use self::{change::change, delete::delete, list::list, named::named, show::show};
