//! Another project's connection, which must not be changed (invariant I1). It has the same ids,
//! paths and numbers as the simulated one, so that data which is not kept apart collides.

use contracts::samples;
use local_adapters::EmbeddedDynamo;
use shared::{
    model::{
        Change, ChangeKind, ConnectionId, Content, ContentKey, Head, ItemKind, Metadata, ProjectId, Rev,
        Segment, Target,
    },
    store::{ChoiceStore, Commit, ItemWriter, LogWriter, StoreError, TransferWork, Transfers},
};
use uuid::Uuid;

use super::{
    bucket::SimulatedBucket,
    fixture::Fixture,
    history::Violation,
    wiring::{Row, Wiring},
};

const PROJECT: ProjectId = ProjectId(Uuid::from_u128(0x77));
const CONNECTION: ConnectionId = ConnectionId(Uuid::from_u128(0x78));
const BYTES: &[u8] = b"a bystander's";

/// Rows and bytes of the other project.
#[derive(Debug, PartialEq)]
pub(super) struct OtherProject {
    rows: Vec<Row>,
    bytes: Option<bytes::Bytes>,
}

fn rev() -> Rev {
    Rev::from("001000001")
}

fn key() -> ContentKey {
    ContentKey::new(PROJECT, CONNECTION, &"id:000001".into(), &rev())
}

/// Whether an object's key belongs to the other project.
pub(super) fn is_of_other_project(object: &str) -> bool {
    object.starts_with(&ContentKey::all_of(PROJECT, CONNECTION))
}

fn metadata(number: u64) -> Metadata {
    Metadata {
        id: format!("id:{number:06}").as_str().into(),
        kind: ItemKind::File,
        name: "a".to_owned(),
        path_lower: ["/a", "/b", "/docs"][number as usize % 3].to_owned(),
        path_display: "/a".to_owned(),
        rev: Some(rev()),
        size: 1,
        content_hash: Some("bystander".to_owned()),
        export_as: None,
        export_by_name: false,
        symlink_target: None,
        server_modified: None,
    }
}

/// Adds the other project, and returns its state.
pub(super) async fn add(
    wiring: &Wiring,
    dynamo: &EmbeddedDynamo,
    bucket: &SimulatedBucket,
) -> Result<OtherProject, StoreError> {
    let store = &wiring.truth;
    let content = || Content::Pending { rev: rev() };
    let change = |number| {
        let kind = ChangeKind::Created { content: content() };
        Change { number, kind, item: metadata(number), drops: None, created: None }
    };
    let segment = Segment { changes: (1..=3).map(change).collect() };
    let before = samples::taken_head(store.as_ref(), CONNECTION).await?;
    let after = Head { head: 3, cursor: Some("cursor-1".to_owned()), ..before.clone() };
    let commit = Commit { after, segment: segment.clone(), ..Commit::default() };
    store.commit(CONNECTION, &before, &commit, wiring.now()).await?;
    store.apply(CONNECTION, &segment, wiring.now()).await?;
    store.select(CONNECTION, &Target::Everything, wiring.now()).await?;
    store.add_transfers(CONNECTION, &[("id:000001".into(), rev())]).await?;
    store.list_transfers(CONNECTION, &[(1, &[("id:000002".into(), rev())])]).await?;
    bucket.put(key().as_str(), BYTES.into());
    Ok(now(wiring, dynamo, bucket).await)
}

/// Returns the current state of the other project.
async fn now(wiring: &Wiring, dynamo: &EmbeddedDynamo, bucket: &SimulatedBucket) -> OtherProject {
    let mut rows = wiring.dump(dynamo).await;
    rows.retain(|row| text(row, "pk").contains(&CONNECTION.to_string()));
    rows.sort_by_key(|row| (text(row, "pk"), text(row, "sk")));
    OtherProject { rows, bytes: bucket.object(key().as_str()) }
}

fn text(row: &Row, name: &str) -> String {
    row.get(name).and_then(|value| value.as_s().ok().cloned()).unwrap_or_default()
}

/// Checks that the other project was not changed.
pub(super) async fn check(fixture: &Fixture) -> Result<(), Violation> {
    let now = now(&fixture.wiring, &fixture.dynamo, &fixture.ports.bucket).await;
    if now == fixture.other_project {
        return Ok(());
    }
    let differs = now.rows.iter().find(|row| !fixture.other_project.rows.contains(row));
    Err(Violation::new("I1", format!("another connection was touched: {differs:?}")))
}
