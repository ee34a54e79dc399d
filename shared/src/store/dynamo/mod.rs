//! The store on DynamoDB: one table, all of whose keys are made in `keys.rs`.

mod api_keys;
mod backoff;
mod batches;
mod by_email;
mod choices;
mod claims;
mod connections;
mod credential_settings;
mod health;
mod item_pages;
mod items;
mod keys;
mod labels;
mod leases;
mod links;
mod log;
mod ordinals;
mod page_sessions;
mod paths;
mod popups;
mod project_settings;
mod projects;
mod purges;
mod records;
mod schedules;
mod schema;
mod source_tags;
mod superseded;
mod table;
mod transfers;
mod user_metadata;
mod users;

pub use schema::create_table;
pub use table::Dynamo;
