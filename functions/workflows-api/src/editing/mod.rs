//! Workflows: their documents are checked when they are saved, so that what cannot work is refused with its place.

mod change;
mod create;
mod delete;
mod document;
mod list;
mod scope;

pub(crate) use self::{
    change::change,
    create::add,
    delete::delete,
    document::{check, schema},
    list::{list, show},
    scope::scope,
};
