//! Laws of the deployment: what `infra/template.yaml` and `infra/openapi.yaml` must say.
//!
//! The linters that `infra/validate` runs know neither the code nor what we want. The tests of this crate do: that the
//! files agree with each other and with the code, that each function may do what it does and no more, that timeouts,
//! dead letters and encryption are as designed, and that alarms and dashboard look at metrics that are there. There is
//! a file of laws for each subject in `tests/template`; this library reads what they are about.

pub mod choices;
pub mod files;
pub mod metrics;
pub mod policies;
pub mod routes;
pub mod template;
mod yaml;
