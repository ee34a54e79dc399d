//! Presets of the fake Dropbox's faults.

use http::Method;
use serde_json::{Value, json};

use super::{app::App, call::Reply};

/// Number of times that is never used up.
const ALWAYS: u32 = u32::MAX;
/// Controls of an account that have a setup.
const CONTROLS: [&str; 3] = ["faults", "listings", "webhooks"];

/// Something that can be broken.
pub(super) struct Preset {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// Expected reaction of Dropline.
    pub(super) effect: &'static str,
    breakage: Breakage,
}

enum Breakage {
    /// Faults of calls, given the seconds of a rate limit.
    Calls(fn(u32) -> Value),
    /// Defects of listings.
    Listings(fn() -> Value),
    /// Faults of notifications.
    Notifications(fn() -> Value),
    /// The user's grant, revoked through Dropbox's own API.
    Grant,
}

/// All presets, in the order of the page.
pub(super) const PRESETS: [Preset; 9] = [
    Preset {
        id: "rate-limit",
        title: "Rate limit",
        effect: "Dropbox answers 429. Everything waits as long as it asks, then goes on by itself.",
        breakage: Breakage::Calls(|seconds| {
            script(&json!({"route": "*", "fault": {"kind": "rate_limited", "retry_after": seconds}}))
        }),
    },
    Preset {
        id: "down",
        title: "Dropbox is down",
        effect: "Each call is answered with 503. Changes are late, and none is lost.",
        breakage: Breakage::Calls(|_| {
            script(&json!({"route": "*", "times": ALWAYS, "fault": {"kind": "server_error", "status": 503}}))
        }),
    },
    Preset {
        id: "slow",
        title: "Slow answers",
        effect: "The next ten calls take three seconds each. Nothing fails.",
        breakage: Breakage::Calls(|_| {
            script(
                &json!({"route": "files/*", "times": 10, "fault": {"kind": "slow", "before_headers_ms": 3000}}),
            )
        }),
    },
    Preset {
        id: "wrong-bytes",
        title: "A wrong bit",
        effect: "One bit of the next download is wrong. The content hash shows it, and the file is fetched again.",
        breakage: Breakage::Calls(|_| {
            script(&json!({"route": "files/download", "fault": {"kind": "wrong_bytes"}}))
        }),
    },
    Preset {
        id: "refused-file",
        title: "Refused downloads",
        effect: "Dropbox gives no file out. New ones fail with a reason; the others go on.",
        breakage: Breakage::Calls(|_| {
            let fault = json!({"kind": "endpoint_error", "tag": "path/restricted_content"});
            script(&json!({"route": "files/download", "times": ALWAYS, "fault": fault}))
        }),
    },
    Preset {
        id: "unreadable",
        title: "An unreadable entry",
        effect: "The next entry that is listed makes no sense. The others are synced; a full comparison adds it.",
        breakage: Breakage::Listings(
            || json!({"unreadable": [{"every": 1, "times": 1, "damage": {"kind": "without", "field": "rev"}}]}),
        ),
    },
    Preset {
        id: "lost",
        title: "A lost notification",
        effect: "Dropbox's next notification gets lost. The change comes with the next one, or with a full comparison.",
        breakage: Breakage::Notifications(|| json!({"script": [{"mishap": {"kind": "lost"}}]})),
    },
    Preset {
        id: "suspended",
        title: "A suspended account",
        effect: "Dropbox refuses the account. The health says so; the user need not connect again.",
        breakage: Breakage::Calls(|_| {
            let fault = json!({"kind": "unauthorized", "error": "user_suspended"});
            script(&json!({"route": "*", "times": ALWAYS, "fault": fault}))
        }),
    },
    Preset {
        id: "revoke",
        title: "Revoked access",
        effect: "The token is revoked at Dropbox. Within a minute the user must connect again; nothing is removed.",
        breakage: Breakage::Grant,
    },
];

fn script(scripted: &Value) -> Value {
    json!({"script": [scripted]})
}

/// Breaks something for an account. `None`: there is no such preset.
pub(super) async fn break_it(app: &App<'_>, id: &str, email: &str, seconds: u32) -> Option<Reply> {
    let preset = PRESETS.iter().find(|preset| preset.id == id)?;
    let set = async |control, document| {
        app.control("Break something at the fake Dropbox", Method::PUT, email, control, Some(document)).await
    };
    Some(match preset.breakage {
        Breakage::Calls(document) => set("faults", document(seconds)).await,
        Breakage::Listings(document) => set("listings", document()).await,
        Breakage::Notifications(document) => set("webhooks", document()).await,
        Breakage::Grant => app.dropbox("Revoke the token", "auth/token/revoke", Value::Null, false).await,
    })
}

/// Clears everything that is broken for an account, but for a revoked grant. Returns the last answer.
pub(super) async fn clear(app: &App<'_>, email: &str) -> Reply {
    let mut reply = Reply::default();
    for control in CONTROLS {
        reply = app.control("Clear what is broken", Method::DELETE, email, control, None).await;
    }
    reply
}

/// Returns in a few words what is broken now.
pub(super) async fn broken(app: &App<'_>, email: &str) -> Vec<String> {
    let mut broken = Vec::new();
    for control in CONTROLS {
        let set = app.control("What is broken now?", Method::GET, email, control, None).await.body;
        for scripted in set["script"].as_array().into_iter().flatten() {
            let kind = scripted["fault"]["kind"].as_str().or(scripted["mishap"]["kind"].as_str());
            let times = match scripted["times"].as_u64() {
                Some(times) if times < u64::from(ALWAYS) => format!(" × {times}"),
                _ => ", until cleared".to_owned(),
            };
            broken.push(format!("{}{times}", kind.unwrap_or(control).replace('_', " ")));
        }
        if set["unreadable"].as_array().is_some_and(|entries| !entries.is_empty()) {
            broken.push("unreadable entry × 1".to_owned());
        }
    }
    broken
}
