//! Replay of the stored corpus and of earlier findings.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path};

/// Runs a target on all of its stored inputs.
fn replay(name: &str) {
    let target = fuzz::target(name).unwrap();
    let mut replayed = 0;
    for kept in ["corpus", "findings"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(kept).join(name);
        for file in fs::read_dir(folder).into_iter().flatten() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            target(&bytes);
            replayed += 1;
        }
    }
    assert!(replayed > 0, "nothing is kept for {name}");
}

#[test]
fn an_argument_stays_the_same_json() {
    replay("argument");
}

#[test]
fn only_the_browser_that_began_ends_a_connect() {
    replay("callback");
}

#[test]
fn what_goes_out_through_the_proxy_is_a_call_that_the_caller_may_make() {
    replay("proxy");
}

#[test]
fn only_what_the_project_signed_names_a_user() {
    replay("user_token");
}

#[test]
fn only_what_dropbox_signed_is_queued() {
    replay("webhook");
}
