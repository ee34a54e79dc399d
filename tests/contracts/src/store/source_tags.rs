//! Contract of the store's tags of connections.

use shared::{
    model::{ConnectionId, Tags},
    store::{SourceTags, change_source_tags, tag_source},
};

use super::{StoreHarness, conflict, ok, winners};

fn tags(text: &str) -> Tags {
    serde_json::from_str(text).expect("it is an object")
}

/// A connection has no tags at first, and then the ones stored last.
pub async fn the_tags_given_last_are_read(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    assert_eq!(ok(store.source_tags(id).await), Tags::new());
    let first = tags(r#"{"b": 1, "a": ["x", {"y": null}], "\u00fc": true, "n": 1.5}"#);
    ok(store.replace_source_tags(id, &Tags::new(), &first).await);
    assert_eq!(ok(store.source_tags(id).await), first);
    ok(store.replace_source_tags(id, &first, &Tags::new()).await);
    ok(store.replace_source_tags(id, &Tags::new(), &first).await);
    assert_eq!(ok(store.source_tags(id).await), first);
    assert_eq!(ok(store.source_tags(ConnectionId::random()).await), Tags::new());
}

/// Only one of several changes based on the same tags is stored.
pub async fn tags_that_have_changed_meanwhile_are_not_replaced(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let (one, two) = (tags(r#"{"a": 1}"#), tags(r#"{"a": 2}"#));
    ok(store.replace_source_tags(id, &Tags::new(), &one).await);
    conflict(&store.replace_source_tags(id, &Tags::new(), &two).await);
    conflict(&store.replace_source_tags(id, &two, &Tags::new()).await);
    let results = vec![
        store.replace_source_tags(id, &one, &two).await,
        store.replace_source_tags(id, &one, &Tags::new()).await,
    ];
    assert_eq!(winners(results), 1);
}

/// Concurrent changes are all applied.
pub async fn changes_of_tags_add_up(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let add = |name: &'static str| async move { ok(tag_source(store, id, &tags(name)).await) };
    tokio::join!(add(r#"{"a": 1}"#), add(r#"{"b": 2}"#), add(r#"{"c": 3}"#));
    ok(change_source_tags(store, id, |all| all.retain(|name, _| name != "b")).await);
    assert_eq!(ok(store.source_tags(id).await), tags(r#"{"a": 1, "c": 3}"#));
}

/// Runs every case of [`store::source_tags`](crate::store::source_tags) as a separate test.
#[macro_export]
macro_rules! source_tags_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::source_tags:
            the_tags_given_last_are_read
            tags_that_have_changed_meanwhile_are_not_replaced
            changes_of_tags_add_up
        }
    };
}
