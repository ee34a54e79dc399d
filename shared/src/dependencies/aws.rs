//! Region and credentials of a function.

use aws_sdk_dynamodb::config::{Credentials, Region};
use aws_types::SdkConfig;

use crate::{
    aws,
    config::{optional, required},
};

/// Returns the configuration from Lambda's environment, and from nothing else: the SDKs' own search, with its
/// clients of three more services, makes up a twentieth of a function's size. All services are at
/// `AWS_ENDPOINT_URL` if that is set (an emulator).
pub(super) fn from_env() -> anyhow::Result<SdkConfig> {
    let (id, secret) = (required("AWS_ACCESS_KEY_ID")?, required("AWS_SECRET_ACCESS_KEY")?);
    let credentials = Credentials::new(id, secret, optional("AWS_SESSION_TOKEN"), None, "environment");
    let mut config = aws::config(Region::new(required("AWS_REGION")?), credentials);
    config.set_endpoint_url(optional("AWS_ENDPOINT_URL"));
    Ok(config.build())
}
