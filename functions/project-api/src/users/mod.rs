//! The project's users: their list, how their accounts are followed, and their deletion.

mod change;
mod delete;
mod list;
mod members;
mod named;
mod show;
mod to_json;

pub(crate) use self::{
    change::change,
    delete::delete,
    list::list,
    members::{read as read_members, to_json as settings_to_json},
    named::named,
    show::show,
};
