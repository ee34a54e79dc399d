//! Target for the webhook receiver: which bodies it accepts, and what it queues.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use http::{Method, StatusCode};
use serde_json::Value;
use shared::model::{ConnectionId, Message, WalkReason};

use crate::{
    draft::Draft,
    fixture::{APP_SECRET, with_fixture},
    known::{CONNECTIONS, NOW, PROJECTS},
    traffic::Record,
};

/// The input is a request. In its headers `{signature}` stands for the valid signature of its body, because a
/// fuzzer would never find one:
///
/// ```text
/// POST /webhook
/// x-dropbox-signature: {signature}
///
/// {"list_folder": {"accounts": ["dbid:one"]}}
/// ```
pub(crate) fn target(bytes: &[u8]) {
    let right = Draft::read(bytes).map(|draft| signature(draft.body));
    let Some(right) = right else { return };
    let Some(draft) = Draft::read_with(bytes, |value| signed(value, &right)) else { return };
    let Some(request) = draft.request() else { return };
    with_fixture(async |fixture| {
        let response = webhook_receiver::handle(&fixture.receiver(), "/webhook", request).await;
        let queued = {
            let record = fixture.traffic.record();
            let is_claim = |write: &String| write.contains(r#"{"S":"work#"#);
            assert!(
                record.writes.iter().all(is_claim) && record.sent.is_empty(),
                "a notification only queues"
            );
            queued(&record)
        };
        fixture.read_all().await;
        if draft.method != Method::POST {
            assert!(queued.is_empty(), "only a POST queues");
            return;
        }
        let is_signed = draft.header("x-dropbox-signature").is_some_and(|it| it.eq_ignore_ascii_case(&right));
        let expected = if is_signed { expected(response.status(), draft.body) } else { BTreeMap::new() };
        assert_eq!(queued, expected, "the queue holds other connections than the body names");
        assert_eq!(is_signed, response.status() != StatusCode::FORBIDDEN, "{}", response.status());
    });
}

/// Computes the signature as Dropbox does.
fn signature(body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, APP_SECRET.as_bytes());
    let tag = hmac::sign(&key, body);
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signed(value: &[u8], right: &str) -> Vec<u8> {
    match std::str::from_utf8(value) {
        Ok(text) => text.replace("{signature}", right).into_bytes(),
        Err(_) => value.to_vec(),
    }
}

/// Counts how many times each connection is queued, and checks that each is queued in the share of its own
/// project.
fn queued(record: &Record) -> BTreeMap<ConnectionId, usize> {
    let mut queued = BTreeMap::new();
    for message in &record.messages {
        let walk = Message::from_json(&message.body).expect("a message can be read");
        let Message::Walk { connection, reason: WalkReason::Notified, sent_at: NOW, hops: 0, .. } = walk
        else {
            panic!("{walk:?} is queued")
        };
        let known = CONNECTIONS.iter().find(|known| known.id() == connection);
        let project = known.map(|known| PROJECTS[known.project].0.to_string());
        assert_eq!(message.group, project, "in another's share");
        assert_eq!(message.deduplication, None, "a standard queue takes no such id");
        *queued.entry(connection).or_default() += 1;
    }
    queued
}

/// Returns what a signed body with this response must queue: each connection of each named account, once.
fn expected(status: StatusCode, body: &[u8]) -> BTreeMap<ConnectionId, usize> {
    if status != StatusCode::OK {
        return BTreeMap::new();
    }
    let said: Value = serde_json::from_slice(body).expect("what is believed is JSON");
    assert!(said.is_object(), "what is believed is an object");
    let named = said.pointer("/list_folder/accounts").and_then(Value::as_array);
    let named: Vec<&str> = named.into_iter().flatten().filter_map(Value::as_str).collect();
    let known = CONNECTIONS.iter().filter(|known| named.contains(&known.account));
    known.map(|known| (known.id(), 1)).collect()
}
