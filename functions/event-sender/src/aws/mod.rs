//! The port to queues and buses on AWS: assumes the endpoint's role, and calls Amazon SQS or Amazon EventBridge with it.

mod bus;
mod queue;
mod refusals;
mod sessions;

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::SdkConfig;
use shared::{
    delivery::{AwsDestination, AwsPlace},
    model::{Clock, ProjectId},
};

use crate::{Entry, Publisher, Refusal};
use sessions::Sessions;

/// Queues and buses on AWS.
pub struct AwsPublisher {
    sessions: Sessions,
}

impl AwsPublisher {
    /// Returns a client that assumes roles with the configuration's own credentials, at AWS STS in its region.
    pub fn new(config: &SdkConfig, clock: Arc<dyn Clock>) -> Self {
        Self { sessions: Sessions::new(config, clock) }
    }
}

#[async_trait]
impl Publisher for AwsPublisher {
    async fn publish(
        &self,
        to: &AwsDestination,
        project: ProjectId,
        entries: &[Entry],
    ) -> Vec<Result<String, Refusal>> {
        let session = match self.sessions.session(to, project).await {
            Ok(session) => session,
            Err(refusal) => return refusals::for_all(entries, &refusal),
        };
        let put = match &to.place {
            AwsPlace::Queue(queue) => queue::put(&session.sqs, queue, entries).await,
            AwsPlace::Bus(bus) => bus::put(&session, bus, self.sessions.now(), entries).await,
        };
        match put {
            Ok(outcomes) => outcomes,
            Err(failed) => {
                if failed.is_of_session {
                    self.sessions.forget(to).await;
                }
                refusals::for_all(entries, &failed.refusal)
            }
        }
    }
}
