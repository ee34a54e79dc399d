//! Pages that Dropbox takes long for (T6): they are waited for as long as an invocation can, and asked for with fewer
//! entries if that is too short.

use std::time::Duration;

use shared::{
    dropbox::PAGE_LIMIT,
    model::{Formats, Head, TroubleCode, WalkReason},
    store::{HealthStore, ItemWriter, Log},
};

use super::{Fixture, SECOND, SlowDropbox, dropbox};

async fn head(fixture: &Fixture) -> Head {
    fixture.store.head(fixture.connection).await.unwrap()
}

async fn number_of_items(fixture: &Fixture) -> usize {
    fixture.store.all_items(fixture.connection).await.unwrap().len()
}

/// Creates a Dropbox that takes this many milliseconds for each entry of a page, of a listing and of changes.
fn slow(files: u32, per_entry: u32, per_change: u32) -> SlowDropbox {
    let (dropbox, millisecond) = (SlowDropbox::new(usize::MAX, SECOND, SECOND), SECOND / 1_000);
    dropbox.nodes().extend((0..files).map(|number| (number, (format!("{number}.txt"), 0))));
    dropbox.be_slow(millisecond * per_entry, millisecond * per_change);
    dropbox
}

#[tokio::test(start_paused = true)]
async fn a_page_is_waited_for_as_long_as_an_invocation_can() {
    for seconds in [61, 66, 104] {
        let fixture = Fixture::new(dropbox(450, seconds * SECOND, SECOND), Formats::All).await;
        let invocations = fixture.walk(WalkReason::Connected).await;
        assert_eq!(number_of_items(&fixture).await, 450, "{seconds} s");
        assert_eq!(head(&fixture).await.page_limit, None, "{seconds} s: no page was too slow");
        assert!(invocations >= 3, "{seconds} s: one page fits into an invocation");
    }
}

#[tokio::test(start_paused = true)]
async fn a_listing_whose_pages_are_too_slow_begins_again_with_smaller_ones() {
    // A page of 1,201 entries takes 240, 480 or 1,200 s, and 105 s are what an invocation waits.
    for (per_entry, fits) in [(200, 500), (400, 250), (1_000, 62)] {
        let fixture = Fixture::new(slow(1_201, per_entry, 0), Formats::All).await;
        fixture.walk(WalkReason::Connected).await;
        assert_eq!(number_of_items(&fixture).await, 1_201, "{per_entry} ms");
        let limit = head(&fixture).await.page_limit.expect("it was lowered");
        // It doubles once the listing has come to its end.
        assert!(limit == fits || limit == fits * 2, "{per_entry} ms: {limit}, not {fits}");
        let (report, _) = fixture.resync().await;
        assert_eq!((report.listed, report.agreed), (1_201, 1_201), "{per_entry} ms: {report:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_grow_back_when_dropbox_is_fast_again() {
    let fixture = Fixture::new(slow(1_201, 400, 0), Formats::All).await;
    fixture.walk(WalkReason::Connected).await;
    fixture.dropbox.be_slow(Duration::ZERO, Duration::ZERO);
    for _ in 0..4 {
        fixture.resync().await;
    }
    assert_eq!(head(&fixture).await.page_limit, None);
}

#[tokio::test(start_paused = true)]
async fn a_cursor_whose_changes_come_too_slowly_is_replaced_and_what_it_had_is_found() {
    for per_change in [60, 150, 500] {
        let fixture = Fixture::new(slow(300, 0, per_change), Formats::All).await;
        fixture.walk(WalkReason::Connected).await;
        let before = head(&fixture).await.page_limit;
        fixture.dropbox.nodes().retain(|number, _| number % 10 != 0);
        for _ in 0..20 {
            fixture.walk(WalkReason::Notified).await;
        }
        let after = head(&fixture).await;
        assert_eq!(number_of_items(&fixture).await, 270, "{per_change} ms");
        assert!(after.page_limit < before.or(Some(PAGE_LIMIT)), "{per_change} ms: {:?}", after.page_limit);
        assert_eq!((after.slow_drains, after.compare), (0, false), "{per_change} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn an_account_whose_smallest_pages_are_too_slow_is_told_of_and_recovers() {
    let fixture = Fixture::new(slow(40, 5_000, 0), Formats::All).await;
    for _ in 0..20 {
        fixture.invoke(WalkReason::Woken).await;
    }
    let health = fixture.store.health(fixture.connection).await.unwrap();
    let trouble = health.walk.clone().expect("it is in trouble");
    assert_eq!(trouble.code, TroubleCode::PageTooSlow);
    assert!(health.episode.is_some(), "it is reported: {health:?}");
    fixture.dropbox.be_slow(Duration::ZERO, Duration::ZERO);
    fixture.walk(WalkReason::Woken).await;
    assert_eq!(number_of_items(&fixture).await, 40);
    assert!(fixture.store.health(fixture.connection).await.unwrap().walk.is_none());
}
