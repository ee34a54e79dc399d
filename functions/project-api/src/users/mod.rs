//! The project's users: their list, how their accounts are followed, and their deletion.

mod change;
mod delete;
mod list;
mod named;
mod show;
mod shown;

pub(crate) use self::{change::change, delete::delete, list::list, named::named, show::show};
