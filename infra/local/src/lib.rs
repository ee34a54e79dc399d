//! The whole of Dropline in one process, with a fake Dropbox.
//!
//! [`Stack`] runs the production handlers on the adapters for one machine: the same code as on Lambda, behind
//! a gateway that serves the routes of `infra/openapi.yaml`. [`tour`] runs the main job once and reports what
//! happened.

pub mod args;
pub mod browser;
mod census;
mod clock;
pub mod data_folder;
mod demo;
pub mod deployed_gateway;
mod gateway;
mod percentiles;
mod progress;
mod project;
mod pumps;
mod schedule;
mod stack;
mod tls;
pub mod tour;
mod welcome;

pub use args::Args;
pub use census::Census;
pub use clock::FastClock;
pub use gateway::{Answered, Observer};
pub use percentiles::Percentiles;
pub use project::DemoProject;
pub use stack::{Account, Machine, Settings, Stack, TABLE, Trusted};
pub use welcome::{data, serve};
