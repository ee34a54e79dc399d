//! Whether settings are what their inputs take.

use serde_json::Value;
use url::Url;

use super::{InputKind, PortalInput};
use crate::model::Tags;

/// Longest line of text, in characters.
const MAX_TEXT: usize = 1_000;
/// Longest text of several lines, in characters.
const MAX_LONG_TEXT: usize = 2_000;
/// Longest e-mail address, in bytes (RFC 5321, section 4.5.3.1.3).
const MAX_EMAIL: usize = 254;
/// Longest web address, value of a choice and Dropbox id, in bytes.
const MAX_REFERENCE: usize = 2_000;
/// Beginning of Dropbox ids of files and folders.
const DROPBOX_ID: &str = "id:";

/// A setting that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongSetting {
    /// The id of its input; `None` if there is no such input.
    pub id: Option<String>,
    /// Requirement that it does not meet.
    pub must: String,
}

/// Checks settings that replace others, and returns them without those that are null, which count as absent.
///
/// A stored value stays, even if the inputs are others by now. Without inputs, every value is accepted.
///
/// # Errors
/// Fails if a setting is not what its input takes, if there is no such input, or if a required one is taken away.
pub fn checked_settings(inputs: &[PortalInput], before: &Tags, new: &Tags) -> Result<Tags, WrongSetting> {
    if inputs.is_empty() {
        return Ok(new.clone());
    }
    let mut checked = new.clone();
    checked.retain(|_, value| !value.is_null());
    for (id, value) in checked.iter().filter(|(id, value)| before.get(*id) != Some(*value)) {
        let input = inputs.iter().find(|input| input.id == *id).ok_or_else(|| unknown(inputs))?;
        if !input.takes(value) {
            return Err(WrongSetting { id: Some(id.clone()), must: input.must_be() });
        }
    }
    let is_gone =
        |input: &&PortalInput| input.required && has(before, &input.id) && !has(&checked, &input.id);
    match inputs.iter().find(is_gone) {
        Some(input) => Err(WrongSetting { id: Some(input.id.clone()), must: "must be given".to_owned() }),
        None => Ok(checked),
    }
}

fn has(settings: &Tags, id: &str) -> bool {
    settings.get(id).is_some_and(|value| value != "")
}

fn unknown(inputs: &[PortalInput]) -> WrongSetting {
    let known: Vec<&str> = inputs.iter().map(|input| input.id.as_str()).collect();
    WrongSetting { id: None, must: format!("takes no other settings than {}", known.join(", ")) }
}

impl PortalInput {
    /// Returns whether a value is what the input takes.
    #[must_use]
    pub fn takes(&self, value: &Value) -> bool {
        match self.kind {
            InputKind::Number => value.is_number(),
            InputKind::Boolean => value.is_boolean(),
            _ => value.as_str().is_some_and(|text| self.takes_text(text)),
        }
    }

    fn takes_text(&self, text: &str) -> bool {
        let is_line = |limit: usize| text.len() <= limit && !text.contains(char::is_control);
        match self.kind {
            InputKind::Text => text.chars().count() <= MAX_TEXT && !text.contains(char::is_control),
            InputKind::LongText => text.chars().count() <= MAX_LONG_TEXT,
            InputKind::Email => is_line(MAX_EMAIL) && is_email(text),
            InputKind::Url => is_line(MAX_REFERENCE) && is_web(text),
            InputKind::Choice if self.options.is_empty() => is_line(MAX_REFERENCE),
            InputKind::Choice => self.options.iter().any(|option| option.value == text),
            InputKind::Folder | InputKind::File => {
                is_line(MAX_REFERENCE) && text.strip_prefix(DROPBOX_ID).is_some_and(|rest| !rest.is_empty())
            }
            InputKind::Number | InputKind::Boolean => false,
        }
    }

    /// Returns the end of a sentence that says what the input takes.
    #[must_use]
    pub fn must_be(&self) -> String {
        match self.kind {
            InputKind::Text => format!("must be a line of text of at most {MAX_TEXT} characters"),
            InputKind::LongText => format!("must be a text of at most {MAX_LONG_TEXT} characters"),
            InputKind::Number => "must be a number".to_owned(),
            InputKind::Boolean => "must be true or false".to_owned(),
            InputKind::Email => "must be an e-mail address".to_owned(),
            InputKind::Url => "must be a web address".to_owned(),
            InputKind::Choice if self.options.is_empty() => {
                format!("must be a text of at most {MAX_REFERENCE} bytes")
            }
            InputKind::Choice => "must be one of the input's options".to_owned(),
            InputKind::Folder => "must be a folder's Dropbox id".to_owned(),
            InputKind::File => "must be a file's Dropbox id".to_owned(),
        }
    }
}

/// A rough check, as browsers make one: whether the address exists only a message shows.
fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.contains(char::is_whitespace)
}

fn is_web(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::InputOption, *};

    fn input(id: &str, kind: InputKind) -> PortalInput {
        let option = InputOption { value: "a".to_owned(), label: "A".to_owned() };
        let options = if kind == InputKind::Choice { vec![option] } else { Vec::new() };
        PortalInput {
            id: id.to_owned(),
            kind,
            title: id.to_owned(),
            hint: None,
            required: false,
            default: None,
            options,
        }
    }

    fn tags(value: Value) -> Tags {
        match value {
            Value::Object(tags) => tags,
            other => panic!("{other} is no object"),
        }
    }

    #[test]
    fn each_kind_takes_its_own_values() {
        for (kind, good, bad) in [
            (
                InputKind::Text,
                vec![json!(""), json!("é".repeat(1_000))],
                vec![json!("a\nb"), json!("é".repeat(1_001)), json!(1)],
            ),
            (InputKind::LongText, vec![json!("a\nb")], vec![json!("é".repeat(2_001)), json!(true)]),
            (InputKind::Number, vec![json!(0), json!(-1.5)], vec![json!("0"), json!(true), json!([1])]),
            (InputKind::Boolean, vec![json!(true), json!(false)], vec![json!("true"), json!(1)]),
            (
                InputKind::Email,
                vec![json!("zoë@example.com")],
                vec![json!(""), json!("a@"), json!("@b"), json!("a @b"), json!("a@b@c")],
            ),
            (
                InputKind::Url,
                vec![json!("https://a.example/b?c"), json!("http://10.0.0.1:80")],
                vec![json!("a.example"), json!("javascript:alert(1)"), json!("")],
            ),
            (InputKind::Choice, vec![json!("a")], vec![json!("b"), json!(""), json!(["a"])]),
            (
                InputKind::Folder,
                vec![json!("id:abc")],
                vec![json!("id:"), json!("/folder"), json!("id:a\u{0}")],
            ),
            (InputKind::File, vec![json!("id:abc")], vec![json!(""), json!({"id": "id:abc"})]),
        ] {
            let input = input("one", kind);
            for value in good {
                assert!(input.takes(&value), "{kind:?}: {value}");
            }
            for value in bad {
                assert!(!input.takes(&value), "{kind:?}: {value}");
            }
        }
        let open = PortalInput { options: Vec::new(), ..input("one", InputKind::Choice) };
        assert!(open.takes(&json!("whatever the page gave")) && !open.takes(&json!(1)));
    }

    #[test]
    fn without_inputs_anything_is_kept() {
        let new = tags(json!({"a": null, "b": [1, {"c": "d"}]}));
        assert_eq!(checked_settings(&[], &Tags::new(), &new), Ok(new));
    }

    #[test]
    fn only_what_changes_is_checked() {
        let inputs = [input("limit", InputKind::Number), input("kind", InputKind::Choice)];
        let before = tags(json!({"limit": "many", "gone": [1]}));
        let check = |new: Value| checked_settings(&inputs, &before, &tags(new)).map(Value::Object);
        let same = json!({"limit": "many", "gone": [1], "kind": "a"});
        assert_eq!(check(same.clone()), Ok(same), "an earlier definition took them");
        assert_eq!(check(json!({"limit": null, "gone": null})), Ok(json!({})));
        assert_eq!(check(json!({"limit": "more"})).unwrap_err().id.as_deref(), Some("limit"));
        let unknown = check(json!({"gone": [2]})).unwrap_err();
        assert_eq!((unknown.id, unknown.must.as_str()), (None, "takes no other settings than limit, kind"));
    }

    #[test]
    fn a_required_one_is_not_taken_away() {
        let inputs = [PortalInput { required: true, ..input("name", InputKind::Text) }];
        let stored = tags(json!({"name": "a"}));
        for new in [json!({}), json!({"name": null}), json!({"name": ""})] {
            let wrong = checked_settings(&inputs, &stored, &tags(new.clone())).unwrap_err();
            assert_eq!((wrong.id.as_deref(), wrong.must.as_str()), (Some("name"), "must be given"), "{new}");
            assert!(checked_settings(&inputs, &Tags::new(), &tags(new)).is_ok(), "it was not given before");
        }
    }
}
