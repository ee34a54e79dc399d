//! Properties of the local bucket and master key beyond their ports.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use bytes::Bytes;
use local_adapters::{FileKey, FolderContent};
use shared::{
    content::ContentStore,
    model::{ConnectionId, ContentKey, ItemId, ProjectId, Rev},
    seal::{MasterKey, SealError},
};
use tempfile::TempDir;

fn key(item: &str, rev: &str) -> ContentKey {
    let ids = (ProjectId::random(), ConnectionId::random());
    ContentKey::new(ids.0, ids.1, &ItemId::from(item), &Rev::from(rev))
}

fn files_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn an_object_is_the_file_at_its_key() {
    let folder = TempDir::new().unwrap();
    let bucket = FolderContent::open(folder.path()).unwrap();
    let key = key("id:a", "015f");
    let mut upload = bucket.upload(&key).await.unwrap();
    upload.write(Bytes::from_static(b"bytes")).await.unwrap();
    upload.complete().await.unwrap();
    assert_eq!(fs::read(folder.path().join(key.as_str())).unwrap(), b"bytes");
    assert_eq!(fs::read(bucket.path(&key).unwrap()).unwrap(), b"bytes");
}

#[tokio::test]
async fn no_key_leads_out_of_the_folder() {
    let folder = TempDir::new().unwrap();
    let bucket = FolderContent::open(folder.path().join("bucket")).unwrap();
    for (item, rev) in [("../../../..", "escaped"), ("..", ".."), ("id:a", "../../../../escaped")] {
        let key = key(item, rev);
        assert!(bucket.upload(&key).await.is_err(), "{}", key.as_str());
        assert!(bucket.read(&key).await.is_err() && bucket.size(&key).await.is_err());
        assert!(bucket.remove(&key).await.is_err());
    }
    assert_eq!(files_below(folder.path()), 0);
}

#[tokio::test]
async fn unfinished_uploads_leave_no_file() {
    let folder = TempDir::new().unwrap();
    let bucket = FolderContent::open(folder.path()).unwrap();
    bucket.upload(&key("id:a", "1")).await.unwrap().abort().await.unwrap();
    drop(bucket.upload(&key("id:a", "2")).await.unwrap());
    assert_eq!(files_below(folder.path()), 0);
    // Left by a killed process.
    fs::write(folder.path().join(".uploads/left"), "half a file").unwrap();
    FolderContent::open(folder.path()).unwrap();
    assert_eq!(files_below(folder.path()), 0);
}

#[tokio::test]
async fn a_master_key_is_made_once() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("keys/master.key");
    let project = ProjectId::random();
    let (key, wrapped) = FileKey::open(&file).unwrap().generate(project).await.unwrap();
    assert!(FileKey::open(&file).unwrap().unwrap_key(project, &wrapped).await.unwrap() == key);
    let other = FileKey::open(&folder.path().join("other.key")).unwrap();
    assert!(matches!(other.unwrap_key(project, &wrapped).await, Err(SealError::Broken)));
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_master_key() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("master.key");
    FileKey::open(&file).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_file_that_is_no_key_is_refused_and_kept() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("master.key");
    fs::write(&file, "short").unwrap();
    assert!(matches!(FileKey::open(&file), Err(SealError::Unavailable(_))));
    assert_eq!(fs::read(&file).unwrap(), b"short");
}
