//! Contract of the store's items: they result from the change log, however often and late it is applied.

use std::collections::HashMap;

use shared::{
    model::{Change, Content, Item, ItemId, NotFetched, Rev},
    store::{ItemPage, ItemWriter, Items},
};

use super::{
    StoreHarness,
    mirror::{Mirror, created, deleted, mirror, moved, pending, ready, updated},
    ok,
};
use crate::samples::{file, folder};

/// A created item has its metadata, its number and the state of its bytes.
pub async fn a_created_item_is_there(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let (a, b) = (folder("a", "/Über"), file("b", "/Über/Straße ☃.txt", "1"));
    mirror.apply(&[created(1, a.clone()), created(2, b.clone())]).await;
    assert_eq!(
        mirror.item("a").await,
        Some(Item { metadata: a, content: Content::None, number: 1, created: Some(1) })
    );
    assert_eq!(
        mirror.item("b").await,
        Some(Item { metadata: b, content: pending("1"), number: 2, created: Some(2) })
    );
    mirror.expect(&[("/über", "a"), ("/über/straße ☃.txt", "b")]).await;
}

/// An unknown item is not found; asking for nothing is no error.
pub async fn what_is_not_there_is_not_found(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, folder("a", "/a"))]).await;
    assert_eq!((mirror.item("b").await, mirror.at("/b").await), (None, None));
    assert_eq!(mirror.below("/b").await, [""; 0]);
    let (store, connection) = (mirror.store, mirror.connection);
    assert!(ok(store.items(connection, &[]).await).is_empty());
    assert!(ok(store.at_paths(connection, &[]).await).is_empty());
}

/// An update without new bytes keeps the content's state; one with new bytes makes it pending.
pub async fn an_update_keeps_or_replaces_the_content(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    assert!(mirror.record_content("a", &ready("1")).await);
    mirror.apply(&[updated(2, file("a", "/a", "2"), None)]).await;
    let kept = Item { metadata: file("a", "/a", "2"), content: ready("1"), number: 2, created: Some(1) };
    assert_eq!(mirror.item("a").await, Some(kept));
    mirror.apply(&[updated(3, file("a", "/a", "3"), Some(pending("3")))]).await;
    assert_eq!(mirror.item("a").await.map(|item| item.content), Some(pending("3")));
}

/// If a segment changes an item several times, the last change counts, with the last content that any of them
/// set.
pub async fn the_last_change_of_a_segment_counts(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let changes = [
        created(1, file("a", "/a", "1")),
        updated(2, file("a", "/a", "2"), Some(pending("2"))),
        moved(3, "/a", file("a", "/b", "2")),
        created(4, file("c", "/c", "1")),
        deleted(5, file("c", "/c", "1")),
    ];
    mirror.apply(&changes).await;
    let expected =
        Item { metadata: file("a", "/b", "2"), content: pending("2"), number: 3, created: Some(1) };
    assert_eq!(mirror.item("a").await, Some(expected));
    mirror.expect(&[("/b", "a")]).await;
    assert_eq!((mirror.at("/a").await, mirror.at("/c").await), (None, None));
}

/// A deleted item is found by neither id nor path.
pub async fn a_deleted_item_is_nowhere(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, folder("f", "/f")), created(2, file("a", "/f/a", "1"))]).await;
    mirror.apply(&[deleted(3, file("a", "/f/a", "1"))]).await;
    mirror.expect(&[("/f", "f")]).await;
    assert_eq!((mirror.item("a").await, mirror.at("/f/a").await), (None, None));
    assert_eq!(mirror.below("/f").await, ["/f"]);
}

/// A deleted item can be created again, as from Dropbox's version history.
pub async fn a_deleted_item_can_come_back(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    mirror.apply(&[deleted(2, file("a", "/a", "1"))]).await;
    mirror.apply(&[created(3, file("a", "/a", "1"))]).await;
    mirror.expect(&[("/a", "a")]).await;
    assert_eq!(mirror.item("a").await.map(|item| (item.number, item.content)), Some((3, pending("1"))));
}

/// Returns the history of several items, as segments.
fn history() -> Vec<Vec<Change>> {
    vec![
        vec![
            created(1, folder("f", "/f")),
            created(2, file("a", "/f/a", "1")),
            created(3, file("b", "/b", "1")),
        ],
        vec![updated(4, file("a", "/f/a", "2"), Some(pending("2"))), moved(5, "/b", file("b", "/f/b", "1"))],
        vec![
            deleted(6, file("a", "/f/a", "2")),
            created(7, file("c", "/b", "1")),
            deleted(8, folder("f", "/f")),
        ],
        vec![moved(9, "/f/b", file("b", "/f", "1")), created(10, file("a", "/f/a", "3"))],
    ]
}

/// Items that exist after the whole history.
const PRESENT: [(&str, &str); 3] = [("/b", "c"), ("/f", "b"), ("/f/a", "a")];

/// Applying a segment twice has the effect of applying it once (invariant I3), even if bytes became ready in
/// between.
pub async fn a_segment_applied_twice_changes_nothing(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    for segment in history() {
        mirror.apply(&segment).await;
        mirror.apply(&segment).await;
    }
    mirror.expect(&PRESENT).await;
    assert!(mirror.record_content("a", &ready("3")).await);
    mirror.apply(&history()[3]).await;
    assert_eq!(mirror.item("a").await.map(|item| item.content), Some(ready("3")));
}

/// Applying a segment again after later ones, as a delayed walker may, changes nothing.
pub async fn a_segment_applied_late_changes_nothing(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    for segment in history() {
        mirror.apply(&segment).await;
    }
    for segment in history() {
        mirror.apply(&segment).await;
        mirror.expect(&PRESENT).await;
    }
    assert_eq!(mirror.at("/f/b").await, None);
}

/// The later of two changes of an item counts, in whichever order they are applied.
pub async fn changes_may_arrive_out_of_order(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[updated(2, file("a", "/a", "2"), Some(pending("2")))]).await;
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    let expected =
        Item { metadata: file("a", "/a", "2"), content: pending("2"), number: 2, created: Some(2) };
    assert_eq!(mirror.item("a").await, Some(expected));
}

/// More items than fit into one request are read completely.
pub async fn many_items_are_read_whole(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let names: Vec<_> =
        (2..=350).map(|number: u64| (format!("/f/{number:03}"), number.to_string())).collect();
    let changes = names.iter().zip(2..).map(|((path, id), number)| created(number, file(id, path, "1")));
    let changes: Vec<_> = std::iter::once(created(1, folder("1", "/f"))).chain(changes).collect();
    mirror.apply(&changes).await;
    let expected: Vec<_> = std::iter::once(("/f", "1"))
        .chain(names.iter().map(|(path, id)| (path.as_str(), id.as_str())))
        .collect();
    mirror.expect(&expected).await;
    assert_eq!(mirror.below("/f").await.len(), 350);
    let ids: Vec<_> = names.iter().map(|(_, id)| ItemId::from(format!("id:{id}"))).collect();
    let items: HashMap<_, _> = ok(mirror.store.items(mirror.connection, &ids).await);
    assert_eq!(items.len(), 349);
}

/// Returns the ids of all items, read page by page.
async fn paged<S: ItemWriter>(mirror: &Mirror<'_, S>, limit: u16) -> Vec<ItemId> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = ok(mirror.store.item_page(mirror.connection, after.as_ref(), limit, 0).await);
        assert!(page.items.len() <= usize::from(limit));
        ids.extend(page.items.into_iter().map(|item| item.metadata.id));
        after = match page.next {
            Some(next) => Some(next),
            None => return ids,
        };
    }
}

fn created_in_root(numbers: std::ops::RangeInclusive<u64>) -> Vec<Change> {
    numbers.map(|number| created(number, file(&number.to_string(), &format!("/{number}"), "1"))).collect()
}

/// Pages of any size contain each item once, in the same order.
pub async fn pages_hold_every_item_once(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    assert_eq!(ok(mirror.store.item_page(mirror.connection, None, 500, 0).await), ItemPage::default());
    mirror.apply(&created_in_root(1..=60)).await;
    let whole = paged(&mirror, 500).await;
    let mut sorted: Vec<_> = whole.iter().map(|id| id.as_str().to_owned()).collect();
    sorted.sort();
    let mut expected: Vec<_> = (1..=60).map(|number| format!("id:{number}")).collect();
    expected.sort();
    assert_eq!(sorted, expected);
    for limit in [1, 7, 59, 60, 61] {
        assert_eq!(paged(&mirror, limit).await, whole, "{limit} at a time");
    }
}

/// Items may be deleted between two pages; each item that exists throughout is on exactly one page.
pub async fn pages_go_on_while_items_go(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&created_in_root(1..=40)).await;
    let whole = paged(&mirror, 500).await;
    let first = ok(mirror.store.item_page(mirror.connection, None, 10, 0).await);
    assert_eq!(
        first.items.iter().map(|item| &item.metadata.id).collect::<Vec<_>>(),
        whole[..10].iter().collect::<Vec<_>>()
    );
    // Deletes the last item of the page and the next one: the position at which the page ended stays valid.
    let gone: Vec<_> =
        whole[9..11].iter().map(|id| id.as_str().trim_start_matches("id:").to_owned()).collect();
    let deletions =
        gone.iter().zip(41..).map(|(id, number)| deleted(number, file(id, &format!("/{id}"), "1")));
    mirror.apply(&deletions.collect::<Vec<_>>()).await;
    let rest = ok(mirror.store.item_page(mirror.connection, first.next.as_ref(), 500, 0).await);
    assert_eq!(
        rest.items.iter().map(|item| &item.metadata.id).collect::<Vec<_>>(),
        whole[11..].iter().collect::<Vec<_>>()
    );
    assert_eq!(rest.next, None);
    assert_eq!(paged(&mirror, 3).await.len(), 38);
}

/// Bytes that a client removed stay removed when a transfer ends late; they can be requested again.
pub async fn the_end_of_a_transfer_brings_no_removed_bytes_back(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    let removed = Content::Skipped { rev: Rev::from("1"), reason: NotFetched::Removed };
    assert!(mirror.record_content("a", &removed).await);
    let failed = Content::Failed { rev: Rev::from("1"), reason: NotFetched::HashMismatch };
    assert!(!mirror.record_content("a", &ready("1")).await && !mirror.record_content("a", &failed).await);
    assert_eq!(mirror.item("a").await.map(|item| item.content), Some(removed));
    for content in [Content::Pending { rev: Rev::from("1") }, failed, ready("1")] {
        assert!(mirror.record_content("a", &content).await);
    }
}

/// The outcome of fetching a revision's bytes is recorded, with the reason if it failed.
pub async fn content_is_recorded(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    let failed = Content::Failed { rev: Rev::from("1"), reason: NotFetched::HashMismatch };
    for content in [failed, ready("1")] {
        assert!(mirror.record_content("a", &content).await);
        let expected = Item { metadata: file("a", "/a", "1"), content, number: 1, created: Some(1) };
        assert_eq!(mirror.item("a").await, Some(expected));
    }
}

/// The outcome of a revision that is no longer wanted, or of a deleted item, is not recorded.
pub async fn stale_content_is_not_recorded(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, file("a", "/a", "1")), created(2, folder("f", "/f"))]).await;
    mirror.apply(&[updated(3, file("a", "/a", "2"), Some(pending("2")))]).await;
    assert!(!mirror.record_content("a", &ready("1")).await);
    assert_eq!(mirror.item("a").await.map(|item| item.content), Some(pending("2")));
    assert!(!mirror.record_content("f", &ready("1")).await);
    mirror.apply(&[deleted(4, file("a", "/a", "2"))]).await;
    assert!(
        !mirror.record_content("a", &ready("2")).await
            && !mirror.record_content("unknown", &ready("1")).await
    );
    mirror.expect(&[("/f", "f")]).await;
    assert_eq!(mirror.item("unknown").await, None);
}

/// Items of different connections are separate, even with equal ids and paths (invariant I1).
pub async fn items_of_connections_are_apart(harness: &impl StoreHarness) {
    let (one, two) = (mirror(harness), mirror(harness));
    one.apply(&[created(1, file("a", "/a", "1"))]).await;
    two.expect(&[]).await;
    two.apply(&[created(1, file("a", "/b", "1"))]).await;
    two.apply(&[deleted(2, file("a", "/b", "1"))]).await;
    assert!(!two.record_content("a", &ready("1")).await);
    one.expect(&[("/a", "a")]).await;
    assert_eq!(one.item("a").await.map(|item| item.content), Some(pending("1")));
    assert_eq!((paged(&one, 500).await.len(), paged(&two, 500).await.len()), (1, 0));
}

/// Runs every case of [`items`](crate::store::items) as a separate test.
#[macro_export]
macro_rules! items_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::items:
            a_created_item_is_there
            what_is_not_there_is_not_found
            an_update_keeps_or_replaces_the_content
            the_last_change_of_a_segment_counts
            a_deleted_item_is_nowhere
            a_deleted_item_can_come_back
            a_segment_applied_twice_changes_nothing
            a_segment_applied_late_changes_nothing
            changes_may_arrive_out_of_order
            many_items_are_read_whole
            pages_hold_every_item_once
            pages_go_on_while_items_go
            content_is_recorded
            the_end_of_a_transfer_brings_no_removed_bytes_back
            stale_content_is_not_recorded
            items_of_connections_are_apart
        }
    };
}
