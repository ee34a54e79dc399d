//! A connection's report, formatted as a page for a person.

use serde_json::Value;

/// Formats the page of one connection.
pub(super) fn of(report: &Value) -> String {
    let parts = [identity(report), health(report), sync(report), selections(report), transfers(report)];
    let mut lines: Vec<String> = parts.into_iter().flatten().collect();
    lines.extend(letters(report));
    let logs = &report["logs"];
    lines.push(format!("  Log lines, in the log groups {}*:", text(&logs["groups"])));
    lines.push(format!("    {}", text(&logs["query"])));
    lines.push(String::new());
    lines.join("\n")
}

fn identity(report: &Value) -> Vec<String> {
    vec![
        format!("Connection {}: {}", text(&report["id"]), text(&report["status"])),
        format!("  project {}, user {}", text(&report["project"]), text(&report["user"])),
        format!(
            "  Dropbox account {}, {}, through app {}",
            text(&report["account"]),
            text(&report["email"]),
            text(&report["app"])
        ),
        format!("  made {}, connected again {} times", text(&report["created_at"]), report["reconnects"]),
    ]
}

fn health(report: &Value) -> Vec<String> {
    let health = &report["health"];
    if health.is_null() {
        return vec!["  Health: none, since it is disconnected".to_owned()];
    }
    let mut lines = vec![format!("  Health: {}", text(&health["state"]))];
    if !health["code"].is_null() {
        lines.push(format!("    {} since {}", text(&health["code"]), text(&health["since"])));
        lines.push(format!("    {}", text(&health["message"])));
        lines.push(format!("    What to do: {}", text(&health["remedy"])));
        lines.push(format!(
            "    failed {} times, tried again {}",
            health["failures"],
            text(&health["retry_at"])
        ));
    }
    let last = &health["last_error"];
    if !last.is_null() {
        lines.push(format!("    last error: {} at {}", text(&last["code"]), text(&last["at"])));
    }
    lines.push(format!("    last synced {}", text(&health["last_synced_at"])));
    lines
}

fn sync(report: &Value) -> Vec<String> {
    let (work, log) = (&report["work"], &report["log"]);
    let mut lines = vec![
        "  Sync".to_owned(),
        format!("    {} items; log at {}, applied {}", report["items"], log["head"], log["applied"]),
        format!(
            "    next walk {}, next resync {}, failed walks in a row {}",
            text(&work["next_walk_at"]),
            text(&report["resync"]["next_at"]),
            work["failed_walks"]
        ),
        format!("    last notified {}", text(&work["last_notified_at"])),
    ];
    if !report["paused_until"].is_null() {
        lines.push(format!("    Dropbox asked to wait until {}", text(&report["paused_until"])));
    }
    if work["has_cursor"] == false {
        lines.push("    no cursor: it was never walked, or a full comparison is owed".to_owned());
    }
    if work["comparison_owed"] == true || !work["comparison_since"].is_null() {
        lines.push(format!("    full comparison owed, begun {}", text(&work["comparison_since"])));
    }
    let held = &report["deletions_held"];
    if !held.is_null() {
        lines.push(format!(
            "    {} deletions of {} items wait for a confirmation since {}",
            held["deletions"],
            held["items"],
            text(&held["since"])
        ));
    }
    lines.push(format!("    last resync: {}", resync(&report["last_resync"])));
    lines
}

fn resync(report: &Value) -> String {
    if report.is_null() {
        return "none yet".to_owned();
    }
    let found = ["listed", "agreed", "created", "updated", "moved", "deleted", "held", "refused"];
    let found: Vec<String> = found.iter().map(|name| format!("{name} {}", report[name])).collect();
    format!("{}: {}", text(&report["at"]), found.join(", "))
}

fn selections(report: &Value) -> Vec<String> {
    let all = report["selections"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut lines = vec![format!("  Selections: {}", all.len())];
    for selection in all {
        let mut line = format!("    {} {}", text(&selection["target"]), text(&selection["state"]));
        let refusal = &selection["refusal"];
        if !refusal.is_null() {
            line += &format!(": {} since {}", text(&refusal["code"]), text(&refusal["since"]));
        }
        lines.push(line);
    }
    lines
}

fn transfers(report: &Value) -> Vec<String> {
    let all = &report["pending_transfers"];
    let more = if all["or_more"] == true { " or more" } else { "" };
    let mut lines = vec![format!(
        "  Transfers: {}{more} pending, {} of them failed before; next run {}",
        all["pending"],
        all["failing"],
        text(&all["next_run_at"])
    )];
    for one in all["some_failing"].as_array().into_iter().flatten() {
        lines.push(format!(
            "    {} at {}: failed {} times, {} processes died of it, not before {}",
            text(&one["item"]),
            text(&one["rev"]),
            one["failures"],
            one["deaths"],
            text(&one["not_before"])
        ));
    }
    lines
}

fn letters(report: &Value) -> Vec<String> {
    let letters = &report["dead_letters"];
    let found = letters["found"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut lines = vec![format!("  Dead letters: {}", found.len())];
    for letter in found {
        let reason = if letter["reason"].is_null() {
            "no reason: the function died"
        } else {
            text_of(&letter["reason"])
        };
        lines.push(format!("    {} in {}: {reason}", text(&letter["message"]), text(&letter["queue"])));
    }
    for unread in letters["not_read"].as_array().into_iter().flatten() {
        lines.push(format!("    not looked at: {}", text(unread)));
    }
    lines
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Formats a value within a sentence.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
