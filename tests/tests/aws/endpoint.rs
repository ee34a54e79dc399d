//! Connection to the emulator.

use aws_sdk_sqs::config::{Credentials, Region};
use aws_types::SdkConfig;

/// Returns the configuration of clients for the emulator.
pub(crate) fn config() -> SdkConfig {
    let endpoint =
        std::env::var("DROPLINE_AWS_ENDPOINT").expect("DROPLINE_AWS_ENDPOINT says where the emulator is");
    let credentials = Credentials::new("test", "test", None, None, "emulator");
    shared::aws::config(Region::from_static("us-east-1"), credentials).endpoint_url(endpoint).build()
}

/// Returns a unique name.
pub(crate) fn unique() -> String {
    format!("dropline-test-{}", uuid::Uuid::new_v4())
}
