//! Contract of the master key: a wrapped key can be unwrapped for its own project only.

use shared::{
    model::ProjectId,
    seal::{DataKey, MasterKey, SealError, WrappedKey},
};

use crate::Harness;

/// Creates a master key.
pub trait KeyHarness: Harness {
    /// Returns a master key.
    fn key(&self) -> &dyn MasterKey;
}

async fn generate(harness: &impl KeyHarness, project: ProjectId) -> (DataKey, WrappedKey) {
    harness.key().generate(project).await.expect("the master key answers")
}

async fn expect_broken(harness: &impl KeyHarness, project: ProjectId, wrapped: &WrappedKey) {
    let opened = harness.key().unwrap_key(project, wrapped).await;
    assert!(matches!(opened, Err(SealError::Broken)), "it should not open: {opened:?}");
}

/// A wrapped key can be unwrapped repeatedly, and is the same key each time.
pub async fn a_wrapped_key_opens_for_its_project(harness: &impl KeyHarness) {
    let project = ProjectId::random();
    let (key, wrapped) = generate(harness, project).await;
    for _ in 0..2 {
        assert!(harness.key().unwrap_key(project, &wrapped).await.expect("it opens") == key);
    }
}

/// Another project's wrapped key cannot be unwrapped (invariant I1).
pub async fn a_wrapped_key_opens_for_no_other_project(harness: &impl KeyHarness) {
    let (_, wrapped) = generate(harness, ProjectId::random()).await;
    expect_broken(harness, ProjectId::random(), &wrapped).await;
}

/// Every data key is new.
pub async fn no_two_keys_are_equal(harness: &impl KeyHarness) {
    let project = ProjectId::random();
    let (one, two) = (generate(harness, project).await, generate(harness, project).await);
    assert!(one.0 != two.0 && one.1 != two.1);
}

/// The wrapped form does not contain the key (invariant I10).
pub async fn the_wrapped_form_hides_the_key(harness: &impl KeyHarness) {
    let (key, wrapped) = generate(harness, ProjectId::random()).await;
    let bytes = wrapped.to_bytes().expect("a wrapped key is Base64");
    assert!(!bytes.windows(8).any(|part| key.expose().windows(8).any(|secret| secret == part)));
}

/// An altered wrapped key cannot be unwrapped, wherever it was altered.
pub async fn an_altered_key_does_not_open(harness: &impl KeyHarness) {
    let project = ProjectId::random();
    let (_, wrapped) = generate(harness, project).await;
    let bytes = wrapped.to_bytes().expect("a wrapped key is Base64");
    for at in [0, bytes.len() / 2, bytes.len() - 1] {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        expect_broken(harness, project, &WrappedKey::from_bytes(&altered)).await;
    }
}

/// Bytes that are not a wrapped key cannot be unwrapped.
pub async fn a_malformed_key_does_not_open(harness: &impl KeyHarness) {
    let project = ProjectId::random();
    for bytes in [&b""[..], b"short", &[0; 200]] {
        expect_broken(harness, project, &WrappedKey::from_bytes(bytes)).await;
    }
    expect_broken(harness, project, &WrappedKey("not base64!".to_owned())).await;
}

/// Runs every case of [`key`](crate::key) as a separate test, except that of `authentic_key_suite`.
#[macro_export]
macro_rules! key_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::key:
            a_wrapped_key_opens_for_its_project
            a_wrapped_key_opens_for_no_other_project
            no_two_keys_are_equal
            the_wrapped_form_hides_the_key
            a_malformed_key_does_not_open
        }
    };
}

/// Runs the case of [`key`](crate::key) that an emulator without a real cipher cannot pass.
#[macro_export]
macro_rules! authentic_key_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::key: an_altered_key_does_not_open }
    };
}
