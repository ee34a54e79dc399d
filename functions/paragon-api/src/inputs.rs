//! The inputs of a project's integration, in the form in which Paragon's SDK gives them to its portal and to
//! pages of the application's own (`availableUserSettings`).

use serde_json::{Value, json};
use shared::model::{InputKind, PortalInput};

/// Returns the inputs as `sharedMeta.inputs`.
pub(crate) fn to_json(inputs: &[PortalInput]) -> Value {
    inputs.iter().map(input).collect()
}

fn input(input: &PortalInput) -> Value {
    let mut json = json!({
        "id": input.id,
        "type": kind(input.kind),
        "title": input.title,
        "required": input.required,
    });
    if let Some(hint) = &input.hint {
        json["tooltip"] = json!(hint);
    }
    if let Some(default) = &input.default {
        json["defaultValue"] = default.clone();
    }
    match input.kind {
        InputKind::Choice => {
            // The key under which `connect` takes the options of the application's page.
            json["key"] = json!(input.id);
            json["keyIsDefault"] = json!(false);
            json["customDropdownOptions"] = json!(input.options);
        }
        InputKind::Folder => json["sourceType"] = json!("folders"),
        InputKind::File => json["sourceType"] = json!("files"),
        _ => {}
    }
    json
}

/// Returns the SDK's name of a kind (`SidebarInputType` of `@useparagon/connect` 2.4.0).
fn kind(kind: InputKind) -> &'static str {
    match kind {
        InputKind::Text => "TEXT_NO_VARS",
        InputKind::LongText => "TEXTAREA_NO_VARS",
        InputKind::Number => "NUMBER",
        InputKind::Boolean => "BOOLEAN_INPUT",
        InputKind::Email => "EMAIL",
        InputKind::Url => "URL",
        InputKind::Choice => "CUSTOM_DROPDOWN",
        InputKind::Folder | InputKind::File => "DYNAMIC_ENUM",
    }
}
