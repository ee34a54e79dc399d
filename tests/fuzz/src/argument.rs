//! JSON that is to stand in a header.

use http::HeaderValue;
use serde_json::Value;
use shared::dropbox::header_safe;

/// Any text becomes printable ASCII, once and for all; JSON stays the same JSON, and nothing else becomes JSON of
/// another meaning.
pub(crate) fn target(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let safe = header_safe(text);
    assert!(safe.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "not printable ASCII: {safe:?}");
    assert!(HeaderValue::from_str(&safe).is_ok(), "no header: {safe:?}");
    assert_eq!(header_safe(&safe), safe, "escaped twice, it is another");
    if let Ok(said) = serde_json::from_str::<Value>(text) {
        assert_eq!(serde_json::from_str::<Value>(&safe).ok(), Some(said), "{text:?} became {safe:?}");
    }
}
