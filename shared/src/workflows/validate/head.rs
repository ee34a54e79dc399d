//! Checks of a document's name, trigger and settings.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Problem, id_problem, text_problem};
use crate::{
    delivery::{EventType, Filter},
    workflows::{Document, Setting, SettingKind, Trigger, limits},
};

/// Types of events that start no runs: what an application sends has its own trigger, a deleted user has no accounts
/// any more, and endpoints are no user's.
const OTHERS: [EventType; 3] = [EventType::Application, EventType::UserDeleted, EventType::EndpointDisabled];

pub(super) fn problems(document: &Document) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(text_problem("name", &document.name, limits::LONGEST_NAME));
    let description = document.description.as_deref();
    problems
        .extend(description.and_then(|text| text_problem("description", text, limits::LONGEST_DESCRIPTION)));
    problems.extend(of_trigger(&document.trigger));
    problems.extend(of_settings(&document.settings));
    problems
}

fn of_trigger(trigger: &Trigger) -> Option<Problem> {
    match trigger {
        Trigger::Event { filter } => of_filter(filter),
        Trigger::ApplicationEvent { name } => text_problem("trigger.name", name, limits::LONGEST_NAME),
        Trigger::Request {} => None,
        Trigger::Schedule { every_minutes, at_minute } => of_schedule(*every_minutes, *at_minute),
    }
}

fn of_filter(filter: &Filter) -> Option<Problem> {
    if filter.types.is_empty() {
        return Some(Problem::new("trigger.filter.types", "It must name at least one type of event."));
    }
    if let Some(other) = OTHERS.iter().find(|other| filter.types.contains(other)) {
        let message = format!("Events of the type `{}` start no runs by this trigger.", other.as_str());
        return Some(Problem::new("trigger.filter.types", message));
    }
    let error = filter.compiled().err()?;
    Some(Problem::new("trigger.filter", format!("The filter is invalid: {error}.")))
}

fn of_schedule(every_minutes: u32, at_minute: u32) -> Option<Problem> {
    let (shortest, longest) = (limits::SHORTEST_SCHEDULE, limits::LONGEST_SCHEDULE);
    if !(shortest..=longest).contains(&every_minutes) {
        return Some(Problem::new("trigger.every_minutes", format!("It must be {shortest} to {longest}.")));
    }
    let message = "It must be below `every_minutes`.";
    (at_minute >= every_minutes).then(|| Problem::new("trigger.at_minute", message))
}

fn of_settings(settings: &[Setting]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if settings.len() > limits::MOST_SETTINGS {
        problems.push(Problem::new("settings", format!("There are more than {}.", limits::MOST_SETTINGS)));
    }
    let mut ids = BTreeSet::new();
    for (index, setting) in settings.iter().enumerate() {
        let place = |member: &str| format!("settings[{index}].{member}");
        problems.extend(id_problem(&place("id"), &setting.id));
        if !ids.insert(&setting.id) {
            problems.push(Problem::new(place("id"), "Another setting has this id."));
        }
        problems.extend(text_problem(&place("title"), &setting.title, limits::LONGEST_NAME));
        if setting.default.as_ref().is_some_and(|default| !fits(setting.kind, default)) {
            problems.push(Problem::new(place("default"), "It is not of the setting's type."));
        }
    }
    problems
}

/// Whether a value is one of a setting of this type.
fn fits(kind: SettingKind, value: &Value) -> bool {
    match kind {
        SettingKind::Text => value.is_string(),
        SettingKind::Number => value.is_number(),
        SettingKind::Boolean => value.is_boolean(),
        SettingKind::Folder => value.as_str().is_some_and(|path| path.is_empty() || path.starts_with('/')),
    }
}
