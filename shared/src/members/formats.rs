//! Reads formats of files.

use serde_json::Value;

use crate::model::Formats;

/// Maximum number of endings.
const MOST_ENDINGS: usize = 500;
/// Maximum length of an ending, in characters.
const LONGEST_ENDING: usize = 32;

/// Reads formats: `"all"`, or an object with `families` and `endings`, both optional. `None` for anything else.
#[must_use]
pub fn formats(value: &Value) -> Option<Formats> {
    if value == "all" {
        return Some(Formats::All);
    }
    let object = value.as_object()?;
    if object.keys().any(|name| !["families", "endings"].contains(&name.as_str())) {
        return None;
    }
    let families = object
        .get("families")
        .map_or(Some(Vec::new()), |families| serde_json::from_value(families.clone()).ok())?;
    let endings = object.get("endings").map_or(Some(Vec::new()), |endings| {
        let listed = endings.as_array().filter(|listed| listed.len() <= MOST_ENDINGS)?;
        listed.iter().map(ending).collect()
    })?;
    Some(Formats::Only { families, endings })
}

/// Reads an ending, with or without its dot. It is compared with what follows the last dot of a name.
fn ending(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let ending = text.strip_prefix('.').unwrap_or(text);
    let is_allowed = |c: char| !(c == '.' || c == '/' || c.is_whitespace() || c.is_control());
    let is_good = (1..=LONGEST_ENDING).contains(&ending.chars().count()) && ending.chars().all(is_allowed);
    is_good.then(|| ending.to_owned())
}
