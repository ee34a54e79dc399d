//! The description of the API, for readers and for tools.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use template_tests::{
    files::{self, DESCRIPTION, is_not_plain},
    routes::{Route, parameters, routes},
    template::{elements, members, text},
};

#[test]
fn every_operation_has_an_id_of_its_own_and_a_summary() {
    let mut ids = BTreeSet::new();
    for route in routes() {
        assert!(ids.insert(text(&route.operation["operationId"])), "{}", route.name());
        assert!(!text(&route.operation["summary"]).is_empty(), "{}", route.name());
    }
}

#[test]
fn every_operation_describes_its_success() {
    for route in routes() {
        // An address that leads to no page is answered with one that says so.
        let leads_nowhere = text(&route.operation["operationId"]).starts_with("showUnknownPage");
        let mut statuses = members(&route.operation["responses"]).keys();
        assert_eq!(statuses.any(|status| status.as_str() < "400"), !leads_nowhere, "{}", route.name());
    }
}

#[test]
fn every_parameter_of_a_path_is_described() {
    for route in routes() {
        let declared = route.operation["parameters"].as_array().into_iter().flatten();
        let of_path = declared.filter(|parameter| parameter["in"] == "path");
        let names: BTreeSet<_> = of_path.map(|parameter| text(&parameter["name"])).collect();
        assert_eq!(names, parameters(route.path).into_iter().collect(), "{}", route.name());
    }
}

#[test]
fn every_error_has_a_schema_and_an_example_of_its_members() {
    for route in routes() {
        for (status, response) in members(&route.operation["responses"]) {
            // `default`: any status of a workflow's own answer.
            if status.as_str() >= "400" && status != "default" {
                is_described(&route, status, &response["content"]["application/json"]);
            }
        }
    }
}

fn is_described(route: &Route, status: &str, error: &Value) {
    let (schema, names) = match (route.function(), status) {
        ("CarbonApiFunction", "422") => ("CarbonFields", BTreeSet::from(["detail"])),
        ("CarbonApiFunction", _) => ("CarbonError", BTreeSet::from(["code", "detail"])),
        _ => ("Error", BTreeSet::from(["code", "message"])),
    };
    let reference = |schema: &str| json!({"$ref": format!("#/components/schemas/{schema}")});
    let own = reference(schema);
    let calls_dropbox = route.function() == "ApiProxyFunction";
    let or_dropboxs = json!({"anyOf": [own, reference("DropboxError")]});
    let described = error["schema"] == own || calls_dropbox && error["schema"] == or_dropboxs;
    assert!(described, "{} {status}: {}", route.name(), error["schema"]);
    let example: BTreeSet<_> = members(&error["example"]).keys().map(String::as_str).collect();
    assert_eq!(example, names, "{} {status}", route.name());
}

#[test]
fn references_lead_somewhere() {
    let schemas = members(&DESCRIPTION["components"]["schemas"]);
    let mut count = 0;
    for_each_reference(&DESCRIPTION, &mut |reference| {
        let name = reference.strip_prefix("#/components/schemas/");
        assert!(name.is_some_and(|name| schemas.contains_key(name)), "{reference}");
        count += 1;
    });
    assert!(count > 100, "only {count} references");
}

fn for_each_reference(value: &Value, check: &mut impl FnMut(&str)) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                match value.as_str() {
                    Some(reference) if name == "$ref" => check(reference),
                    _ => for_each_reference(value, check),
                }
            }
        }
        Value::Array(_) => elements(value).iter().for_each(|value| for_each_reference(value, check)),
        _ => {}
    }
}

/// An included file cannot use the short form of intrinsic functions, either.
#[test]
fn the_files_are_plain_enough_for_every_reader() {
    for name in ["openapi.yaml", "gateway.yaml"] {
        assert!(is_not_plain(&files::text(name)).is_none(), "{name}");
    }
}
