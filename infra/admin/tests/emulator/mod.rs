//! Connection to the AWS emulator, for this process and for the commands that it runs.

use aws_config::{Region, SdkConfig};
use aws_sdk_dynamodb::config::Credentials;

fn endpoint() -> String {
    std::env::var("DROPLINE_AWS_ENDPOINT").expect("it says where the emulator is")
}

/// Returns the configuration of clients for the emulator.
pub(crate) fn aws() -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "emulator");
    shared::aws::config(Region::from_static("us-east-1"), credentials).endpoint_url(endpoint()).build()
}

/// Returns environment variables with permission to write to the deployment.
pub(crate) fn credentials() -> [(&'static str, String); 4] {
    [
        ("AWS_ENDPOINT_URL", endpoint()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
    ]
}
