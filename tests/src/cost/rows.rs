//! How large the table is, by DynamoDB's rule for a row's size.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use local::TABLE;
use machine::EmbeddedDynamo;

/// DynamoDB adds so many bytes to each row that it stores, and to each entry of an index.
const OVERHEAD: usize = 100;
/// Of each index, the attributes that are its key.
const INDEXES: [[&str; 2]; 2] = [["wake_shard", "wake_at"], ["created_in", "created"]];
/// A row's key, which every index holds as well.
const KEY: [&str; 2] = ["pk", "sk"];

type Row = HashMap<String, AttributeValue>;

/// The bytes of all rows, and of the indexes' entries.
pub(super) async fn bytes(dynamo: &EmbeddedDynamo) -> Result<usize, String> {
    let rows = dynamo.client().scan().table_name(TABLE).into_paginator().items().send();
    let rows: Vec<Row> = rows.try_collect().await.map_err(|error| error.to_string())?;
    Ok(rows.iter().map(with_entries).sum())
}

fn with_entries(row: &Row) -> usize {
    let of = |names: &[&str]| -> Option<usize> {
        names.iter().map(|name| Some(name.len() + value(row.get(*name)?))).sum()
    };
    let whole: usize = row.iter().map(|(name, held)| name.len() + value(held)).sum();
    let key = of(&KEY).unwrap_or_default();
    let entries = INDEXES.iter().filter_map(|index| of(index));
    whole + OVERHEAD + entries.map(|entry| entry + key + OVERHEAD).sum::<usize>()
}

/// The bytes of a value: a text's own, a number's half of its digits and one more, and three for what holds others.
fn value(held: &AttributeValue) -> usize {
    match held {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        AttributeValue::M(all) => {
            3 + all.iter().map(|(name, held)| name.len() + value(held) + 1).sum::<usize>()
        }
        AttributeValue::L(all) => 3 + all.iter().map(|held| value(held) + 1).sum::<usize>(),
        _ => 1,
    }
}
