//! Rows of the table that each role may read and write, by the beginning of their partition key (T56).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use shared::store::dynamo::{DATA_KEY_ATTRIBUTES, PK, SK};
use template_tests::{
    policies::{leading_keys, statement_with, statements},
    template::{functions, role_of, texts},
};

const WRITES: [&str; 4] =
    ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"];

const WORKER_ROWS: &str = "account#* bytes#* connection#* item#* log#* path#* transfer#* user#* work#*";

/// Rows that each role may write in any way. `app#` and `project#` are an operator's, but for a project's settings and
/// its first data key; `apikey#` is one function's that does nothing else.
const WRITTEN: [(&str, &str); 13] = [
    (
        "OauthCallbackRole",
        "account#* connection#* link#* ordinal#* page#* popup#* state#* ticket#* user#* work#*",
    ),
    ("PagesRole", "account#* connection#* enabled#* enabled-by#* link#* page#* ticket#* user#* work#*"),
    ("ApiProxyRole", "connection#* poll#*"),
    ("FilesApiRole", "account#* connection#* item#* transfer#* user#* work#*"),
    ("ProjectApiRole", "account#* apikey#* apikey-list#* connection#* defaults#* logo#* user#* work#*"),
    (
        "CarbonApiRole",
        "account#* connection#* defaults#* endpoints#* item#* link#* ordinal#* ticket#* transfer#* user#* work#*",
    ),
    ("EndpointsApiRole", "endpoints#*"),
    (
        "ParagonApiRole",
        "account#* connection#* enabled#* enabled-by#* endpoints#* ordinal#* run#* run-list#* runs#* user#* work#*",
    ),
    ("WorkflowsApiRole", "enabled#* enabled-by#* endpoints#* run#* run-list#* runs#* workflow#* workflows#*"),
    ("WebhookReceiverRole", "work#*"),
    ("SyncRole", WORKER_ROWS),
    ("TransferRole", WORKER_ROWS),
    (
        "WorkflowRunnerRole",
        "connection#* enabled#* enabled-by#* run#* run-list#* runs#* steps#* user#* workflow#*",
    ),
];

/// Rows that each role may write in one way only. Whoever announces events records those that are in no log, and that a
/// delivery of them is owed.
const WRITTEN_IN_ONE_WAY: [(&str, &str, &str); 21] = [
    ("OauthCallbackRole", "dynamodb:PutItem", "notices#*"),
    ("OauthCallbackRole", "dynamodb:UpdateItem", "delivery#*"),
    ("ProjectApiRole", "dynamodb:PutItem", "notices#*"),
    ("ProjectApiRole", "dynamodb:UpdateItem", "delivery#*"),
    ("CarbonApiRole", "dynamodb:PutItem", "notices#*"),
    ("CarbonApiRole", "dynamodb:UpdateItem", "delivery#*"),
    ("CarbonApiRole", "dynamodb:BatchWriteItem", "delivery#*"),
    ("ParagonApiRole", "dynamodb:PutItem", "notices#*"),
    ("ParagonApiRole", "dynamodb:UpdateItem", "delivery#*"),
    ("ParagonApiRole", "dynamodb:BatchWriteItem", "delivery#*"),
    ("EndpointsApiRole", "dynamodb:UpdateItem", "delivery#*"),
    ("EndpointsApiRole", "dynamodb:BatchWriteItem", "delivery#*"),
    ("WorkflowsApiRole", "dynamodb:BatchWriteItem", "delivery#* enabled#* enabled-by#* run#*"),
    ("SyncRole", "dynamodb:PutItem", "notices#*"),
    ("SyncRole", "dynamodb:UpdateItem", "delivery#* runs#* workflow#*"),
    ("TransferRole", "dynamodb:PutItem", "notices#*"),
    ("TransferRole", "dynamodb:UpdateItem", "delivery#*"),
    ("TransferRole", "dynamodb:BatchWriteItem", "attempts#* delivery#* endpoints#* notices#* run#*"),
    ("TransferRole", "dynamodb:DeleteItem", "run-list#* runs#*"),
    ("EventSenderRole", "dynamodb:PutItem", "attempts#* notices#* ordinal#* run#* run-list#* runs#*"),
    ("EventSenderRole", "dynamodb:UpdateItem", "delivery#* endpoints#* ordinal#*"),
];

/// Condition of writing into a project's partition: only rows with these attributes.
fn of_project(attributes: &[&str]) -> Value {
    json!({
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["project#*"]},
        "ForAllValues:StringEquals": {"dynamodb:Attributes": attributes},
    })
}

fn settings() -> Value {
    of_project(&["pk", "sk", "name", "return_origins", "settings"])
}

fn data_key() -> Value {
    let [version, wrapped] = DATA_KEY_ATTRIBUTES;
    of_project(&[PK, SK, version, wrapped])
}

/// Returns each role, and its statements that allow to write rows.
fn writes() -> Vec<(&'static str, &'static Value)> {
    let roles: BTreeSet<_> = functions().map(role_of).collect();
    let all = roles.into_iter().flat_map(|role| statements(role).map(move |statement| (role, statement)));
    all.filter(|(_, given)| texts(&given["Action"]).iter().any(|action| WRITES.contains(action))).collect()
}

fn is_of_project(statement: &Value) -> bool {
    [settings(), data_key()].contains(&statement["Condition"])
}

#[test]
fn each_role_writes_its_own_rows_and_none_of_the_operators() {
    let mut written = BTreeMap::new();
    for (role, statement) in writes() {
        if statement["Action"].is_array() && !is_of_project(statement) {
            let rows = leading_keys(statement).join(" ");
            assert!(written.insert(role, rows).is_none(), "one statement says what {role} writes");
        }
    }
    assert_eq!(written, WRITTEN.map(|(role, rows)| (role, rows.to_owned())).into());
}

#[test]
fn some_rows_are_written_in_one_way_only() {
    let mut written = BTreeMap::new();
    for (role, statement) in writes() {
        if let Some(action) = statement["Action"].as_str().filter(|_| !is_of_project(statement)) {
            let rows = leading_keys(statement).join(" ");
            assert!(written.insert((role, action), rows).is_none(), "one statement says {action} of {role}");
        }
    }
    let expected = WRITTEN_IN_ONE_WAY.into_iter();
    assert_eq!(written, expected.map(|(role, action, rows)| ((role, action), rows.to_owned())).collect());
}

/// A project's row is an operator's; of its partition a function may write data keys.
#[test]
fn a_data_key_is_put_by_the_functions_that_seal_and_by_no_other() {
    let putting: Vec<_> =
        writes().into_iter().filter(|(_, given)| given["Condition"] == data_key()).collect();
    let roles: Vec<_> = putting.iter().map(|(role, _)| *role).collect();
    assert_eq!(roles, ["CarbonApiRole", "EndpointsApiRole", "OauthCallbackRole", "ParagonApiRole"]);
    assert!(putting.iter().all(|(_, given)| given["Action"] == "dynamodb:PutItem"));
}

#[test]
fn a_projects_settings_are_changed_by_one_function() {
    let changing: Vec<_> =
        writes().into_iter().filter(|(_, given)| given["Condition"] == settings()).collect();
    let [(role, statement)] = changing[..] else { panic!("{changing:?}") };
    assert_eq!((role, &statement["Action"]), ("ProjectApiRole", &json!("dynamodb:UpdateItem")));
}

#[test]
fn the_receiver_reads_no_tokens() {
    let reads = leading_keys(statement_with("WebhookReceiverRole", "dynamodb:Query"));
    assert_eq!(reads, ["account#*", "app#*", "project#*", "table"]);
    assert_eq!(leading_keys(statement_with("WebhookReceiverRole", "dynamodb:UpdateItem")), ["work#*"]);
}

#[test]
fn the_sender_reads_streams_and_endpoints_and_no_items_or_keys_of_the_api() {
    let reads = leading_keys(statement_with("EventSenderRole", "dynamodb:Query")).join(" ");
    let rows = "connection#* delivery#* enabled#* endpoints#* log#* notices#* ordinal#* project#* run#* runs#* table \
        user#* workflows#*";
    assert_eq!(reads, rows);
    let checks = leading_keys(statement_with("EventSenderRole", "dynamodb:ConditionCheckItem"));
    assert_eq!(checks, ["connection#*", "endpoints#*", "user#*"]);
}

#[test]
fn the_runner_reads_workflows_and_connections_and_no_items_or_keys_of_the_api() {
    let reads = leading_keys(statement_with("WorkflowRunnerRole", "dynamodb:Query")).join(" ");
    let rows = "app#* connection#* enabled#* enabled-by#* project#* run#* run-list#* runs#* table user#* workflow#* \
        workflows#*";
    assert_eq!(reads, rows);
}
