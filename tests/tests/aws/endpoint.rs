//! Where the emulator is.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::Credentials;

/// A configuration of clients to the emulator.
pub(crate) async fn config() -> SdkConfig {
    let endpoint =
        std::env::var("DROPLINE_AWS_ENDPOINT").expect("DROPLINE_AWS_ENDPOINT says where the emulator is");
    let config = aws_config::defaults(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "emulator"));
    shared::aws::load(config).await
}

/// A name that nothing else has.
pub(crate) fn unique() -> String {
    format!("dropline-test-{}", uuid::Uuid::new_v4())
}
