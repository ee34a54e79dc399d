//! Parameters of triggers. Paragon has none for Dropbox (`parameters: {}`); these are ours, all optional, in the form of
//! Paragon's *Schema Formats*.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    delivery::{Filter, trigger::Trigger},
    members,
    model::{ConnectionId, Family, Formats, Tags, UserId},
};

use crate::fields::invalid;

/// A parameter of triggers: a text.
struct Parameter {
    id: &'static str,
    label: &'static str,
    /// Whether only triggers of files have it.
    of_files: bool,
}

const FOLDER: &str = "folder";
const GLOB: &str = "glob";
const FORMATS: &str = "formats";

const PARAMETERS: [Parameter; 3] = [
    Parameter { id: FOLDER, label: "Only in this folder, such as /contracts", of_files: false },
    Parameter { id: GLOB, label: "Only paths of this pattern, such as /contracts/**/*.pdf", of_files: false },
    Parameter {
        id: FORMATS,
        label: "Only files of these formats: endings, or document, text, image, audio, video, with commas between them",
        of_files: true,
    },
];

fn of(trigger: &Trigger) -> impl Iterator<Item = &'static Parameter> {
    let is_of_file = trigger.event.as_str().starts_with("file.");
    PARAMETERS.iter().filter(move |parameter| is_of_file || !parameter.of_files)
}

/// Returns the parameters of a trigger as JSON.
pub(crate) fn to_json(trigger: &Trigger) -> Value {
    let one = |parameter: &Parameter| json!({"id": parameter.id, "type": "TEXT_NO_VARS", "label": parameter.label, "required": false});
    of(trigger).map(one).collect()
}

/// Returns the filter that a trigger with these parameters stands for. Empty texts and nulls count as absent, because
/// forms send them.
pub(super) fn filter(
    trigger: &Trigger,
    parameters: &Tags,
    user: &UserId,
    connection: ConnectionId,
) -> Result<Filter, ApiError> {
    let known: Vec<&str> = of(trigger).map(|parameter| parameter.id).collect();
    if parameters.keys().any(|name| !known.contains(&name.as_str())) {
        let must = format!("must have no others than {} with this trigger", known.join(", "));
        return Err(invalid("parameters", &must));
    }
    let filter = Filter {
        types: BTreeSet::from([trigger.event]),
        users: BTreeSet::from([user.clone()]),
        connections: BTreeSet::from([connection]),
        folders: text(parameters, FOLDER)?.into_iter().collect(),
        glob: text(parameters, GLOB)?,
        formats: formats(parameters)?,
        ..Filter::default()
    };
    match filter.compiled() {
        Ok(_) => Ok(filter),
        Err(wrong) => Err(invalid("parameters", &format!("cannot be used: {wrong}"))),
    }
}

fn text(parameters: &Tags, name: &str) -> Result<Option<String>, ApiError> {
    match parameters.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
        Some(_) => Err(invalid(&format!("parameters.{name}"), "must be a text")),
    }
}

fn formats(parameters: &Tags) -> Result<Formats, ApiError> {
    let Some(listed) = text(parameters, FORMATS)? else { return Ok(Formats::All) };
    let names = listed.split(',').map(str::trim).filter(|name| !name.is_empty());
    let is_family = |name: &&str| serde_json::from_value::<Family>(json!(name)).is_ok();
    let (families, endings): (Vec<&str>, Vec<&str>) = names.partition(is_family);
    if families.is_empty() && endings.is_empty() {
        return Ok(Formats::All);
    }
    let read = members::formats(&json!({"families": families, "endings": endings}));
    read.ok_or_else(|| invalid("parameters.formats", "must be endings such as pdf, with commas between them"))
}

#[cfg(test)]
mod tests {
    use shared::delivery::trigger::named;

    use super::*;

    fn read(trigger: &str, parameters: &Value) -> Result<Filter, ApiError> {
        let (parameters, user) = (parameters.as_object().unwrap().clone(), "user-1".parse().unwrap());
        filter(named(trigger).unwrap(), &parameters, &user, ConnectionId::random())
    }

    #[test]
    fn parameters_narrow_what_is_delivered() {
        let parameters = json!({"folder": "/a", "glob": "/a/*.PDF", "formats": "document, .CSV,"});
        let read = read("TRIGGER_DROPBOX_FILE_CREATED", &parameters).unwrap();
        assert_eq!((read.folders, read.glob.as_deref()), (vec!["/a".to_owned()], Some("/a/*.PDF")));
        let wanted = ["a.pdf", "a.csv", "a.mp3"].map(|name| read.formats.want(name));
        assert_eq!(wanted, [true, true, false]);
    }

    #[test]
    fn without_parameters_the_trigger_alone_decides() {
        for none in [json!({}), json!({"folder": "", "glob": null, "formats": " , "})] {
            let read = read("TRIGGER_DROPBOX_FILE_DELETED", &none).unwrap();
            assert_eq!((read.folders.len(), read.glob, read.formats), (0, None, Formats::All), "{none}");
            assert_eq!((read.types.len(), read.users.len(), read.connections.len()), (1, 1, 1));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for wrong in [
            json!({"other": "x"}),
            json!({"folder": 7}),
            json!({"folder": "contracts"}),
            json!({"glob": "["}),
            json!({"formats": ["pdf"]}),
            json!({"formats": "a b"}),
        ] {
            let refused = read("TRIGGER_DROPBOX_FILE_CREATED", &wrong).map(drop).unwrap_err();
            assert_eq!(refused.code, "invalid_field", "{wrong}");
        }
        assert!(read("TRIGGER_DROPBOX_FOLDER_CREATED", &json!({"formats": "pdf"})).is_err());
        assert!(read("TRIGGER_DROPBOX_FOLDER_CREATED", &json!({"glob": "/a/*"})).is_ok());
    }
}
