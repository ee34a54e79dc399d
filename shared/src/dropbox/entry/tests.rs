//! T5: entries of every form.

use serde_json::{Value, json};

use super::*;

fn read_text(text: &str) -> Option<Entry> {
    read(serde_json::from_str(text).unwrap())
}

fn file() -> Value {
    json!({
        ".tag": "file", "name": "A.txt", "path_lower": "/d/a.txt", "path_display": "/D/A.txt", "id": "id:a",
        "rev": "015f", "size": 3, "content_hash": "ab", "server_modified": "2026-01-01T00:00:00Z",
        "is_downloadable": true, "sharing_info": {"read_only": false},
    })
}

/// Returns the file with this value of a field, or without the field.
fn with(name: &str, value: Option<Value>) -> String {
    let mut file = file();
    match value {
        Some(value) => file[name] = value,
        None => drop(file.as_object_mut().unwrap().remove(name)),
    }
    file.to_string()
}

fn metadata(text: &str) -> Metadata {
    match read_text(text) {
        Some(Entry::Present { metadata, .. }) => metadata,
        other => panic!("{text} is read as {other:?}"),
    }
}

fn unreadable(text: &str) -> Unreadable {
    match read_text(text) {
        Some(Entry::Unreadable(entry)) => entry,
        other => panic!("{text} is read as {other:?}"),
    }
}

#[test]
fn what_a_file_must_have_may_not_be_missing_or_of_another_type() {
    for name in [".tag", "name", "path_lower", "id", "rev", "size"] {
        let others = [json!(null), json!([]), json!({}), json!(true), json!([[["a"]]])];
        for value in std::iter::once(None).chain(others.map(Some)) {
            let entry = unreadable(&with(name, value));
            assert_eq!(entry.id.is_some(), name != "id", "{name}");
            assert_eq!(entry.kind.is_some(), name != ".tag", "{name}");
        }
    }
}

#[test]
fn what_a_file_may_have_may_be_missing_and_not_be_of_another_type() {
    let names =
        ["path_display", "content_hash", "server_modified", "is_downloadable", "export_info", "symlink_info"];
    for name in names {
        for value in [None, Some(json!(null))] {
            assert_eq!(metadata(&with(name, value)).id, "id:a".into());
        }
        for value in [json!(7), json!([]), json!({"export_options": 7}), json!({"target": null})] {
            if name != "export_info" || value != json!({"target": null}) {
                unreadable(&with(name, Some(value)));
            }
        }
    }
}

#[test]
fn absurd_numbers_and_lengths_are_not_read() {
    for size in ["-1", "1.5", "1e300", "9007199254740992", "18446744073709551616", "\"3\"", "-0.0"] {
        unreadable(&file().to_string().replace("\"size\":3", &format!("\"size\":{size}")));
    }
    assert_eq!(metadata(&with("size", Some(json!(9_007_199_254_740_991_u64)))).size, 9_007_199_254_740_991);
    let long = "x".repeat(1_000_000);
    for name in ["name", "path_display", "id", "rev", "content_hash", "server_modified"] {
        unreadable(&with(name, Some(json!(long))));
    }
    for path in ["", "d", "/", "//a", "/d//a", "/d/", &format!("/{long}"), &"/x".repeat(20_000)] {
        unreadable(&with("path_lower", Some(json!(path))));
    }
    for id in ["", "id:", "a", "id:a/b", "id:a#b"] {
        let entry = unreadable(&with("id", Some(json!(id))));
        assert_eq!(entry.id, None, "{id}");
    }
    unreadable(&json!({".tag": "deleted", "name": "a", "path_lower": format!("/{long}")}).to_string());
    unreadable(&json!({".tag": "deleted", "name": "a", "path_display": "/a"}).to_string());
    let longest = format!("/{}", "\u{fc}".repeat(255));
    assert_eq!(metadata(&with("path_lower", Some(json!(longest)))).path_lower, longest);
}

#[test]
fn an_id_that_can_be_read_is_known_whatever_else_is_wrong() {
    let known = Unreadable { id: Some("id:a".into()), kind: Some(ItemKind::Folder) };
    let texts = [
        r#"{".tag": "folder", "id": "id:a", "name": "\ud83d", "path_lower": "/a"}"#,
        r#"{"id": "id:a", "path_lower": 7, ".tag": "folder"}"#,
        r#"{".tag": "folder", "name": "a", "name": "a", "path_lower": "/a", "id": "id:a"}"#,
        r#"{".tag": "folder", "id": "id:a", "new": [[[["\udc00"]]]]}"#,
    ];
    for text in texts {
        assert_eq!(unreadable(text), known, "{text}");
    }
    let unknown = [
        r#"{".tag": "folder", "name": "a", "path_lower": "/a", "id": "id:a", "id": "id:b"}"#,
        r#"{".tag": "folder", "id": "id:\ud800", "name": "a", "path_lower": "/a"}"#,
        r#"{".tag": "folder", "id": ["id:a"], "name": "a", "path_lower": "/a"}"#,
        r#"{"\ud800": 1, ".tag": "folder", "id": "id:a"}"#,
        "null",
        "[]",
        "\"id:a\"",
    ];
    for text in unknown {
        assert_eq!(unreadable(text).id, None, "{text}");
    }
    let hologram = r#"{".tag": "hologram", "name": "a", "path_lower": "/a", "id": "id:a"}"#;
    assert_eq!(unreadable(hologram), Unreadable { id: Some("id:a".into()), kind: None });
}

#[test]
fn a_field_that_nobody_reads_may_be_of_any_depth() {
    let depth = 100_000;
    let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(metadata(&file().to_string().replace("false", &deep)).id, "id:a".into());
    unreadable(&file().to_string().replace("\"A.txt\"", &deep));
}

#[test]
fn what_is_mounted_nowhere_is_no_entry() {
    for absent in [json!({}), json!({"path_lower": null, "path_display": null})] {
        let mut file = file();
        file.as_object_mut().unwrap().retain(|name, _| !name.starts_with("path_"));
        file.as_object_mut().unwrap().extend(absent.as_object().unwrap().clone());
        assert_eq!(read_text(&file.to_string()), None);
    }
}

/// T12: keeps the target of a symbolic link.
#[test]
fn a_symbolic_link_says_what_it_points_to() {
    let link = with("symlink_info", Some(json!({"target": "../b", "new": 1})));
    assert_eq!(metadata(&link).symlink_target.as_deref(), Some("../b"));
    assert_eq!(metadata(&file().to_string()).symlink_target, None);
}

/// T11: requests a format by name only if it is among the options.
#[test]
fn a_format_is_asked_for_only_where_it_is_offered() {
    let cases = [
        (json!({"export_as": "docx", "export_options": ["pdf", "docx"]}), Some("docx"), Some("docx")),
        (json!({"export_as": "docx", "export_options": ["pdf"]}), Some("docx"), None),
        (json!({"export_as": "docx", "export_options": []}), Some("docx"), None),
        (json!({"export_as": "docx", "export_options": null}), Some("docx"), None),
        (json!({"export_as": "docx"}), Some("docx"), None),
        (json!({"export_options": ["pdf", "docx"]}), Some("pdf"), Some("pdf")),
        (json!({}), None, None),
    ];
    for (info, format, asked) in cases {
        let mut file = file();
        file["is_downloadable"] = json!(false);
        file["export_info"] = info.clone();
        let metadata = metadata(&file.to_string());
        assert_eq!((metadata.export_as.as_deref(), metadata.export_format()), (format, asked), "{info}");
    }
}
