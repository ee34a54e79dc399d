//! The part of a page that comes from the account itself, told as awkwardly as is asked for.

use super::scope;
use crate::api::cursor::Cursor;
use crate::api::failure::Failure;
use crate::api::view::Tree;
use crate::content::{Kind, Recorded};
use crate::pages::Way;

/// What is told now, of what comes next and of what was owed. `cursor` goes on, and knows what is owed then.
pub(super) fn read(
    tree: &Tree,
    cursor: &mut Cursor,
    limit: usize,
    way: &mut Way<'_>,
) -> Result<(Vec<Recorded>, bool), Failure> {
    let scope = scope(cursor, tree.hidden(&cursor.top()).lower);
    tree.account.journal(|journal| {
        let page = journal.page(&scope, cursor.here.position, cursor.here.start, limit)?;
        let mut owed = Vec::new();
        let mut now = page.entries;
        now.retain(|recorded| !comes_later(recorded, cursor, &mut owed, way));
        for seq in std::mem::replace(&mut cursor.owed, owed) {
            now.extend(journal.unchanged(seq)?);
        }
        if way.tells_each_deletion() && cursor.recursive {
            for at in (0..now.len()).rev() {
                let implied = journal.implied_by(&now[at])?;
                now.splice(at + 1..at + 1, implied);
            }
        }
        cursor.here.position = page.position;
        Ok((now, page.has_more))
    })
}

/// Whether an entry comes on a later page only. What comes later is `owed`, be it for the first time or again.
fn comes_later(recorded: &Recorded, cursor: &Cursor, owed: &mut Vec<i64>, way: &mut Way<'_>) -> bool {
    // One that changed since the listing began may have been told as a file, in which nothing can be.
    let is_first = recorded.seq <= cursor.here.start;
    let is_late = match (recorded.is_live(), recorded.entry.kind()) {
        (true, Kind::Folder) => is_first && way.is_late_folder(owed.len()),
        (true, Kind::File) => false,
        (false, _) => way.is_late_deletion(owed.len()),
    };
    if is_late || recorded.is_live() && way.is_repeated(owed.len()) {
        owed.push(recorded.seq);
    }
    is_late
}
