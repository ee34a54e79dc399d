//! Opening of the file that a call names.

use std::{fs::File, sync::Arc};

use super::{
    caller::Caller,
    error::{DownloadError, LookupError, ReadError},
    export::Access,
    failure::Failure,
    path::READ,
    view::{DisplayedEntry, Tree},
};
use crate::content::{Account, Locator, Opened};

/// Number of attempts to open a file that keeps changing.
const ATTEMPTS: usize = 3;

/// An opened file.
#[derive(Debug)]
pub(crate) struct Opening {
    /// Account that contains it.
    pub(crate) account: Arc<Account>,
    /// Its metadata.
    pub(crate) displayed: DisplayedEntry,
    /// Its bytes.
    pub(crate) file: File,
}

/// Opens the file that the parameter `field` names, in the state that its metadata describes.
pub(crate) fn open(caller: &Caller, field: &str, text: &str) -> Result<Opening, Failure> {
    let error = |path| ReadError::Path { path };
    let path = READ.read(field, text, &caller.view.namespaces);
    let locator = path.map_err(|problem| Failure::reading(problem, error))?;
    match caller.resolve(&locator)? {
        Some((tree, locator)) => open_in(&tree, &locator),
        None => Err(Failure::endpoint(error(LookupError::NotFound))),
    }
}

/// Opens a file like [`open`], if it can be downloaded directly.
pub(crate) fn open_download(caller: &Caller, field: &str, text: &str) -> Result<Opening, Failure> {
    let opening = open(caller, field, text)?;
    match Access::of(opening.displayed.entry.path.name()) {
        Access::Download => Ok(opening),
        Access::Export(_) | Access::ExportAs(_) | Access::Never => {
            Err(Failure::endpoint(DownloadError::UnsupportedFile))
        }
    }
}

/// Opens the file that `locator` names in a tree, in the state that its metadata describes.
pub(crate) fn open_in(tree: &Tree, locator: &Locator) -> Result<Opening, Failure> {
    let refuse = |path| Err(Failure::endpoint(ReadError::Path { path }));
    for _ in 0..ATTEMPTS {
        let Some(entry) = tree.find(locator)? else { return refuse(LookupError::NotFound) };
        if entry.file().is_none() {
            return refuse(LookupError::NotFile);
        }
        match tree.account.open_file(&entry)? {
            Opened::File(file) => {
                return Ok(Opening {
                    account: Arc::clone(&tree.account),
                    displayed: tree.displayed(&entry),
                    file,
                });
            }
            Opened::Unreadable => return refuse(LookupError::RestrictedContent),
            Opened::Changed => drop(tree.current(locator)?),
        }
    }
    Err(anyhow::anyhow!("the file keeps changing").into())
}
