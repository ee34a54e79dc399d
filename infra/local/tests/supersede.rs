//! T50: a table that was replaced after a restore.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use admin::table::supersede;
use local::Machine;
use shared::model::Timestamp;

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_superseded_by_one_that_is_in_use_and_by_no_other() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = Machine::store_at(one.path()).await.unwrap();
    // All local tables have the same name.
    assert!(supersede(&old, &old).await.unwrap_err().to_string().contains("its own place"));
    let new = Machine::store_at(other.path()).await.unwrap();
    assert_eq!(new.superseded_by().await.unwrap(), None);
    new.supersede("a-third", Timestamp(0)).await.unwrap();
    assert_eq!(new.superseded_by().await.unwrap().as_deref(), Some("a-third"));
    new.reinstate().await.unwrap();
    assert_eq!(new.superseded_by().await.unwrap(), None);
}
