//! Operators' commands.
//!
//! The binary `dropline` runs them on a deployment's table, with the credentials of the environment. `local` offers
//! those of [`project`] and [`explain`] for the table in its folder: a command works on any [`Site`].

pub mod args;
mod aws;
pub mod console;
mod deployment;
pub mod explain;
pub mod project;
pub mod replay;
mod site;
pub mod table;
pub mod user_keys;

pub use aws::aws;
pub use deployment::Deployment;
pub use site::Site;
