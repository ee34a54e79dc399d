//! Checks of steps, apart from their references.

use std::collections::{BTreeMap, HashSet};

use http::HeaderName;
use serde_json::{Map, Value};

use super::{Catalog, Problem, id_problem, parameters, text_problem};
use crate::{
    dropbox::{Route, Style},
    workflows::{Document, Step, StepKind, limits, placed, placed::Placed},
};

/// First names of references, which an item cannot have, and names that the template library keeps for itself.
const TAKEN: [&str; 10] =
    ["trigger", "steps", "settings", "user", "connection", "project", "workflow", "run", "step", "loop"];
/// Words of the language of references, which cannot be names in it.
const WORDS: [&str; 11] = ["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "self"];
/// Headers that the sender writes, or that belong to a connection (RFC 9110, 7.6.1).
const RESERVED: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

pub(super) fn problems(document: &Document, catalog: &Catalog) -> Vec<Problem> {
    let steps = placed::all(document);
    if steps.is_empty() {
        return vec![Problem::new("steps", "There must be at least one step.")];
    }
    if steps.len() > limits::MOST_STEPS {
        let message = format!("There are {} steps in all, more than {}.", steps.len(), limits::MOST_STEPS);
        return vec![Problem::new("steps", message)];
    }
    let mut problems = Vec::new();
    let mut places = BTreeMap::new();
    for placed in &steps {
        if let Some(other) = places.insert(placed.step.id.as_str(), placed.place.as_str()) {
            problems.push(Problem::new(
                format!("{}.id", placed.place),
                format!("The step at {other} has this id."),
            ));
        }
        problems.extend(of_step(placed, catalog));
    }
    problems
}

fn of_step(placed: &Placed<'_>, catalog: &Catalog) -> Vec<Problem> {
    let step = placed.step;
    let place = |member: &str| format!("{}.{member}", placed.place);
    let mut problems = Vec::new();
    problems.extend(id_problem(&place("id"), &step.id));
    if placed.around.len() >= limits::DEEPEST_STEPS {
        let message = format!("It is in more than {} lists of steps.", limits::DEEPEST_STEPS);
        problems.push(Problem::new(&placed.place, message));
    }
    let description = step.description.as_deref();
    problems.extend(
        description.and_then(|text| text_problem(&place("description"), text, limits::LONGEST_DESCRIPTION)),
    );
    if step.attempts.is_some_and(|attempts| !(1..=limits::MOST_ATTEMPTS).contains(&attempts)) {
        problems.push(Problem::new(place("attempts"), format!("It must be 1 to {}.", limits::MOST_ATTEMPTS)));
    }
    problems.extend(of_kind(placed, catalog));
    problems
}

fn of_kind(placed: &Placed<'_>, catalog: &Catalog) -> Vec<Problem> {
    let place = |member: &str| format!("{}.{member}", placed.place);
    match &placed.step.kind {
        StepKind::Action { action, parameters } => of_action(&placed.place, action, parameters, catalog),
        StepKind::Dropbox { route, .. } => of_route(&place("route"), route).into_iter().collect(),
        StepKind::Http { url, headers, .. } => {
            let headers = of_headers(&place("headers"), headers);
            of_url(&place("url"), url).into_iter().chain(headers).collect()
        }
        StepKind::Condition { then, otherwise, .. } => {
            let message = "It has no steps: neither `then` nor `else`.";
            let is_empty = then.is_empty() && otherwise.is_empty();
            is_empty.then(|| Problem::new(&placed.place, message)).into_iter().collect()
        }
        StepKind::ForEach { name, steps, .. } => of_for_each(placed, name, steps),
        StepKind::Delay { seconds } => of_delay(&place("seconds"), seconds).into_iter().collect(),
        StepKind::Response { status, .. } => {
            let message = "It must be 200 to 599.";
            let is_status = (200..=599).contains(status);
            (!is_status).then(|| Problem::new(place("status"), message)).into_iter().collect()
        }
    }
}

fn of_action(place: &str, action: &str, parameters: &Map<String, Value>, catalog: &Catalog) -> Vec<Problem> {
    match catalog.parameters_of(action) {
        Some(schema) => parameters::problems(&format!("{place}.parameters"), parameters, schema),
        None => {
            let message = format!("There is no such action. There are {}.", catalog.names());
            vec![Problem::new(format!("{place}.action"), message)]
        }
    }
}

fn of_route(place: &str, route: &str) -> Option<Problem> {
    let parsed = Route::parse(&format!("2/{route}"));
    let is_rpc = parsed.is_ok_and(|route| route.style() == Style::Rpc);
    let message =
        "It must be a route of Dropbox's API that takes and answers JSON, such as `files/get_metadata`.";
    (!is_rpc).then(|| Problem::new(place, message))
}

/// An address that begins with a reference is checked when it is known.
fn of_url(place: &str, url: &str) -> Option<Problem> {
    let is_secure = url.starts_with("https://") && url.len() > "https://".len();
    let message = "It must be an address that begins with `https://`, or with a reference.";
    (!is_secure && !url.starts_with("{{")).then(|| Problem::new(place, message))
}

fn of_headers(place: &str, headers: &BTreeMap<String, String>) -> Vec<Problem> {
    let mut problems = Vec::new();
    if headers.len() > limits::MOST_HEADERS {
        problems.push(Problem::new(place, format!("There are more than {}.", limits::MOST_HEADERS)));
    }
    let mut names = HashSet::new();
    for (given, value) in headers {
        let place = format!("{place}.{given}");
        match HeaderName::from_bytes(given.as_bytes()) {
            Err(_) => problems.push(Problem::new(&place, "It is no name of a header.")),
            Ok(name) if RESERVED.contains(&name.as_str()) => {
                problems.push(Problem::new(&place, "The sender writes this header itself."));
            }
            Ok(name) => {
                if !names.insert(name) {
                    problems
                        .push(Problem::new(&place, "It is there twice; upper and lower case are the same."));
                }
            }
        }
        if value.chars().any(char::is_control) {
            problems.push(Problem::new(place, "It has control characters."));
        }
    }
    problems
}

fn of_for_each(placed: &Placed<'_>, name: &str, steps: &[Step]) -> Vec<Problem> {
    let place = format!("{}.as", placed.place);
    let mut problems = Vec::new();
    problems.extend(id_problem(&place, name));
    if TAKEN.contains(&name) || WORDS.contains(&name) {
        problems.push(Problem::new(
            &place,
            "References begin with this name, or it is a word of their language.",
        ));
    }
    let name_of = |around: &Placed<'_>| match &around.step.kind {
        StepKind::ForEach { name, .. } => Some(name.clone()),
        _ => None,
    };
    if let Some(other) = placed.around.iter().find(|around| name_of(around).as_deref() == Some(name)) {
        problems
            .push(Problem::new(&place, format!("The for-each around, {}, has this name.", other.step.id)));
    }
    if steps.is_empty() {
        problems.push(Problem::new(format!("{}.steps", placed.place), "There must be at least one step."));
    }
    problems
}

/// A text is checked as a reference.
fn of_delay(place: &str, seconds: &Value) -> Option<Problem> {
    let longest = limits::LONGEST_DELAY.as_secs();
    let is_right =
        seconds.is_string() || seconds.as_u64().is_some_and(|seconds| (1..=longest).contains(&seconds));
    let message = format!("It must be a whole number of 1 to {longest}, or one reference.");
    (!is_right).then(|| Problem::new(place, message))
}
