//! Unreadable entries (T5): one entry of a page, or the single entry of a lookup.

use fastrand::Rng;
use serde_json::{Value, json};

/// Placeholder in the JSON for bytes that are not valid Unicode.
const MARK: &str = "GARBLED";

/// Returns a response as bytes, with one unreadable entry.
pub(super) fn garbled(mut answer: Value, rng: &mut Rng) -> Vec<u8> {
    match answer["entries"].as_array_mut() {
        Some(entries) if entries.is_empty() => {}
        Some(entries) => {
            let place = rng.usize(0..entries.len());
            garble(&mut entries[place], rng);
        }
        None => garble(&mut answer, rng),
    }
    let text = answer.to_string();
    let no_unicode = [&b"\\ud83d"[..], b"\xff\xfe"][rng.usize(0..2)];
    let parts: Vec<&[u8]> = text.split(MARK).map(str::as_bytes).collect();
    parts.join(no_unicode)
}

fn garble(entry: &mut Value, rng: &mut Rng) {
    match rng.u32(0..10) {
        0 => *entry = json!(null),
        1 => *entry = json!([7]),
        2 => entry["name"] = json!(MARK),
        3 => entry["path_lower"] = json!(format!("/{MARK}")),
        4 => entry[".tag"] = json!("hologram"),
        5 => entry["id"] = json!(7),
        6 => entry["path_lower"] = json!({"deep": [[[[]]]]}),
        7 => entry["path_display"] = json!("x".repeat(100_000)),
        8 => entry["export_info"] = json!(-1),
        _ => drop(entry.as_object_mut().and_then(|fields| fields.remove("path_lower"))),
    }
}
