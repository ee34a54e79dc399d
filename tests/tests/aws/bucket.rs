//! S3 bucket on the emulator.

use async_trait::async_trait;
use aws_sdk_s3::{Client, config::Builder};
use contracts::{Harness, content::ContentHarness};
use shared::content::{ContentReader, ContentStore, S3Content};

use crate::endpoint;

pub(crate) struct Bucket {
    client: Client,
    name: String,
    content: S3Content,
}

impl Bucket {
    pub(crate) async fn new() -> Self {
        // An emulator has one host name for all buckets.
        let config = Builder::from(&endpoint::config()).force_path_style(true).build();
        let (client, name) = (Client::from_conf(config), endpoint::unique());
        client.create_bucket().bucket(&name).send().await.unwrap();
        let content = S3Content::new(client.clone(), &name);
        Self { client, name, content }
    }

    async fn abort_uploads(&self) {
        let unfinished = self.client.list_multipart_uploads().bucket(&self.name).send().await.unwrap();
        for upload in unfinished.uploads() {
            let abort = self.client.abort_multipart_upload().bucket(&self.name).set_key(upload.key.clone());
            abort.set_upload_id(upload.upload_id.clone()).send().await.unwrap();
        }
    }

    async fn delete_objects(&self) {
        let objects = self.client.list_objects_v2().bucket(&self.name).send().await.unwrap();
        for object in objects.contents() {
            let delete = self.client.delete_object().bucket(&self.name).set_key(object.key.clone());
            delete.send().await.unwrap();
        }
    }
}

#[async_trait]
impl Harness for Bucket {
    async fn clean_up(&self) {
        self.abort_uploads().await;
        self.delete_objects().await;
        self.client.delete_bucket().bucket(&self.name).send().await.unwrap();
    }
}

impl ContentHarness for Bucket {
    fn content(&self) -> &dyn ContentStore {
        &self.content
    }

    fn reader(&self) -> &dyn ContentReader {
        &self.content
    }
}
