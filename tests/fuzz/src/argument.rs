//! Target for JSON that is put into a header.

use http::HeaderValue;
use serde_json::Value;
use shared::dropbox::header_safe;

/// Any text becomes printable ASCII, and converting it again changes nothing. JSON keeps its meaning, and
/// other text becomes no JSON of another meaning.
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
