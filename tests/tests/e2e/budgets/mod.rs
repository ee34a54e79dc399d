//! Time budgets (T41): every phase of a walk stops at its budget and continues from there, however slow
//! Dropbox is and however much differs. Time is virtual; an invocation that exceeds Lambda's timeout fails
//! the test.

mod dropbox;
pub(crate) mod fixture;
mod slow_pages;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde_json::Value;
use shared::{
    model::{Change, ChangeKind, Family, Formats, ResyncReport, WalkReason},
    store::{ItemWriter, Log},
};

use self::{dropbox::SlowDropbox, fixture::Fixture};

const FILES: u32 = 1201;
const SECOND: Duration = Duration::from_secs(1);

/// Creates a slow Dropbox with `files` files, every second one a picture.
fn dropbox(files: u32, listing: Duration, metadata: Duration) -> SlowDropbox {
    let dropbox = SlowDropbox::new(200, listing, metadata);
    let ending = |number: u32| if number.is_multiple_of(2) { "txt" } else { "png" };
    dropbox.nodes().extend((0..files).map(|number| (number, (format!("{number}.{}", ending(number)), 0))));
    dropbox
}

fn texts() -> Formats {
    Formats::Only { families: vec![Family::Text], endings: Vec::new() }
}

#[tokio::test(start_paused = true)]
async fn a_wider_rule_of_formats_is_applied_to_every_second_file() {
    let fixture = Fixture::new(dropbox(FILES, 12 * SECOND, SECOND), texts()).await;
    fixture.walk(WalkReason::Connected).await;
    fixture.want(Formats::All).await;
    let (report, invocations) = fixture.resync().await;
    assert_eq!((report.listed, report.agreed, report.updated), (1201, 601, 600), "{report:?}");
    assert!(invocations > 1, "the listings alone take longer than an invocation");
    let (again, _) = fixture.resync().await;
    assert_eq!((again.agreed, again.updated), (1201, 0), "{again:?}");
}

#[tokio::test(start_paused = true)]
async fn a_mirror_that_lost_everything_is_filled_again() {
    let fixture = Fixture::new(dropbox(0, 12 * SECOND, SECOND), Formats::All).await;
    fixture.walk(WalkReason::Connected).await;
    fixture.dropbox.nodes().extend(dropbox(FILES, SECOND, SECOND).nodes().clone());
    let (report, invocations) = fixture.resync().await;
    assert_eq!((report.created, report.listed), (1201, 1201), "{report:?}");
    assert!(invocations > 1);
    assert_eq!(fixture.store.all_items(fixture.connection).await.unwrap().len(), 1201);
}

#[tokio::test(start_paused = true)]
async fn differences_that_are_asked_about_one_by_one_stop_at_the_budget() {
    let fixture = Fixture::new(dropbox(FILES, SECOND, 3 * SECOND), Formats::All).await;
    fixture.walk(WalkReason::Connected).await;
    fixture.dropbox.nodes().retain(|number, _| number % 3 != 0);
    let (report, invocations) = fixture.resync().await;
    assert_eq!((report.deleted, report.held), (401, 0), "{report:?}");
    assert!(invocations > 3, "401 questions take 300 s");
    assert_eq!(fixture.store.all_items(fixture.connection).await.unwrap().len(), 800);
}

#[tokio::test(start_paused = true)]
async fn slower_pages_and_deletions_among_the_differences_end_as_well() {
    let fixture = Fixture::new(dropbox(FILES, 30 * SECOND, SECOND), texts()).await;
    fixture.walk(WalkReason::Connected).await;
    fixture.want(Formats::All).await;
    fixture.dropbox.nodes().retain(|number, _| number % 5 != 0);
    let (report, _) = fixture.resync().await;
    assert_eq!((report.updated, report.deleted), (480, 241), "{report:?}");
}

/// State after a resync: the report, the items, and the number of changes by kind and path.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    report: ResyncReport,
    items: BTreeMap<String, (String, Value)>,
    changes: BTreeMap<(&'static str, String), usize>,
}

impl Left {
    async fn by(fixture: &Fixture, report: ResyncReport) -> Self {
        let items = fixture.store.all_items(fixture.connection).await.unwrap();
        let told = |item: shared::model::Item| {
            let what = serde_json::to_value((&item.metadata, &item.content)).unwrap();
            (item.metadata.id.to_string(), (item.metadata.path_display, what))
        };
        let mut changes = BTreeMap::new();
        for change in fixture.log().await {
            *changes.entry((word(&change), change.item.path_display)).or_default() += 1;
        }
        let report = ResyncReport { at: 0, notified_at: None, ..report };
        Self { report, items: items.into_iter().map(told).collect(), changes }
    }
}

fn word(change: &Change) -> &'static str {
    match change.kind {
        ChangeKind::Created { .. } => "created",
        ChangeKind::Updated { .. } => "updated",
        ChangeKind::Moved { .. } => "moved",
        ChangeKind::Deleted { .. } => "deleted",
    }
}

/// Creates a mirror of some folders and files, and an account in which nearly all of them differ: changed,
/// moved, deleted or new, in folders whose case has changed. The project's rules have changed, too, and the
/// rows of paths are missing.
async fn drifted(files: u32, walk: Duration, call: Duration) -> Fixture {
    let node = |number: u32, path: String| (number, (path, 0));
    let folders = (0..3).map(|number| node(number, format!("f{number}/")));
    let path = |number: u32| {
        format!("f{}/{number}.{}", number % 3, if number.is_multiple_of(2) { "txt" } else { "png" })
    };
    let before = SlowDropbox::new(40, SECOND / 2, SECOND / 2);
    before.nodes().extend(folders.chain((10..files).map(|number| node(number, path(number)))));
    let mut fixture = Fixture::new(before, texts()).await;
    fixture.walk(WalkReason::Connected).await;
    {
        let mut nodes = fixture.dropbox.nodes();
        nodes.insert(1, ("F1/".to_owned(), 0));
        for number in 10..files {
            match number % 6 {
                0 => drop(nodes.remove(&number)),
                1 => drop(nodes.insert(number, (format!("f2/moved-{number}.txt"), 0))),
                2 => drop(nodes.insert(number, (path(number), 1))),
                3 => drop(nodes.insert(files + number, (format!("new-{number}.txt"), 0))),
                _ => {}
            }
        }
    }
    fixture.want(Formats::All).await;
    fixture.lose("path#").await;
    fixture.hurry(walk, call);
    fixture
}

/// Compares resyncs interrupted at any time with one in a single invocation: mirror, log and report must be
/// the same.
async fn is_the_same_in_pieces(files: u32, budgets: impl Iterator<Item = Duration>) {
    let whole = drifted(files, 10_000 * SECOND, Duration::ZERO).await;
    let (report, invocations) = whole.resync().await;
    assert_eq!(invocations, 1);
    assert!(report.created > 0 && report.updated > 0 && report.moved > 0 && report.deleted > 0, "{report:?}");
    assert!(report.paths_restored > 0, "{report:?}");
    let whole = Left::by(&whole, report).await;
    assert!(
        whole.items.values().any(|(path, _)| path.starts_with("/F1/")),
        "it is shown by the folder's name"
    );
    for budget in budgets {
        let fixture = drifted(files, budget, SECOND / 20).await;
        let (report, invocations) = fixture.resync().await;
        assert!(invocations > 1, "{budget:?}");
        assert_eq!(Left::by(&fixture, report).await, whole, "after {invocations} invocations of {budget:?}");
        let head = fixture.store.head(fixture.connection).await.unwrap();
        assert_eq!((head.full_listing, head.repaired.total(), head.deleted_so_far), (None, 0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_resync_that_asks_one_by_one_is_the_same_wherever_its_time_is_over() {
    is_the_same_in_pieces(70, (0..8).map(|number| SECOND * number * number / 10)).await;
}

#[tokio::test(start_paused = true)]
async fn a_resync_with_a_second_listing_is_the_same_wherever_its_time_is_over() {
    is_the_same_in_pieces(620, [0, 11].into_iter().map(|seconds| SECOND * seconds)).await;
}

/// The brake judges the deletions of a comparison together, even if earlier walks have already deleted some
/// of them.
#[tokio::test(start_paused = true)]
async fn deletions_in_pieces_are_judged_as_one() {
    let mut fixture = Fixture::new(dropbox(2200, SECOND / 10, SECOND), Formats::All).await;
    fixture.walk(WalkReason::Connected).await;
    // Less than half of the items, so the brake allows it.
    fixture.dropbox.nodes().retain(|number, _| *number >= 1000);
    fixture.hurry(Duration::ZERO, Duration::ZERO);
    fixture.owe_resync().await;
    let deleted =
        async || fixture.log().await.iter().filter(|change| word(change) == "deleted").count() as u64;
    while deleted().await == 0 {
        fixture.invoke(WalkReason::Woken).await;
    }
    let first = deleted().await;
    assert!(first < 1000, "an invocation deletes a piece");
    fixture.dropbox.report_deleted(1000..1380);
    fixture.walk(WalkReason::Woken).await;
    let head = fixture.store.head(fixture.connection).await.unwrap();
    let held = head.held.expect("with those that were reported meanwhile it is more than half");
    assert_eq!((held.deletions, head.items), (1380 - first, 2200 - first));
    assert!(held.deletions * 2 < head.items, "of what is left it is less");
    let report = fixture.store.report(fixture.connection).await.unwrap().unwrap();
    assert_eq!(
        (report.held, report.deleted),
        (1000 - first, 0),
        "what was reported is not the comparison's own: {report:?}"
    );
}

/// Everything stored for a disconnected connection is removed in several invocations.
#[tokio::test(start_paused = true)]
async fn the_removal_of_what_is_held_goes_on_where_its_time_was_over() {
    let mut fixture = Fixture::new(dropbox(60, SECOND / 10, SECOND), Formats::All).await;
    fixture.walk(WalkReason::Connected).await;
    for item in 0..3 {
        fixture.put_bytes(item, "015").await;
    }
    fixture.hurry(Duration::ZERO, Duration::ZERO);
    let (receipt, invocations) = fixture.purge().await;
    assert!(invocations > 3, "{invocations}");
    assert_eq!((receipt.items, receipt.objects), (60, 3));
    assert_eq!(fixture.store.all_items(fixture.connection).await.unwrap(), []);
}

/// Creates a mirror of twenty files, with the bytes of each in the bucket, and with objects that nobody wants: of other
/// revisions, and of items that are gone. Returns the keys that are wanted, too.
async fn littered(strays: u32) -> (Fixture, BTreeSet<String>) {
    let fixture = Fixture::new(dropbox(20, SECOND / 10, SECOND), Formats::All).await;
    fixture.walk(WalkReason::Connected).await;
    // So that a run of transfers has nothing to do but the sweep.
    fixture.lose("transfer#").await;
    let mut wanted = BTreeSet::new();
    for item in 0..20 {
        wanted.insert(fixture.put_bytes(item, &format!("{:015x}", item * 1_000)).await);
    }
    for stray in 0..strays {
        fixture.put_bytes(stray % (strays / 2 + 1), &format!("9{stray:014x}")).await;
    }
    (fixture, wanted)
}

/// The sweep of the bucket stops at the budget and goes on where it was: what is left in the end is what one long run
/// would have left.
#[tokio::test(start_paused = true)]
async fn a_sweep_in_pieces_leaves_what_is_wanted_and_nothing_else() {
    for (strays, call, is_interrupted) in
        [(2_500, Duration::ZERO, false), (2_500, 40 * SECOND, true), (4_100, 15 * SECOND, true)]
    {
        let (mut fixture, wanted) = littered(strays).await;
        assert_eq!(fixture.objects().await.len(), wanted.len() + strays as usize);
        fixture.hurry(Duration::ZERO, call);
        let invocations = fixture.sweep().await;
        assert_eq!(invocations > 1, is_interrupted, "{strays} strays, {call:?}: {invocations} invocations");
        fixture.hurry(Duration::ZERO, Duration::ZERO);
        assert_eq!(fixture.objects().await, wanted, "{strays} strays, {call:?}");
    }
}
