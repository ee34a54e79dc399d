//! Requests of a user without automatic sync: full comparisons, and the bytes of single files.

use fastrand::Rng;
use shared::model::{Item, ItemKind};

use super::{dice::chance, run::Run};

/// Sometimes requests a comparison, or a file's bytes again.
pub(super) async fn request(run: &Run, rng: &mut Rng) {
    if chance(rng, 250) {
        resync(run).await;
    }
    if chance(rng, 200) {
        refetch(run, rng).await;
    }
}

/// Requests a comparison.
pub(super) async fn resync(run: &Run) {
    run.stage.gate.note("user", "requests a comparison");
    run.stage.wiring.request_resync(&run.stage.ports).await;
    run.schedule_changed();
}

async fn refetch(run: &Run, rng: &mut Rng) {
    let items = run.stage.wiring.items().await;
    let files: Vec<&Item> = items.iter().filter(|item| item.facts.kind == ItemKind::File).collect();
    let Some(file) = rng.choice(files) else { return };
    run.stage.gate.note("user", &format!("requests the bytes of {:?}", file.facts.id));
    run.stage.wiring.refetch(&run.stage.ports, file).await;
    run.schedule_changed();
}
