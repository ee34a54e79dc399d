//! Data sources: connections as Carbon's clients see them.

mod describe;
mod find;
mod list;
mod tags;

pub(crate) use self::{
    describe::describe,
    find::{connection_filter, connection_name, connection_named, data_source_id, missing},
    list::{list_of_project, list_of_user},
    tags::{add, remove, tags, tags_fit},
};
