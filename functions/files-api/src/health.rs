//! A connection's health in answers.

use serde_json::{Value, json};
use shared::model::{
    Connection, ConnectionStatus, Head, Health, HealthState, Timestamp, Trouble, TroubleCode,
};

/// Returns the short form, as in the list of connections.
pub(crate) fn brief(connection: &Connection, health: &Health) -> Value {
    let (code, since) = match reason(connection, health) {
        Some((code, trouble)) => (Some(code), trouble.map(|trouble| trouble.since)),
        None => (None, None),
    };
    json!({"state": HealthState::of(connection.status, health), "code": code, "since": date(since)})
}

/// Returns the full form: the trouble and since when, what was tried and will be tried next, the remedy, and
/// the last success.
pub(crate) fn to_json(connection: &Connection, health: &Health, head: &Head) -> Value {
    let mut json = brief(connection, health);
    let reason = reason(connection, health);
    let trouble = reason.and_then(|(_, trouble)| trouble);
    json["message"] = json!(reason.map(|(code, _)| code.meaning()));
    json["remedy"] = json!(reason.map(|(code, _)| code.remedy()));
    json["scope"] = json!(trouble.and_then(|trouble| trouble.scope.as_deref()));
    json["work"] = json!(trouble.and(health.worst()).map(|(work, _)| work));
    json["failures"] = json!(trouble.map_or(0, |trouble| trouble.failures));
    json["retry_at"] = json!(date(trouble.and_then(|trouble| trouble.retry_at)));
    json["last_synced_at"] = json!(date(head.drained_at));
    json["last_error"] = json!(health.last_error.as_ref().map(|error| {
        json!({
            "code": error.code,
            "message": error.code.meaning(),
            "scope": error.scope,
            "work": error.work,
            "at": error.at.to_string(),
        })
    }));
    json
}

/// Returns what hinders a connection, and the failures that the worker recorded for it. There may be none for
/// refused tokens, because other functions may have noticed the refusal.
fn reason<'a>(connection: &Connection, health: &'a Health) -> Option<(TroubleCode, Option<&'a Trouble>)> {
    match connection.status {
        ConnectionStatus::Disconnected => None,
        ConnectionStatus::NeedsReauth => {
            let noted = health.worst().map(|(_, trouble)| trouble);
            Some((TroubleCode::NeedsReauth, noted.filter(|trouble| trouble.code == TroubleCode::NeedsReauth)))
        }
        ConnectionStatus::Active => health.worst().map(|(_, trouble)| (trouble.code, Some(trouble))),
    }
}

fn date(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}
