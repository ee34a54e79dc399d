//! The table itself, for machines without CloudFormation. `infra/template.yaml` defines the same for AWS.

use aws_sdk_dynamodb::{
    Client,
    error::BuildError,
    types::{
        AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndex,
        GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType, TableDescription, TimeToLiveSpecification,
    },
};

use super::{
    keys::{BY_CREATION, BY_WAKE, EXPIRES, PK, SK},
    table::failed,
};
use crate::store::StoreError;

/// An index: its name, partition attribute and sort attribute.
type Index = (&'static str, &'static str, &'static str);

/// Creates the table with its indexes and its time to live, unless it exists. A table of an earlier version
/// gets the index that it lacks.
///
/// # Errors
/// Fails if DynamoDB cannot be reached.
pub async fn create_table(client: &Client, table: &str) -> Result<(), StoreError> {
    if let Ok(described) = client.describe_table().table_name(table).send().await {
        return add_index(client, table, BY_CREATION, described.table).await;
    }
    client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes()?))
        .set_key_schema(Some(key(PK, SK)?))
        .global_secondary_indexes(index(BY_WAKE)?)
        .global_secondary_indexes(index(BY_CREATION)?)
        .send()
        .await
        .map_err(failed)?;
    let ttl = TimeToLiveSpecification::builder()
        .enabled(true)
        .attribute_name(EXPIRES)
        .build()
        .map_err(incomplete)?;
    let request = client.update_time_to_live().table_name(table).time_to_live_specification(ttl);
    request.send().await.map(drop).map_err(failed)
}

async fn add_index(
    client: &Client,
    table: &str,
    (name, hash, range): Index,
    described: Option<TableDescription>,
) -> Result<(), StoreError> {
    let indexes = described.and_then(|table| table.global_secondary_indexes).unwrap_or_default();
    if indexes.iter().any(|index| index.index_name() == Some(name)) {
        return Ok(());
    }
    let action = CreateGlobalSecondaryIndexAction::builder()
        .index_name(name)
        .set_key_schema(Some(key(hash, range)?))
        .projection(keys_only())
        .build()
        .map_err(incomplete)?;
    client
        .update_table()
        .table_name(table)
        .set_attribute_definitions(Some(attributes()?))
        .global_secondary_index_updates(GlobalSecondaryIndexUpdate::builder().create(action).build())
        .send()
        .await
        .map(drop)
        .map_err(failed)
}

fn attributes() -> Result<Vec<AttributeDefinition>, StoreError> {
    use ScalarAttributeType::{N, S};
    let all = [(PK, S), (SK, S), (BY_WAKE.1, S), (BY_WAKE.2, N), (BY_CREATION.1, S), (BY_CREATION.2, N)];
    let define =
        |(name, kind)| AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build();
    all.into_iter().map(define).collect::<Result<_, _>>().map_err(incomplete)
}

fn key(hash: &str, range: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    let element = |(name, kind)| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    let elements = [(hash, KeyType::Hash), (range, KeyType::Range)].into_iter().map(element);
    elements.collect::<Result<_, _>>().map_err(incomplete)
}

fn keys_only() -> Projection {
    Projection::builder().projection_type(ProjectionType::KeysOnly).build()
}

fn index((name, hash, range): Index) -> Result<GlobalSecondaryIndex, StoreError> {
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(key(hash, range)?))
        .projection(keys_only())
        .build()
        .map_err(incomplete)
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
fn incomplete(error: BuildError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
