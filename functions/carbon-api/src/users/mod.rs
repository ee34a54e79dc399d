//! Users of a project: their descriptions, how their accounts are followed, and their deletion.

mod delete;
mod deletion;
mod describe;
mod features;
mod fields;
mod list;
mod settings;
mod show;
mod sources;
mod update;

pub(crate) use self::{
    delete::delete, describe::describe, features::modify as modify_features, list::list,
    settings::change as settings_change, show::show, sources::followed, update::update,
};
