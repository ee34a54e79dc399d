//! The table itself, for machines without CloudFormation. `infra/template.yaml` says the same for AWS.

use aws_sdk_dynamodb::{
    Client,
    error::BuildError,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
        ProjectionType, ScalarAttributeType, TimeToLiveSpecification,
    },
};

use super::{
    keys::{BY_WAKE, EXPIRES, PK, SK},
    table::failed,
};
use crate::store::StoreError;

/// Makes the table with its index and its time to live, where it is not there yet.
///
/// # Errors
/// Where DynamoDB cannot be reached.
pub async fn create_table(client: &Client, table: &str) -> Result<(), StoreError> {
    if client.describe_table().table_name(table).send().await.is_ok() {
        return Ok(());
    }
    client
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes()?))
        .set_key_schema(Some(key(PK, SK)?))
        .global_secondary_indexes(index(BY_WAKE)?)
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

fn attributes() -> Result<Vec<AttributeDefinition>, StoreError> {
    use ScalarAttributeType::{N, S};
    let all = [(PK, S), (SK, S), (BY_WAKE.1, S), (BY_WAKE.2, N)];
    let define =
        |(name, kind)| AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build();
    all.into_iter().map(define).collect::<Result<_, _>>().map_err(incomplete)
}

fn key(hash: &str, range: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    let element = |(name, kind)| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    let elements = [(hash, KeyType::Hash), (range, KeyType::Range)].into_iter().map(element);
    elements.collect::<Result<_, _>>().map_err(incomplete)
}

fn index((name, hash, range): (&str, &str, &str)) -> Result<GlobalSecondaryIndex, StoreError> {
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(key(hash, range)?))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build())
        .build()
        .map_err(incomplete)
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
fn incomplete(error: BuildError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
