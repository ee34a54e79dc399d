//! Signed deliveries for the receivers of `tests/clients/webhooks`: true ones, and ones that somebody has altered.
//!
//! `deliveries sign` prints them as JSON; `deliveries verify` is a receiver, with the example in Rust.

#![expect(clippy::print_stdout, reason = "its output is for other programs")]

use std::io::{self, BufRead};

use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Parser;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use shared::{
    delivery::{
        body::{Envelope, Occurrence, carbon},
        signature::{self, MessageId, Scheme, SigningKeys, sign},
    },
    model::{
        Change, ChangeKind, Clock, ConnectionId, Content, Event, EventBody, ProjectId, SystemClock, Timestamp,
    },
};

#[path = "../../clients/webhooks/verify.rs"]
#[allow(unreachable_pub, reason = "applications copy it")]
mod example;

/// Minutes, as milliseconds.
const MINUTE: u64 = 60_000;

/// Signs deliveries, or verifies them.
#[derive(Debug, Parser)]
enum Command {
    /// Prints deliveries as JSON.
    Sign,
    /// Reads lines of key, id, time, signatures and body, and prints whether each is genuine.
    Verify,
}

fn main() -> io::Result<()> {
    match Command::parse() {
        Command::Sign => println!("{}", Value::from(cases(SystemClock.now()))),
        Command::Verify => {
            for line in io::stdin().lock().lines() {
                println!("{}", if is_genuine(&line?) { "accepted" } else { "refused" });
            }
        }
    }
    Ok(())
}

fn is_genuine(line: &str) -> bool {
    let fields: Vec<&str> = line.split('\t').collect();
    let [key, id, timestamp, signatures, body] = fields[..] else { return false };
    let headers: HeaderMap =
        [(signature::ID, id), (signature::TIMESTAMP, timestamp), (signature::SIGNATURE, signatures)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?)))
            .collect();
    STANDARD.decode(body).is_ok_and(|body| example::is_genuine(key, &headers, &body))
}

/// Form of a signature as receivers know it.
struct Form {
    name: &'static str,
    scheme: Scheme,
    /// The header that has it.
    header: HeaderName,
    /// The key with which a receiver verifies.
    key: fn(&SigningKeys) -> String,
}

fn forms() -> [Form; 3] {
    [
        Form {
            name: "v1",
            scheme: Scheme::Standard,
            header: signature::SIGNATURE,
            key: |keys| keys.secret().expose().to_owned(),
        },
        Form {
            name: "v1a",
            scheme: Scheme::StandardAsymmetric,
            header: signature::SIGNATURE,
            key: SigningKeys::public_key,
        },
        Form {
            name: "carbon",
            scheme: Scheme::Carbon,
            header: signature::CARBON,
            key: |keys| keys.carbon_signing_key().expose().to_owned(),
        },
    ]
}

/// A delivery as it arrives.
#[derive(Clone)]
struct Delivery {
    id: String,
    timestamp: String,
    signature: String,
    body: String,
}

fn cases(now: Timestamp) -> Vec<Value> {
    let (event, other) = (event(1), event(2));
    let id = MessageId::of(&event.id);
    let (new, old, strangers) = (SigningKeys::random(), SigningKeys::random(), SigningKeys::random());
    let mut cases = Vec::new();
    for form in forms() {
        let (one, several) = bodies(&form, &event, &other, now);
        let signed = |keys: &[SigningKeys], at: Timestamp, body: &[u8]| delivery(&form, keys, &id, at, body);
        let usual = signed(std::slice::from_ref(&new), now, &one);
        let mut add = |name: &str, is_genuine: bool, keys: &SigningKeys, delivery: Delivery| {
            let Delivery { id, timestamp, signature, body } = delivery;
            cases.push(json!({
                "form": form.name, "name": name, "is_genuine": is_genuine, "key": (form.key)(keys),
                "id": id, "timestamp": timestamp, "signature": signature, "body": body,
            }));
        };
        add("one event", true, &new, usual.clone());
        add("several events", true, &new, signed(std::slice::from_ref(&new), now, &several));
        let rotating = signed(&[new.clone(), old.clone()], now, &one);
        add("in a rotation, with the new key", true, &new, rotating.clone());
        add("with another key", false, &strangers, usual.clone());
        let body = usual.body.replace("user-1", "user-2");
        add("with another body", false, &new, Delivery { body, ..usual.clone() });
        let body = format!("{} ", usual.body);
        add("with a blank behind the body", false, &new, Delivery { body, ..usual.clone() });
        if matches!(form.scheme, Scheme::Carbon) {
            // There, the header has one signature, by the newest key, and the time; the id is not signed.
            add("in a rotation, with the old key", false, &old, rotating);
            let signature = usual.signature.replacen("t=", "t=1", 1);
            add("with another time", false, &new, Delivery { signature, ..usual });
            continue;
        }
        add("in a rotation, with the old key", true, &old, rotating);
        let before = |minutes: u64| Timestamp(now.0 - minutes * MINUTE);
        add("of four minutes ago", true, &new, signed(std::slice::from_ref(&new), before(4), &one));
        add("of six minutes ago", false, &new, signed(std::slice::from_ref(&new), before(6), &one));
        let ahead = Timestamp(now.0 + 6 * MINUTE);
        add("of six minutes ahead", false, &new, signed(std::slice::from_ref(&new), ahead, &one));
        let timestamp = (now.unix_seconds() - 60).to_string();
        add("with another time", false, &new, Delivery { timestamp, ..usual.clone() });
        add("without a time", false, &new, Delivery { timestamp: String::new(), ..usual.clone() });
        let id = format!("{}0", usual.id);
        add("with another id", false, &new, Delivery { id, ..usual.clone() });
        let signature = usual.signature.replacen(form.name, "v2", 1);
        add("of an unknown version", false, &new, Delivery { signature, ..usual.clone() });
        let parts = usual.signature.split(' ').map(|part| &part[..part.len() - 4]);
        let signature = parts.collect::<Vec<_>>().join(" ");
        add("with a part of the signature", false, &new, Delivery { signature, ..usual.clone() });
        let signature = format!("{},", form.name);
        add("with an empty signature", false, &new, Delivery { signature, ..usual.clone() });
        add("without a signature", false, &new, Delivery { signature: String::new(), ..usual });
    }
    cases
}

/// Returns the bodies of one event and of two.
fn bodies(form: &Form, event: &Event, other: &Event, at: Timestamp) -> (Vec<u8>, Vec<u8>) {
    let told = [event, other].map(|event| Occurrence { event, at });
    if form.scheme == Scheme::Carbon {
        let body = |told: &[Occurrence<'_>]| carbon::messages(told, 1)[0].to_body();
        return (body(&told[..1]), body(&told));
    }
    let envelopes = told.map(|occurrence| Envelope::of(&occurrence));
    (envelopes[0].to_body(), Envelope::to_batch(&envelopes))
}

/// Signs a body as an endpoint with both schemes of Standard Webhooks does, or with the one of Carbon.
fn delivery(form: &Form, keys: &[SigningKeys], id: &MessageId, at: Timestamp, body: &[u8]) -> Delivery {
    let schemes = match form.scheme {
        Scheme::Carbon => vec![Scheme::Carbon],
        _ => vec![Scheme::Standard, Scheme::StandardAsymmetric],
    };
    let headers = sign(&schemes, keys, id, at, body);
    let header = |name: &HeaderName| headers[name].to_str().unwrap_or_default().to_owned();
    // A receiver that knows one form finds its own among both.
    Delivery {
        id: header(&signature::ID),
        timestamp: header(&signature::TIMESTAMP),
        signature: header(&form.header),
        body: String::from_utf8_lossy(body).into_owned(),
    }
}

/// Returns the event of a change of a file, whose name is not easy to sign twice in the same way.
fn event(number: u64) -> Event {
    let connection = ConnectionId::random();
    let name = "100% \"na\u{ef}ve\" \u{1f5c2}\u{2028}.txt";
    let item = serde_json::from_value(json!({
        "id": "id:a4ayc_80_OEAAAAAAAAAXw", "kind": "file", "name": name, "path_lower": format!("/{name}"),
        "path_display": format!("/{name}"), "rev": "015f9a1c0b7e4d0", "size": 1024,
    }));
    let change = Change {
        number,
        kind: ChangeKind::Created { content: Content::None },
        item: item.expect("it is metadata"),
        drops: None,
        created: None,
    };
    Event {
        id: format!("{connection}:{number}"),
        project: ProjectId::random(),
        user: Some("user-1".parse().expect("it is an id")),
        connection: Some(connection),
        body: EventBody::Change(change),
    }
}
