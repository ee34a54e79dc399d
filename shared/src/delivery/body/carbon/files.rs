//! Messages about files. There are none about folders, because no bytes of a folder ever become ready.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::message::{Message, Object};
use crate::{
    delivery::body::Occurrence,
    model::{Change, ChangeKind, Content, EventBody, ItemId, ItemKind, ItemNumber, NotFetched, Removal},
};

/// Returns what is told of created files, or of another event of one file.
pub(super) fn messages(events: &[Occurrence<'_>], ordinal: u32) -> Vec<Message> {
    let Some(first) = events.first() else { return Vec::new() };
    let number = |created, item| number(ordinal, created, item);
    match &first.event.body {
        EventBody::Change(Change { kind: ChangeKind::Created { .. }, item, .. })
            if item.kind == ItemKind::File =>
        {
            let mut messages = vec![list(events, ordinal, "FILES_CREATED", None)];
            messages.extend(skipped(events, ordinal));
            messages
        }
        EventBody::Change(change) if change.item.kind == ItemKind::File => match &change.kind {
            ChangeKind::Deleted { why: Removal::DeselectedQuietly } => Vec::new(),
            ChangeKind::Deleted { .. } => {
                let file = number(change.created_by(), &change.item.id);
                vec![one(first, "FILE_DELETED", Object::new("FILE", file))]
            }
            _ => skipped(events, ordinal),
        },
        EventBody::Ready { item, created, .. } => {
            let file = number(*created, item);
            ["FILE_SYNCING", "FILE_READY"].map(|kind| of_file(first, kind, &file, Value::Null)).into()
        }
        EventBody::Failed { item, created, reason, .. } => {
            let file = number(*created, item);
            vec![of_file(first, "FILE_ERROR", &file, why(*reason))]
        }
        _ => Vec::new(),
    }
}

/// Returns a file's integer; Dropbox's id, if an older deployment has not recorded the number.
fn number(ordinal: u32, created: Option<u64>, item: &ItemId) -> String {
    let integer = created.and_then(|created| ItemNumber { ordinal, created }.integer());
    integer.map_or_else(|| item.to_string(), |integer| integer.to_string())
}

fn why(reason: NotFetched) -> Value {
    json!({"reason": reason.sentence(), "code": reason.as_str()})
}

/// Returns a message about bytes. They may become ready again, of another file with the same id at Dropbox: the
/// file is part of the message's id.
fn of_file(occurrence: &Occurrence<'_>, kind: &'static str, file: &str, additional: Value) -> Message {
    let message = one(occurrence, kind, Object::new("FILE", file).with(additional));
    Message { id: format!("{}:{file}:{kind}", occurrence.event.id), ..message }
}

pub(super) fn one(occurrence: &Occurrence<'_>, kind: &'static str, object: Object) -> Message {
    let Occurrence { event, at } = *occurrence;
    Message { id: format!("{}:{kind}", event.id), kind, object, customer: event.user.clone(), at }
}

/// Returns what is told of those of the files whose bytes are skipped by rule: one message for each reason.
fn skipped(events: &[Occurrence<'_>], ordinal: u32) -> Vec<Message> {
    let mut reasons: BTreeMap<NotFetched, Vec<Occurrence<'_>>> = BTreeMap::new();
    for occurrence in events {
        let EventBody::Change(change) = &occurrence.event.body else { continue };
        if let Some(Content::Skipped { reason, .. }) = change.kind.content() {
            reasons.entry(*reason).or_default().push(*occurrence);
        }
    }
    let told = reasons.into_iter();
    told.map(|(reason, events)| list(&events, ordinal, "FILES_SKIPPED", Some(reason))).collect()
}

/// Returns a message about several files. Its id says which they are.
fn list(events: &[Occurrence<'_>], ordinal: u32, kind: &'static str, reason: Option<NotFetched>) -> Message {
    let files = events.iter().filter_map(|occurrence| match &occurrence.event.body {
        EventBody::Change(change) => Some(number(ordinal, change.created_by(), &change.item.id)),
        _ => None,
    });
    let files: Vec<String> = files.collect();
    let which = Uuid::new_v5(&Uuid::NAMESPACE_OID, files.join(" ").as_bytes());
    let object = Object::new("FILE_LIST", files).with(reason.map_or(Value::Null, why));
    let message = one(&events[0], kind, object);
    let word = reason.map_or("all", NotFetched::as_str);
    Message { id: format!("{}:{word}:{}", message.id, which.simple()), ..message }
}
