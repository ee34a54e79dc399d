//! Messages of the queue of runs.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    model::{ProjectId, RunId, Timestamp, UserId, WorkflowId},
    queue::Outgoing,
};

/// A message on the queue of runs. Its group is the project, so that the queue is fair between projects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum RunMessage {
    /// Do the step at which a run is.
    #[serde(rename = "step.v1")]
    Step {
        /// The project.
        project: ProjectId,
        /// The run.
        run: RunId,
        /// Number of times in a row that the step found its project too busy.
        #[serde(default, skip_serializing_if = "is_zero")]
        put_off: u32,
    },
    /// Start the runs of a workflow whose schedule is due. A message does it for some users, and sends the message for
    /// the next ones.
    #[serde(rename = "schedule.v1")]
    Schedule {
        /// The project.
        project: ProjectId,
        /// The workflow.
        workflow: WorkflowId,
        /// The time for which they start; absent for the time that is stored.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Timestamp>,
        /// The user after whom to go on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<UserId>,
    },
    /// Remove all runs of a user, and all decisions about the user. A message removes some, and sends the message for
    /// the next ones.
    #[serde(rename = "forget.v1")]
    Forget {
        /// The project.
        project: ProjectId,
        /// The user.
        user: UserId,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl RunMessage {
    /// Returns the message that asks for the step at which a run is.
    #[must_use]
    pub fn step(project: ProjectId, run: RunId) -> Self {
        Self::Step { project, run, put_off: 0 }
    }

    /// Returns the project that the message is about.
    #[must_use]
    pub fn project(&self) -> ProjectId {
        match self {
            Self::Step { project, .. } | Self::Schedule { project, .. } | Self::Forget { project, .. } => {
                *project
            }
        }
    }

    /// Returns the message for the queue, to be delivered after `delay`, or after [`Outgoing::LONGEST_DELAY`] if that is
    /// shorter.
    ///
    /// # Panics
    /// Never: the type has no map with keys that are not text.
    #[must_use]
    pub fn after(&self, delay: Duration) -> Outgoing {
        let body = serde_json::to_string(self).expect("a message is plain JSON");
        Outgoing::in_group(self.project().to_string(), body, delay)
    }

    /// Returns the message for the queue, to be delivered at once.
    #[must_use]
    pub fn at_once(&self) -> Outgoing {
        self.after(Duration::ZERO)
    }

    /// Reads a message.
    ///
    /// # Errors
    /// Fails if it is not one of ours; sending it again would not help.
    pub fn from_json(body: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages of one version are read by the next.
    #[test]
    fn messages_keep_their_form() {
        let (project, run) = (ProjectId::random(), RunId::random());
        let (workflow, user) = (WorkflowId::random(), "u".parse::<UserId>().unwrap());
        for (message, json) in [
            (
                RunMessage::step(project, run),
                format!(r#"{{"type":"step.v1","project":"{project}","run":"{run}"}}"#),
            ),
            (
                RunMessage::Schedule { project, workflow, at: None, after: None },
                format!(r#"{{"type":"schedule.v1","project":"{project}","workflow":"{workflow}"}}"#),
            ),
            (
                RunMessage::Schedule { project, workflow, at: Some(Timestamp(7)), after: Some(user.clone()) },
                format!(
                    r#"{{"type":"schedule.v1","project":"{project}","workflow":"{workflow}","at":7,"after":"u"}}"#
                ),
            ),
            (
                RunMessage::Forget { project, user },
                format!(r#"{{"type":"forget.v1","project":"{project}","user":"u"}}"#),
            ),
        ] {
            let outgoing = message.at_once();
            assert_eq!(outgoing.body, json);
            assert_eq!(outgoing.group, Some(project.to_string()));
            assert_eq!(RunMessage::from_json(&json).unwrap(), message);
        }
    }
}
