//! Keys of workflows, of their runs, and of the users for whom they run.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Key, SHARDS, wake_shard_name};
use crate::{
    model::{ProjectId, RunId, UserId, WorkflowId},
    workflows::Position,
};

/// Partition of a project's workflows.
pub(in crate::store::dynamo) fn workflows(project: ProjectId) -> String {
    format!("workflows#{project}")
}

pub(in crate::store::dynamo) fn workflow(project: ProjectId, id: WorkflowId) -> Key {
    Key::new(workflows(project), id.to_string())
}

/// Prefix of the partition keys of workflows' documents and schedules.
const WORKFLOW: &str = "workflow#";

fn workflow_partition(project: ProjectId, id: WorkflowId) -> String {
    format!("{WORKFLOW}{project}#{id}")
}

pub(in crate::store::dynamo) fn document(project: ProjectId, id: WorkflowId, version: u64) -> Key {
    Key::new(workflow_partition(project, id), format!("version#{version:010}"))
}

pub(in crate::store::dynamo) fn workflow_schedule(project: ProjectId, id: WorkflowId) -> Key {
    Key::new(workflow_partition(project, id), "schedule")
}

/// Returns the workflow whose schedule or document has this partition key.
pub(in crate::store::dynamo) fn workflow_of(pk: &str) -> Option<(ProjectId, WorkflowId)> {
    let (project, id) = pk.strip_prefix(WORKFLOW)?.split_once('#')?;
    Some((project.parse().ok()?, id.parse().ok()?))
}

/// The shard of a workflow's schedule in the index by `wake_at`.
pub(in crate::store::dynamo) fn workflow_wake_shard(id: WorkflowId) -> String {
    wake_shard_name(id.0.as_bytes()[0] % SHARDS)
}

/// Partition of the decisions about a workflow.
pub(in crate::store::dynamo) fn enablements(project: ProjectId, id: WorkflowId) -> String {
    format!("enabled#{project}#{id}")
}

pub(in crate::store::dynamo) fn enablement(project: ProjectId, id: WorkflowId, user: &UserId) -> Key {
    Key::new(enablements(project, id), user.as_str())
}

/// Partition of the decisions about a user.
pub(in crate::store::dynamo) fn enablements_of_user(project: ProjectId, user: &UserId) -> String {
    format!("enabled-by#{project}#{user}")
}

pub(in crate::store::dynamo) fn enablement_of_user(project: ProjectId, user: &UserId, id: WorkflowId) -> Key {
    Key::new(enablements_of_user(project, user), id.to_string())
}

/// Prefix of the partition keys of runs.
const RUNS: &str = "runs#";

/// Partition of a project's runs, in the order of time.
pub(in crate::store::dynamo) fn runs(project: ProjectId) -> String {
    format!("{RUNS}{project}")
}

pub(in crate::store::dynamo) fn run(project: ProjectId, id: RunId) -> Key {
    Key::new(runs(project), id.to_string())
}

/// Returns the run that has this key.
pub(in crate::store::dynamo) fn run_of(pk: &str, sk: &str) -> Option<(ProjectId, RunId)> {
    Some((pk.strip_prefix(RUNS)?.parse().ok()?, sk.parse().ok()?))
}

/// The shard of a run in the index by `wake_at`. The last byte, because the first ones are the time.
pub(in crate::store::dynamo) fn run_wake_shard(id: RunId) -> String {
    wake_shard_name(id.0.as_bytes()[15] % SHARDS)
}

/// Partition of what started a run, and of the records of its steps.
pub(in crate::store::dynamo) fn run_partition(id: RunId) -> String {
    format!("run#{id}")
}

/// Row of the time at which an event first came to a workflow. A digest, because ids of events may be long.
pub(in crate::store::dynamo) fn first_came(workflow: WorkflowId, event: &str) -> Key {
    let digest = Uuid::from_slice(&Sha256::digest(event)[..16]).unwrap_or_default();
    Key::new(format!("run#cause#{workflow}#{}", digest.simple()), "first")
}

/// Row of what started a run.
pub(in crate::store::dynamo) fn given(id: RunId) -> Key {
    Key::new(run_partition(id), "given")
}

/// Prefix of the sort keys of records of steps.
pub(in crate::store::dynamo) const STEP_RECORDS: &str = "step#";

pub(in crate::store::dynamo) fn step_record(id: RunId, position: &Position) -> Key {
    Key::new(run_partition(id), format!("{STEP_RECORDS}{position}"))
}

/// Partition that lists a user's runs.
pub(in crate::store::dynamo) fn listed_runs(project: ProjectId, user: &UserId) -> String {
    format!("run-list#{project}#{user}")
}

pub(in crate::store::dynamo) fn listed_run(project: ProjectId, user: &UserId, id: RunId) -> Key {
    Key::new(listed_runs(project, user), id.to_string())
}

/// Lease of a step of a workflow.
pub(in crate::store::dynamo) fn step_lease(project: ProjectId, slot: u8) -> Key {
    Key::new(format!("steps#{project}"), format!("{slot:02}"))
}
