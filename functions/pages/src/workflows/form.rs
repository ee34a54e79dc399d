//! The form of a workflow: its settings, the account, and whether it runs.

use std::collections::BTreeSet;

use maud::{Markup, html};
use page_kit::isolated;
use serde_json::{Number, Value};
use shared::{
    model::{Connection, ConnectionId, Tags},
    store::Enablement,
    workflows::{Document, Setting, SettingKind, Workflow, settings_of},
};

use super::address;
use crate::{
    form::{field, fields},
    opened::Opened,
    view::{name_of, proof},
};

/// Prefix of the settings' names in the form.
const PREFIX: &str = "setting.";
/// Name of the field of forms in which accounts are chosen.
const CHOOSES: &str = "accounts";
/// Name of the boxes of accounts.
const CHOSEN: &str = "connection";
/// Value of the box of all accounts.
const ALL: &str = "all";

/// No account was chosen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoAccount;

/// Returns the form.
pub(super) fn view(
    opened: &Opened<'_>,
    workflow: &Workflow,
    decided: Option<&Enablement>,
    is_enabled: bool,
    accounts: &[Connection],
) -> Markup {
    let words = opened.words();
    let none = Tags::new();
    let values = settings_of(&workflow.document, decided.map_or(&none, |decided| &decided.settings));
    let has_fields = !workflow.document.settings.is_empty() || accounts.len() > 1;
    html! {
        form method="post" action=(address(opened, workflow)) {
            (proof(opened))
            @if has_fields {
                h2 { (words.settings_heading) }
                div.sheet.fields {
                    @if accounts.len() > 1 { (choice(opened, accounts, decided)) }
                    @for setting in &workflow.document.settings {
                        (input(setting, values.get(&setting.id)))
                    }
                }
            }
            div.actions {
                @if is_enabled {
                    @if has_fields { button.go name="do" value="save" { (words.save_settings) } }
                    button.quiet name="do" value="off" formnovalidate { (words.turn_off) }
                } @else {
                    button.go name="do" value="on" { (words.turn_on) }
                }
            }
        }
    }
}

/// Returns the boxes of the accounts. That of all accounts counts before the others.
fn choice(opened: &Opened<'_>, accounts: &[Connection], decided: Option<&Enablement>) -> Markup {
    let words = opened.words();
    let chosen = decided.map(|decided| &decided.connections).filter(|chosen| !chosen.is_empty());
    html! {
        fieldset {
            legend.field { (words.which_account) }
            input type="hidden" name=(CHOOSES) value="yes";
            label.check {
                input type="checkbox" name=(CHOSEN) value=(ALL) checked[chosen.is_none()];
                span { (words.all_accounts) }
            }
            @for one in accounts {
                label.check {
                    input type="checkbox" name=(CHOSEN) value=(one.id)
                        checked[chosen.is_some_and(|chosen| chosen.contains(&one.id))];
                    span { (name_of(one)) }
                }
            }
        }
    }
}

/// Reads the accounts of a form: `None` if it has no boxes for them, and an empty set for all accounts.
///
/// # Errors
/// If no box is ticked, or one with a value that is no account's.
pub(super) fn accounts(form: &[u8]) -> Result<Option<BTreeSet<ConnectionId>>, NoAccount> {
    if field(form, CHOOSES).is_none() {
        return Ok(None);
    }
    let ticked: Vec<String> = fields(form, CHOSEN).collect();
    if ticked.iter().any(|value| value == ALL) {
        return Ok(Some(BTreeSet::new()));
    }
    let chosen: BTreeSet<ConnectionId> =
        ticked.iter().map(|id| id.parse().map_err(|_| NoAccount)).collect::<Result<_, _>>()?;
    if chosen.is_empty() { Err(NoAccount) } else { Ok(Some(chosen)) }
}

fn input(setting: &Setting, value: Option<&Value>) -> Markup {
    let name = format!("{PREFIX}{}", setting.id);
    let text = value.map(text_of).unwrap_or_default();
    let title = isolated(&setting.title);
    match setting.kind {
        SettingKind::Boolean => html! {
            label.check {
                input type="checkbox" name=(name) value="yes" checked[value == Some(&Value::Bool(true))];
                span { (title) }
            }
        },
        SettingKind::Number => html! {
            label.field { (title) input type="number" step="any" name=(name) value=(text) required[setting.required]; }
        },
        SettingKind::Folder => html! {
            label.field {
                (title)
                input type="text" name=(name) value=(text) required[setting.required] placeholder="/" spellcheck="false";
            }
        },
        SettingKind::Text => html! {
            label.field { (title) input type="text" name=(name) value=(text) required[setting.required]; }
        },
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Reads the settings of a form. An empty field is one that the user has not filled in.
///
/// # Errors
/// The setting whose field has something that it cannot be.
pub(super) fn settings<'a>(document: &'a Document, form: &[u8]) -> Result<Tags, &'a Setting> {
    let mut settings = Tags::new();
    for setting in &document.settings {
        let given = field(form, &format!("{PREFIX}{}", setting.id));
        let value = match (setting.kind, given) {
            (SettingKind::Boolean, given) => Value::Bool(given.is_some()),
            (_, None) => continue,
            (SettingKind::Number, Some(text)) => number(&text).ok_or(setting)?,
            (SettingKind::Text | SettingKind::Folder, Some(text)) => Value::String(text.trim().to_owned()),
        };
        if !setting.kind.takes(&value) {
            return Err(setting);
        }
        settings.insert(setting.id.clone(), value);
    }
    Ok(settings)
}

fn number(text: &str) -> Option<Value> {
    let text = text.trim();
    let whole = text.parse::<i64>().ok().map(Value::from);
    whole.or_else(|| Number::from_f64(text.parse().ok()?).map(Value::Number))
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
                {"id": "folder", "title": "Folder", "type": "folder"},
                {"id": "days", "title": "Days", "type": "number"},
                {"id": "note", "title": "Note", "type": "text"},
                {"id": "loud", "title": "Loud", "type": "boolean"},
            ],
            "steps": [],
        }))
        .unwrap()
    }

    #[test]
    fn a_form_has_accounts_by_their_boxes() {
        let (one, other) = (ConnectionId::random(), ConnectionId::random());
        assert_eq!(accounts(b"do=save"), Ok(None));
        let read = |boxes: &str| accounts(format!("accounts=yes{boxes}").as_bytes());
        assert_eq!(read(&format!("&connection=all&connection={one}")), Ok(Some(BTreeSet::new())));
        let both = read(&format!("&connection={one}&connection={other}"));
        assert_eq!(both, Ok(Some(BTreeSet::from([one, other]))));
        assert_eq!(read(""), Err(NoAccount));
        assert_eq!(read("&connection=x"), Err(NoAccount));
    }

    #[test]
    fn a_form_has_settings_by_their_types() {
        let read = |form: &str| {
            settings(&document(), form.as_bytes()).map(Value::Object).map_err(|setting| setting.id.clone())
        };
        assert_eq!(
            read("setting.folder=%2Fa&setting.days=1.5&setting.note=+x+&setting.loud=yes"),
            Ok(json!({"folder": "/a", "days": 1.5, "note": "x", "loud": true}))
        );
        assert_eq!(read("setting.days=7&setting.folder=&other=1"), Ok(json!({"days": 7, "loud": false})));
        assert_eq!(read("setting.folder=a"), Err("folder".to_owned()));
        assert_eq!(read("setting.days=many"), Err("days".to_owned()));
    }
}
