//! Benchmarks of lists, beside the bare query of the store for the same page.
//!
//! Measured are pages and the count of Carbon's list of files, and every page of the files and of the changes of a
//! connection, each from its function.

mod ask;
mod measurements;
mod pages;

use shared::{
    model::{ConnectionId, ItemNumber},
    store::{Ordinals, RecordOrder, RecordPage, Records},
};

pub use self::measurements::Measurements;
use self::{ask::Asker, measurements::Watch};
use crate::{App, World, fill};

/// Files in a page: the maximum that clients can ask for.
const PAGE: u32 = 250;

/// Longest time of a page of Carbon's list, relative to the bare query.
const MOST: f64 = 3.0;

/// Measured lists: name, order in the API, and order in the store.
const ORDERS: [(&str, &str, RecordOrder); 2] =
    [("page by id", "id", RecordOrder::Creation), ("page by last_sync", "last_sync", RecordOrder::LastSync)];

/// Measures lists of an account with `items` files and folders: each `rounds` times, alternating with the bare
/// query.
///
/// # Errors
/// Returns what failed.
pub async fn run(items: u64, rounds: u32) -> Result<Vec<Measurements>, String> {
    let world = World::with(|all| (all.observer, all.project.select_everything) = (None, false)).await;
    let app = world.first_app("user-1");
    let connection = app.connect("first@example.com").await;
    world.settled().await;
    fill(world.stack.store(), connection, items, items).await.map_err(|error| error.to_string())?;
    let asker = Asker { world: &world, app: &app };
    let mut all = Vec::new();
    for (name, order, index) in ORDERS {
        let middle = u32::try_from(items / 2).unwrap_or(u32::MAX).min(10_000);
        for (place, offset) in [("first", 0), ("late", middle)] {
            let mut watch = Watch::default();
            for _ in 0..rounds {
                watch.bare(query(&world, connection, page(index, offset))).await?;
                watch.list(asker.list(order, offset, None, PAGE)).await?;
            }
            all.push(watch.measurements(format!("{name}, {place}"), Some(MOST)));
        }
    }
    let created = items / 2;
    let middle = RecordPage { after: Some(created), ..page(RecordOrder::Creation, 0) };
    let after = integer(&world, &app, connection, created).await?;
    let mut watch = Watch::default();
    for _ in 0..rounds {
        watch.bare(query(&world, connection, middle)).await?;
        watch.list(asker.list("id", 0, Some(after), PAGE)).await?;
    }
    all.push(watch.measurements("page after the middle id".to_owned(), Some(MOST)));
    let mut watch = Watch::default();
    for _ in 0..rounds {
        watch.bare(query(&world, connection, page(RecordOrder::Creation, 0))).await?;
        watch.list(asker.list("id", 0, None, 1)).await?;
    }
    all.push(watch.measurements("count, with one file".to_owned(), Some(MOST)));
    all.push(pages::files(&asker, connection, items).await?);
    all.push(pages::changes(&asker, connection, items).await?);
    world.stop().await;
    Ok(all)
}

fn page(order: RecordOrder, skip: u32) -> RecordPage {
    RecordPage { order, descending: false, after: None, skip, limit: PAGE }
}

/// Returns the integer of the file that the change with this number created.
async fn integer(world: &World, app: &App, connection: ConnectionId, created: u64) -> Result<u64, String> {
    let ordinals = world.stack.store().ordinals(app.project, &[connection]).await;
    let ordinals = ordinals.map_err(|error| error.to_string())?;
    let number = ordinals.get(&connection).map(|ordinal| ItemNumber { ordinal: *ordinal, created });
    number.and_then(ItemNumber::integer).ok_or_else(|| "the connection has no integer".to_owned())
}

/// Queries the index, and reads the rows that it names.
async fn query(world: &World, connection: ConnectionId, page: RecordPage) -> Result<(), String> {
    let found = world.stack.store().record_page(connection, page).await;
    found.map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    #[tokio::test(flavor = "multi_thread")]
    async fn every_page_of_the_files_and_of_the_changes_is_read() {
        let all = super::run(1_200, 1).await.unwrap();
        let parts: Vec<String> =
            all.iter().filter_map(|one| one.to_json()["part"].as_str().map(str::to_owned)).collect();
        assert_eq!(parts[parts.len() - 2..], ["files, every page", "changes, every page"]);
    }
}
