//! One file a route.

mod create_folder;
mod delete;
mod download;
mod export;
mod get_current_account;
mod get_latest_cursor;
mod get_metadata;
mod get_space_usage;
mod get_temporary_link;
mod list_folder;
mod list_folder_continue;
mod longpoll;
mod relocate;
mod search;
mod search_continue;
mod token_revoke;
mod upload;
pub(crate) mod upload_session;

pub(crate) use create_folder::create_folder;
pub(crate) use delete::delete;
pub(crate) use download::download;
pub(crate) use export::export;
pub(crate) use get_current_account::get_current_account;
pub(crate) use get_latest_cursor::get_latest_cursor;
pub(crate) use get_metadata::get_metadata;
pub(crate) use get_space_usage::get_space_usage;
pub(crate) use get_temporary_link::get_temporary_link;
pub(crate) use list_folder::list_folder;
pub(crate) use list_folder_continue::list_folder_continue;
pub(crate) use longpoll::longpoll;
pub(crate) use relocate::relocate;
pub(crate) use search::search;
pub(crate) use search_continue::search_continue;
pub(crate) use token_revoke::token_revoke;
pub(crate) use upload::upload;
