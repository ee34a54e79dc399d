//! Bucket as a folder: each object is the file at its key.

use std::{
    fmt::Display,
    io::ErrorKind,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use bytes::Bytes;
use shared::{
    content::{ContentError, ContentReader, ContentStore, KeyPage, ObjectPart, SavedUpload, Upload},
    model::{ConnectionId, ContentKey, ProjectId},
};
use tempfile::{NamedTempFile, TempPath};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufWriter},
};

use crate::watch::{Operation, Watch, Watched};

/// Folder of incomplete uploads. No key can refer to it.
const UPLOADS: &str = ".uploads";
/// Saved uploads are cut to a multiple of this: a block of Dropbox's content hash, in bytes.
const BLOCK: u64 = 4 * 1024 * 1024;
/// Number of keys in a page of a listing, as on S3.
const LISTED: usize = 1000;
/// Bytes buffered before they are written to disk.
const BUFFER: usize = 64 * 1024;

/// Bucket in a folder.
///
/// Writes are not synced to disk: a killed process loses nothing that it has written, but a power cut may
/// lose data. Only production's bucket must survive that.
#[derive(Debug, Clone)]
pub struct FolderContent {
    folder: PathBuf,
    watched: Watched,
}

impl FolderContent {
    /// Opens or creates the bucket, and removes incomplete uploads.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, ContentError> {
        let folder = folder.into();
        let uploads = folder.join(UPLOADS);
        match std::fs::remove_dir_all(&uploads) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&uploads, &error)),
            _ => std::fs::create_dir_all(&uploads).map_err(|error| failed(&uploads, &error))?,
        }
        Ok(Self { folder, watched: Watched::default() })
    }

    /// Registers an observer of requests to the bucket. Only the first one is kept.
    pub fn watch(&self, watch: Arc<dyn Watch>) {
        self.watched.by(watch);
    }

    /// Returns the path of the object with this key, whether or not it exists.
    ///
    /// # Errors
    /// If the key would lead out of the folder, or into the incomplete uploads.
    pub fn path(&self, key: &ContentKey) -> Result<PathBuf, ContentError> {
        let relative = Path::new(key.as_str());
        let plain = relative.components().all(|component| matches!(component, Component::Normal(_)));
        if !plain || relative.as_os_str().is_empty() || relative.starts_with(UPLOADS) {
            return Err(ContentError(format!("{} names no object", key.as_str())));
        }
        Ok(self.folder.join(relative))
    }
}

#[async_trait]
impl ContentStore for FolderContent {
    async fn upload(&self, key: &ContentKey) -> Result<Box<dyn Upload>, ContentError> {
        let target = self.path(key)?;
        let temporary =
            NamedTempFile::new_in(self.folder.join(UPLOADS)).map_err(|error| failed(&target, &error))?;
        let (file, temporary) = temporary.into_parts();
        let file = BufWriter::with_capacity(BUFFER, File::from_std(file));
        Ok(Box::new(FileUpload { file, temporary, target, watched: self.watched.clone() }))
    }

    async fn resume(&self, key: &ContentKey, token: &str) -> Result<Option<Box<dyn Upload>>, ContentError> {
        let target = self.path(key)?;
        let saved = self.folder.join(UPLOADS).join(token);
        let opened = tokio::fs::OpenOptions::new().append(true).open(&saved).await;
        let Some(file) = present(&saved, opened)? else { return Ok(None) };
        let file = BufWriter::with_capacity(BUFFER, file);
        let temporary = TempPath::try_from_path(saved).map_err(|error| failed(&target, &error))?;
        Ok(Some(Box::new(FileUpload { file, temporary, target, watched: self.watched.clone() })))
    }

    async fn copy(&self, from: &ContentKey, to: &ContentKey) -> Result<bool, ContentError> {
        let Some(mut source) = present(&self.path(from)?, File::open(self.path(from)?).await)? else {
            return Ok(false);
        };
        let target = self.path(to)?;
        let temporary =
            NamedTempFile::new_in(self.folder.join(UPLOADS)).map_err(|error| failed(&target, &error))?;
        let (file, temporary) = temporary.into_parts();
        let mut file = File::from_std(file);
        tokio::io::copy(&mut source, &mut file).await.map_err(|error| failed(&target, &error))?;
        // A copy is not an upload, so it is reported once, as a copy.
        let (file, watched) = (BufWriter::new(file), Watched::default());
        Box::new(FileUpload { file, temporary, target, watched }).complete().await?;
        self.watched.tell(&Operation::Copied);
        Ok(true)
    }

    async fn size(&self, key: &ContentKey) -> Result<Option<u64>, ContentError> {
        let path = self.path(key)?;
        let metadata = present(&path, tokio::fs::metadata(&path).await)?;
        self.watched.tell(&Operation::Read);
        Ok(metadata.filter(std::fs::Metadata::is_file).map(|metadata| metadata.len()))
    }

    async fn read(&self, key: &ContentKey) -> Result<Option<Bytes>, ContentError> {
        let path = self.path(key)?;
        self.watched.tell(&Operation::Read);
        Ok(present(&path, tokio::fs::read(&path).await)?.map(Bytes::from))
    }

    async fn list(
        &self,
        project: ProjectId,
        connection: ConnectionId,
        after: Option<&ContentKey>,
    ) -> Result<KeyPage, ContentError> {
        let (folder, all) = (self.folder.clone(), ContentKey::all_of(project, connection));
        let place = folder.join(&all);
        let listed = tokio::task::spawn_blocking(move || keys_below(&folder, Path::new(&all))).await;
        let mut keys =
            listed.map_err(|error| failed(&place, &error))?.map_err(|error| failed(&place, &error))?;
        self.watched.tell(&Operation::Listed);
        keys.retain(|key| after.is_none_or(|after| key.as_str() > after.as_str()));
        keys.sort();
        let is_end = keys.len() <= LISTED;
        keys.truncate(LISTED);
        Ok(KeyPage { keys: keys.into_iter().map(ContentKey::listed).collect(), is_end })
    }

    async fn remove(&self, key: &ContentKey) -> Result<(), ContentError> {
        // An emptied folder is kept, because removing it would race with the next upload into it.
        let path = self.path(key)?;
        present(&path, tokio::fs::remove_file(&path).await).map(drop)
    }
}

#[async_trait]
impl ContentReader for FolderContent {
    async fn part(
        &self,
        key: &ContentKey,
        offset: u64,
        length: u64,
    ) -> Result<Option<ObjectPart>, ContentError> {
        let path = self.path(key)?;
        self.watched.tell(&Operation::Read);
        present(&path, read_part(&path, offset, length).await).map(Option::flatten)
    }
}

async fn read_part(path: &Path, offset: u64, length: u64) -> std::io::Result<Option<ObjectPart>> {
    let mut file = File::open(path).await?;
    let metadata = file.metadata().await?;
    if !metadata.is_file() {
        return Ok(None);
    }
    file.seek(std::io::SeekFrom::Start(offset)).await?;
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes).await?;
    // An object is replaced by another file, never modified in place.
    let written = metadata.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let version = format!("{}-{}", written.as_nanos(), metadata.len());
    Ok(Some(ObjectPart { bytes: bytes.into(), size: metadata.len(), version }))
}

/// Returns the keys of all objects that start with a prefix.
fn keys_below(folder: &Path, beginning: &Path) -> std::io::Result<Vec<String>> {
    let (mut keys, mut folders) = (Vec::new(), vec![beginning.to_owned()]);
    while let Some(relative) = folders.pop() {
        let entries = match std::fs::read_dir(folder.join(&relative)) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let relative = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(relative);
            } else {
                keys.extend(relative.to_str().map(str::to_owned));
            }
        }
    }
    Ok(keys)
}

/// File that is moved to its key when the upload completes, and removed when dropped before.
struct FileUpload {
    file: BufWriter<File>,
    temporary: TempPath,
    target: PathBuf,
    watched: Watched,
}

#[async_trait]
impl Upload for FileUpload {
    async fn write(&mut self, bytes: Bytes) -> Result<(), ContentError> {
        self.file.write_all(&bytes).await.map_err(|error| failed(&self.target, &error))
    }

    async fn complete(self: Box<Self>) -> Result<(), ContentError> {
        let Self { mut file, temporary, target, watched } = *self;
        file.flush().await.map_err(|error| failed(&target, &error))?;
        let bytes = file.get_ref().metadata().await.map_err(|error| failed(&target, &error))?.len();
        watched.tell(&Operation::Stored { bytes });
        let place = target.clone();
        let moved = tokio::task::spawn_blocking(move || {
            place.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            temporary.persist(&place).map_err(|error| error.error)
        });
        moved.await.map_err(|error| failed(&target, &error))?.map_err(|error| failed(&target, &error))
    }

    async fn save(self: Box<Self>) -> Result<Option<SavedUpload>, ContentError> {
        let Self { mut file, temporary, target, .. } = *self;
        file.flush().await.map_err(|error| failed(&target, &error))?;
        let file = file.into_inner();
        let length = file.metadata().await.map_err(|error| failed(&target, &error))?.len();
        let bytes = length - length % BLOCK;
        if bytes == 0 {
            return Ok(None);
        }
        file.set_len(bytes).await.map_err(|error| failed(&target, &error))?;
        let kept = temporary.keep().map_err(|error| failed(&target, &error))?;
        let token = kept.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        Ok(Some(SavedUpload { token, bytes }))
    }

    async fn abort(self: Box<Self>) -> Result<(), ContentError> {
        let Self { temporary, target, .. } = *self;
        temporary.close().map_err(|error| failed(&target, &error))
    }
}

fn present<T>(path: &Path, result: std::io::Result<T>) -> Result<Option<T>, ContentError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(failed(path, &error)),
    }
}

fn failed(path: &Path, error: &impl Display) -> ContentError {
    ContentError(format!("{}: {error}", path.display()))
}
