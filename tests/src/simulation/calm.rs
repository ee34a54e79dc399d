//! Calm phase after the random one, in which everything must be repaired.

use super::{
    check,
    choices::confirm,
    history::Violation,
    limits,
    mirror::{self, Depth},
    requests::resync,
    run::Run,
    script::{HOUR, connect, is_revoked},
};

/// Time in which all work must end, in milliseconds.
const PATIENCE: u64 = 48 * HOUR;
/// Largest number of times the connection may be woken before its next resync ends.
const WAKES: usize = 40;

/// Runs without faults: the first resync repairs what is left, the next must find nothing to do.
pub(super) async fn calm(run: &mut Run) -> Result<(), Violation> {
    run.fixture.gate.state().calm = true;
    run.fixture.gate.note("", "calm");
    if is_revoked(&run.fixture) || !run.fixture.wiring.is_active().await {
        connect(run).await;
    }
    if !run.fixture.wiring.is_manual {
        until_drained(run).await?;
        mirror::mirror(&run.fixture, Depth::Drained).await?;
    }
    if run.fixture.wiring.is_comparing().await {
        // Lookups that Dropbox refused during this listing are only retried by the next resync.
        until_resynced(run).await?;
    }
    until_resynced(run).await?;
    if run.fixture.wiring.max_files.is_some() {
        // Files that this comparison deletes make room, which the next one fills.
        until_resynced(run).await?;
    }
    mirror::mirror(&run.fixture, Depth::Resynced).await?;
    let before = run.fixture.history.seen().changes.len();
    until_resynced(run).await?;
    mirror::mirror(&run.fixture, Depth::Resynced).await?;
    let after = run.fixture.history.seen().changes.len();
    if before != after {
        return Err(Violation::new("I8", format!("a resync at rest made {} changes", after - before)));
    }
    check::whole(&run.fixture).await
}

/// Notifies once more, and runs until that notification's walk is done. By then all changes that Dropbox
/// reports must be mirrored, without a resync.
async fn until_drained(run: &mut Run) -> Result<(), Violation> {
    run.notify_at(run.fixture.now());
    for _ in 0..WAKES {
        until_idle(run).await?;
        if confirm(run).await {
            until_idle(run).await?;
        }
        let (schedule, claims) = (run.fixture.wiring.schedule().await, run.fixture.wiring.claims().await);
        let is_settled = schedule.wake_at.is_some() && schedule.wake_at == schedule.resync_at;
        // A tick sends a message that is owed but was never sent, or that waits for an abandoned lease.
        if is_settled && claims.is_empty() {
            return Ok(());
        }
        wake(run).await?;
    }
    Err(Violation::new("quiet", "the connection is woken again and again, and never settles"))
}

async fn until_idle(run: &mut Run) -> Result<(), Violation> {
    let is_idle = run.until_idle(run.fixture.now() + PATIENCE).await;
    if is_idle { Ok(()) } else { Err(Violation::new("quiet", "work goes on and on")) }
}

/// Runs until the connection is next woken. If the user revoked access at the very end, connects again.
async fn wake(run: &mut Run) -> Result<(), Violation> {
    if is_revoked(&run.fixture) || !run.fixture.wiring.is_active().await {
        connect(run).await;
        return Ok(());
    }
    let nothing = || Violation::new("quiet", "nothing will ever wake the connection");
    let tick = run.next_tick().await.ok_or_else(nothing)?;
    run.until(tick).await;
    Ok(())
}

/// Runs until a resync has ended and no transfer is running or postponed: a file during which the process
/// died alone is retried later than the others.
async fn until_resynced(run: &mut Run) -> Result<(), Violation> {
    let (before, started) = (check::resyncs(&run.fixture), run.started);
    if run.fixture.wiring.is_manual {
        resync(run).await;
    }
    let known = run.fixture.ports.dropbox.account().known_paths();
    let things = known + run.fixture.wiring.items().await.len();
    for _ in 0..WAKES {
        until_idle(run).await?;
        if confirm(run).await {
            until_idle(run).await?;
        }
        run.check_health().await?;
        let (resynced, walks) = (check::resyncs(&run.fixture) > before, run.started - started);
        if walks > limits::most_walks(things) {
            return Err(Violation::new(
                "budget",
                format!("a resync of {things} things takes {walks} invocations"),
            ));
        }
        if resynced && run.fixture.wiring.transfers().await.is_empty() {
            return Ok(());
        }
        let is_connected = !is_revoked(&run.fixture) && run.fixture.wiring.is_active().await;
        if run.fixture.wiring.is_manual && is_connected && run.next_tick().await.is_none() {
            // A comparison that is requested before the first listing ends is that listing.
            resync(run).await;
        } else {
            wake(run).await?;
        }
    }
    if check::resyncs(&run.fixture) > before {
        // The mirror's check reports transfers that wait forever.
        return Ok(());
    }
    Err(Violation::new("quiet", "the connection is woken again and again, and never resynced"))
}
