//! Measurement of the flows.

use shared::model::ConnectionId;

use super::{
    counts::{Count, Counts},
    fixture::Fixture,
    line::Line,
};
use crate::Receiver;

/// Sizes of the measurements.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Files in the smaller account.
    pub few_files: u32,
    /// Files in the larger account.
    pub many_files: u32,
    /// Number of changes in the larger notification; the smaller has one.
    pub many_changes: u32,
}

/// Counts of each flow.
#[derive(Debug, Clone)]
pub struct Flows {
    /// A notification for an account without changes.
    pub(super) quiet: Counts,
    /// A notification, by the number of edited files.
    pub(super) notified: Line,
    /// A call through the proxy, of a caller who has called before.
    pub(super) call: Counts,
    /// A connect and its first sync, by the number of files, with no bytes fetched.
    pub(super) without_bytes: Line,
    /// A connect and its first sync, by the number of files, with their bytes.
    pub(super) with_bytes: Line,
    /// A resync in which no file differs and that has nothing swept, by the number of files.
    pub(super) resync: Line,
    /// The sweep of the bucket that a resync asks for after changes, and the rows of paths that it reads then, by the
    /// number of files.
    pub(super) sweep: Line,
    /// A delivery of a single event to an endpoint.
    pub(super) single: Counts,
    /// A delivery to an endpoint that takes one event in a request, by the number of events.
    pub(super) delivery: Line,
    /// A run of a workflow that an event starts, by the number of its steps, each of them an action.
    pub(super) run: Line,
    /// A tick that finds nothing due.
    pub(super) tick: Counts,
}

/// Measurements of an account of one size.
struct Measured {
    first: Counts,
    resync: Counts,
    sweep: Counts,
    delivery: Counts,
    single: Counts,
    run: Line,
    tick: Counts,
}

impl Flows {
    /// Measures all flows.
    ///
    /// # Errors
    /// Returns what could not be read.
    ///
    /// # Panics
    /// If a flow does not end.
    pub async fn measure(sizes: Sizes) -> Result<Self, String> {
        let (few, many) = (f64::from(sizes.few_files), f64::from(sizes.many_files));
        let line = |one: &Counts, other: &Counts| Line::through((few, one), (many, other));
        let (without, more_without) =
            (first_without_bytes(sizes.few_files).await?, first_without_bytes(sizes.many_files).await?);
        let small = Fixture::with_files(sizes.few_files, |_| ()).await;
        let small = synced(&small).await?;
        let fixture = Fixture::with_files(sizes.many_files, |_| ()).await;
        let large = synced(&fixture).await?;
        let changes = f64::from(sizes.many_changes);
        let (one, several) =
            (edited(&fixture, 1, "second").await?, edited(&fixture, sizes.many_changes, "third").await?);
        Ok(Self {
            quiet: fixture.counted(async || fixture.notify().await).await?,
            notified: Line::through((1.0, &one), (changes, &several)),
            call: called(&fixture).await?,
            without_bytes: line(&without, &more_without),
            with_bytes: line(&small.first, &large.first),
            resync: line(&small.resync, &large.resync),
            sweep: line(&small.sweep, &large.sweep),
            delivery: Line::through(
                (small.delivery.get(Count::Delivered), &small.delivery),
                (large.delivery.get(Count::Delivered), &large.delivery),
            ),
            single: large.single,
            run: large.run,
            tick: large.tick,
        })
    }
}

/// Counts a call like those before it. The first two calls of a process for a caller also read the list of the user's
/// connections.
async fn called(fixture: &Fixture) -> Result<Counts, String> {
    for _ in 0..2 {
        fixture.call().await;
    }
    fixture.counted(async || fixture.call().await).await
}

async fn first_without_bytes(files: u32) -> Result<Counts, String> {
    let fixture = Fixture::with_files(files, |settings| settings.max_file_bytes = 0).await;
    let first = fixture.counted(async || _ = fixture.connect().await).await?;
    assert!(first.get(Count::Downloads) < 0.5, "bytes were brought that nobody wants");
    Ok(first)
}

async fn synced(fixture: &Fixture) -> Result<Measured, String> {
    let mut connection = None;
    let first = fixture.counted(async || connection = Some(fixture.connect().await)).await?;
    let connection = connection.ok_or("nothing was connected")?;
    let tick = fixture.counted(async || fixture.tick().await).await?;
    // The first resync has the bucket swept and reads the rows of paths, and the second finds everything as the first has found it.
    fixture.let_resync_be_due(connection).await;
    let with_sweep = fixture.counted(async || fixture.tick().await).await?;
    fixture.let_resync_be_due(connection).await;
    let with_tick = fixture.counted(async || fixture.tick().await).await?;
    let sweep = with_sweep.minus(&with_tick);
    let (delivery, single) = delivered(fixture, connection).await?;
    let run = ran(fixture, connection).await?;
    Ok(Measured { first, resync: with_tick.minus(&tick), sweep, delivery, single, run, tick })
}

/// Delivers everything that has happened to a connection, and then a single event.
async fn delivered(fixture: &Fixture, connection: ConnectionId) -> Result<(Counts, Counts), String> {
    let receiver = Receiver::start().await;
    let message = fixture.add_endpoint(connection, &receiver.url()).await;
    let delivery = fixture.counted(async || fixture.deliver(&message).await).await?;
    fixture.announce(connection, &message).await;
    let single = fixture.counted(async || fixture.deliver(&message).await).await?;
    fixture.remove_endpoints().await;
    assert!(delivery.get(Count::Delivered) > 1.5, "nothing was delivered");
    Ok((delivery, single))
}

/// Runs a workflow of one step, and one of three.
async fn ran(fixture: &Fixture, connection: ConnectionId) -> Result<Line, String> {
    let mut counted = Vec::new();
    for steps in [1, 3] {
        let workflow = fixture.add_workflow(steps).await;
        let counts = fixture.counted(async || fixture.start(&workflow, connection).await).await?;
        assert!((counts.get(Count::Steps) - f64::from(steps)).abs() < 0.5, "a run is not over");
        counted.push((f64::from(steps), counts));
    }
    // Files that the runs have saved are synced before anything else is measured.
    fixture.counted(async || fixture.notify().await).await?;
    let [(few, one), (many, three)] = counted.as_slice() else { return Err("two were measured".to_owned()) };
    Ok(Line::through((*few, one), (*many, three)))
}

async fn edited(fixture: &Fixture, files: u32, state: &str) -> Result<Counts, String> {
    fixture.edit(files, state);
    fixture.rescanned().await;
    let counted = fixture.counted(async || fixture.notify().await).await?;
    assert!((counted.get(Count::Downloads) - f64::from(files)).abs() < 0.5, "not every edit was brought");
    Ok(counted)
}
