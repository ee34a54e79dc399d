//! Files that a run works on, and the lists that they are from. Pure.
//!
//! A revision of a file is never worked on twice at the same time, since one of two could record that the bytes are
//! there while the other removes them. It may be on two lists, or on a list and in a row: so what has a row is left to
//! the row, and a list of which a file is being worked on is not begun.

use std::collections::{BTreeMap, HashSet};

use shared::model::{FileRevision, TransferList};

/// Place of a file's transfer after it was worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// Its transfer is over.
    Ended,
    /// It waits in a row of its own.
    InItsRow,
    /// Its transfer is where it was before.
    AsBefore,
}

/// A list that was begun.
#[derive(Debug)]
struct Begun {
    list: TransferList,
    /// Files that have neither ended nor got a row of their own.
    left: HashSet<FileRevision>,
}

/// Files and lists in hand.
#[derive(Debug, Default)]
pub(super) struct Hand {
    lists: BTreeMap<u64, Begun>,
    /// Files that are worked on, or are the next ones of a list that was begun.
    busy: HashSet<FileRevision>,
    /// Files that wait in rows of their own.
    in_rows: HashSet<FileRevision>,
}

impl Hand {
    /// Records that a file waits in a row of its own.
    pub(super) fn leave_in_row(&mut self, file: FileRevision) {
        self.in_rows.insert(file);
    }

    /// Takes a file that has a row of its own.
    pub(super) fn take(&mut self, file: FileRevision) {
        self.in_rows.remove(&file);
        self.busy.insert(file);
    }

    /// Whether a list can be begun now.
    pub(super) fn has_room_for(&self, list: &TransferList) -> bool {
        !list.files.iter().any(|file| self.busy.contains(file))
    }

    /// Begins a list. Returns its files, without those that wait in rows of their own.
    pub(super) fn begin(&mut self, list: TransferList) -> Vec<FileRevision> {
        let mut left = HashSet::new();
        let is_new = |file: &&FileRevision| !self.in_rows.contains(*file) && left.insert((*file).clone());
        let files: Vec<FileRevision> = list.files.iter().filter(is_new).cloned().collect();
        self.busy.extend(files.iter().cloned());
        self.lists.insert(list.number, Begun { list, left });
        files
    }

    /// Puts down a file of a list, or of a row of its own.
    pub(super) fn put_down(&mut self, file: FileRevision, list: Option<u64>, after: After) {
        self.busy.remove(&file);
        let begun = list.and_then(|number| self.lists.get_mut(&number));
        if let Some(begun) = begun.filter(|_| after != After::AsBefore) {
            begun.left.remove(&file);
        }
        if after == After::InItsRow {
            self.in_rows.insert(file);
        }
    }

    /// Takes out a list of which nothing is left.
    pub(super) fn take_finished(&mut self, number: u64) -> Option<TransferList> {
        self.lists.get(&number).filter(|begun| begun.left.is_empty())?;
        self.lists.remove(&number).map(|begun| begun.list)
    }

    /// Takes out the other lists, each with what is left of it.
    pub(super) fn take_unfinished(&mut self) -> Vec<(TransferList, Vec<FileRevision>)> {
        let lists = std::mem::take(&mut self.lists).into_values();
        let left = |Begun { list, left }: Begun| {
            let files = list.files.iter().filter(|file| left.contains(*file)).cloned().collect();
            (list, files)
        };
        lists.map(left).collect()
    }
}

#[cfg(test)]
mod tests {
    use shared::model::Stamp;

    use super::*;

    fn file(name: &str) -> FileRevision {
        (name.into(), "1".into())
    }

    fn list(number: u64, names: &[&str]) -> TransferList {
        TransferList { number, files: names.iter().map(|name| file(name)).collect(), stamp: Stamp(7) }
    }

    #[test]
    fn a_list_is_finished_when_each_of_its_files_has_ended_or_has_a_row() {
        let mut hand = Hand::default();
        assert_eq!(hand.begin(list(1, &["a", "b", "c"])), [file("a"), file("b"), file("c")]);
        hand.put_down(file("a"), Some(1), After::Ended);
        hand.put_down(file("b"), Some(1), After::InItsRow);
        assert_eq!(hand.take_finished(1), None);
        hand.put_down(file("c"), Some(1), After::Ended);
        assert_eq!(hand.take_finished(1), Some(list(1, &["a", "b", "c"])));
        assert_eq!(hand.take_unfinished(), []);
    }

    #[test]
    fn what_is_not_finished_keeps_its_place_on_the_list() {
        let mut hand = Hand::default();
        hand.begin(list(1, &["a", "b", "c", "d"]));
        hand.put_down(file("a"), Some(1), After::AsBefore);
        hand.put_down(file("b"), Some(1), After::Ended);
        let left = vec![file("a"), file("c"), file("d")];
        assert_eq!(hand.take_unfinished(), [(list(1, &["a", "b", "c", "d"]), left)]);
    }

    #[test]
    fn a_file_with_a_row_of_its_own_is_left_to_the_row() {
        let mut hand = Hand::default();
        hand.leave_in_row(file("a"));
        assert_eq!(hand.begin(list(1, &["a", "b"])), [file("b")]);
        hand.put_down(file("b"), Some(1), After::InItsRow);
        assert!(hand.take_finished(1).is_some());
        assert_eq!(hand.begin(list(2, &["b"])), []);
        assert!(hand.take_finished(2).is_some(), "nothing of it is left to do");
    }

    #[test]
    fn a_list_waits_while_one_of_its_files_is_worked_on() {
        let mut hand = Hand::default();
        hand.take(file("a"));
        hand.begin(list(1, &["b"]));
        assert!(!hand.has_room_for(&list(2, &["c", "a"])));
        assert!(!hand.has_room_for(&list(2, &["c", "b"])));
        hand.put_down(file("a"), None, After::Ended);
        hand.put_down(file("b"), Some(1), After::Ended);
        assert!(hand.has_room_for(&list(2, &["c", "a", "b"])));
    }
}
