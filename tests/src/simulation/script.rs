//! A seed's story: a random phase, then calm.

use fastrand::Rng;
use shared::{model::WalkReason, store::StoreError};

use super::{
    check::{self, Depth},
    dice::{chance, dice},
    edits::edit,
    faults::{Fault, Port},
    history::Violation,
    run::Run,
    stage::Stage,
    wiring,
};

const SECOND: u64 = 1000;
const HOUR: u64 = 3600 * SECOND;
/// By then everything must be quiet.
const PATIENCE: u64 = 48 * HOUR;
/// So often the connection may be woken before its next resync.
const WAKES: usize = 40;

/// Plays a seed's story, and looks whether every invariant held.
pub(super) async fn play(run: &mut Run, seed: u64) -> Result<(), Violation> {
    let mut rng = dice(seed, "script");
    begin(run, &mut rng).await.map_err(|error| Violation::new("setting", error.to_string()))?;
    let is_slow = rng.bool();
    for _ in 0..rng.usize(3..14) {
        let moment = run.stage.now() + pause(&mut rng, is_slow);
        run.until(moment).await;
        edit_some(run, &mut rng);
        if is_revoked(&run.stage) && rng.u32(0..3) == 0 {
            connect(run).await;
        }
    }
    calm(run).await
}

async fn begin(run: &mut Run, rng: &mut Rng) -> Result<(), StoreError> {
    {
        let mut account = run.stage.ports.dropbox.account();
        for _ in 0..rng.usize(0..20) {
            edit(&mut account, rng);
        }
    }
    connect(run).await;
    Ok(())
}

/// The user connects, for the first time or again.
async fn connect(run: &mut Run) {
    let now = run.stage.now();
    let (refresh, access) = run.stage.ports.dropbox.account().tokens.grant(now);
    let connected = run.stage.wiring.connect(&run.stage.ports, refresh, access).await;
    run.stage.gate.note("user", &format!("connects: {connected:?}"));
    let message = wiring::walk(WalkReason::Connected, run.stage.ports.clock.as_ref());
    run.stage.ports.sync.put(&message, now);
    run.schedule_changed();
}

fn is_revoked(stage: &Stage) -> bool {
    stage.ports.dropbox.account().tokens.is_revoked()
}

/// From nothing to more than a day; mostly short, or so long that a message whose process died comes again.
fn pause(rng: &mut Rng, is_slow: bool) -> u64 {
    if is_slow && rng.bool() {
        return rng.u64(60 * SECOND..400 * SECOND);
    }
    match rng.u32(0..100) {
        0..45 => rng.u64(0..500),
        45..75 => rng.u64(0..20 * SECOND),
        75..92 => rng.u64(0..600 * SECOND),
        92..98 => rng.u64(0..4 * HOUR),
        _ => rng.u64(20 * HOUR..27 * HOUR),
    }
}

fn edit_some(run: &mut Run, rng: &mut Rng) {
    let edits = if chance(rng, 100) { rng.usize(5..12) } else { rng.usize(1..4) };
    for _ in 0..edits {
        let what = edit(&mut run.stage.ports.dropbox.account(), rng);
        run.stage.gate.note("user", &what);
    }
    notify(run, rng);
}

/// Dropbox notifies: once, never, twice, or late.
fn notify(run: &mut Run, rng: &mut Rng) {
    let strikes = |fault: Fault| run.stage.gate.strike_with(Port::Webhook, fault, fault.words());
    if strikes(Fault::WebhookLost) {
        return;
    }
    let (late, doubled) = (strikes(Fault::WebhookLate), strikes(Fault::WebhookDoubled));
    let delay = if late { rng.u64(0..900 * SECOND) } else { rng.u64(0..3 * SECOND) };
    let moment = run.stage.now() + delay;
    run.notify_at(moment);
    if doubled {
        run.notify_at(moment + rng.u64(0..400 * SECOND));
    }
}

/// Nothing goes wrong any more: one resync repairs what is left to repair, the next has nothing to do.
async fn calm(run: &mut Run) -> Result<(), Violation> {
    run.stage.gate.state().calm = true;
    run.stage.gate.note("", "calm");
    if is_revoked(&run.stage) || !run.stage.wiring.is_active().await {
        connect(run).await;
    }
    until_drained(run).await?;
    check::mirror(&run.stage, Depth::Drained).await?;
    until_resynced(run).await?;
    check::mirror(&run.stage, Depth::Resynced).await?;
    let before = run.stage.history.seen().changes.len();
    until_resynced(run).await?;
    check::mirror(&run.stage, Depth::Resynced).await?;
    let after = run.stage.history.seen().changes.len();
    if before != after {
        return Err(Violation::new("I8", format!("a resync at rest made {} changes", after - before)));
    }
    check::whole(&run.stage).await
}

/// Notifies once more, and goes on until that was walked to its end: what Dropbox's changes say must be here then,
/// without a resync.
async fn until_drained(run: &mut Run) -> Result<(), Violation> {
    run.notify_at(run.stage.now());
    for _ in 0..WAKES {
        until_idle(run).await?;
        let schedule = run.stage.wiring.schedule().await;
        if schedule.wake_at.is_some() && schedule.wake_at == schedule.resync_at {
            return Ok(());
        }
        wake(run).await?;
    }
    Err(Violation::new("quiet", "the connection is woken again and again, and never settles"))
}

async fn until_idle(run: &mut Run) -> Result<(), Violation> {
    let is_idle = run.until_idle(run.stage.now() + PATIENCE).await;
    if is_idle { Ok(()) } else { Err(Violation::new("quiet", "work goes on and on")) }
}

/// Goes on until the connection is next woken.
async fn wake(run: &mut Run) -> Result<(), Violation> {
    let nothing = || Violation::new("quiet", "nothing will ever wake the connection");
    let tick = run.next_tick().await.ok_or_else(nothing)?;
    run.until(tick).await;
    Ok(())
}

/// Goes on until a resync has ended and nothing is under way.
async fn until_resynced(run: &mut Run) -> Result<(), Violation> {
    let before = check::resyncs(&run.stage);
    for _ in 0..WAKES {
        until_idle(run).await?;
        if check::resyncs(&run.stage) > before {
            return Ok(());
        }
        wake(run).await?;
    }
    Err(Violation::new("quiet", "the connection is woken again and again, and never resynced"))
}
