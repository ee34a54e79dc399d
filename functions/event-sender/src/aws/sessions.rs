//! Sessions of assumed roles, kept within their life.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use aws_sdk_sqs::config::{Credentials, Region, SharedCredentialsProvider};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::SdkConfig;
use shared::{
    aws::{LazyClient, retries},
    delivery::{AwsDestination, BusArn, ExternalId, RoleArn},
    model::{Clock, ProjectId, Timestamp},
};

use super::refusals::{of_assuming, unexpected};
use crate::Refusal;

/// Life of a session, in seconds: the shortest that AWS STS gives. Whoever takes back the trust in a role is obeyed
/// after that time.
const LIFE: i32 = 15 * 60;
/// Time before its end from which a session is not used any more: longer than a call.
const MARGIN: Duration = Duration::from_secs(60);
/// Maximum number of sessions that are kept.
const MOST: usize = 200;
/// Maximum duration of a call, as of a request to an address.
const TOTAL: Duration = Duration::from_secs(15);
/// Maximum time until a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Maximum number of attempts at a call. The schedule of the endpoint decides about any other.
const ATTEMPTS: u32 = 2;

/// Sessions, by role and region. Each has its own lock, so that one that AWS STS does not answer holds up no other.
pub(super) struct Sessions {
    sts: LazyClient<aws_sdk_sts::Client>,
    config: SdkConfig,
    clock: Arc<dyn Clock>,
    kept: Mutex<HashMap<Key, Slot>>,
}

/// A role as it is assumed for an endpoint, and the region in which it is used. The external id is the endpoint's own:
/// no other endpoint uses its session.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    role: RoleArn,
    external_id: ExternalId,
    region: String,
}

impl Key {
    fn of(to: &AwsDestination) -> Self {
        let region = to.place.region().to_owned();
        Self { role: to.role.clone(), external_id: to.external_id.clone(), region }
    }
}

type Slot = Arc<tokio::sync::Mutex<Option<Session>>>;

/// Clients with the credentials of an assumed role.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) sqs: LazyClient<aws_sdk_sqs::Client>,
    pub(super) events: LazyClient<aws_sdk_eventbridge::Client>,
    /// A bus that was there, and when.
    pub(super) seen: Arc<Mutex<Option<(BusArn, Timestamp)>>>,
    ends_at: Timestamp,
}

impl Sessions {
    pub(super) fn new(config: &SdkConfig, clock: Arc<dyn Clock>) -> Self {
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).operation_timeout(TOTAL).build();
        let retries: RetryConfig = retries().with_max_attempts(ATTEMPTS);
        let config = config.to_builder().timeout_config(timeouts).retry_config(retries).build();
        let sts = LazyClient::of(&config, aws_sdk_sts::Client::new);
        Self { sts, config, clock, kept: Mutex::default() }
    }

    /// Returns a session of the endpoint's role; assumes the role if there is none, or if it ends soon.
    pub(super) async fn session(&self, to: &AwsDestination, project: ProjectId) -> Result<Session, Refusal> {
        let slot = self.slot(Key::of(to));
        let mut cached = slot.lock().await;
        let now = self.clock.now();
        if let Some(session) = cached.as_ref().filter(|session| now.plus(MARGIN) < session.ends_at) {
            return Ok(session.clone());
        }
        *cached = None;
        let session = self.assume(to, project).await?;
        *cached = Some(session.clone());
        Ok(session)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Drops a session whose credentials AWS does not take any more.
    pub(super) async fn forget(&self, to: &AwsDestination) {
        *self.slot(Key::of(to)).lock().await = None;
    }

    fn slot(&self, key: Key) -> Slot {
        let mut kept = self.kept();
        if kept.len() >= MOST && !kept.contains_key(&key) {
            // Sessions in use stay; the role of any other one is assumed again when it is needed.
            kept.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        kept.entry(key).or_default().clone()
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Key, Slot>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Assumes a role. The session's name names the project, in the log of the role's own account too.
    async fn assume(&self, to: &AwsDestination, project: ProjectId) -> Result<Session, Refusal> {
        let request = self
            .sts
            .assume_role()
            .role_arn(to.role.as_str())
            .role_session_name(format!("dropline-{project}"))
            .external_id(to.external_id.as_str())
            .duration_seconds(LIFE);
        let answer = request.send().await.map_err(|error| of_assuming(&error))?;
        let given = answer.credentials().ok_or_else(|| unexpected("AWS STS gave no credentials"))?;
        let ends_at =
            Timestamp(u64::try_from(given.expiration().to_millis().unwrap_or_default()).unwrap_or_default());
        let credentials = Credentials::new(
            given.access_key_id(),
            given.secret_access_key(),
            Some(given.session_token().to_owned()),
            None,
            "assumed role",
        );
        let config = self
            .config
            .to_builder()
            .region(Region::new(to.place.region().to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        Ok(Session {
            sqs: LazyClient::of(&config, aws_sdk_sqs::Client::new),
            events: LazyClient::of(&config, aws_sdk_eventbridge::Client::new),
            seen: Arc::default(),
            ends_at,
        })
    }
}
