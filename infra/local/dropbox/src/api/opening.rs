//! Opening the file that a call names.

use std::fs::File;

use super::caller::Caller;
use super::error::{LookupError, ReadError};
use super::failure::Failure;
use super::path::READ;
use super::view::Shown;
use crate::content::Opened;

/// How often the metadata of a file that changes is brought up to date before giving up
const ATTEMPTS: usize = 3;

/// Opens the file that the parameter `field` names, in the state that its metadata tells
pub(crate) fn open(caller: &Caller, field: &str, text: &str) -> Result<(Shown, File), Failure> {
    let error = |path| ReadError::Path { path };
    let refuse = |path| Err(Failure::endpoint(error(path)));
    let path = READ.read(field, text, &caller.view.namespaces);
    let locator = path.map_err(|problem| Failure::reading(problem, error))?;
    let Some((tree, locator)) = caller.resolve(&locator)? else { return refuse(LookupError::NotFound) };
    for _ in 0..ATTEMPTS {
        let Some(entry) = tree.find(&locator)? else { return refuse(LookupError::NotFound) };
        if entry.file().is_none() {
            return refuse(LookupError::NotFile);
        }
        match tree.account.open_file(&entry)? {
            Opened::File(file) => return Ok((tree.shown(&entry), file)),
            Opened::Unreadable => return refuse(LookupError::RestrictedContent),
            Opened::Changed => drop(tree.current(&locator)?),
        }
    }
    Err(anyhow::anyhow!("the file keeps changing").into())
}
