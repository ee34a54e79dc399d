//! Opening the file that a call names.

use std::fs::File;
use std::sync::Arc;

use super::caller::Caller;
use super::error::{DownloadError, LookupError, ReadError};
use super::export::Access;
use super::failure::Failure;
use super::path::READ;
use super::view::{Shown, Tree};
use crate::content::{Account, Locator, Opened};

/// How often the metadata of a file that changes is brought up to date before giving up.
const ATTEMPTS: usize = 3;

/// A file that was opened.
#[derive(Debug)]
pub(crate) struct Opening {
    /// In whose account it lies.
    pub(crate) account: Arc<Account>,
    /// Its metadata.
    pub(crate) shown: Shown,
    /// Its bytes.
    pub(crate) file: File,
}

/// Opens the file that the parameter `field` names, in the state that its metadata tells.
pub(crate) fn open(caller: &Caller, field: &str, text: &str) -> Result<Opening, Failure> {
    let error = |path| ReadError::Path { path };
    let path = READ.read(field, text, &caller.view.namespaces);
    let locator = path.map_err(|problem| Failure::reading(problem, error))?;
    match caller.resolve(&locator)? {
        Some((tree, locator)) => open_in(&tree, &locator),
        None => Err(Failure::endpoint(error(LookupError::NotFound))),
    }
}

/// The same, if it can be downloaded as it is.
pub(crate) fn open_download(caller: &Caller, field: &str, text: &str) -> Result<Opening, Failure> {
    let opening = open(caller, field, text)?;
    match Access::of(opening.shown.entry.path.name()) {
        Access::Download => Ok(opening),
        Access::Export(_) | Access::ExportAs(_) | Access::Never => {
            Err(Failure::endpoint(DownloadError::UnsupportedFile))
        }
    }
}

/// Opens the file that `locator` names in a tree, in the state that its metadata tells.
pub(crate) fn open_in(tree: &Tree, locator: &Locator) -> Result<Opening, Failure> {
    let refuse = |path| Err(Failure::endpoint(ReadError::Path { path }));
    for _ in 0..ATTEMPTS {
        let Some(entry) = tree.find(locator)? else { return refuse(LookupError::NotFound) };
        if entry.file().is_none() {
            return refuse(LookupError::NotFile);
        }
        match tree.account.open_file(&entry)? {
            Opened::File(file) => {
                return Ok(Opening { account: Arc::clone(&tree.account), shown: tree.shown(&entry), file });
            }
            Opened::Unreadable => return refuse(LookupError::RestrictedContent),
            Opened::Changed => drop(tree.current(locator)?),
        }
    }
    Err(anyhow::anyhow!("the file keeps changing").into())
}
