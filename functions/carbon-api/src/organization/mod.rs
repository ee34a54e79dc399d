//! The organization, which is the project.

mod show;
mod update;

pub(crate) use self::{show::show, update::update};
