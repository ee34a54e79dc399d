//! Workflows: steps that run when something happens.
//!
//! - [`Document`]: a trigger and steps, as a project writes them. [`Workflow`]: as it is stored, with its version.
//! - [`Run`], [`StepRecord`]: one execution, durable in the table: a row of state, and a row for each step that was
//!   done. [`Position`] says where it is.
//! - [`run_id`]: an event starts a workflow once, however often it comes.

mod document;
mod position;
mod run;
mod run_id;
mod workflow;

pub use document::{Document, HttpMethod, Setting, SettingKind, Step, StepKind, Trigger};
pub use position::{InvalidPosition, Position, Way};
pub use run::{Response, Run, RunState, StartedBy, StepError, StepRecord};
pub use run_id::{new_run_id, run_id};
pub use workflow::Workflow;
