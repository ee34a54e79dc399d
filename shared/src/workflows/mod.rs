//! Workflows: steps that run when something happens.
//!
//! - [`Document`]: a trigger and steps, as a project writes them. [`Workflow`]: as it is stored, with its version.
//! - [`read`], [`validate()`], [`document_schema`], [`in_scope`]: what a document may be, and what its references
//!   may name; [`draft()`]: what can be read of one that is half written.
//! - [`template`]: texts with references, rendered within limits.
//! - [`Enabling`], [`runs_for`]: for which users a workflow runs; [`settings_of`]: with which settings of theirs.
//! - [`Run`], [`StepRecord`]: one execution, durable in the table: a row of state, and a row for each step that
//!   was done. [`Position`] says where it is.
//! - [`next`], [`records_needed`], [`context`]: how a run moves, and what a step is given. [`delay`] and
//!   [`next_time`]: when.
//! - [`Starter`]: starts runs. [`RunMessage`]: messages of their queue.
//! - [`run_id()`]: an event starts a workflow once, however often it comes.
//! - [`limits`]: all limits.

mod advance;
mod document;
mod draft;
mod enabling;
mod examples;
mod input;
pub mod limits;
mod listener;
mod message;
mod needs;
mod placed;
mod position;
mod refusal;
mod retry;
mod run;
mod run_context;
mod run_id;
mod schedule;
mod schema;
mod scope;
mod settings;
mod start;
pub mod template;
pub mod trigger_data;
mod validate;
mod workflow;

pub use advance::{AdvanceError, Outcome, next, step_at};
pub use document::{Document, HttpMethod, Setting, SettingKind, Step, StepKind, Trigger};
pub use draft::draft;
pub use enabling::{Choice, Enabling, runs_for};
pub use message::RunMessage;
pub use needs::records_needed;
pub use position::{InvalidPosition, Position, Way};
pub use retry::delay;
pub use run::{Response, Run, RunState, StartedBy, StepError, StepRecord};
pub use run_context::context;
pub use run_id::{new_run_id, run_id};
pub use schedule::next_time;
pub use schema::document_schema;
pub use scope::{InScope, in_scope};
pub use settings::{MAX_SETTINGS, check_settings, missing_setting, settings_of};
pub use start::{Cause, NotStarted, Start, StartError, Started, Starter, StarterStore};
pub use validate::{Catalog, Problem, read, validate};
pub use workflow::Workflow;
