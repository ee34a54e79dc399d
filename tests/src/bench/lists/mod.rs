//! Benchmarks of Carbon's list of files: a page and the count from the function, beside the bare query of the
//! store for the same page.

mod ask;
mod measurements;

use shared::{
    model::{ConnectionId, ItemNumber},
    store::{Ordinals, RecordOrder, RecordPage, Records},
};

pub use self::measurements::Measurements;
use self::{ask::Asker, measurements::Watch};
use crate::{App, World, fill};

/// Files in a page: the maximum that clients can ask for.
const PAGE: u32 = 250;

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
            all.push(watch.measurements(format!("{name}, {place}")));
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
    all.push(watch.measurements("page after the middle id".to_owned()));
    let mut watch = Watch::default();
    for _ in 0..rounds {
        watch.bare(query(&world, connection, page(RecordOrder::Creation, 0))).await?;
        watch.list(asker.list("id", 0, None, 1)).await?;
    }
    all.push(watch.measurements("count, with one file".to_owned()));
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
