//! Search for leaked secrets (invariant I10): every flow is run with known secrets, and then logs, error
//! responses and all files on disk are searched for them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod flows;
mod hunt;
mod log;

use tests::World;

use self::hunt::Hunt;

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_seen_after_every_flow() {
    log::capture();
    let world = World::hurried().await;
    let mut hunt = Hunt::of(&world);
    flows::connects(&world, &mut hunt).await;
    flows::calls(&world, &mut hunt).await;
    flows::popups(&mut hunt).await;
    flows::notifications(&world, &mut hunt).await;
    flows::sync(&world, &mut hunt).await;
    flows::own_app(&world, &mut hunt).await;
    flows::refusal_and_reconnect(&world, &mut hunt).await;
    flows::disconnect(&world).await;
    let kept = world.stop().await;
    hunt.search_text("an error", &hunt.errors().join("\n"));
    hunt.search_files(kept.path());
    let log = log::taken();
    hunt.search_text("the log", &log);
    log::assert_names_no_file(&log);
}
