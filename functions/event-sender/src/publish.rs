//! Entries for queues and buses: how they are made of drafts, and divided among calls. Pure.

use shared::{
    delivery::{AwsPlace, Endpoint, Stream},
    model::Timestamp,
};

use crate::{
    Entry,
    publisher::{BESIDES_BODY, LARGEST_CALL, MOST_IN_CALL},
    request::{Draft, Secrets},
};

/// Maximum size of a body, in bytes.
pub(crate) const LARGEST_BODY: usize = LARGEST_CALL - BESIDES_BODY;

/// Returns the entry for a draft, signed for an attempt at a time.
pub(crate) fn entry(
    endpoint: &Endpoint,
    place: &AwsPlace,
    secrets: &Secrets,
    draft: Draft,
    (stream, at): (Stream, Timestamp),
) -> Entry {
    let body = String::from_utf8_lossy(&draft.body).into_owned();
    let body = match place {
        AwsPlace::Queue(_) => allowed(body),
        AwsPlace::Bus(_) => body,
    };
    let draft = Draft { body: body.into(), ..draft };
    let headers = secrets.headers(endpoint, &draft, at);
    let (id, event_type) = (draft.id.as_str().to_owned(), draft.event_type);
    let body = String::from_utf8_lossy(&draft.body).into_owned();
    Entry { id, body, headers, event_type, group: stream.to_string() }
}

/// Returns JSON without the two characters that JSON writes as they are and a queue refuses (Amazon SQS API Reference,
/// `SendMessage`): they are only in texts, where an escape means the same.
fn allowed(body: String) -> String {
    if body.contains(['\u{fffe}', '\u{ffff}']) {
        return body.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff");
    }
    body
}

/// Divides drafts among calls, in their order: each call has room for its bodies.
pub(crate) fn calls<T>(drafts: Vec<T>, size: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut calls: Vec<(usize, Vec<T>)> = Vec::new();
    for draft in drafts {
        let bytes = size(&draft) + BESIDES_BODY;
        match calls.last_mut() {
            Some((so_far, call)) if call.len() < MOST_IN_CALL && *so_far + bytes <= LARGEST_CALL => {
                *so_far += bytes;
                call.push(draft);
            }
            _ => calls.push((bytes, vec![draft])),
        }
    }
    calls.into_iter().map(|(_, call)| call).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(sizes: &[usize]) -> Vec<usize> {
        calls(sizes.to_vec(), |size| *size).iter().map(Vec::len).collect()
    }

    #[test]
    fn a_call_has_at_most_ten_entries() {
        assert_eq!(lengths(&[]), [0; 0]);
        assert_eq!(lengths(&[100; 10]), [10]);
        assert_eq!(lengths(&[100; 21]), [10, 10, 1]);
    }

    #[test]
    fn a_call_has_room_for_its_bodies_and_what_is_besides_them() {
        let half = LARGEST_CALL / 2 - BESIDES_BODY;
        assert_eq!(lengths(&[half, half, half]), [2, 1]);
        assert_eq!(lengths(&[half, half + 1, 10]), [1, 2]);
        assert_eq!(lengths(&[LARGEST_BODY, 0]), [1, 1]);
        assert_eq!(
            lengths(&[LARGEST_BODY + 1, LARGEST_CALL * 2]),
            [1, 1],
            "each is asked for, and refused by AWS"
        );
    }

    #[test]
    fn calls_keep_the_order() {
        let all = calls((0..25).collect(), |_| 1000);
        assert_eq!(all.concat(), (0..25).collect::<Vec<usize>>());
    }

    #[test]
    fn what_a_queue_refuses_is_escaped_and_means_the_same() {
        let text = "a\u{fffe}\u{ffff}\u{fffd}\u{1f600}\u{7f}";
        let body = serde_json::json!({ "path": text }).to_string();
        let escaped = allowed(body.clone());
        assert!(body.contains('\u{ffff}') && !escaped.contains(['\u{fffe}', '\u{ffff}']));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap()["path"], text);
    }
}
