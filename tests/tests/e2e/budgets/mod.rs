//! Every phase of a walk stops at its budget and goes on where it was, however slow Dropbox is and however much differs (T41).
//! Time is virtual; an invocation that Lambda would end fails the test.

mod dropbox;
mod stage;

use std::time::Duration;

use shared::{
    model::{Family, Formats, WalkReason},
    store::Items,
};

use self::{dropbox::SlowDropbox, stage::Stage};

const FILES: u32 = 1201;
const SECOND: Duration = Duration::from_secs(1);

/// A slow Dropbox with so many files, every second one a picture.
fn dropbox(files: u32, listing: Duration, metadata: Duration) -> SlowDropbox {
    let dropbox = SlowDropbox::new(200, listing, metadata);
    let ending = |number: u32| if number.is_multiple_of(2) { "txt" } else { "png" };
    dropbox.files().extend((0..files).map(|number| (number, (format!("{number}.{}", ending(number)), 0))));
    dropbox
}

fn texts() -> Formats {
    Formats::Only { families: vec![Family::Text], endings: Vec::new() }
}

#[tokio::test(start_paused = true)]
async fn a_wider_rule_of_formats_is_applied_to_every_second_file() {
    let stage = Stage::new(dropbox(FILES, 12 * SECOND, SECOND), texts()).await;
    stage.walk(WalkReason::Connected).await;
    stage.want(Formats::All);
    let (report, invocations) = stage.resync().await;
    assert_eq!((report.listed, report.agreed, report.updated), (1201, 601, 600), "{report:?}");
    assert!(invocations > 1, "the listings alone take longer than an invocation");
    let (again, _) = stage.resync().await;
    assert_eq!((again.agreed, again.updated), (1201, 0), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn a_mirror_that_lost_everything_is_filled_again() {
    let stage = Stage::new(dropbox(0, 12 * SECOND, SECOND), Formats::All).await;
    stage.walk(WalkReason::Connected).await;
    stage.dropbox.files().extend(dropbox(FILES, SECOND, SECOND).files().clone());
    let (report, invocations) = stage.resync().await;
    assert_eq!((report.created, report.listed), (1201, 1201), "{report:?}");
    assert!(invocations > 1);
    assert_eq!(stage.store.all_items(stage.connection).await.unwrap().len(), 1201);
}

#[tokio::test(start_paused = true)]
async fn differences_that_are_asked_about_one_by_one_stop_at_the_budget() {
    let stage = Stage::new(dropbox(FILES, SECOND, 3 * SECOND), Formats::All).await;
    stage.walk(WalkReason::Connected).await;
    stage.dropbox.files().retain(|number, _| number % 3 != 0);
    let (report, invocations) = stage.resync().await;
    assert_eq!((report.deleted, report.held), (401, 0), "{report:?}");
    assert!(invocations > 3, "401 questions take 300 s");
    assert_eq!(stage.store.all_items(stage.connection).await.unwrap().len(), 800);
}

#[tokio::test(start_paused = true)]
async fn slower_pages_and_deletions_among_the_differences_end_as_well() {
    let stage = Stage::new(dropbox(FILES, 30 * SECOND, SECOND), texts()).await;
    stage.walk(WalkReason::Connected).await;
    stage.want(Formats::All);
    stage.dropbox.files().retain(|number, _| number % 5 != 0);
    let (report, _) = stage.resync().await;
    assert_eq!((report.updated, report.deleted), (480, 241), "{report:?}");
}
