//! KMS key on the emulator.

use async_trait::async_trait;
use aws_sdk_kms::Client;
use contracts::{Harness, key::KeyHarness};
use shared::seal::{KmsKey, MasterKey};

use crate::endpoint;

pub(crate) struct Key {
    client: Client,
    id: String,
    key: KmsKey,
}

impl Key {
    pub(crate) async fn new() -> Self {
        let client = Client::new(&endpoint::config());
        let id = client.create_key().send().await.unwrap().key_metadata.unwrap().key_id;
        let key = KmsKey::new(client.clone(), &id);
        Self { client, id, key }
    }
}

#[async_trait]
impl Harness for Key {
    async fn clean_up(&self) {
        self.client.schedule_key_deletion().key_id(&self.id).pending_window_in_days(7).send().await.unwrap();
    }
}

impl KeyHarness for Key {
    fn key(&self) -> &dyn MasterKey {
        &self.key
    }
}
