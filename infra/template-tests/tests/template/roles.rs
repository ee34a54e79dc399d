//! Roles: what each function may do, exactly.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shared::store::dynamo::SUPERSEDED;
use template_tests::{
    policies::{Allowed, allowed, leading_keys, statements},
    template::{elements, functions, of_type, properties, role_of, text, texts},
};

const READ_APP: (&str, &[&str]) = ("parameter AppParameter", &["ssm:GetParameter"]);
const SEND: &[&str] = &["sqs:SendMessage"];
const ROWS: &str = "dynamodb:GetItem dynamodb:Query dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem";
const WALK: &str =
    "dynamodb:GetItem dynamodb:BatchGetItem dynamodb:Query dynamodb:PutItem dynamodb:UpdateItem";
const POLL: &str = "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes";
const TAKE: &str = "sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility sqs:GetQueueAttributes";
const STORE: &str = "s3:PutObject s3:AbortMultipartUpload s3:GetObject s3:DeleteObject";
const SEAL: &[&str] = &["kms:GenerateDataKey", "kms:Decrypt"];
const OPEN: &[&str] = &["kms:Decrypt"];
const PUBLISH: &[&str] = &["events:PutEvents"];
const QUERY: &[&str] = &["dynamodb:Query"];
const READ_OBJECTS: (&str, &[&str]) = ("${Bucket.Arn}/*", &["s3:GetObject"]);

/// Resources, each with the actions that are allowed on it.
type Actions = &'static [(&'static str, &'static [&'static str])];

/// Permissions of each function's role, besides logs and traces.
const ALLOWED: [(&str, Actions); 14] = [
    (
        "OauthCallbackFunction",
        &[
            READ_APP,
            ("Table.Arn", &[ROWS, "dynamodb:ConditionCheckItem"]),
            ("BulkQueue.Arn", SEND),
            ("DeliveriesQueue.Arn", SEND),
            ("Bus.Arn", PUBLISH),
            ("Key.Arn", SEAL),
        ],
    ),
    (
        "PagesFunction",
        &[
            READ_APP,
            (
                "Table.Arn",
                &[ROWS, "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"],
            ),
            ("${Table.Arn}/index/by_creation", QUERY),
            ("ChangesQueue.Arn", SEND),
            ("BulkQueue.Arn", SEND),
            ("Key.Arn", OPEN),
        ],
    ),
    (
        "ApiProxyFunction",
        &[READ_APP, ("Table.Arn", &[ROWS, "dynamodb:BatchGetItem"]), ("Key.Arn", OPEN), READ_OBJECTS],
    ),
    (
        "ProjectApiFunction",
        &[
            ("Table.Arn", &[ROWS, "dynamodb:ConditionCheckItem"]),
            ("ChangesQueue.Arn", SEND),
            ("DeliveriesQueue.Arn", SEND),
            ("RunsQueue.Arn", SEND),
            ("Bus.Arn", PUBLISH),
        ],
    ),
    (
        "EndpointsApiFunction",
        &[
            ("Table.Arn", &[ROWS, "dynamodb:BatchWriteItem"]),
            ("DeliveriesQueue.Arn", SEND),
            ("Key.Arn", SEAL),
        ],
    ),
    (
        "WorkflowsApiFunction",
        &[
            (
                "Table.Arn",
                &[ROWS, "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem"],
            ),
            ("RunsQueue.Arn", SEND),
        ],
    ),
    (
        "FilesApiFunction",
        &[
            ("Table.Arn", &[ROWS, "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"]),
            READ_OBJECTS,
            ("ChangesQueue.Arn", SEND),
            ("BulkQueue.Arn", SEND),
            ("TransfersQueue.Arn", SEND),
        ],
    ),
    (
        "CarbonApiFunction",
        &[
            READ_APP,
            ("Table.Arn", &[ROWS, "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"]),
            ("${Table.Arn}/index/by_creation", QUERY),
            ("${Table.Arn}/index/by_wake", QUERY),
            ("ChangesQueue.Arn", SEND),
            ("BulkQueue.Arn", SEND),
            ("TransfersQueue.Arn", SEND),
            ("DeliveriesQueue.Arn", SEND),
            ("RunsQueue.Arn", SEND),
            READ_OBJECTS,
            ("Bus.Arn", PUBLISH),
            ("Key.Arn", SEAL),
        ],
    ),
    (
        "ParagonApiFunction",
        &[
            READ_APP,
            ("Table.Arn", &[ROWS, "dynamodb:ConditionCheckItem", "dynamodb:BatchWriteItem"]),
            ("ChangesQueue.Arn", SEND),
            ("BulkQueue.Arn", SEND),
            ("DeliveriesQueue.Arn", SEND),
            ("RunsQueue.Arn", SEND),
            ("Bus.Arn", PUBLISH),
            ("Key.Arn", SEAL),
        ],
    ),
    (
        "WebhookReceiverFunction",
        &[
            READ_APP,
            ("Table.Arn", &["dynamodb:GetItem dynamodb:Query dynamodb:UpdateItem dynamodb:DeleteItem"]),
            ("ChangesQueue.Arn", SEND),
            ("Key.Arn", OPEN),
        ],
    ),
    (
        "SyncFunction",
        &[
            READ_APP,
            (
                "Table.Arn",
                &[WALK, "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"],
            ),
            ("${Table.Arn}/index/by_wake", QUERY),
            ("ChangesQueue.Arn", &[TAKE, "sqs:SendMessage"]),
            ("BulkQueue.Arn", &[TAKE, "sqs:SendMessage"]),
            ("SyncQueue.Arn", &[TAKE]),
            ("TransfersQueue.Arn", SEND),
            ("DeliveriesQueue.Arn", SEND),
            ("RunsQueue.Arn", SEND),
            ("WalkDeadLetters.Arn", SEND),
            ("SyncDeadLetters.Arn", SEND),
            ("Bus.Arn", PUBLISH),
            ("Key.Arn", OPEN),
            ("Bucket.Arn", &["s3:ListBucket"]),
            ("${Bucket.Arn}/*", &[STORE]),
        ],
    ),
    (
        "TransferFunction",
        &[
            READ_APP,
            ("Table.Arn", &[WALK, "dynamodb:BatchWriteItem", "dynamodb:DeleteItem"]),
            ("ChangesQueue.Arn", SEND),
            ("TransfersQueue.Arn", &[TAKE, "sqs:SendMessage"]),
            ("TransferQueue.Arn", &[TAKE]),
            ("DeliveriesQueue.Arn", SEND),
            ("TransfersDeadLetters.Arn", SEND),
            ("TransferDeadLetters.Arn", SEND),
            ("Bus.Arn", PUBLISH),
            ("Key.Arn", OPEN),
            ("Bucket.Arn", &["s3:ListBucket"]),
            ("${Bucket.Arn}/*", &[STORE, "s3:ListMultipartUploadParts"]),
        ],
    ),
    (
        "EventSenderFunction",
        &[
            ("Table.Arn", &[WALK, "dynamodb:ConditionCheckItem"]),
            // It works on a message for as long as it stays hidden, and never changes that.
            ("DeliveriesQueue.Arn", &[POLL, "sqs:SendMessage"]),
            ("DeliveryDeadLetters.Arn", SEND),
            ("RunsQueue.Arn", SEND),
            ("Bus.Arn", PUBLISH),
            ("Key.Arn", OPEN),
            // No role of this account but those that were made for it.
            (ROLES_FOR_US, &["sts:AssumeRole"]),
        ],
    ),
    (
        "WorkflowRunnerFunction",
        &[
            READ_APP,
            (
                "Table.Arn",
                &[WALK, "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"],
            ),
            // A message whose work failed comes again soon.
            ("RunsQueue.Arn", &[TAKE, "sqs:SendMessage"]),
            ("RunDeadLetters.Arn", SEND),
            ("Key.Arn", OPEN),
            READ_OBJECTS,
        ],
    ),
];

const ROLES_FOR_US: &str = "arn:${AWS::Partition}:iam::*:role/dropline/*";

/// Every resource with a `*` that a role may name, with its reason.
const WILDCARDS: [(&str, &str); 3] = [
    ("*", "X-Ray's actions know no resources"),
    ("${Bucket.Arn}/*", "the objects of one bucket"),
    (ROLES_FOR_US, "roles that applications have made for their queues and buses"),
];

fn expected(function: &str, actions: Actions) -> Allowed {
    let log = text(&properties(function)["LoggingConfig"]["LogGroup"]["Ref"]);
    let log = format!("{log}.Arn");
    let own = actions.iter().map(|(resource, actions)| (*resource, *actions));
    let common: [(&str, &[&str]); 2] = [
        (&log, &["logs:CreateLogStream", "logs:PutLogEvents"]),
        ("*", &["xray:PutTraceSegments", "xray:PutTelemetryRecords"]),
    ];
    let words =
        |actions: &[&str]| actions.iter().flat_map(|all| all.split_whitespace()).map(str::to_owned).collect();
    own.chain(common).map(|(resource, actions)| (resource.to_owned(), words(actions))).collect()
}

#[test]
fn each_role_allows_what_its_function_does_and_no_more() {
    assert_eq!(ALLOWED.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), functions().collect());
    for (function, actions) in ALLOWED {
        let role = role_of(function);
        assert_eq!(allowed(role), expected(function, actions), "{function}");
        assert!(properties(role).get("ManagedPolicyArns").is_none(), "{function}");
        let trusted = elements(&properties(role)["AssumeRolePolicyDocument"]["Statement"]);
        let trusted: Vec<_> = trusted.iter().map(|statement| &statement["Principal"]).collect();
        assert_eq!(trusted, [&json!({"Service": "lambda.amazonaws.com"})], "{function}");
    }
}

#[test]
fn each_function_has_a_role_of_its_own() {
    let roles: BTreeSet<_> = functions().map(role_of).collect();
    assert_eq!(roles.len(), functions().count());
}

#[test]
fn no_role_has_a_wildcard_but_the_listed_ones() {
    let known = BTreeMap::from(WILDCARDS);
    for (role, _) in of_type("AWS::IAM::Role").filter(|(role, _)| properties(role).get("Policies").is_some())
    {
        for (resource, actions) in allowed(role) {
            assert!(!resource.contains('*') || known.contains_key(resource.as_str()), "{role}: {resource}");
            assert!(!actions.iter().any(|action| action.contains('*')), "{role}: {actions:?}");
        }
    }
}

/// T50: the row that `dropline table supersede` writes, which each function reads at its start.
#[test]
fn each_function_may_read_whether_its_table_is_in_use() {
    for function in functions() {
        let mut reads = statements(role_of(function))
            .filter(|given| texts(&given["Action"]).contains(&"dynamodb:GetItem"));
        let may =
            reads.any(|given| given.get("Condition").is_none() || leading_keys(given).contains(&SUPERSEDED));
        assert!(may, "{function}");
    }
}

#[test]
fn the_schedule_sends_ticks_and_nothing_else() {
    let resources: BTreeSet<_> = allowed("ScheduleRole").into_keys().collect();
    assert_eq!(resources, BTreeSet::from(["SyncQueue.Arn", "ScheduleDeadLetters.Arn"].map(str::to_owned)));
}
