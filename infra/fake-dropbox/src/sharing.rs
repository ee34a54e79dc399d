//! Mounting and unmounting of shared folders.

use anyhow::{Context, anyhow, ensure};

use crate::content::{Account, DropboxPath, Entry, Kind, Locator, Mount};

/// Displays the folder `path` of `owner` at `at` in `member`, where nothing may exist. Returns the shared
/// folder's id.
pub(crate) fn mount(owner: &Account, path: &str, member: &Account, at: &str) -> anyhow::Result<String> {
    ensure!(owner.profile.namespace != member.profile.namespace, "a folder is not shared with its owner");
    let shared = folder(owner, path)?;
    let made = member.writer().create_folder(&parse(at)?, false);
    let point = made.map_err(|refusal| anyhow!("cannot mount a folder at {at}: {refusal:?}"))?;
    let (member_id, owner_id) = (member.profile.namespace, owner.profile.namespace);
    let mount = Mount { member: member_id, point: point.id, owner: owner_id, folder: shared.id };
    member.record_mount(&mount)?;
    Ok(mount.namespace().to_string())
}

/// Ends the mount at `at`.
pub(crate) fn unmount(member: &Account, at: &str) -> anyhow::Result<()> {
    let point = folder(member, at)?;
    let mounts = member.mounts()?;
    let mount = mounts.iter().find(|mount| mount.point == point.id);
    end(member, mount.with_context(|| format!("nothing is mounted at {at}"))?, &point)
}

/// Lists the shared folders that `member` has mounted, with their ids and paths.
pub(crate) fn mounted(member: &Account) -> anyhow::Result<Vec<(String, String)>> {
    let mut displayed = Vec::new();
    for mount in member.mounts()? {
        let point = member.journal(|journal| journal.find(&Locator::Id(mount.point.clone())))?;
        if let Some(point) = point.filter(|_| mount.member == member.profile.namespace) {
            displayed.push((mount.namespace().to_string(), point.path.display));
        }
    }
    Ok(displayed)
}

/// Ends a mount, whose empty folder is `point`.
pub(crate) fn end(member: &Account, mount: &Mount, point: &Entry) -> anyhow::Result<()> {
    member.forget_mount(mount)?;
    member.writer().delete(point).map_err(|refusal| anyhow!("cannot end a mount: {refusal:?}"))
}

fn folder(account: &Account, path: &str) -> anyhow::Result<Entry> {
    let found = account.writer().current(&Locator::Path(parse(path)?))?;
    let folder = found.filter(|entry| entry.kind() == Kind::Folder);
    folder.with_context(|| format!("{path} is no folder of {}", account.profile.email))
}

fn parse(path: &str) -> anyhow::Result<DropboxPath> {
    DropboxPath::parse(path).map_err(|_| anyhow!("{path} is no path"))
}
