//! Functions' binaries and environment variables.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::config::METRICS_BY_PROJECT;
use template_tests::{
    choices::{Given, chosen},
    files::{self, TEMPLATE, repository},
    template::{functions, members, properties, resources, text, texts, variables},
};

/// Variables of the functions of the sync worker.
const SYNC: &str = "STACK_NAME TABLE_NAME CHANGES_QUEUE_URL BULK_QUEUE_URL TRANSFERS_QUEUE_URL DEAD_LETTERS_URL \
    FIFO_DEAD_LETTERS_URL DELIVERIES_QUEUE_URL RUNS_QUEUE_URL BUS_NAME BUCKET_NAME KEY_ID APP_PARAMETER \
    APP_PARAMETER_VERSION";

/// Each function's name, binary and variables, exactly.
const FUNCTIONS: [(&str, &str, &str); 14] = [
    (
        "OauthCallbackFunction",
        "oauth-callback",
        "STACK_NAME TABLE_NAME BULK_QUEUE_URL DELIVERIES_QUEUE_URL BUS_NAME KEY_ID APP_PARAMETER \
            APP_PARAMETER_VERSION PUBLIC_URL",
    ),
    (
        "PagesFunction",
        "pages",
        "STACK_NAME TABLE_NAME CHANGES_QUEUE_URL BULK_QUEUE_URL KEY_ID APP_PARAMETER APP_PARAMETER_VERSION PUBLIC_URL",
    ),
    (
        "ApiProxyFunction",
        "api-proxy",
        "STACK_NAME TABLE_NAME BUCKET_NAME KEY_ID APP_PARAMETER APP_PARAMETER_VERSION",
    ),
    (
        "CarbonApiFunction",
        "carbon-api",
        "STACK_NAME TABLE_NAME CHANGES_QUEUE_URL BULK_QUEUE_URL TRANSFERS_QUEUE_URL DELIVERIES_QUEUE_URL \
            DELIVERY_PORTS RUNS_QUEUE_URL BUCKET_NAME BUS_NAME KEY_ID APP_PARAMETER APP_PARAMETER_VERSION PUBLIC_URL",
    ),
    (
        "ParagonApiFunction",
        "paragon-api",
        "STACK_NAME TABLE_NAME CHANGES_QUEUE_URL BULK_QUEUE_URL DELIVERIES_QUEUE_URL DELIVERY_PORTS RUNS_QUEUE_URL \
            BUS_NAME KEY_ID APP_PARAMETER APP_PARAMETER_VERSION",
    ),
    (
        "ProjectApiFunction",
        "project-api",
        "STACK_NAME TABLE_NAME CHANGES_QUEUE_URL DELIVERIES_QUEUE_URL RUNS_QUEUE_URL BUS_NAME",
    ),
    (
        "EndpointsApiFunction",
        "endpoints-api",
        "STACK_NAME TABLE_NAME DELIVERIES_QUEUE_URL DELIVERY_PORTS KEY_ID",
    ),
    ("WorkflowsApiFunction", "workflows-api", "STACK_NAME TABLE_NAME RUNS_QUEUE_URL PUBLIC_URL"),
    (
        "FilesApiFunction",
        "files-api",
        "STACK_NAME TABLE_NAME CHANGES_QUEUE_URL BULK_QUEUE_URL TRANSFERS_QUEUE_URL BUCKET_NAME",
    ),
    (
        "WebhookReceiverFunction",
        "webhook-receiver",
        "STACK_NAME TABLE_NAME CHANGES_QUEUE_URL KEY_ID APP_PARAMETER APP_PARAMETER_VERSION",
    ),
    ("SyncFunction", "sync-worker", SYNC),
    ("TransferFunction", "sync-worker", SYNC),
    (
        "EventSenderFunction",
        "event-sender",
        "STACK_NAME TABLE_NAME DELIVERIES_QUEUE_URL DELIVERY_DEAD_LETTERS_URL DELIVERY_PORTS RUNS_QUEUE_URL BUS_NAME \
            KEY_ID",
    ),
    (
        "WorkflowRunnerFunction",
        "workflow-runner",
        "STACK_NAME TABLE_NAME RUNS_QUEUE_URL RUN_DEAD_LETTERS_URL DELIVERY_PORTS BUCKET_NAME KEY_ID APP_PARAMETER \
            APP_PARAMETER_VERSION",
    ),
];

/// Returns the binary of a function.
pub(crate) fn binary_of(function: &str) -> &'static str {
    FUNCTIONS.iter().find(|(name, ..)| *name == function).unwrap_or_else(|| panic!("{function} is unknown")).1
}

#[test]
fn each_function_has_its_binary() {
    assert_eq!(functions().collect::<BTreeSet<_>>(), FUNCTIONS.iter().map(|(name, ..)| *name).collect());
    for (name, binary, _) in FUNCTIONS {
        let metadata = &resources()[name]["Metadata"];
        assert_eq!(metadata["BuildMethod"], "rust-cargolambda", "{name}");
        assert_eq!(metadata["BuildProperties"], json!({"Binary": binary}), "{name}");
        let known = ["BuildMethod", "BuildProperties", "cfn-lint"];
        assert!(members(metadata).keys().all(|key| known.contains(&key.as_str())), "{name}");
        assert!(repository(&format!("functions/{binary}/Cargo.toml")).is_file(), "{name}");
    }
}

#[test]
fn each_function_has_the_variables_that_it_reads_and_no_others() {
    for (name, _, expected) in FUNCTIONS {
        let given: BTreeSet<_> = members(variables(name)).keys().map(String::as_str).collect();
        assert_eq!(given, expected.split_whitespace().collect(), "{name}");
    }
}

#[test]
fn functions_say_which_stack_they_are_of() {
    for name in functions() {
        assert_eq!(variables(name)["STACK_NAME"], json!({"Ref": "AWS::StackName"}), "{name}");
    }
}

#[test]
fn functions_use_the_restored_table_if_there_is_one() {
    let table = json!({"Fn::If": ["UsesRestoredTable", {"Ref": "RestoredTable"}, {"Ref": "Table"}]});
    for name in functions() {
        assert_eq!(variables(name)["TABLE_NAME"], table, "{name}");
    }
}

#[test]
fn secrets_are_named_and_never_given() {
    assert!(!files::text("template.yaml").contains("{{resolve:"));
    for name in functions() {
        let parameter = variables(name).get("APP_PARAMETER");
        assert!(parameter.is_none_or(|given| *given == json!({"Ref": "AppParameter"})), "{name}");
    }
}

#[test]
fn every_function_has_the_queues_by_their_variables() {
    for (variable, queue) in [
        ("CHANGES_QUEUE_URL", "ChangesQueue"),
        ("BULK_QUEUE_URL", "BulkQueue"),
        ("TRANSFERS_QUEUE_URL", "TransfersQueue"),
        ("DELIVERIES_QUEUE_URL", "DeliveriesQueue"),
        ("RUNS_QUEUE_URL", "RunsQueue"),
    ] {
        let with_it: Vec<_> = functions().filter(|name| variables(name).get(variable).is_some()).collect();
        assert!(with_it.len() > 3, "{variable}: {with_it:?}");
        for name in with_it {
            assert_eq!(variables(name)[variable], json!({"Ref": queue}), "{name}");
        }
    }
}

/// Each function that publishes events has the queue of deliveries, too.
#[test]
fn whoever_has_the_bus_has_the_queue_of_deliveries() {
    for (name, ..) in FUNCTIONS {
        let has = |variable| variables(name).get(variable).is_some();
        assert!(!has("BUS_NAME") || has("DELIVERIES_QUEUE_URL"), "{name}");
    }
}

/// T55.
#[test]
fn metrics_by_project_are_a_parameter_of_every_function() {
    let common = &TEMPLATE["Globals"]["Function"]["Environment"]["Variables"];
    assert_eq!(*common, json!({"METRICS_BY_PROJECT": {"Ref": "MetricsByProject"}}));
    let allowed: BTreeSet<_> =
        texts(&TEMPLATE["Parameters"]["MetricsByProject"]["AllowedValues"]).into_iter().collect();
    assert_eq!(allowed, METRICS_BY_PROJECT.iter().map(|(value, _)| *value).collect());
}

#[test]
fn every_function_but_the_event_sender_is_traced_unless_the_deployer_wants_no_traces() {
    let common = &TEMPLATE["Globals"]["Function"]["Tracing"];
    let mode = |name: &str| -> &Value { resources()[name]["Properties"].get("Tracing").unwrap_or(common) };
    let traced = |given: Given<'_>| -> BTreeSet<_> {
        functions().filter(|name| text(chosen(mode(name), given)) == "Active").collect()
    };
    assert_eq!(&functions().collect() - &traced(&[]), BTreeSet::from(["EventSenderFunction"]));
    let unwanted = [("Tracing", "disabled")];
    assert!(traced(&unwanted).is_empty());
    let gateway = &properties("Api")["TracingEnabled"];
    assert_eq!([&[][..], &unwanted].map(|given| chosen(gateway, given).as_bool()), [Some(true), Some(false)]);
}
