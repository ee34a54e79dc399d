//! Region and credentials of a function.

use anyhow::Context;
use aws_sdk_dynamodb::config::{Credentials, ProvideCredentials, Region};
use aws_types::SdkConfig;

use crate::{
    aws::{self, Direct, HttpConnections},
    config::{optional, required},
    store::Dynamo,
};

/// Returns the configuration from Lambda's environment, and from nothing else: the SDKs' own search, with its
/// clients of three more services, makes up a twentieth of a function's size. All services are at
/// `AWS_ENDPOINT_URL` if that is set (an emulator).
pub(super) fn from_env(connections: &HttpConnections) -> anyhow::Result<SdkConfig> {
    let (id, secret) = (required("AWS_ACCESS_KEY_ID")?, required("AWS_SECRET_ACCESS_KEY")?);
    let credentials = Credentials::new(id, secret, optional("AWS_SESSION_TOKEN"), None, "environment");
    let mut config =
        aws::config(Region::new(required("AWS_REGION")?), credentials).http_client(connections.clone());
    config.set_endpoint_url(optional("AWS_ENDPOINT_URL"));
    Ok(config.build())
}

/// Returns the table's service, as it is called without the SDK's client: with the same configuration, at the address to
/// which the client has sent.
pub(super) async fn direct(
    config: &SdkConfig,
    connections: &HttpConnections,
    store: &Dynamo,
) -> anyhow::Result<Direct> {
    let address = store.address().context("the table was not asked for anything yet")?;
    let credentials = config.credentials_provider().context("there are no credentials")?;
    let credentials = credentials.provide_credentials().await?;
    let region = config.region().context("there is no region")?.as_ref();
    Ok(Direct::dynamodb(connections.connector(), address, region, credentials)?)
}
