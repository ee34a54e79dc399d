//! Users' settings of a workflow: what each can be, and what counts where a user has chosen nothing.

use serde_json::Value;

use super::{Document, Setting, SettingKind};
use crate::model::Tags;

/// Maximum size of a user's settings of a workflow as JSON, in bytes.
pub const MAX_SETTINGS: usize = 4 * 1024;

/// Returns the settings with which a workflow runs for a user: the user's own, and the defaults of the others. What
/// the document does not have, or no longer as this type, is left out.
#[must_use]
pub fn settings_of(document: &Document, chosen: &Tags) -> Tags {
    let value = |setting: &Setting| {
        let own = chosen.get(&setting.id).filter(|value| setting.kind.takes(value));
        let value = own.or(setting.default.as_ref())?;
        Some((setting.id.clone(), value.clone()))
    };
    document.settings.iter().filter_map(value).collect()
}

/// Returns the first setting that a user must fill in before the workflow can be enabled.
#[must_use]
pub fn missing_setting<'a>(document: &'a Document, chosen: &Tags) -> Option<&'a Setting> {
    let settings = settings_of(document, chosen);
    let is_empty = |value: &Value| value.as_str().is_some_and(str::is_empty);
    let is_missing = |setting: &&Setting| setting.required && settings.get(&setting.id).is_none_or(is_empty);
    document.settings.iter().find(is_missing)
}

/// Checks settings that a user has chosen.
///
/// # Errors
/// The end of a sentence that begins with the settings' name: it names the setting, and quotes no value.
pub fn check_settings(document: &Document, chosen: &Tags) -> Result<(), String> {
    if Value::Object(chosen.clone()).to_string().len() > MAX_SETTINGS {
        return Err(format!("must have at most {MAX_SETTINGS} bytes"));
    }
    for (id, value) in chosen {
        let Some(setting) = document.settings.iter().find(|setting| setting.id == *id) else {
            let ids: Vec<&str> = document.settings.iter().map(|setting| setting.id.as_str()).collect();
            return Err(match ids.as_slice() {
                [] => "must be empty: the workflow has no settings".to_owned(),
                ids => format!("must have no other members than {}", ids.join(", ")),
            });
        };
        if !setting.kind.takes(value) {
            return Err(format!("must have {} as its member {id}", setting.kind.article()));
        }
    }
    Ok(())
}

impl SettingKind {
    /// Whether a setting of this type can have a value.
    #[must_use]
    pub fn takes(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Folder => value.as_str().is_some_and(is_folder),
        }
    }

    /// Returns what a value of this type is called, with its article.
    #[must_use]
    pub fn article(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Folder => "a folder's path, such as /contracts, or its id",
        }
    }
}

/// Whether a text can be a folder: a path, empty for the account's root, or an id. Dropbox takes both.
fn is_folder(text: &str) -> bool {
    text.is_empty() || text.starts_with('/') || text.starts_with("id:")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        serde_json::from_value(json!({
            "name": "Copies",
            "trigger": {"type": "request"},
            "settings": [
                {"id": "folder", "title": "Folder", "type": "folder", "required": true},
                {"id": "days", "title": "Days", "type": "number", "default": 7},
                {"id": "note", "title": "Note", "type": "text"},
            ],
            "steps": [],
        }))
        .unwrap()
    }

    fn tags(value: &Value) -> Tags {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn what_a_user_has_not_chosen_is_the_default() {
        let settings = |chosen| Value::Object(settings_of(&document(), &tags(&chosen)));
        assert_eq!(settings(json!({})), json!({"days": 7}));
        assert_eq!(settings(json!({"folder": "/a", "days": 3})), json!({"folder": "/a", "days": 3}));
        // The document was changed since.
        assert_eq!(settings(json!({"days": "three", "gone": 1})), json!({"days": 7}));
    }

    #[test]
    fn a_required_setting_without_a_value_is_missing() {
        let missing = |chosen| missing_setting(&document(), &tags(&chosen)).map(|setting| setting.id.clone());
        assert_eq!(missing(json!({})), Some("folder".to_owned()));
        assert_eq!(missing(json!({"folder": ""})), Some("folder".to_owned()));
        assert_eq!(missing(json!({"folder": "/a"})), None);
    }

    #[test]
    fn settings_are_those_of_the_document_with_their_types() {
        let check = |chosen| check_settings(&document(), &tags(&chosen));
        assert_eq!(check(json!({"folder": "id:a", "days": 1.5, "note": ""})), Ok(()));
        for (chosen, expected) in [
            (
                json!({"folder": "a"}),
                "must have a folder's path, such as /contracts, or its id as its member folder",
            ),
            (json!({"days": "<b>"}), "must have a number as its member days"),
            (json!({"<b>": 1}), "must have no other members than folder, days, note"),
            (json!({"note": "x".repeat(MAX_SETTINGS)}), "must have at most 4096 bytes"),
        ] {
            assert_eq!(check(chosen).unwrap_err(), expected);
        }
    }
}
