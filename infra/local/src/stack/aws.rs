//! Queues and buses of applications, for endpoints of this machine.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_dynamodb::config::{Credentials, Region};
use event_sender::{AwsPublisher, Entry, Publisher, Refusal, RefusalKind};
use shared::{
    delivery::AwsDestination,
    model::{Clock, ProjectId},
};
use url::Url;

/// A machine without AWS. Endpoints cannot be made here that need it, but may be left from when there was one.
struct NoAws;

#[async_trait]
impl Publisher for NoAws {
    async fn publish(
        &self,
        _: &AwsDestination,
        _: ProjectId,
        entries: &[Entry],
    ) -> Vec<Result<String, Refusal>> {
        let said = "this machine was started without --aws-endpoint".to_owned();
        let refusal = Refusal { kind: RefusalKind::Unavailable, said };
        entries.iter().map(|_| Err(refusal.clone())).collect()
    }
}

/// Returns a client for the queues and buses at an address of AWS's services, if there is one. Its credentials are made
/// up: no account of AWS takes them.
pub(super) fn publisher(endpoint: Option<&Url>, clock: &Arc<dyn Clock>) -> Arc<dyn Publisher> {
    let Some(endpoint) = endpoint else { return Arc::new(NoAws) };
    let credentials = Credentials::new("local", "local", None, None, "local");
    let config = shared::aws::config(Region::from_static("us-east-1"), credentials)
        .endpoint_url(endpoint.as_str().trim_end_matches('/'))
        .build();
    Arc::new(AwsPublisher::new(&config, clock.clone()))
}
