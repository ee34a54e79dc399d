//! Contract of the store's lists of items: an item's number and position are stable while others are created,
//! changed and deleted.

use std::{collections::BTreeMap, time::Duration};

use shared::{
    model::{Change, Content, ItemId, Record},
    store::{ItemWriter, Items, RecordOrder, RecordPage, Records},
};

use super::{
    StoreHarness,
    mirror::{Mirror, created, deleted, mirror, moved, pending, ready, updated},
    ok,
};
use crate::{
    eventually,
    samples::{file, folder, now},
};

const FIRST: RecordPage =
    RecordPage { order: RecordOrder::Creation, descending: false, after: None, skip: 0, limit: 100 };

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.item.metadata.id.as_str().trim_start_matches("id:")).collect()
}

/// Waits until a page contains these items, because the index may lag behind.
async fn expect_page<S: Records>(mirror: &Mirror<'_, S>, page: RecordPage, expected: &[&str]) {
    eventually("the page", async || {
        let records = ok(mirror.store.record_page(mirror.connection, page).await);
        (ids(&records) == expected).then_some(())
    })
    .await;
}

/// Items are listed in the order of the changes that created them, whatever changed since, page by page.
pub async fn items_are_listed_by_their_creation(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let files = ["d", "a", "c", "b"].map(|id| file(id, &format!("/{id}"), "1"));
    let segment: Vec<_> = (1..).zip(files.clone()).map(|(number, file)| created(number, file)).collect();
    mirror.apply(&segment).await;
    mirror.apply(&[updated(5, file("d", "/d", "2"), Some(pending("2")))]).await;
    mirror.apply(&[moved(6, "/a", file("a", "/z", "1"))]).await;
    expect_page(&mirror, FIRST, &["d", "a", "c", "b"]).await;
    expect_page(&mirror, RecordPage { skip: 1, limit: 2, ..FIRST }, &["a", "c"]).await;
    expect_page(&mirror, RecordPage { after: Some(2), ..FIRST }, &["c", "b"]).await;
    let down = RecordPage { descending: true, ..FIRST };
    expect_page(&mirror, down, &["b", "c", "a", "d"]).await;
    expect_page(&mirror, RecordPage { after: Some(3), limit: 1, ..down }, &["a"]).await;
    let page = ok(mirror.store.record_page(mirror.connection, FIRST).await);
    assert_eq!(
        page.iter().map(|record| record.item.created).collect::<Vec<_>>(),
        (1..5).map(Some).collect::<Vec<_>>()
    );
    assert_eq!(page[0].item.number, 5);
}

/// A deleted item is not listed; if it is created again, it gets another number.
pub async fn what_comes_back_has_another_number(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let (a, b) = (file("a", "/a", "1"), folder("b", "/b"));
    mirror.apply(&[created(1, a.clone()), created(2, b)]).await;
    mirror.apply(&[deleted(3, a.clone())]).await;
    expect_page(&mirror, FIRST, &["b"]).await;
    assert!(ok(mirror.store.records_created_by(mirror.connection, &[1]).await).is_empty());
    mirror.apply(&[created(4, a)]).await;
    expect_page(&mirror, FIRST, &["b", "a"]).await;
    // A segment that is applied again keeps the number.
    mirror.apply(&[created(4, file("a", "/a", "1"))]).await;
    let found = ok(mirror.store.records_created_by(mirror.connection, &[4, 1, 9]).await);
    assert_eq!(ids(&found), ["a"]);
}

/// Items are listed by the time when their bytes became ready, those without bytes first; an update alone
/// does not change the order.
pub async fn items_are_listed_by_their_last_sync(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror
        .apply(
            &["a", "b", "c"]
                .map(|id| file(id, &format!("/{id}"), "1"))
                .into_iter()
                .zip(1..)
                .map(|(file, number)| created(number, file))
                .collect::<Vec<_>>(),
        )
        .await;
    let page = RecordPage { order: RecordOrder::LastSync, ..FIRST };
    let record_content = async |id: &str, content: Content, seconds| {
        let (id, at) = (ItemId::from(format!("id:{id}")), now().plus(Duration::from_secs(seconds)));
        assert!(ok(mirror.store.record_content(mirror.connection, &id, &content, at).await));
    };
    record_content("b", ready("1"), 10).await;
    record_content("a", ready("1"), 20).await;
    expect_page(&mirror, page, &["c", "b", "a"]).await;
    mirror.apply(&[updated(4, file("b", "/b", "2"), Some(pending("2")))]).await;
    expect_page(&mirror, page, &["c", "b", "a"]).await;
    record_content("b", ready("2"), 30).await;
    expect_page(&mirror, page, &["c", "a", "b"]).await;
    expect_page(&mirror, RecordPage { descending: true, limit: 1, ..page }, &["b"]).await;
}

/// A record has the times when its item was created, when it last changed, and when its bytes became ready.
pub async fn a_record_has_its_times(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    let id = ItemId::from("id:a");
    let record = async || {
        ok(mirror.store.records(mirror.connection, std::slice::from_ref(&id)).await)
            .remove(&id)
            .expect("the item is there")
    };
    let first = record().await;
    assert_eq!((first.created_at, first.updated_at, first.synced_at), (Some(now()), Some(now()), None));
    let later = now().plus(Duration::from_secs(60));
    assert!(ok(mirror.store.record_content(mirror.connection, &id, &ready("1"), later).await));
    let second = record().await;
    assert_eq!(
        (second.created_at, second.updated_at, second.synced_at),
        (Some(now()), Some(later), Some(later))
    );
}

/// All items are returned if there are at most the requested number; deleted ones do not count.
pub async fn all_records_are_read_up_to_a_number(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let numbers = 1..=40;
    mirror
        .apply(&numbers.map(|n| created(n, folder(&n.to_string(), &format!("/{n}")))).collect::<Vec<_>>())
        .await;
    mirror.apply(&[deleted(41, folder("7", "/7"))]).await;
    let count =
        async |limit| ok(mirror.store.all_records(mirror.connection, limit).await).map(|all| all.len());
    assert_eq!((count(39).await, count(38).await, count(0).await), (Some(39), None, None));
}

/// Numbering items that already have a number changes nothing.
pub async fn a_number_is_given_once(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, folder("a", "/a"))]).await;
    mirror.apply(&[moved(2, "/a", folder("a", "/b"))]).await;
    let item = mirror.item("a").await.expect("the item is there");
    let unnumbered = shared::model::Item { created: None, ..item.clone() };
    ok(mirror.store.number_items(mirror.connection, &[unnumbered]).await);
    assert_eq!(mirror.item("a").await, Some(item));
}

/// By the path of an item the number of the change that created it is found, whatever changed since.
///
/// That is so also where the changes do not say it, as those of older deployments, and where the item came back
/// within a segment.
pub async fn the_item_at_a_path_has_its_number(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let expect = async |expected: &[(&str, u64)]| {
        let paths = ["/a", "/b", "/c", "/d", "/b/e", "/none", ""].map(str::to_owned);
        let found = ok(mirror.store.created_at_paths(mirror.connection, &paths).await);
        let found: BTreeMap<&str, u64> =
            found.iter().map(|(path, number)| (path.as_str(), *number)).collect();
        assert_eq!(found, expected.iter().copied().collect());
        let items = ok(mirror.store.all_items(mirror.connection).await);
        let own: BTreeMap<_, _> =
            items.iter().map(|item| (item.metadata.path_lower.as_str(), item.created)).collect();
        assert!(found.iter().all(|(path, number)| own[path] == Some(*number)), "{found:?} {own:?}");
    };
    mirror.apply(&[created(1, folder("a", "/a")), created(2, folder("b", "/b"))]).await;
    expect(&[("/a", 1), ("/b", 2)]).await;
    let says = Change { created: Some(1), ..moved(3, "/a", folder("a", "/c")) };
    mirror.apply(&[says, moved(4, "/b", folder("b", "/d"))]).await;
    expect(&[("/c", 1), ("/d", 2)]).await;
    let taken_over = [created(5, folder("e", "/b")), moved(6, "/b", folder("e", "/a"))];
    mirror.apply(&taken_over).await;
    expect(&[("/a", 5), ("/c", 1), ("/d", 2)]).await;
    let back =
        [deleted(7, folder("a", "/c")), created(8, folder("a", "/c")), updated(9, folder("a", "/c"), None)];
    mirror.apply(&back).await;
    mirror.apply(&[deleted(10, folder("b", "/d"))]).await;
    expect(&[("/a", 5), ("/c", 8)]).await;
}

/// Runs every case of [`records`](crate::store::records) as a separate test.
#[macro_export]
macro_rules! records_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::records:
            items_are_listed_by_their_creation
            what_comes_back_has_another_number
            items_are_listed_by_their_last_sync
            a_record_has_its_times
            all_records_are_read_up_to_a_number
            a_number_is_given_once
            the_item_at_a_path_has_its_number
        }
    };
}
