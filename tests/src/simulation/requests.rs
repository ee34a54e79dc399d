//! Requests of a user without automatic sync: full comparisons, and to fetch or remove the bytes of single files.

use fastrand::Rng;
use shared::model::{Item, ItemKind};

use super::{dice::chance, run::Run};

/// Sometimes requests a comparison, a file's bytes again, or their removal.
pub(super) async fn request(run: &Run, rng: &mut Rng) {
    if chance(rng, 250) {
        resync(run).await;
    }
    if chance(rng, 200) {
        refetch(run, rng).await;
    }
    if chance(rng, 150) {
        remove_bytes(run, rng).await;
    }
}

/// Requests a comparison.
pub(super) async fn resync(run: &Run) {
    run.fixture.gate.note("user", "requests a comparison");
    run.fixture.wiring.request_resync(&run.fixture.ports).await;
    run.schedule_changed();
}

async fn refetch(run: &Run, rng: &mut Rng) {
    let Some(file) = file(run, rng).await else { return };
    run.fixture.gate.note("user", &format!("requests the bytes of {:?}", file.metadata.id));
    run.fixture.wiring.refetch(&run.fixture.ports, &file).await;
    run.schedule_changed();
}

async fn remove_bytes(run: &Run, rng: &mut Rng) {
    let Some(file) = file(run, rng).await else { return };
    run.fixture.gate.note("user", &format!("removes the bytes of {:?}", file.metadata.id));
    run.fixture.wiring.remove_bytes(&run.fixture.ports, &file).await;
    run.schedule_changed();
}

async fn file(run: &Run, rng: &mut Rng) -> Option<Item> {
    let items = run.fixture.wiring.items().await;
    let files: Vec<Item> = items.into_iter().filter(|item| item.metadata.kind == ItemKind::File).collect();
    rng.choice(files)
}
