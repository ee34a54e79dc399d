//! T50, T51, T54: what a deployment chose is not lost, and nothing is deployed that was not built.

use std::collections::BTreeSet;

use regex_automata::meta::Regex;
use shared::dropbox::AppTerms;
use template_tests::{
    files::{TEMPLATE, text},
    template::{self, elements, members, of_type, properties, resources, said},
};

/// Returns the lines of a section of `samconfig.toml`.
fn section<'a>(config: &'a str, name: &str) -> Vec<&'a str> {
    let lines = config.lines().skip_while(|line| *line != format!("[{name}]")).skip(1);
    lines.take_while(|line| !line.starts_with('[')).collect()
}

/// Returns the names of the parameters in the example, also of those that are commented out if `all`.
fn given_in_example(all: bool) -> BTreeSet<String> {
    let text = text("parameters.example.toml");
    let lines = text.lines().map(|line| if all { line.trim_start_matches("# ") } else { line });
    let names = lines.filter_map(|line| line.split_once(" = \"")).map(|(name, _)| name.to_owned());
    names.filter(|name| name.chars().all(char::is_alphanumeric)).collect()
}

#[test]
fn no_default_brings_another_table_into_use() {
    let parameter = &TEMPLATE["Parameters"]["RestoredTable"];
    assert!(parameter.get("Default").is_none());
    let allowed = Regex::new(template::text(&parameter["AllowedPattern"])).unwrap();
    assert!(!allowed.is_match("") && allowed.is_match("own"));
}

/// T51.
#[test]
fn deployments_take_what_was_built_and_the_deployers_parameters() {
    let config = text("samconfig.toml");
    for command in ["deploy", "package"] {
        let lines = section(&config, &format!("default.{command}.parameters"));
        assert!(lines.contains(&"template_file = \".aws-sam/build/template.yaml\""), "{command}: {lines:?}");
    }
    assert!(config.contains("parameter_overrides = [\"file://parameters.toml\"]"));
}

#[test]
fn a_deployers_parameters_are_not_committed() {
    assert!(text(".gitignore").lines().any(|line| line == "/parameters.toml"));
}

#[test]
fn the_example_names_parameters_of_the_template_and_each_that_has_no_default() {
    let parameters = members(&TEMPLATE["Parameters"]);
    let known: BTreeSet<_> = parameters.keys().cloned().collect();
    assert!(given_in_example(true).is_subset(&known), "{:?}", given_in_example(true));
    let needed = parameters.iter().filter(|(_, parameter)| parameter.get("Default").is_none());
    let needed: BTreeSet<_> = needed.map(|(name, _)| name.clone()).collect();
    assert!(needed.is_subset(&given_in_example(false)), "{needed:?}");
}

/// Properties that name a resource of each type, and how long AWS lets them be.
const NAMES: [(&str, &str, usize); 7] = [
    ("AWS::SQS::Queue", "QueueName", 80),
    ("AWS::Scheduler::Schedule", "Name", 64),
    ("AWS::Scheduler::ScheduleGroup", "Name", 64),
    ("AWS::Events::EventBus", "Name", 256),
    ("AWS::Logs::LogGroup", "LogGroupName", 512),
    ("AWS::KMS::Alias", "AliasName", 256),
    ("AWS::CloudWatch::Dashboard", "DashboardName", 255),
];

/// Returns the resources that have the stack's name in theirs, with the number of characters that are left for it.
fn room_for_the_stacks_name() -> Vec<(usize, &'static str)> {
    let longest_region = "x".repeat("ap-southeast-4".len());
    let mut room = Vec::new();
    for (kind, property, limit) in NAMES {
        for (name, _) in of_type(kind) {
            let Some(given) = properties(name).get(property).map(said) else { continue };
            let rest = given.replace("${AWS::StackName}", "").replace("AWS::StackName", "");
            if rest != given {
                let rest = rest.replace("${AWS::Region}", &longest_region);
                room.push((limit - rest.chars().count(), name));
            }
        }
    }
    room
}

/// T56: the names with the stack's in them, by how long AWS lets each be.
#[test]
fn a_stacks_name_that_is_too_long_fails_before_anything_is_kept() {
    let room = room_for_the_stacks_name();
    let of_group = room.iter().find(|(_, name)| *name == "ScheduleGroup").unwrap().0;
    assert_eq!(room.iter().map(|(left, _)| *left).min(), Some(of_group), "{room:?}");
    assert!(text("README.md").contains(&format!("{of_group} characters")));
    assert!(resources()["ScheduleGroup"].get("DependsOn").is_none());
    for (name, resource) in resources() {
        let policy = resource["DeletionPolicy"].as_str().unwrap_or_default();
        if policy.starts_with("Retain")
            && !["ApiLogAccount", "ApiLogRole", "BucketTlsOnly"].contains(&name.as_str())
        {
            assert_eq!(elements(&resource["DependsOn"]), ["ScheduleGroup"], "{name}");
        }
    }
}

/// T54: the form by which production status is applied for explains each permission that the app asks users for.
#[test]
fn the_form_for_production_explains_each_permission() {
    let readme = text("README.md");
    let (_, form) = readme.split_once("**What to write in the form.**").unwrap();
    for scope in AppTerms::default().scopes {
        assert!(form.contains(&format!("`{scope}`")), "{scope}");
    }
}
