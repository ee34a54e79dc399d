//! The workflow runner: does the steps of runs, one message a step.
//!
//! A message names a run. [`handle`] reads the run, the document of its version, and the records of earlier steps that
//! the present one refers to. It does the step (`steps`), and then moves the run on in one transaction with the
//! step's record (`ending`). Only then it sends the message for the next step. If it dies anywhere, the message comes
//! again, and finds the run where it is: so every step is done at least once, with the same idempotency key each time,
//! and its record is written once. Where a run goes from a step is a pure rule of `shared::workflows::advance`.
//!
//! - `slot`: how many steps of a project call somebody at the same time.
//! - `schedule`, `forget`: runs that a time starts, and the removal of a user's.

mod ending;
mod failure;
mod forget;
mod handler;
mod outside;
mod record;
mod runner;
mod schedule;
mod slot;
mod step;
mod steps;
mod store;

pub use failure::Failure;
pub use handler::{MOST_RECEIVES, Source, handle, handle_message};
pub use outside::{Account, Http, Reply, Unanswered};
pub use runner::{Runner, SAVE_TIME, STEP_TIME, WORK_TIME};
pub use store::Store;
