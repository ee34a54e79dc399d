//! Cursors that are refused repeatedly (T8): each consecutive listing waits longer, and the series ends by
//! itself.

use fake_dropbox::{Adversity, Defects, Fault, faults::ALWAYS};
use serde_json::{Value, json};
use shared::{
    model::{Clock, ConnectionId, Lane, Message, SystemClock, WalkReason},
    store::{Log, Schedules},
};
use sync_worker::handle_message;
use tests::World;

use crate::health::events;

const FIRST: &str = "first@example.com";

/// Makes listings have many pages, and their cursors be reset after some of them.
fn keep_resetting(world: &World, pages: u32) {
    let many_pages = Adversity { seed: 5, empty_pages: 0.95, ..Adversity::default() };
    world.stack.dropbox.pages(FIRST).set(many_pages);
    let reset = Defects { reset_after: Some(pages), ..Defects::default() };
    world.stack.dropbox.listings(FIRST).set(reset);
}

/// Makes every cursor be refused, even a new one.
fn refuse_every_cursor(world: &World, refusal: Fault) {
    world.stack.dropbox.faults(FIRST).next("files/list_folder/continue", ALWAYS, refusal);
}

fn behave(world: &World) {
    world.stack.dropbox.faults(FIRST).clear();
    world.stack.dropbox.pages(FIRST).clear();
    world.stack.dropbox.listings(FIRST).clear();
}

fn listings(world: &World) -> u64 {
    world.stack.dropbox.calls().get("files/list_folder").copied().unwrap_or_default()
}

fn write_some(world: &World, folder: &str) {
    (0..20).for_each(|number| world.write(FIRST, &format!("{folder}/{number}.txt"), folder.as_bytes()));
}

/// Whether the next walk is put off because of failures.
async fn waits(world: &World, connection: ConnectionId) -> bool {
    let schedule = world.stack.store().schedule(connection).await.unwrap();
    schedule.failures > 0 && schedule.wake_at.is_some_and(|at| at > SystemClock.now())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_listing_that_is_reset_again_and_again_is_put_off() {
    for pages in 1..=3 {
        let world = World::new().await;
        write_some(&world, "a");
        keep_resetting(&world, pages);
        let connection = world.first_app("u").connect(FIRST).await;
        world.settled().await;
        assert!(waits(&world, connection).await, "reset after {pages} pages");
        assert!(listings(&world) <= 3, "{} listings in a row, of {pages} pages", listings(&world));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_whose_listings_are_reset_waits_longer_each_time() {
    for pages in 1..=3 {
        comparison_waits_longer_each_time(pages).await;
    }
}

async fn comparison_waits_longer_each_time(pages: u32) {
    let world = World::new().await;
    write_some(&world, "a");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let before = listings(&world);
    keep_resetting(&world, pages);
    world.due(connection).await;
    world.until(async || waits(&world, connection).await).await;
    world.settled().await;
    let waits = async || world.stack.store().head(connection).await.unwrap().relist_at.is_some();
    for _ in 0..5 {
        if waits().await {
            break;
        }
        let (reason, sent_at) = (WalkReason::Chosen, SystemClock.now());
        let walk = Message::Walk { connection, reason, sent_at, hops: 0, lane: Lane::Bulk };
        handle_message(world.stack.worker(), &walk.to_json(), 1).await.unwrap();
        world.settled().await;
    }
    assert!(waits().await, "the next listing, reset after {pages} pages, has no time before which it waits");
    assert!(listings(&world) - before <= 6, "{} listings in a row", listings(&world) - before);
    // Changes are followed in the meantime, and a notification does not start the listing early.
    behave(&world);
    let during = listings(&world);
    write_some(&world, "b");
    world.settled().await;
    assert_eq!((world.items(connection).await.len(), listings(&world)), (42, during));
}

/// Returns the details of all events of one kind, in order. One that was published again, with its id, is left out.
async fn distinct_events(world: &World, detail_type: &str) -> Vec<Value> {
    let mut details = events(world, detail_type).await;
    details.dedup_by(|one, other| one["id"] == other["id"]);
    details
}

/// Waits until the connection says that its cursors are refused, then lets Dropbox behave, and waits until it says that
/// all is well.
async fn is_told_once(world: &World, connection: ConnectionId) {
    let app = world.first_app("u");
    let health = async || app.details(connection).await["health"].clone();
    world.until(async || health().await["state"] == "degraded").await;
    let degraded = health().await;
    assert_eq!(
        (&degraded["code"], &degraded["work"]),
        (&json!("cursor_refused"), &json!("walk")),
        "{degraded}"
    );
    assert!(degraded["failures"].as_u64().is_some_and(|failures| failures >= 5), "{degraded}");
    behave(world);
    world.until(async || health().await["state"] == "ok").await;
    world.mirrored(connection, FIRST).await;
    let bad = distinct_events(world, "Connection Degraded").await;
    let good = distinct_events(world, "Connection Recovered").await;
    assert_eq!((bad.len(), good.len()), (1, 1), "{bad:?} {good:?}");
    assert_eq!((&bad[0]["code"], &bad[0]["since"]), (&json!("cursor_refused"), &good[0]["since"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_first_listing_is_reset_again_and_again_says_so() {
    let world = World::hurried().await;
    write_some(&world, "a");
    keep_resetting(&world, 2);
    let connection = world.first_app("u").connect(FIRST).await;
    is_told_once(&world, connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_every_cursor_is_refused_says_so() {
    let is_gone = Fault::EndpointError { tag: "path/not_found".to_owned() };
    for refusal in [Fault::InvalidCursor, is_gone] {
        let world = World::hurried().await;
        write_some(&world, "a");
        refuse_every_cursor(&world, refusal);
        let connection = world.first_app("u").connect(FIRST).await;
        is_told_once(&world, connection).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_comparisons_are_reset_again_and_again_says_so() {
    let world = World::hurried().await;
    write_some(&world, "a");
    let connection = world.first_app("u").connect(FIRST).await;
    world.mirrored(connection, FIRST).await;
    keep_resetting(&world, 2);
    world.due(connection).await;
    is_told_once(&world, connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_row_ends_by_itself_when_a_listing_comes_to_its_end() {
    let world = World::hurried().await;
    write_some(&world, "a");
    let connection = world.first_app("u").connect(FIRST).await;
    world.mirrored(connection, FIRST).await;
    let told = world.log(connection).await.len();
    keep_resetting(&world, 2);
    world.due(connection).await;
    let relists = async || world.stack.store().head(connection).await.unwrap().relists;
    world.until(async || relists().await >= 3).await;
    behave(&world);
    world.until(async || relists().await == 0).await;
    world.mirrored(connection, FIRST).await;
    assert_eq!(world.log(connection).await.len(), told, "nothing was told twice");
}
