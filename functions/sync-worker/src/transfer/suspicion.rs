//! Which file a process has died of. Pure.
//!
//! A process may die while it fetches a file: it is killed, or the file's bytes are what kills it. The next
//! one cannot know which of the files in flight it was, if it was any. So those are tried again alone, one by
//! one, after all others. Who survives that is like any other file; the one during which the process dies
//! again waits, longer each time, so that the others get their turn.

use std::time::Duration;

use shared::model::{InFlight, Timestamp, Transfer};

/// Number of processes that may die of a file before it counts as failed.
const MOST_DEATHS: u32 = 3;
/// Wait after the first death during a file that was alone, which may still have been chance.
const FIRST_WAIT: Duration = Duration::from_secs(60);
/// Wait after each further one.
const LONG_WAIT: Duration = Duration::from_secs(60 * 60);

/// Verdict of suspicion about a transfer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// It is tried.
    Try(Transfer),
    /// It is stored like this, and tried later.
    PutOff(Transfer),
    /// It counts as failed.
    GiveUp(Transfer),
}

/// Returns whether a transfer has to be tried alone, because a process may have died of it. It has been read
/// by a run, so no process has it in flight.
pub(super) fn is_suspected(transfer: &Transfer) -> bool {
    transfer.in_flight.is_some() || transfer.deaths > 0
}

/// Judges a transfer that has been read by a run. The result is not in flight any more.
pub(super) fn judge(transfer: Transfer, now: Timestamp) -> Judgement {
    let has_killed = transfer.in_flight == Some(InFlight::Alone);
    let transfer = Transfer { in_flight: None, ..transfer };
    if !has_killed {
        return Judgement::Try(transfer);
    }
    let deaths = transfer.deaths + 1;
    let wait = if deaths == 1 { FIRST_WAIT } else { LONG_WAIT };
    let transfer = Transfer { deaths, not_before: now.plus(wait), ..transfer };
    if deaths >= MOST_DEATHS { Judgement::GiveUp(transfer) } else { Judgement::PutOff(transfer) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use shared::model::{ItemId, Rev};

    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn transfer(in_flight: Option<InFlight>, deaths: u32) -> Transfer {
        Transfer { in_flight, deaths, ..Transfer::new(ItemId::from("id:a"), Rev::from("1")) }
    }

    #[test]
    fn who_was_in_flight_with_others_is_tried_alone_and_does_not_wait() {
        assert!(!is_suspected(&transfer(None, 0)));
        let suspect = transfer(Some(InFlight::Together), 0);
        assert!(is_suspected(&suspect));
        assert_eq!(judge(suspect, NOW), Judgement::Try(transfer(None, 0)));
        assert!(is_suspected(&transfer(None, 1)), "it is never tried with others again");
    }

    #[test]
    fn who_kills_alone_waits_longer_each_time_and_then_fails() {
        let alone = |deaths| judge(transfer(Some(InFlight::Alone), deaths), NOW);
        let put_off = |deaths, wait| Transfer { not_before: NOW.plus(wait), ..transfer(None, deaths) };
        assert_eq!(alone(0), Judgement::PutOff(put_off(1, FIRST_WAIT)));
        assert_eq!(alone(1), Judgement::PutOff(put_off(2, LONG_WAIT)));
        assert!(matches!(alone(2), Judgement::GiveUp(_)));
    }

    /// Files by number, as rows that outlive each process; some of them kill it.
    struct Model {
        rows: Vec<Transfer>,
        deadly: BTreeSet<usize>,
        fetched: BTreeSet<usize>,
        failed: BTreeSet<usize>,
        put_off: BTreeSet<usize>,
    }

    impl Model {
        fn is_left(&self, file: usize) -> bool {
            !self.fetched.contains(&file) && !self.failed.contains(&file)
        }

        /// Does a run with so many at the same time, in which nothing is due later. `notes` says whether it
        /// writes down what is in flight. Returns false if the process dies of a file.
        fn run(&mut self, at_once: usize, notes: bool) -> bool {
            let left: Vec<usize> = (0..self.rows.len()).filter(|file| self.is_left(*file)).collect();
            let (suspects, others): (Vec<usize>, Vec<usize>) =
                left.into_iter().partition(|file| is_suspected(&self.rows[*file]));
            others.chunks(at_once).all(|group| self.fetch(group, notes.then_some(InFlight::Together)))
                && suspects.into_iter().all(|file| self.try_alone(file))
        }

        fn try_alone(&mut self, file: usize) -> bool {
            match judge(self.rows[file].clone(), NOW) {
                Judgement::Try(row) => {
                    self.rows[file] = row;
                    return self.fetch(&[file], Some(InFlight::Alone));
                }
                Judgement::PutOff(row) => {
                    self.rows[file] = row;
                    self.put_off.insert(file);
                }
                Judgement::GiveUp(_) => drop(self.failed.insert(file)),
            }
            true
        }

        fn fetch(&mut self, group: &[usize], how: Option<InFlight>) -> bool {
            for file in group {
                self.rows[*file].in_flight = how.or(self.rows[*file].in_flight);
            }
            if group.iter().any(|file| self.deadly.contains(file)) {
                return false;
            }
            self.fetched.extend(group);
            true
        }
    }

    proptest! {
        #[test]
        fn only_who_kills_waits_and_fails_and_all_others_are_fetched(
            files in 1..60_usize,
            at_once in 1..20_usize,
            deadly in proptest::collection::btree_set(0..60_usize, 0..5),
        ) {
            let deadly: BTreeSet<usize> = deadly.into_iter().filter(|file| *file < files).collect();
            let rows = (0..files).map(|_| transfer(None, 0)).collect();
            let none = BTreeSet::new;
            let mut model =
                Model { rows, deadly: deadly.clone(), fetched: none(), failed: none(), put_off: none() };
            let (mut runs, mut deaths, mut is_first) = (0, 0, true);
            while (0..files).any(|file| model.is_left(file)) {
                runs += 1;
                prop_assert!(runs <= 10 * files, "it does not end");
                let died = !model.run(at_once, !is_first);
                // A message that is done is followed by a new one.
                is_first = !died;
                deaths += usize::from(died);
            }
            prop_assert_eq!(&model.failed, &deadly);
            prop_assert_eq!(&model.put_off, &deadly);
            // Each is found once among others and thrice alone, and the first time nobody notes anything.
            prop_assert!(deaths <= deadly.len() * 5, "{} deaths", deaths);
            // One that kills keeps the others waiting for three deaths at most.
            if deadly.len() == 1 {
                prop_assert_eq!(deaths, 5);
            }
        }
    }
}
