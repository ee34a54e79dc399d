//! Configuration of the AWS SDK.

use aws_config::{BehaviorVersion, SdkConfig};
use shared::aws::{http_client, retries};

/// Loads region, credentials and endpoint from where the AWS CLI reads them.
pub async fn aws() -> SdkConfig {
    let usual = aws_config::defaults(BehaviorVersion::latest());
    usual.http_client(http_client()).retry_config(retries()).load().await
}
