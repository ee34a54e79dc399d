//! Ids of deliveries.

use std::fmt::Write;

/// The id of a delivery, made of an event's id. It is printable ASCII and has no `.`, which separates the id from
/// the time in what is signed: no other id and time can be read from the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// Returns the id of the delivery of an event. Letters, digits, `_`, `-` and `:`, of which our ids consist, stay
    /// as they are; every other byte is written as `%` and two hexadecimal digits, so that different events never
    /// have the same id.
    #[must_use]
    pub fn of(event: &str) -> Self {
        let mut id = String::with_capacity(event.len());
        for byte in event.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b':' => id.push(char::from(byte)),
                other => {
                    let _ = write!(id, "%{other:02X}");
                }
            }
        }
        Self(id)
    }

    /// Returns the id as in the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ids_of_our_events_stay_as_they_are() {
        for id in [
            "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a:41",
            "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a:id:a4ayc_80_OEAAAAAAAAAXw:015f9a1c0b7e4d0:ready",
            "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a:degraded:walk:1700000000123",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
        ] {
            assert_eq!(MessageId::of(id).as_str(), id);
        }
    }

    #[test]
    fn other_bytes_are_encoded() {
        assert_eq!(MessageId::of("a.b c%\u{e4}\n").as_str(), "a%2Eb%20c%25%C3%A4%0A");
    }

    proptest! {
        #[test]
        fn an_id_has_no_dot_and_fits_a_header_and_different_events_have_different_ids(
            one in ".{0,40}", other in ".{0,40}",
        ) {
            let id = MessageId::of(&one);
            prop_assert!(!id.as_str().contains('.') && id.as_str().is_ascii());
            prop_assert!(HeaderValue::from_str(id.as_str()).is_ok_and(|value| value.to_str().is_ok()));
            prop_assert_eq!(one == other, id == MessageId::of(&other));
        }
    }
}
