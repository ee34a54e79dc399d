//! The table, as the store's adapter knows it: no index that nobody reads (T45), and throughput that can be warmed (T44).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::store::dynamo::{BY_CREATION, BY_WAKE, EXPIRES, PK, SK};
use template_tests::{
    files::TEMPLATE,
    template::{elements, properties, text},
};

/// Returns the names of a list of attributes.
fn names(attributes: &Value) -> Vec<&str> {
    elements(attributes).iter().map(|attribute| text(&attribute["AttributeName"])).collect()
}

#[test]
fn the_table_is_paid_by_request_encrypted_protected_and_can_be_restored() {
    let table = properties("Table");
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(table["SSESpecification"]["SSEEnabled"], true);
    assert_eq!(table["DeletionProtectionEnabled"], true);
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
}

#[test]
fn rows_end_by_the_attribute_that_the_code_writes() {
    let expiry = &properties("Table")["TimeToLiveSpecification"];
    assert_eq!(*expiry, json!({"Enabled": true, "AttributeName": EXPIRES}));
}

#[test]
fn the_table_has_the_key_and_the_indexes_that_the_code_uses_and_no_others() {
    let table = properties("Table");
    assert_eq!(names(&table["KeySchema"]), [PK, SK]);
    let indexes = elements(&table["GlobalSecondaryIndexes"]);
    let known: Vec<_> =
        indexes.iter().map(|index| (text(&index["IndexName"]), names(&index["KeySchema"]))).collect();
    let used = [BY_WAKE, BY_CREATION].map(|(name, partition, sort)| (name, vec![partition, sort]));
    assert_eq!(known, used);
    for index in indexes {
        assert_eq!(index["Projection"], json!({"ProjectionType": "KEYS_ONLY"}), "{index}");
    }
}

#[test]
fn the_attributes_of_the_table_are_those_of_its_key_and_its_indexes() {
    let defined: BTreeSet<_> = names(&properties("Table")["AttributeDefinitions"]).into_iter().collect();
    let used = [PK, SK, BY_WAKE.1, BY_WAKE.2, BY_CREATION.1, BY_CREATION.2];
    assert_eq!(defined, BTreeSet::from(used));
}

#[test]
fn the_table_is_warmed_only_where_that_is_asked_for() {
    let units = json!({"ReadUnitsPerSecond": {"Ref": "WarmReadUnits"}, "WriteUnitsPerSecond": {"Ref": "WarmWriteUnits"}});
    let warm = &properties("Table")["WarmThroughput"];
    assert_eq!(*warm, json!({"Fn::If": ["WarmsTable", units, {"Ref": "AWS::NoValue"}]}));
    assert_eq!(TEMPLATE["Parameters"]["WarmWriteUnits"]["Default"], 0);
}
