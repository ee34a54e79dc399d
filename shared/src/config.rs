//! Settings of a function, from its environment. Missing ones are named at start.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, bail};
use aws_sdk_dynamodb::config::{Credentials, Region};
use aws_types::SdkConfig;
use serde::Deserialize;

use crate::{
    apps::{Apps, OwnApps},
    aws::{self, LazyClient},
    delivery::{Announcer, Ports},
    dropbox::{AppTerms, Dropbox, Hosts, OauthApp, http_client},
    dropbox_calls::DropboxCalls,
    egress::{Destinations, NamedOrigin},
    events::{Bus, EventBridgeBus},
    metrics::{EmfMetrics, Metrics},
    model::{AppKey, AppSecret, Clock, SystemClock},
    queue::{Queue, SqsQueue},
    seal::{Keyring, KmsKey},
    store::Dynamo,
    tokens::Tokens,
    workflows::Starter,
};

/// Returns the value of a required environment variable.
///
/// # Errors
/// Names the variable.
pub fn required(name: &str) -> anyhow::Result<String> {
    optional(name).with_context(|| format!("the environment variable {name} is missing"))
}

/// Returns the value of an optional environment variable; `None` if it is absent or empty.
fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Returns region and credentials, and the table named by `TABLE_NAME`: all that a function needs if it never
/// calls Dropbox.
///
/// # Errors
/// Names what is missing, or the table that cannot be used because it cannot be read or has been replaced.
pub async fn aws_and_store() -> anyhow::Result<(SdkConfig, Arc<Dynamo>)> {
    let aws = aws()?;
    let store = Arc::new(Dynamo::new(aws_sdk_dynamodb::Client::new(&aws), required("TABLE_NAME")?));
    ensure_in_use(&store).await?;
    Ok((aws, store))
}

/// Checks that no other table has replaced this one. This reads one row at start, on the connection that the
/// first event needs anyway.
async fn ensure_in_use(store: &Dynamo) -> anyhow::Result<()> {
    let table = store.table_name();
    let superseded = store.superseded_by().await;
    if let Some(by) = superseded.with_context(|| format!("the table {table} cannot be read"))? {
        bail!(
            "the table {table} was superseded by {by}: the parameter RestoredTable must name the table in use"
        );
    }
    Ok(())
}

/// Returns the configuration from Lambda's environment, and from nothing else: the SDKs' own search, with its
/// clients of three more services, makes up a twentieth of a function's size. All services are at
/// `AWS_ENDPOINT_URL` if that is set (an emulator).
fn aws() -> anyhow::Result<SdkConfig> {
    let (id, secret) = (required("AWS_ACCESS_KEY_ID")?, required("AWS_SECRET_ACCESS_KEY")?);
    let credentials = Credentials::new(id, secret, optional("AWS_SESSION_TOKEN"), None, "environment");
    let mut config = aws::config(Region::new(required("AWS_REGION")?), credentials);
    config.set_endpoint_url(optional("AWS_ENDPOINT_URL"));
    Ok(config.build())
}

/// Returns the metrics sink of a function, on standard output.
///
/// `AWS_LAMBDA_FUNCTION_NAME` names the function, `STACK_NAME` the stack. If `METRICS_BY_PROJECT` is
/// `disabled`, projects have no metrics of their own.
///
/// # Errors
/// Fails if one of the first two is missing, or the third has another value.
pub fn metrics(clock: Arc<dyn Clock>) -> anyhow::Result<Arc<dyn Metrics>> {
    let (stack, function) = (required("STACK_NAME")?, required("AWS_LAMBDA_FUNCTION_NAME")?);
    let by_project = by_project(optional("METRICS_BY_PROJECT").as_deref())?;
    let metrics = EmfMetrics::new(stack, function, clock, Box::new(std::io::stdout()));
    Ok(Arc::new(metrics.by_project(by_project)))
}

/// Values of `METRICS_BY_PROJECT`, and whether projects then have metrics of their own.
pub const METRICS_BY_PROJECT: [(&str, bool); 2] = [("enabled", true), ("disabled", false)];

fn by_project(setting: Option<&str>) -> anyhow::Result<bool> {
    let Some(setting) = setting else { return Ok(true) };
    let known = METRICS_BY_PROJECT.iter().find(|(value, _)| *value == setting);
    known.map(|(_, by_project)| *by_project).with_context(|| {
        format!("the environment variable METRICS_BY_PROJECT is enabled or disabled, and not {setting:?}")
    })
}

/// Returns the announcer of events: on the bus named by `BUS_NAME`, and to endpoints by the queue at
/// `DELIVERIES_QUEUE_URL`.
///
/// # Errors
/// Names what is missing.
pub fn announcer(
    aws: &SdkConfig,
    store: &Arc<Dynamo>,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Arc<dyn Bus>> {
    let bus =
        EventBridgeBus::new(LazyClient::of(aws, aws_sdk_eventbridge::Client::new), required("BUS_NAME")?);
    let queue =
        SqsQueue::new(LazyClient::of(aws, aws_sdk_sqs::Client::new), required("DELIVERIES_QUEUE_URL")?);
    Ok(Arc::new(Announcer::new(Ports {
        bus: Arc::new(bus),
        notices: store.clone(),
        log: store.clone(),
        endpoints: store.clone(),
        deliveries: store.clone(),
        queue: Arc::new(queue),
        clock: clock.clone(),
    })))
}

/// Returns what starts runs of workflows, by the queue of runs.
pub fn starter(store: &Arc<Dynamo>, queue: Arc<dyn Queue>, clock: &Arc<dyn Clock>) -> Starter {
    Starter {
        workflows: store.clone(),
        runs: store.clone(),
        users: store.clone(),
        connections: store.clone(),
        queue,
        clock: clock.clone(),
    }
}

/// Returns the keyring under the KMS key named by `KEY_ID`.
///
/// # Errors
/// Fails if `KEY_ID` is missing.
pub fn keyring(aws: &SdkConfig, store: &Arc<Dynamo>, clock: &Arc<dyn Clock>) -> anyhow::Result<Arc<Keyring>> {
    let master = KmsKey::new(LazyClient::of(aws, aws_sdk_kms::Client::new), required("KEY_ID")?);
    Ok(Arc::new(Keyring::new(Arc::new(master), store.clone(), clock.clone())))
}

/// Returns the addresses to which deliveries may go: those of the public internet, at the ports in
/// `DELIVERY_PORTS`, separated by commas; at 443, if that is missing.
///
/// Further ones may be named in `DELIVERY_ORIGINS`, as `http://127.0.0.1:4711`, separated by commas: receivers beside an
/// emulator. The template sets no such variable.
///
/// # Errors
/// Fails if one of them is no port, or names no destination.
pub fn destinations() -> anyhow::Result<Destinations> {
    let named =
        origins(optional("DELIVERY_ORIGINS").as_deref(), optional("AWS_LAMBDA_RUNTIME_API").as_deref())?;
    Ok(Destinations::public(&ports(optional("DELIVERY_PORTS").as_deref())?).and(named))
}

fn origins(setting: Option<&str>, runtime_api: Option<&str>) -> anyhow::Result<Vec<NamedOrigin>> {
    let Some(list) = setting else { return Ok(Vec::new()) };
    let named = |text: &str| {
        let named = NamedOrigin::parse(text.trim(), runtime_api);
        named.with_context(|| format!("the environment variable DELIVERY_ORIGINS has {text:?}"))
    };
    list.split(',').map(named).collect()
}

fn ports(setting: Option<&str>) -> anyhow::Result<Vec<u16>> {
    let Some(list) = setting else { return Ok(Vec::new()) };
    let port = |text: &str| match text.trim().parse::<u16>() {
        Ok(port) if port > 0 => Ok(port),
        _ => bail!("the environment variable DELIVERY_PORTS is a list of ports, and not {list:?}"),
    };
    list.split(',').map(port).collect()
}

/// Dependencies of a function that calls Dropbox or receives its notifications.
pub struct Wiring {
    /// Region and credentials.
    pub aws: SdkConfig,
    /// The table named by `TABLE_NAME`.
    pub store: Arc<Dynamo>,
    /// The deployment's Dropbox app, in the parameter named by `APP_PARAMETER`.
    pub app: OauthApp,
    /// The client for Dropbox, at `DROPBOX_URL` if that is set (a fake; see [`Hosts::named`]), else at
    /// Dropbox itself.
    pub dropbox: Dropbox,
    /// The machine's clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// The deployment's Dropbox app, as stored in the parameter.
#[derive(Deserialize)]
struct AppParameter {
    key: AppKey,
    secret: AppSecret,
    previous_secret: Option<AppSecret>,
    #[serde(flatten)]
    terms: AppTerms,
}

impl Wiring {
    /// Reads the environment and the app's parameter. `read_timeout` is that of answers from Dropbox.
    ///
    /// # Errors
    /// Names what is missing or wrong.
    pub async fn from_env(read_timeout: Duration) -> anyhow::Result<Self> {
        let (aws, store) = aws_and_store().await?;
        let app = app(&aws, &required("APP_PARAMETER")?).await?;
        let dropbox = Dropbox::new(Arc::new(http_client(read_timeout)?), hosts()?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let metrics = metrics(clock.clone())?;
        Ok(Self { aws, store, app, dropbox, clock, metrics })
    }

    /// Returns the keyring under the KMS key named by `KEY_ID`.
    ///
    /// # Errors
    /// Fails if `KEY_ID` is missing.
    pub fn keyring(&self) -> anyhow::Result<Arc<Keyring>> {
        keyring(&self.aws, &self.store, &self.clock)
    }

    /// Returns the Dropbox apps of the deployment and of projects.
    #[must_use]
    pub fn apps(&self, keyring: Arc<Keyring>) -> Arc<Apps> {
        Arc::new(Apps::new(self.app.clone(), OwnApps::new(self.store.clone(), keyring)))
    }

    /// Returns the access tokens of the connections through these apps.
    #[must_use]
    pub fn tokens(&self, keyring: Arc<Keyring>, apps: Arc<Apps>) -> Arc<Tokens> {
        let (store, leases) = (self.store.clone(), self.store.clone());
        let (clock, metrics) = (self.clock.clone(), self.metrics.clone());
        Arc::new(Tokens::new(store, leases, keyring, self.dropbox.clone(), apps, clock, metrics))
    }

    /// Returns calls of Dropbox with these tokens.
    #[must_use]
    pub fn calls(&self, tokens: Arc<Tokens>) -> DropboxCalls {
        DropboxCalls::new(tokens, self.dropbox.clone(), self.store.clone(), self.clock.clone())
    }
}

fn hosts() -> anyhow::Result<Hosts> {
    match std::env::var("DROPBOX_URL") {
        Ok(pattern) => Hosts::named(&pattern).context("DROPBOX_URL is no URL"),
        Err(_) => Ok(Hosts::default()),
    }
}

/// Reads the app from the parameter, a SecureString: its secret is never in the environment in clear. The
/// value is `{"key":"…","secret":"…"}`, with `previous_secret`, `scopes` and `redirect` if they differ from
/// the default.
async fn app(aws: &SdkConfig, parameter: &str) -> anyhow::Result<OauthApp> {
    let request = aws_sdk_ssm::Client::new(aws).get_parameter().name(parameter).with_decryption(true);
    let answer = request.send().await.with_context(|| format!("the parameter {parameter} cannot be read"))?;
    let value = answer.parameter().and_then(|parameter| parameter.value()).unwrap_or_default();
    app_of(value).with_context(|| format!("the parameter {parameter} is no Dropbox app"))
}

/// Parses a Dropbox app: the value of the parameter, or a file with the same content.
///
/// # Errors
/// Says what is wrong with the text, without quoting it.
pub fn app_of(value: &str) -> anyhow::Result<OauthApp> {
    // The parser's error would quote the value.
    let Ok(AppParameter { key, secret, previous_secret, terms }) = serde_json::from_str(value) else {
        bail!("it must be {{\"key\":\"…\",\"secret\":\"…\"}}");
    };
    let missing = terms.missing_scopes();
    if !missing.is_empty() {
        bail!("its scopes lack {}", missing.join(", "));
    }
    Ok(OauthApp { key, secret, previous_secret, terms })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dropbox::RedirectPath;

    #[test]
    fn an_app_is_a_key_a_secret_and_what_is_not_usual() {
        let app = app_of(r#"{"key":"k","secret":"s"}"#).unwrap();
        assert_eq!(app, OauthApp::new("k", AppSecret::new("s")));
        let app = app_of(r#"{"key":"k","secret":"s","previous_secret":"p","redirect":"/oauth"}"#).unwrap();
        assert_eq!(
            (app.previous_secret, app.terms.redirect),
            (Some(AppSecret::new("p")), RedirectPath::Oauth)
        );
    }

    /// T55: accepts two values, and the absence of the variable.
    #[test]
    fn metrics_by_project_are_enabled_or_disabled_and_nothing_else() {
        assert!(by_project(None).unwrap() && by_project(Some("enabled")).unwrap());
        assert!(!by_project(Some("disabled")).unwrap());
        for wrong in ["off", "Disabled", "disabled "] {
            let error = by_project(Some(wrong)).unwrap_err().to_string();
            assert!(error.contains("METRICS_BY_PROJECT") && error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn deliveries_go_to_the_listed_ports_and_without_a_list_to_that_of_https() {
        assert_eq!(ports(None).unwrap(), Vec::<u16>::new());
        assert_eq!(ports(Some("443")).unwrap(), [443]);
        assert_eq!(ports(Some("443, 8443")).unwrap(), [443, 8443]);
        for wrong in ["https", "0", "65536", "443,", "443;8443", "-1"] {
            let error = ports(Some(wrong)).unwrap_err().to_string();
            assert!(error.contains("DELIVERY_PORTS") && error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn further_destinations_are_named_one_by_one() {
        assert_eq!(origins(None, None).unwrap(), []);
        let two = origins(Some("http://127.0.0.1:4711, https://10.0.0.7"), None).unwrap();
        let named = |text| NamedOrigin::parse(text, None).unwrap();
        assert_eq!(two, [named("http://127.0.0.1:4711"), named("https://10.0.0.7")]);
        let error = format!("{:#}", origins(Some("http://*"), None).unwrap_err());
        assert!(error.contains("DELIVERY_ORIGINS") && error.contains("http://*"), "{error}");
        let error =
            format!("{:#}", origins(Some("http://127.0.0.1:9001"), Some("127.0.0.1:9001")).unwrap_err());
        assert!(error.contains("Runtime API"), "{error}");
    }

    #[test]
    fn what_is_wrong_with_an_app_is_said_without_its_secret() {
        for (value, wrong) in [
            (r#"{"key":"k","secret":["hidden"]}"#, "it must be"),
            (r#"{"key":"k","secret":"hidden","redirect":"/elsewhere"}"#, "it must be"),
            (r#"{"key":"k","secret":"hidden","scopes":["account_info.read"]}"#, "files.metadata.read"),
        ] {
            let error = format!("{:#}", app_of(value).unwrap_err());
            assert!(error.contains(wrong) && !error.contains("hidden"), "{error}");
        }
    }
}
