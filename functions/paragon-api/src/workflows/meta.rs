//! Descriptions of workflows, in the integration's own.

use serde_json::{Map, Value, json};
use shared::workflows::{Setting, SettingKind, Workflow};

use crate::ids;

/// Returns the workflows as the SDK lists them. It calls a workflow's name its description.
pub(crate) fn listed(workflows: &[Workflow]) -> Value {
    let to_json = |workflow: &Workflow| {
        json!({
            "id": workflow.id,
            "description": workflow.document.name,
            "projectId": workflow.project,
            "integrationId": ids::integration(workflow.project),
            "dateCreated": workflow.created_at.to_string(),
            "dateUpdated": workflow.updated_at.to_string(),
        })
    };
    workflows.iter().map(to_json).collect()
}

/// Returns what the portal needs to know of the workflows, by their ids, in the order of the list.
pub(crate) fn meta(workflows: &[Workflow]) -> Value {
    let to_json = |(order, workflow): (usize, &Workflow)| {
        let document = &workflow.document;
        let inputs: Vec<Value> = document.settings.iter().map(input).collect();
        let json = json!({
            "id": workflow.id,
            "description": document.name,
            "infoText": document.description,
            "defaultEnabled": document.enabled_by_default,
            "hidden": false,
            "order": order,
            "inputs": inputs,
        });
        (workflow.id.to_string(), json)
    };
    Value::Object(workflows.iter().enumerate().map(to_json).collect::<Map<String, Value>>())
}

/// Returns a setting as an input. A folder is chosen from the folders that `POST …/sdk/actions` lists.
fn input(setting: &Setting) -> Value {
    let mut input = json!({
        "id": setting.id,
        "key": setting.id,
        "title": setting.title,
        "type": kind(setting.kind),
        "required": setting.required,
    });
    if setting.kind == SettingKind::Folder {
        input["sourceType"] = json!("folders");
    }
    if let Some(default) = &setting.default {
        input["defaultValue"] = default.clone();
    }
    input
}

/// Returns the type of an input, in the SDK's names.
fn kind(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Text => "TEXT_NO_VARS",
        SettingKind::Number => "NUMBER",
        SettingKind::Boolean => "SWITCH",
        SettingKind::Folder => "DYNAMIC_ENUM",
    }
}
