//! Contract of the bucket: an object is present as a whole or not at all.

use bytes::Bytes;
use shared::{
    content::{ContentReader, ContentStore, ObjectPart, Upload},
    model::{ConnectionId, ContentKey, ItemId, ProjectId, Rev},
};

use crate::Harness;

/// Creates a bucket.
pub trait ContentHarness: Harness {
    /// Returns an empty bucket.
    fn content(&self) -> &dyn ContentStore;

    /// Returns the same bucket, for a caller that only reads.
    fn reader(&self) -> &dyn ContentReader;
}

fn key() -> ContentKey {
    key_of(ProjectId::random(), ConnectionId::random())
}

fn key_of(project: ProjectId, connection: ConnectionId) -> ContentKey {
    ContentKey::new(
        project,
        connection,
        &ItemId::from("id:a4ayc_80_OEAAAAAAAAAXw"),
        &Rev::from("015f9e3b2c4d5e6f"),
    )
}

async fn begin(harness: &impl ContentHarness, key: &ContentKey, text: &'static str) -> Box<dyn Upload> {
    let mut upload = harness.content().upload(key).await.expect("an upload begins");
    upload.write(Bytes::from_static(text.as_bytes())).await.expect("the upload takes bytes");
    upload
}

async fn write(harness: &impl ContentHarness, key: &ContentKey, text: &'static str) {
    begin(harness, key, text).await.complete().await.expect("the upload completes");
}

async fn read(harness: &impl ContentHarness, key: &ContentKey) -> Option<Bytes> {
    harness.content().read(key).await.expect("the bucket answers")
}

async fn size(harness: &impl ContentHarness, key: &ContentKey) -> Option<u64> {
    harness.content().size(key).await.expect("the bucket answers")
}

/// A key that was never written has no object.
pub async fn an_unwritten_key_holds_nothing(harness: &impl ContentHarness) {
    let key = key();
    assert_eq!((size(harness, &key).await, read(harness, &key).await), (None, None));
}

/// Bytes are returned in the order in which they were written.
pub async fn bytes_come_back_as_written(harness: &impl ContentHarness) {
    let key = key();
    let mut upload = begin(harness, &key, "one ").await;
    upload.write(Bytes::new()).await.expect("the upload takes no bytes");
    upload.write(Bytes::from_static(b"two")).await.expect("the upload takes bytes");
    upload.complete().await.expect("the upload completes");
    assert_eq!(read(harness, &key).await.as_deref(), Some(b"one two".as_slice()));
    assert_eq!(size(harness, &key).await, Some(7));
}

/// An empty object exists.
pub async fn an_empty_object_is_there(harness: &impl ContentHarness) {
    let key = key();
    let upload = harness.content().upload(&key).await.expect("an upload begins");
    upload.complete().await.expect("the upload completes");
    assert_eq!((size(harness, &key).await, read(harness, &key).await), (Some(0), Some(Bytes::new())));
}

/// A large object, written in chunks of an odd size and across several parts, is returned byte by byte.
pub async fn a_large_object_comes_back_whole(harness: &impl ContentHarness) {
    const LEN: usize = 21 * 1024 * 1024 + 17;
    let key = key();
    let whole: Bytes = (0..LEN).map(|at| u8::try_from(at % 251).unwrap_or_default()).collect();
    let mut upload = harness.content().upload(&key).await.expect("an upload begins");
    for start in (0..LEN).step_by(777_777) {
        let chunk = whole.slice(start..LEN.min(start + 777_777));
        upload.write(chunk).await.expect("the upload takes bytes");
    }
    upload.complete().await.expect("the upload completes");
    assert_eq!(size(harness, &key).await, Some(LEN as u64));
    assert!(read(harness, &key).await == Some(whole), "other bytes came back");
}

/// An object is not visible before its upload completes.
pub async fn an_unfinished_upload_is_invisible(harness: &impl ContentHarness) {
    let key = key();
    let upload = begin(harness, &key, "unfinished").await;
    assert_eq!((size(harness, &key).await, read(harness, &key).await), (None, None));
    upload.complete().await.expect("the upload completes");
    assert_eq!(size(harness, &key).await, Some(10));
}

/// An aborted upload leaves the earlier object unchanged.
pub async fn an_aborted_upload_changes_nothing(harness: &impl ContentHarness) {
    let key = key();
    write(harness, &key, "before").await;
    begin(harness, &key, "aborted").await.abort().await.expect("the upload aborts");
    assert_eq!(read(harness, &key).await.as_deref(), Some(b"before".as_slice()));
}

/// An upload that is dropped, as when its task is cancelled, leaves the earlier object unchanged.
pub async fn a_dropped_upload_changes_nothing(harness: &impl ContentHarness) {
    let key = key();
    write(harness, &key, "before").await;
    drop(begin(harness, &key, "dropped").await);
    assert_eq!(read(harness, &key).await.as_deref(), Some(b"before".as_slice()));
}

/// A second upload replaces the first object as a whole, even if it is shorter.
pub async fn an_object_is_replaced_whole(harness: &impl ContentHarness) {
    let key = key();
    write(harness, &key, "the first, longer one").await;
    write(harness, &key, "second").await;
    assert_eq!(read(harness, &key).await.as_deref(), Some(b"second".as_slice()));
}

/// Two concurrent uploads to one key do not mix: the object is that of the last one to complete.
pub async fn uploads_of_one_key_do_not_mix(harness: &impl ContentHarness) {
    let key = key();
    let (mut one, two) = (begin(harness, &key, "one").await, begin(harness, &key, "two").await);
    two.complete().await.expect("the upload completes");
    one.write(Bytes::from_static(b" more")).await.expect("the upload takes bytes");
    one.complete().await.expect("the upload completes");
    assert_eq!(read(harness, &key).await.as_deref(), Some(b"one more".as_slice()));
}

/// A removed object does not exist any more; removing it again is no error.
pub async fn a_removed_object_is_gone(harness: &impl ContentHarness) {
    let key = key();
    write(harness, &key, "removed").await;
    for _ in 0..2 {
        harness.content().remove(&key).await.expect("the bucket removes");
        assert_eq!((size(harness, &key).await, read(harness, &key).await), (None, None));
    }
    write(harness, &key, "again").await;
    assert_eq!(size(harness, &key).await, Some(5));
}

/// One file in two projects, or in two connections of a project, is two objects (invariant I1).
pub async fn projects_and_connections_are_apart(harness: &impl ContentHarness) {
    let (project, connection) = (ProjectId::random(), ConnectionId::random());
    let key = key_of(project, connection);
    write(harness, &key, "mine").await;
    for other in [key_of(ProjectId::random(), connection), key_of(project, ConnectionId::random())] {
        assert_eq!(read(harness, &other).await, None);
        harness.content().remove(&other).await.expect("the bucket removes");
    }
    assert_eq!(read(harness, &key).await.as_deref(), Some(b"mine".as_slice()));
}

/// A saved upload resumes after the bytes that the bucket reports, which are whole blocks of 4 MiB.
pub async fn a_saved_upload_is_gone_on_with(harness: &impl ContentHarness) {
    let (key, all) = (key(), large(21 << 20));
    let mut upload = harness.content().upload(&key).await.expect("the upload begins");
    upload.write(all.slice(..18 << 20)).await.expect("the upload takes bytes");
    let saved = upload.save().await.expect("the upload is saved").expect("some bytes are kept");
    assert!(
        saved.bytes > 0 && saved.bytes <= 18 << 20 && saved.bytes.is_multiple_of(4 << 20),
        "{}",
        saved.bytes
    );
    assert_eq!(read(harness, &key).await, None);
    let resumed = harness.content().resume(&key, &saved.token).await.expect("the bucket answers");
    let mut upload = resumed.expect("the upload is still there");
    let from = usize::try_from(saved.bytes).expect("it is small");
    upload.write(all.slice(from..)).await.expect("the upload takes bytes");
    upload.complete().await.expect("the upload completes");
    assert!(read(harness, &key).await == Some(all), "other bytes than were written");
}

/// Nothing is saved of a small upload, and an aborted upload cannot be resumed.
pub async fn an_upload_without_a_whole_piece_is_not_kept(harness: &impl ContentHarness) {
    let key = key();
    assert_eq!(begin(harness, &key, "small").await.save().await.expect("the upload is saved"), None);
    let mut upload = harness.content().upload(&key).await.expect("the upload begins");
    upload.write(large(18 << 20)).await.expect("the upload takes bytes");
    let saved = upload.save().await.expect("the upload is saved").expect("some bytes are kept");
    let resumed = harness.content().resume(&key, &saved.token).await.expect("the bucket answers");
    resumed.expect("it is still there").abort().await.expect("the upload aborts");
    assert!(harness.content().resume(&key, &saved.token).await.expect("the bucket answers").is_none());
}

/// A copy is independent of its source; a missing object is not copied.
pub async fn a_copy_is_an_object_of_its_own(harness: &impl ContentHarness) {
    let (from, to) = (key(), key());
    assert!(!harness.content().copy(&from, &to).await.expect("the bucket copies"));
    write(harness, &from, "copied").await;
    assert!(harness.content().copy(&from, &to).await.expect("the bucket copies"));
    harness.content().remove(&from).await.expect("the bucket removes");
    assert_eq!(read(harness, &to).await.as_deref(), Some(b"copied".as_slice()));
}

/// The objects of a connection, and no others, are listed in the order of their keys, page by page.
pub async fn a_connections_objects_are_listed(harness: &impl ContentHarness) {
    let (project, connection) = (ProjectId::random(), ConnectionId::random());
    let list = async |after: Option<&ContentKey>| {
        let page = harness.content().list(project, connection, after).await.expect("the bucket lists");
        assert!(page.is_end, "{page:?}");
        page.keys
    };
    assert_eq!(list(None).await, []);
    let key = |rev: &str| ContentKey::new(project, connection, &ItemId::from("id:a"), &Rev::from(rev));
    for rev in ["2", "1", "3"] {
        write(harness, &key(rev), rev).await;
    }
    write(harness, &key_of(project, ConnectionId::random()), "another's").await;
    assert_eq!(list(None).await, [key("1"), key("2"), key("3")]);
    assert_eq!(list(Some(&key("1"))).await, [key("2"), key("3")]);
    assert_eq!(list(Some(&key("3"))).await, []);
    assert_eq!(key("1").revision(), Some((ItemId::from("id:a"), Rev::from("1"))));
}

async fn part(
    harness: &impl ContentHarness,
    key: &ContentKey,
    offset: u64,
    length: u64,
) -> Option<ObjectPart> {
    harness.reader().part(key, offset, length).await.expect("the bucket answers")
}

/// An object can be read in parts, and the last one ends with the object.
pub async fn an_object_is_read_in_parts(harness: &impl ContentHarness) {
    let key = key();
    assert_eq!(part(harness, &key, 0, 4).await, None);
    write(harness, &key, "0123456789").await;
    for (offset, length, expected) in [
        (0, 4, "0123"),
        (4, 4, "4567"),
        (8, 4, "89"),
        (0, 10, "0123456789"),
        (9, 1, "9"),
        (10, 4, ""),
        (11, 4, ""),
    ] {
        let part = part(harness, &key, offset, length).await.expect("the object is there");
        assert_eq!(
            (part.bytes.as_ref(), part.size),
            (expected.as_bytes(), 10),
            "{length} bytes from {offset} on"
        );
    }
}

/// An empty object has one part without bytes.
pub async fn an_empty_object_has_an_empty_part(harness: &impl ContentHarness) {
    let key = key();
    let upload = harness.content().upload(&key).await.expect("an upload begins");
    upload.complete().await.expect("the upload completes");
    let part = part(harness, &key, 0, 4).await.expect("the object is there");
    assert_eq!((part.bytes.len(), part.size), (0, 0));
}

/// All parts of one content have the same version; other content has another version.
pub async fn parts_tell_the_version_of_their_object(harness: &impl ContentHarness) {
    let key = key();
    write(harness, &key, "first").await;
    let version = async |offset| part(harness, &key, offset, 2).await.expect("the object is there").version;
    let first = version(0).await;
    assert!(!first.is_empty());
    assert_eq!([version(2).await, version(5).await], [first.clone(), first.clone()]);
    write(harness, &key, "other").await;
    assert_ne!(version(2).await, first);
}

/// Creates `size` bytes that are not all equal.
fn large(size: usize) -> Bytes {
    (0..size).map(|n| u8::try_from(n % 251).unwrap_or_default()).collect::<Vec<_>>().into()
}

/// Runs every case of [`content`](crate::content) as a separate test.
#[macro_export]
macro_rules! content_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::content:
            an_unwritten_key_holds_nothing
            bytes_come_back_as_written
            an_empty_object_is_there
            a_large_object_comes_back_whole
            an_unfinished_upload_is_invisible
            an_aborted_upload_changes_nothing
            a_dropped_upload_changes_nothing
            an_object_is_replaced_whole
            uploads_of_one_key_do_not_mix
            a_removed_object_is_gone
            projects_and_connections_are_apart
            a_saved_upload_is_gone_on_with
            an_upload_without_a_whole_piece_is_not_kept
            a_copy_is_an_object_of_its_own
            a_connections_objects_are_listed
            an_object_is_read_in_parts
            an_empty_object_has_an_empty_part
            parts_tell_the_version_of_their_object
        }
    };
}
