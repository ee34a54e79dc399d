//! `files/get_temporary_link`.

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::api::{
    caller::Caller,
    failure::Failure,
    link::Link,
    opening::{self, Opening},
    wire::FileMetadata,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetTemporaryLinkArg {
    path: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct TemporaryLink {
    metadata: FileMetadata,
    link: String,
}

/// Returns an address at which a file can be read for a limited time without a token.
pub(crate) fn get_temporary_link(
    caller: &Caller,
    arg: &GetTemporaryLinkArg,
) -> Result<TemporaryLink, Failure> {
    let Opening { account, displayed, .. } = opening::open_download(caller, "path", &arg.path)?;
    let content = displayed.entry.file().context("only files are opened")?;
    let link = Link::new(&caller.service, &account, &content.rev);
    let link = link.url(&caller.service, &caller.app)?;
    Ok(TemporaryLink { metadata: FileMetadata::new(&displayed, content), link })
}
