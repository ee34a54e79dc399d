//! Ids of runs: in the order of time, and the same whenever the same event starts the same workflow.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::model::{RunId, Timestamp, WorkflowId};

/// Returns the id of the run of a workflow that `cause` starts at a time.
///
/// Its first 48 bits are the time, as in a UUID of version 7; the rest is a digest of the workflow and the cause.
/// `cause` names what happened, and nothing else: an event's id, or a user and a time.
#[must_use]
pub fn run_id(workflow: WorkflowId, cause: &str, at: Timestamp) -> RunId {
    let digest = Sha256::new().chain_update(workflow.0.as_bytes()).chain_update(cause.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&at.0.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&digest[..10]);
    RunId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Returns the id of a run that is started once: by a request, or as a replay.
#[must_use]
pub fn new_run_id(workflow: WorkflowId, at: Timestamp) -> RunId {
    run_id(workflow, &Uuid::new_v4().to_string(), at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_starts_a_workflow_once_and_ids_follow_time() {
        let (workflow, other) = (WorkflowId::random(), WorkflowId::random());
        let id = |workflow, cause, at| run_id(workflow, cause, Timestamp(at));
        assert_eq!(id(workflow, "a:1", 5), id(workflow, "a:1", 5));
        assert_ne!(id(workflow, "a:1", 5), id(workflow, "a:2", 5));
        assert_ne!(id(workflow, "a:1", 5), id(other, "a:1", 5));
        assert!(id(workflow, "a:1", 1_700_000_000_000) < id(other, "a:9", 1_700_000_000_001));
        assert_ne!(new_run_id(workflow, Timestamp(5)), new_run_id(workflow, Timestamp(5)));
    }
}
