//! Contract of the store's labels and tags.

use std::collections::HashMap;

use serde_json::json;
use shared::{
    model::{ConnectionId, ItemId, Label, Tags, Target},
    store::{ChoiceStore, Items, Labels, Records},
};

use super::{
    StoreHarness, conflict,
    mirror::{created, deleted, mirror, updated},
    ok,
};
use crate::samples::{file, now, restless_numbers};

fn tags(value: serde_json::Value) -> Tags {
    serde_json::from_value(value).expect("tags are an object")
}

fn text(tags: &Tags) -> String {
    serde_json::to_string(tags).expect("tags are JSON")
}

fn label(request: &str) -> Label {
    Label {
        request_id: Some(request.to_owned()),
        tags: tags(json!({"a": [1, 2.5, null, "☃"], "b": {"c": true}})),
    }
}

/// A label is returned for its target, the last one replaces earlier ones, and a label is no selection.
pub async fn the_last_label_counts(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let (a, b) = (Target::Item("id:a".into()), Target::Everything);
    assert_eq!(ok(store.labels(id).await), HashMap::new());
    ok(store.label(id, &[a.clone(), b.clone()], &label("first")).await);
    ok(store.label(id, std::slice::from_ref(&a), &label("second")).await);
    assert_eq!(ok(store.labels(id).await), HashMap::from([(a, label("second")), (b, label("first"))]));
    assert_eq!(ok(store.choices(id).await).selections, []);
    assert_eq!(ok(store.labels(ConnectionId::random()).await), HashMap::new());
}

/// Tags are kept while the file changes, and deleted with it.
pub async fn tags_stay_while_a_file_changes_and_go_with_it(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let (store, id) = (mirror.store, ItemId::from("id:a"));
    let given = tags(json!({"a": ["x"], "n": 1.5}));
    conflict(&store.tag(mirror.connection, &id, None, &given, now()).await);
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    let read = async || ok(store.records(mirror.connection, &["id:a".into()]).await).remove(&id);
    assert_eq!(read().await.and_then(|record| record.tags), None);
    ok(store.tag(mirror.connection, &id, None, &given, now()).await);
    mirror.apply(&[updated(2, file("a", "/a", "2"), None)]).await;
    assert_eq!(read().await.and_then(|record| record.tags).map(|stored| stored.tags), Some(given.clone()));
    mirror.apply(&[deleted(3, file("a", "/a", "2"))]).await;
    conflict(&store.tag(mirror.connection, &id, Some(&text(&given)), &given, now()).await);
    mirror.apply(&[created(4, file("a", "/a", "3"))]).await;
    assert_eq!(read().await.and_then(|record| record.tags), None);
    assert!(ok(store.items(mirror.connection, std::slice::from_ref(&id)).await).contains_key(&id));
}

/// If two callers change a file's tags at the same time, one conflicts and must read again.
pub async fn tags_are_not_overwritten_unread(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let (store, id) = (mirror.store, ItemId::from("id:a"));
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    let (one, two) = (tags(json!({"one": 1})), tags(json!({"two": 2})));
    ok(store.tag(mirror.connection, &id, None, &one, now()).await);
    conflict(&store.tag(mirror.connection, &id, None, &two, now()).await);
    conflict(&store.tag(mirror.connection, &id, Some(&text(&two)), &two, now()).await);
    ok(store.tag(mirror.connection, &id, Some(&text(&one)), &two, now()).await);
    ok(store.tag(mirror.connection, &id, Some(&text(&two)), &Tags::new(), now()).await);
    ok(store.tag(mirror.connection, &id, Some("{}"), &one, now()).await);
}

/// A file can be tagged again even if a number in its tags changes when it is parsed and written again.
pub async fn a_file_with_any_number_in_its_tags_can_be_tagged(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let (store, id) = (mirror.store, ItemId::from("id:a"));
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    for number in restless_numbers() {
        for name in ["one", "two"] {
            let record = ok(store.records(mirror.connection, std::slice::from_ref(&id)).await).remove(&id);
            let before = record.and_then(|record| record.tags).unwrap_or_default();
            let mut tags = before.tags;
            tags.insert(name.to_owned(), number.clone());
            ok(store.tag(mirror.connection, &id, before.text.as_deref(), &tags, now()).await);
        }
    }
}

/// Runs every case of [`labels`](crate::store::labels) as a separate test.
#[macro_export]
macro_rules! labels_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::labels:
            the_last_label_counts
            tags_stay_while_a_file_changes_and_go_with_it
            tags_are_not_overwritten_unread
            a_file_with_any_number_in_its_tags_can_be_tagged
        }
    };
}
