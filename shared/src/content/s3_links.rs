//! Links to objects on Amazon S3: presigned requests, made without a call to S3.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::presigning::PresigningConfig;

use super::{ContentError, ContentLinks, S3Content, s3::failed, saved_as};
use crate::model::ContentKey;

#[async_trait]
impl ContentLinks for S3Content {
    async fn link(&self, key: &ContentKey, name: &str, valid: Duration) -> Result<String, ContentError> {
        let valid = PresigningConfig::expires_in(valid).map_err(|error| ContentError(error.to_string()))?;
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .response_content_disposition(saved_as(name))
            .response_content_type("application/octet-stream");
        let request = request.presigned(valid).await.map_err(failed)?;
        Ok(request.uri().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_s3::{
        Client,
        config::{BehaviorVersion, Credentials, Region},
    };

    use super::*;

    #[tokio::test]
    async fn a_link_is_signed_for_one_object_and_ends() {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(Credentials::new("AKIDEXAMPLE", "not a secret", None, None, "test"))
            .build();
        let content = S3Content::new(Client::from_conf(config), "bucket");
        let key = ContentKey::listed("project/connection/item/015f".to_owned());
        let link = content.link(&key, "Straße \"☃\".txt", Duration::from_secs(600)).await.unwrap();
        let link = url::Url::parse(&link).unwrap();
        assert!(link.path().ends_with("/project/connection/item/015f"), "{link}");
        let field = |name: &str| link.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
        assert_eq!(field("X-Amz-Expires").as_deref(), Some("600"));
        assert!(field("X-Amz-Signature").is_some());
        let saved_as = "attachment; filename*=UTF-8''Stra%C3%9Fe%20%22%E2%98%83%22.txt";
        assert_eq!(field("response-content-disposition").as_deref(), Some(saved_as));
        assert!(content.link(&key, "x", Duration::from_secs(8 * 24 * 60 * 60)).await.is_err());
    }
}
