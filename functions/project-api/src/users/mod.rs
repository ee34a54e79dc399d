//! The project's users: their list, how their accounts are followed, and their deletion.

mod change;
mod delete;
mod list;
mod members;
mod named;
mod show;
mod shown;

pub(crate) use self::{
    change::change,
    delete::delete,
    list::list,
    members::{read as read_members, shown as settings_shown},
    named::named,
    show::show,
};
