//! DynamoDB table on the emulator.

use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use contracts::{Harness, store::StoreHarness};
use shared::store::{Dynamo, dynamo::create_table};

use crate::endpoint;

pub(crate) struct Table {
    client: Client,
    name: String,
    store: Dynamo,
}

impl Table {
    pub(crate) async fn new() -> Self {
        let (client, name) = (Client::new(&endpoint::config()), endpoint::unique());
        create_table(&client, &name).await.unwrap();
        let store = Dynamo::new(client.clone(), &name);
        Self { client, name, store }
    }
}

#[async_trait]
impl Harness for Table {
    async fn clean_up(&self) {
        self.client.delete_table().table_name(&self.name).send().await.unwrap();
    }
}

impl StoreHarness for Table {
    type Store = Dynamo;

    fn store(&self) -> &Dynamo {
        &self.store
    }
}
