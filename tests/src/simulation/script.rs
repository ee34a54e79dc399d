//! Scenario of a seed: a random phase of edits, then the calm one.

use fastrand::Rng;
use shared::{
    model::{Lane, WalkReason},
    store::StoreError,
};

use super::{
    calm::calm,
    choices::{choose, confirm},
    dice::{chance, dice},
    edits::edit,
    faults::{Fault, Port},
    fixture::Fixture,
    history::Violation,
    requests::request,
    run::Run,
};

pub(super) const SECOND: u64 = 1000;
pub(super) const HOUR: u64 = 3600 * SECOND;
/// Runs a seed's scenario, and checks every invariant.
pub(super) async fn play(run: &mut Run, seed: u64) -> Result<(), Violation> {
    let mut rng = dice(seed, "script");
    begin(run, &mut rng).await.map_err(|error| Violation::new("setting", error.to_string()))?;
    let is_slow = rng.bool();
    for _ in 0..rng.usize(3..14) {
        let moment = run.fixture.now() + pause(&mut rng, is_slow);
        run.until(moment).await;
        run.check_health().await?;
        edit_some(run, &mut rng);
        choose_some(run, &mut rng).await;
        if run.fixture.wiring.is_manual {
            request(run, &mut rng).await;
        }
        if is_revoked(&run.fixture) && rng.u32(0..3) == 0 {
            connect(run).await;
        }
    }
    calm(run).await
}

async fn begin(run: &mut Run, rng: &mut Rng) -> Result<(), StoreError> {
    {
        let mut account = run.fixture.ports.dropbox.account();
        for _ in 0..rng.usize(0..20) {
            edit(&mut account, rng);
        }
    }
    connect(run).await;
    if !run.fixture.wiring.settings.select_everything {
        for _ in 0..rng.usize(0..4) {
            choose(run, rng).await;
        }
    }
    Ok(())
}

/// Changes the selections: sometimes if the user chose what is synced, rarely otherwise.
async fn choose_some(run: &Run, rng: &mut Rng) {
    let often = if run.fixture.wiring.settings.select_everything { 50 } else { 300 };
    if chance(rng, often) {
        choose(run, rng).await;
    }
    if chance(rng, 300) {
        confirm(run).await;
    }
}

/// Connects the user, for the first time or again.
pub(super) async fn connect(run: &mut Run) {
    let now = run.fixture.now();
    let (refresh, access) = run.fixture.ports.dropbox.account().tokens.grant(now);
    let connected = run.fixture.wiring.connect(&run.fixture.ports, refresh, access).await;
    run.fixture.gate.note("user", &format!("connects: {connected:?}"));
    run.fixture.ports.attempts.forget();
    run.fixture.wiring.ask(&run.fixture.ports, Lane::Bulk, WalkReason::Connected).await;
    run.schedule_changed();
}

pub(super) fn is_revoked(fixture: &Fixture) -> bool {
    fixture.ports.dropbox.account().tokens.is_revoked()
}

/// Draws a pause, from none to more than a day: mostly short, or long enough that the message of a dead
/// process is delivered again.
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
        let what = edit(&mut run.fixture.ports.dropbox.account(), rng);
        run.fixture.gate.note("user", &what);
    }
    notify(run, rng);
}

/// Schedules Dropbox's notification: once, never, twice, or late.
fn notify(run: &mut Run, rng: &mut Rng) {
    let strikes = |fault: Fault| run.fixture.gate.strike_with(Port::Webhook, fault, fault.words());
    if strikes(Fault::WebhookLost) {
        return;
    }
    let (late, doubled) = (strikes(Fault::WebhookLate), strikes(Fault::WebhookDoubled));
    let delay = if late { rng.u64(0..900 * SECOND) } else { rng.u64(0..3 * SECOND) };
    let moment = run.fixture.now() + delay;
    run.notify_at(moment);
    if doubled {
        run.notify_at(moment + rng.u64(0..400 * SECOND));
    }
}
