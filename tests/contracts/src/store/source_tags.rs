//! Contract of the store's tags of connections.

use shared::{
    model::{ConnectionId, StoredTags, Tags},
    store::{SourceTags, change_source_tags, tag_source},
};

use super::{StoreHarness, conflict, ok, winners};
use crate::samples::restless_numbers;

fn tags(text: &str) -> Tags {
    serde_json::from_str(text).expect("it is an object")
}

async fn read(harness: &impl StoreHarness, id: ConnectionId) -> Tags {
    ok(harness.store().source_tags(id).await).tags
}

/// Replaces the stored tags.
async fn replace(harness: &impl StoreHarness, id: ConnectionId, tags: &Tags) {
    let before = ok(harness.store().source_tags(id).await).text;
    ok(harness.store().replace_source_tags(id, before.as_deref(), tags).await);
}

/// A connection has no tags at first, and then the ones stored last.
pub async fn the_tags_given_last_are_read(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    assert_eq!(ok(store.source_tags(id).await), StoredTags::default());
    let first = tags(r#"{"b": 1, "a": ["x", {"y": null}], "\u00fc": true, "n": 1.5}"#);
    replace(harness, id, &first).await;
    assert_eq!(read(harness, id).await, first);
    replace(harness, id, &Tags::new()).await;
    assert_eq!(read(harness, id).await, Tags::new());
    replace(harness, id, &first).await;
    assert_eq!(read(harness, id).await, first);
    assert_eq!(read(harness, ConnectionId::random()).await, Tags::new());
}

/// Only one of several changes based on the same tags is stored.
pub async fn tags_that_have_changed_meanwhile_are_not_replaced(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let (one, two) = (tags(r#"{"a": 1}"#), tags(r#"{"a": 2}"#));
    conflict(&store.replace_source_tags(id, Some("{}"), &one).await);
    ok(store.replace_source_tags(id, None, &one).await);
    conflict(&store.replace_source_tags(id, None, &two).await);
    conflict(&store.replace_source_tags(id, Some("{}"), &Tags::new()).await);
    let before = ok(store.source_tags(id).await).text;
    let results = vec![
        store.replace_source_tags(id, before.as_deref(), &two).await,
        store.replace_source_tags(id, before.as_deref(), &Tags::new()).await,
    ];
    assert_eq!(winners(results), 1);
}

/// Tags can be changed even if a number in them changes when it is parsed and written again.
pub async fn tags_with_any_number_can_be_changed(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    for number in restless_numbers() {
        ok(change_source_tags(store, id, |all| drop(all.insert("n".to_owned(), number.clone()))).await);
        ok(change_source_tags(store, id, |all| drop(all.insert("other".to_owned(), number.clone()))).await);
        ok(change_source_tags(store, id, Tags::clear).await);
    }
}

/// Concurrent changes are all applied.
pub async fn changes_of_tags_add_up(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let add = |name: &'static str| async move { ok(tag_source(store, id, &tags(name)).await) };
    tokio::join!(add(r#"{"a": 1}"#), add(r#"{"b": 2}"#), add(r#"{"c": 3}"#));
    ok(change_source_tags(store, id, |all| all.retain(|name, _| name != "b")).await);
    assert_eq!(read(harness, id).await, tags(r#"{"a": 1, "c": 3}"#));
}

/// Runs every case of [`store::source_tags`](crate::store::source_tags) as a separate test.
#[macro_export]
macro_rules! source_tags_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::source_tags:
            the_tags_given_last_are_read
            tags_that_have_changed_meanwhile_are_not_replaced
            tags_with_any_number_can_be_changed
            changes_of_tags_add_up
        }
    };
}
