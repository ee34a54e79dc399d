//! Reads the inputs that users have in Paragon's portal.

use serde_json::{Map, Value, from_value};
use shared::{
    answer::ApiError,
    model::{InputKind, InputOption, PortalInput},
};

/// Names of an input's members.
const MEMBERS: [&str; 7] = ["id", "type", "title", "hint", "required", "default", "options"];
/// Maximum number of inputs.
const MOST: usize = 20;
/// Maximum size of all inputs as JSON, in bytes: they are in the project's row, which every request reads.
const MAX_BYTES: usize = 8 * 1024;
/// Maximum lengths of an id in bytes, and of a title, a hint, and an option's value and label in characters.
const MAX_ID: usize = 64;
const MAX_TITLE: usize = 100;
const MAX_HINT: usize = 300;
const MAX_OPTION: usize = 100;
/// Maximum number of options of a choice.
const MOST_OPTIONS: usize = 50;

/// Reads the list of inputs.
///
/// # Errors
/// 400 that names what is wrong by its place.
pub(super) fn read(value: &Value) -> Result<Vec<PortalInput>, ApiError> {
    let listed = value.as_array().filter(|listed| listed.len() <= MOST);
    let listed = listed.filter(|_| value.to_string().len() <= MAX_BYTES).ok_or_else(|| {
        wrong("inputs", &format!("a list of at most {MOST} inputs, and {MAX_BYTES} bytes as JSON"))
    })?;
    let mut inputs: Vec<PortalInput> = Vec::new();
    for (number, value) in listed.iter().enumerate() {
        let input = input(value)
            .map_err(|(member, must_be)| wrong(&format!("inputs[{number}]{member}"), &must_be))?;
        if inputs.iter().any(|other| other.id == input.id) {
            return Err(wrong(&format!("inputs[{number}].id"), "another one than those of the other inputs"));
        }
        inputs.push(input);
    }
    Ok(inputs)
}

fn wrong(place: &str, must_be: &str) -> ApiError {
    ApiError::invalid("malformed_body", format!("{place} must be {must_be}."))
}

/// A member that is wrong, and what it must be.
type Wrong = (&'static str, String);

fn input(value: &Value) -> Result<PortalInput, Wrong> {
    let members =
        value.as_object().filter(|members| members.keys().all(|name| MEMBERS.contains(&name.as_str())));
    let members = members.ok_or_else(|| ("", format!("an object of {}", MEMBERS.join(", "))))?;
    let kind: InputKind =
        members.get("type").and_then(|kind| from_value(kind.clone()).ok()).ok_or_else(|| {
            (".type", "text, long_text, number, boolean, email, url, choice, folder or file".to_owned())
        })?;
    let input = PortalInput {
        id: required(members, ".id", id, &format!("1 to {MAX_ID} of the characters A-Z, a-z, 0-9, _ and -"))?,
        kind,
        title: required(members, ".title", |value| text(value, MAX_TITLE), &of_characters(MAX_TITLE))?,
        hint: optional(members, ".hint", |value| text(value, MAX_HINT), &of_characters(MAX_HINT))?,
        required: optional(members, ".required", Value::as_bool, "true or false")?.unwrap_or_default(),
        default: members.get("default").filter(|value| !value.is_null()).cloned(),
        options: optional(members, ".options", |value| options(kind, value), &options_must_be())?
            .unwrap_or_default(),
    };
    match &input.default {
        Some(default) if !input.takes(default) => {
            Err((".default", "a value that the input takes".to_owned()))
        }
        _ => Ok(input),
    }
}

fn optional<T>(
    members: &Map<String, Value>,
    member: &'static str,
    read: impl FnOnce(&Value) -> Option<T>,
    must_be: &str,
) -> Result<Option<T>, Wrong> {
    let value = members.get(&member[1..]).filter(|value| !value.is_null());
    value.map(|value| read(value).ok_or_else(|| (member, must_be.to_owned()))).transpose()
}

fn required<T>(
    members: &Map<String, Value>,
    member: &'static str,
    read: impl FnOnce(&Value) -> Option<T>,
    must_be: &str,
) -> Result<T, Wrong> {
    optional(members, member, read, must_be)?.ok_or_else(|| (member, must_be.to_owned()))
}

fn id(value: &Value) -> Option<String> {
    let id = value.as_str()?;
    let is_good = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (is_good && (1..=MAX_ID).contains(&id.len())).then(|| id.to_owned())
}

fn of_characters(limit: usize) -> String {
    format!("a text of 1 to {limit} visible characters")
}

fn text(value: &Value, limit: usize) -> Option<String> {
    let text = value.as_str()?.trim();
    let is_good = (1..=limit).contains(&text.chars().count()) && !text.contains(char::is_control);
    is_good.then(|| text.to_owned())
}

fn options_must_be() -> String {
    format!(
        "a list of at most {MOST_OPTIONS} objects with value and label, each of 1 to {MAX_OPTION} characters, no value \
         twice, and of a choice only"
    )
}

fn options(kind: InputKind, value: &Value) -> Option<Vec<InputOption>> {
    let listed = value.as_array().filter(|listed| listed.len() <= MOST_OPTIONS)?;
    let mut options: Vec<InputOption> = Vec::new();
    for one in listed {
        let members = one.as_object().filter(|members| members.len() == 2)?;
        let part = |name: &str| text(members.get(name)?, MAX_OPTION);
        let option = InputOption { value: part("value")?, label: part("label")? };
        if options.iter().any(|other| other.value == option.value) {
            return None;
        }
        options.push(option);
    }
    (kind == InputKind::Choice || options.is_empty()).then_some(options)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn inputs_are_read_as_they_are_told() {
        let told = json!([
            {"id": "folder", "type": "folder", "title": "Folder", "hint": "Exports go there.", "required": true},
            {"id": "limit", "type": "number", "title": "Limit", "required": false, "default": 5},
            {"id": "kind", "type": "choice", "title": "Kind", "required": false, "default": "a",
                "options": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]},
        ]);
        assert_eq!(json!(read(&told).unwrap()), told);
        assert_eq!(read(&json!([])), Ok(Vec::new()));
        let short = read(&json!([{"id": "a", "type": "text", "title": " A ", "hint": null}])).unwrap();
        assert_eq!(json!(short), json!([{"id": "a", "type": "text", "title": "A", "required": false}]));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place_and_not_repeated() {
        let good = json!({"id": "a", "type": "text", "title": "A"});
        let with = |member: &str, value: Value| {
            let mut input = good.clone();
            input[member] = value;
            json!([input])
        };
        let many = json!(vec![good.clone(); 21]);
        let large = json!([{"id": "a", "type": "text", "title": "A", "hint": "x".repeat(9_000)}]);
        for (place, value) in [
            ("inputs must", json!({})),
            ("inputs must", many),
            ("inputs must", large),
            ("inputs[0] must", json!(["canary"])),
            ("inputs[0] must", with("canary", json!(1))),
            ("inputs[0].id must", with("id", json!("canary canary"))),
            ("inputs[0].id must", with("id", json!(""))),
            ("inputs[0].type must", with("type", json!("canary"))),
            ("inputs[0].title must", with("title", json!("x".repeat(101)))),
            ("inputs[0].title must", with("title", json!(" "))),
            ("inputs[0].hint must", with("hint", json!("a\u{0}canary"))),
            ("inputs[0].required must", with("required", json!("yes"))),
            ("inputs[0].default must", with("default", json!(1))),
            ("inputs[0].options must", with("options", json!([{"value": "a", "label": "A"}]))),
            ("inputs[1].id must", json!([good, good])),
        ] {
            let error = read(&value).unwrap_err();
            assert!(error.message.starts_with(place), "{place}: {}", error.message);
            assert!(!error.message.contains("canary"), "{}", error.message);
        }
        for options in [
            json!("a"),
            json!(["a"]),
            json!([{"value": "a"}]),
            json!([{"value": "", "label": "A"}]),
            json!([{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]),
            json!([{"value": "a", "label": "A", "more": 1}]),
            json!(vec![json!({"value": "a", "label": "A"}); 51]),
        ] {
            let choice = json!([{"id": "a", "type": "choice", "title": "A", "options": options}]);
            assert!(read(&choice).unwrap_err().message.starts_with("inputs[0].options must"));
        }
    }
}
