//! Mirrored files and folders: their lists, bytes and tags.

mod assemble;
mod candidates;
mod context;
mod delete;
mod file;
mod filters;
mod list;
mod one;
mod order;
mod origins;
mod query;
mod raw_file;
mod resync_file;
mod sources;
mod status;
mod tags;

pub(crate) use delete::{delete, delete_of_before};
pub(crate) use list::{list, list_of_before};
pub(crate) use query::{MAX_VALUES, Page, number, page};
pub(crate) use raw_file::get as raw_file;
pub(crate) use resync_file::resync as resync_file;
pub(crate) use sources::{Named, Source, with_name};
pub(crate) use tags::{create as create_tags, delete as delete_tags};
