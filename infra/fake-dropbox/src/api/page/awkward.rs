//! The part of a page from the account's own journal, with the requested adversity.

use super::scope;
use crate::{
    api::{cursor::Cursor, failure::Failure, view::Tree},
    content::{Kind, Recorded},
    pages::Way,
};

/// Returns the next entries and the postponed ones, and whether there are more. Advances `cursor`, and
/// records what is postponed now.
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

/// Whether an entry is postponed to a later page. Postponed and repeated entries are added to `owed`.
fn comes_later(recorded: &Recorded, cursor: &Cursor, owed: &mut Vec<i64>, way: &mut Way<'_>) -> bool {
    // A folder that changed since the listing began may have been listed as a file, which cannot contain
    // anything.
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
