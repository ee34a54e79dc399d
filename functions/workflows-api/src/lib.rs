//! The API of workflows: steps that run when something happens.
//!
//! A project's server makes workflows, changes and deletes them, decides for which users they run, starts, repeats
//! and ends runs, and reads what became of them, also as Paragon's Task History shows it. No step is done here: that
//! is asked of the workflow runner by its queue.

mod answer;
mod api;
mod editing;
mod enablement;
mod find;
mod history;
mod routes;
mod runs;
mod store;
mod to_json;
mod trigger;

pub use api::{WorkflowsApi, handle};
pub use store::Store;
