//! Reads changes of settings.

use serde_json::{Map, Value};
use shared::{
    answer::ApiError,
    members::{Members, formats},
    model::{
        Brake, MOST_CONCURRENT_STEPS, MOST_CONCURRENT_TRANSFERS, RESYNC_HOURS, SettingsChange, UserChange,
        web_origin,
    },
};

use super::{
    appearance::{Appearance, LogoChange},
    inputs,
};
use crate::users;

/// Changes that a body asks for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct RequestedChanges {
    /// Changes of the project.
    pub(super) project: SettingsChange,
    /// Changes of the defaults for its users.
    pub(super) defaults: UserChange,
    /// Path of the logo that has to be the project's already.
    pub(super) present_logo: Option<String>,
}

/// Names of the members of a change.
const MEMBERS: [&str; 12] = [
    "name",
    "return_origins",
    "appearance",
    "inputs",
    "max_file_bytes",
    "formats",
    "select_everything",
    "deletion_brake",
    "resync_hours",
    "concurrent_steps",
    "concurrent_transfers",
    "user_defaults",
];
/// Maximum length of a project's name, in characters.
const MAX_NAME: usize = 200;
/// Maximum number of origins.
const MAX_ORIGINS: usize = 50;
/// Largest file size limit, in bytes: the maximum size of an object in S3.
const MAX_FILE: u64 = 5 * 1024 * 1024 * 1024 * 1024;

/// Reads a change of the project, and of the defaults for its users, as a whole, so that nothing is changed if
/// any part of it is wrong.
pub(super) fn read(body: &[u8]) -> Result<RequestedChanges, ApiError> {
    let mut members = Members::of(body)?;
    let defaults = members.object("user_defaults")?.map(users::read_members).transpose()?.unwrap_or_default();
    let Appearance { accent, logo } =
        members.object("appearance")?.map(Appearance::read).transpose()?.unwrap_or_default();
    let (logo, present_logo) = match logo {
        Some(LogoChange::Present(path)) => (None, Some(path)),
        Some(LogoChange::Set(logo)) => (Some(logo), None),
        None => (None, None),
    };
    let project = SettingsChange {
        name: members.optional("name", &format!("a text of 1 to {MAX_NAME} visible characters"), name)?,
        return_origins: members.optional(
            "return_origins",
            &format!(
                "a list of at most {MAX_ORIGINS} origins such as https://app.example.com, with http for localhost only"
            ),
            origins,
        )?,
        accent,
        logo,
        inputs: members
            .optional("inputs", "a list", |value| Some(value.clone()))?
            .map(|value| inputs::read(&value))
            .transpose()?,
        max_file_bytes: members.optional(
            "max_file_bytes",
            &format!("a whole number of bytes from 0 to {MAX_FILE}"),
            |value| value.as_u64().filter(|bytes| *bytes <= MAX_FILE),
        )?,
        formats: members.optional(
            "formats",
            "\"all\", or an object with families (document, text, image, audio, video) and endings such as csv",
            formats,
        )?,
        select_everything: members.optional("select_everything", "true or false", Value::as_bool)?,
        brake: members.optional(
            "deletion_brake",
            "an object with percent, a whole number from 0 to 100, and items, a whole number of at most 1000000000",
            brake,
        )?,
        resync_seconds: members.optional("resync_hours", "3, 6, 12 or 24", |value| {
            value.as_u64().filter(|hours| RESYNC_HOURS.contains(hours)).map(|hours| hours * 60 * 60)
        })?,
        concurrent_steps: members.optional(
            "concurrent_steps",
            &format!("a whole number from 1 to {MOST_CONCURRENT_STEPS}"),
            |value| up_to(value, MOST_CONCURRENT_STEPS),
        )?,
        concurrent_transfers: members.optional(
            "concurrent_transfers",
            &format!("a whole number from 1 to {MOST_CONCURRENT_TRANSFERS}"),
            |value| up_to(value, MOST_CONCURRENT_TRANSFERS),
        )?,
    };
    members.end(&MEMBERS)?;
    Ok(RequestedChanges { project, defaults, present_logo })
}

fn name(value: &Value) -> Option<String> {
    let name = value.as_str()?.trim();
    let is_good = (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    is_good.then(|| name.to_owned())
}

/// Reads origins in the form that browsers send, each once.
fn origins(value: &Value) -> Option<Vec<String>> {
    let listed = value.as_array().filter(|listed| listed.len() <= MAX_ORIGINS)?;
    let mut origins: Vec<String> = Vec::new();
    for origin in listed {
        let origin = web_origin(origin.as_str()?).ok()?;
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    Some(origins)
}

/// Reads a whole number from 1 to `most`.
fn up_to(value: &Value, most: u8) -> Option<u8> {
    value.as_u64().and_then(|number| u8::try_from(number).ok()).filter(|number| (1..=most).contains(number))
}

fn brake(value: &Value) -> Option<Brake> {
    let object = with_members(value, &["percent", "items"])?;
    let percent = object.get("percent")?.as_u64().filter(|percent| *percent <= 100)?;
    let items = object.get("items")?.as_u64().filter(|items| *items <= 1_000_000_000)?;
    Some(Brake { percent, items })
}

/// Returns an object that has no other members than these.
fn with_members<'a>(value: &'a Value, known: &[&str]) -> Option<&'a Map<String, Value>> {
    value.as_object().filter(|object| object.keys().all(|name| known.contains(&name.as_str())))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::model::{Accent, Family, Formats};

    use super::*;

    fn of(body: &Value) -> Result<SettingsChange, ApiError> {
        read(body.to_string().as_bytes()).map(|asked| asked.project)
    }

    #[test]
    fn what_users_have_by_default_is_read_as_what_one_has() {
        let read = |defaults: Value| read(json!({ "user_defaults": defaults }).to_string().as_bytes());
        let change =
            UserChange { max_files: Some(None), resync_hours: Some(Some(6)), ..UserChange::default() };
        let asked = read(json!({"max_files": null, "resync_hours": 6})).unwrap();
        assert_eq!(asked, RequestedChanges { defaults: change, ..RequestedChanges::default() });
        for wrong in [
            json!(null),
            json!([]),
            json!({"resync_hours": 5}),
            json!({"max_files": -1}),
            json!({"name": "x"}),
        ] {
            assert_eq!(read(wrong.clone()).unwrap_err().code, "malformed_body", "{wrong}");
        }
    }

    #[test]
    fn what_is_named_is_changed_and_nothing_else() {
        assert_eq!(of(&json!({})), Ok(SettingsChange::default()));
        assert_eq!(read(b"").unwrap(), RequestedChanges::default());
        let change = of(&json!({
            "name": " Notes ",
            "return_origins": ["https://APP.example.com:443", "https://app.example.com", "http://localhost:3000/"],
            "formats": {"families": ["text"], "endings": [".Dat", "csv"]},
            "deletion_brake": {"percent": 0, "items": 0},
            "appearance": {"accent": "#0B5CFF"},
        }));
        let expected = SettingsChange {
            name: Some("Notes".to_owned()),
            return_origins: Some(vec![
                "https://app.example.com".to_owned(),
                "http://localhost:3000".to_owned(),
            ]),
            formats: Some(Formats::Only {
                families: vec![Family::Text],
                endings: vec!["Dat".to_owned(), "csv".to_owned()],
            }),
            brake: Some(Brake { percent: 0, items: 0 }),
            accent: Some(Some(Accent([0x0b, 0x5c, 0xff]))),
            ..SettingsChange::default()
        };
        assert_eq!(change, Ok(expected));
        let change = of(
            &json!({"max_file_bytes": 0, "formats": "all", "select_everything": false, "resync_hours": 3, "concurrent_steps": 100,
                "concurrent_transfers": 64}),
        );
        let expected = SettingsChange {
            max_file_bytes: Some(0),
            formats: Some(Formats::All),
            select_everything: Some(false),
            resync_seconds: Some(10_800),
            concurrent_steps: Some(100),
            concurrent_transfers: Some(64),
            ..SettingsChange::default()
        };
        assert_eq!(change, Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_named_and_not_repeated() {
        for (member, value) in [
            ("name", json!("")),
            ("name", json!("   ")),
            ("name", json!("a\u{0}b")),
            ("name", json!("x".repeat(201))),
            ("name", json!(7)),
            ("name", json!(null)),
            ("return_origins", json!("https://app.example.com")),
            ("return_origins", json!(["https://app.example.com/path"])),
            ("return_origins", json!(["http://app.example.com"])),
            ("return_origins", json!(["javascript:alert(1)"])),
            ("return_origins", json!([7])),
            ("return_origins", json!(vec!["https://app.example.com"; 51])),
            ("appearance", json!("#0b5cff")),
            ("appearance", json!(null)),
            ("max_file_bytes", json!(-1)),
            ("max_file_bytes", json!(1.5)),
            ("max_file_bytes", json!("50")),
            ("max_file_bytes", json!(u64::MAX)),
            ("formats", json!("some")),
            ("formats", json!({"families": ["nonsense"]})),
            ("formats", json!({"families": "text"})),
            ("formats", json!({"endings": ["a.b"]})),
            ("formats", json!({"endings": [""]})),
            ("formats", json!({"kinds": []})),
            ("formats", json!([])),
            ("select_everything", json!("yes")),
            ("select_everything", json!(1)),
            ("deletion_brake", json!({"percent": 101, "items": 0})),
            ("deletion_brake", json!({"percent": 50})),
            ("deletion_brake", json!({"percent": 50, "items": 1, "more": 1})),
            ("deletion_brake", json!(50)),
            ("resync_hours", json!(5)),
            ("resync_hours", json!(-1)),
            ("resync_hours", json!("6")),
            ("resync_hours", json!(null)),
            ("concurrent_steps", json!(0)),
            ("concurrent_steps", json!(101)),
            ("concurrent_steps", json!(300)),
            ("concurrent_steps", json!("5")),
            ("concurrent_transfers", json!(0)),
            ("concurrent_transfers", json!(65)),
            ("concurrent_transfers", json!(300)),
            ("concurrent_transfers", json!(1.5)),
            ("concurrent_transfers", json!("5")),
            ("concurrent_transfers", json!(null)),
        ] {
            let error = of(&json!({ member: value })).unwrap_err();
            assert_eq!(error.code, "malformed_body");
            assert!(error.message.starts_with(&format!("{member} must be ")), "{}", error.message);
        }
        let error = of(&json!({"colour": "canary"})).unwrap_err();
        assert!(error.message.contains("resync_hours") && !error.message.contains("canary"));
        assert!(!error.message.contains("colour"));
        for body in ["[]", "7", "null", "{", "{\"name\": \"a\"} x"] {
            assert_eq!(read(body.as_bytes()).unwrap_err().code, "malformed_body", "{body}");
        }
    }
}
