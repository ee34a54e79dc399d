//! Number of a run's transfers at the same time, which follows how Dropbox answers.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use shared::{model::Timestamp, store::TransferSchedule};
use tokio::time::Instant;

use crate::capacity::Share;

/// Minimum number of answers by which a number is judged.
const FEWEST: u32 = 8;
/// Growth of the time until an answer that means nothing, beside a quarter of that time.
const SLACK: Duration = Duration::from_millis(25);

/// Pace of a run.
#[derive(Debug)]
pub(super) struct Pace<'a> {
    share: Share<'a>,
    /// The project's bound.
    most: u32,
    rule: Mutex<Rule>,
}

impl<'a> Pace<'a> {
    /// Begins with the number to which the last run came. It never exceeds the run's share of `most`.
    pub(super) fn new(share: Share<'a>, schedule: &TransferSchedule, most: u32) -> Self {
        let rule = Mutex::new(Rule::new(schedule.at_once, schedule.was_slowed, most));
        Self { share, most, rule }
    }

    /// Returns the number of transfers that may run at the same time now.
    pub(super) fn at_once(&self) -> u32 {
        let most = self.share.of(self.most);
        self.rule().at_once.min(most)
    }

    /// Records that Dropbox has now begun to answer what it was asked at that time.
    pub(super) fn answered(&self, asked: Instant) {
        let most = self.share.of(self.most);
        self.rule().answered(asked, Instant::now(), most);
    }

    /// Records that Dropbox asked for a pause.
    pub(super) fn paused(&self) {
        let most = self.share.of(self.most);
        self.rule().paused(most);
    }

    /// Returns the schedule of the next run at `wake_at`, which begins where this one has come to.
    pub(super) fn schedule(&self, wake_at: Option<Timestamp>) -> TransferSchedule {
        let rule = self.rule();
        TransferSchedule { at_once: rule.at_once, was_slowed: rule.was_slowed, wake_at }
    }

    fn rule(&self) -> MutexGuard<'_, Rule> {
        self.rule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rule by which the number of transfers grows and shrinks. Pure.
///
/// As many answers as there are transfers at the same time are a round. Its median time is compared with the
/// shortest of the rounds before. As long as it is about the same, the number doubles, or grows by one once
/// answers have begun to take longer, or Dropbox has asked for a pause. If answers take much longer, requests queue up somewhere, in
/// front of a person's, too: then the number is halved, and again as long as that helps. If it does not help,
/// answers take longer for another reason, and their time is what further rounds are compared with. The number
/// is also halved when Dropbox asks for a pause. Connections that share a bottleneck come to equal parts of it
/// in this way (Chiu and Jain, 1989: additive increase, multiplicative decrease).
#[derive(Debug)]
struct Rule {
    at_once: u32,
    /// Whether answers have begun to take longer, or Dropbox has asked for a pause, in this run or before.
    was_slowed: bool,
    /// Whether Dropbox has asked for a pause in this run. The rest of its answers says nothing.
    is_paused: bool,
    /// Time since which there are about as many at the same time. Answers to what was asked before say nothing.
    since: Option<Instant>,
    /// Times until the answers of this round.
    round: Vec<Duration>,
    /// Shortest median of a round, since it last turned out that a longer one had another reason than the number.
    shortest: Option<Duration>,
    /// Median for which the number was halved, until a round tells whether that has helped.
    halved_for: Option<Duration>,
}

impl Rule {
    fn new(at_once: u32, was_slowed: bool, most: u32) -> Self {
        let at_once = at_once.clamp(1, most.max(1));
        Self {
            at_once,
            was_slowed,
            is_paused: false,
            since: None,
            round: Vec::new(),
            shortest: None,
            halved_for: None,
        }
    }

    fn answered(&mut self, asked: Instant, now: Instant, most: u32) {
        if self.is_paused || self.since.is_some_and(|since| asked < since) {
            return;
        }
        self.round.push(now.duration_since(asked));
        if self.round.len() < self.at_once.min(most).max(FEWEST) as usize {
            return;
        }
        let median = take_median(&mut self.round);
        let has_helped = |before: Duration| median < before / 4 * 3;
        let halved_for = self.halved_for.take();
        match self.shortest {
            Some(shortest) if median <= shortest + shortest / 4 + SLACK => {
                self.shortest = Some(shortest.min(median));
                self.was_slowed |= median > shortest + shortest / 8 + SLACK / 2;
                self.grow(now, most);
            }
            Some(_) if halved_for.is_none_or(has_helped) => {
                self.halve(most);
                self.halved_for = Some(median);
                self.since = Some(now);
            }
            // The first round, or answers that take longer for another reason.
            _ => {
                self.shortest = Some(median);
                self.grow(now, most);
            }
        }
    }

    fn paused(&mut self, most: u32) {
        if !self.is_paused {
            self.halve(most);
            self.is_paused = true;
        }
    }

    fn grow(&mut self, now: Instant, most: u32) {
        if self.at_once >= most {
            return;
        }
        if self.was_slowed {
            self.at_once += 1;
        } else {
            self.at_once = self.at_once.saturating_mul(2).min(most);
            self.since = Some(now);
        }
    }

    fn halve(&mut self, most: u32) {
        self.at_once = (self.at_once.min(most) / 2).max(1);
        self.was_slowed = true;
        self.round.clear();
    }
}

/// Empties a round, and returns its median.
fn take_median(round: &mut Vec<Duration>) -> Duration {
    let middle = round.len() / 2;
    let (_, median, _) = round.select_nth_unstable(middle);
    let median = *median;
    round.clear();
    median
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOST: u32 = 32;

    fn rule(at_once: u32) -> Rule {
        Rule::new(at_once, false, MOST)
    }

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    /// Lets Dropbox answer as many rounds, each answer after a time that depends on the number at the same
    /// time and on the answer's place in the round. Returns the number after each round.
    fn rounds(rule: &mut Rule, count: usize, after: impl Fn(u32, u32) -> Duration) -> Vec<u32> {
        let mut seen = Vec::new();
        for _ in 0..count {
            let at_once = rule.at_once;
            (0..at_once.max(FEWEST)).for_each(|place| answer(rule, after(at_once, place)));
            seen.push(rule.at_once);
        }
        seen
    }

    /// Lets Dropbox answer a question that is asked now, after this time.
    fn answer(rule: &mut Rule, after: Duration) {
        let now = rule.since.unwrap_or_else(Instant::now);
        rule.answered(now, now + after, MOST);
    }

    #[test]
    fn it_doubles_while_answers_come_as_fast_as_before_and_stops_at_the_bound() {
        assert_eq!(rounds(&mut rule(4), 5, |_, _| ms(50)), [8, 16, 32, 32, 32]);
    }

    #[test]
    fn a_few_answers_change_nothing() {
        let mut rule = rule(4);
        (0..FEWEST - 1).for_each(|_| answer(&mut rule, ms(50)));
        assert_eq!(rule.at_once, 4);
    }

    #[test]
    fn answers_to_what_was_asked_before_the_number_changed_say_nothing() {
        let mut rule = rule(4);
        let before = Instant::now();
        rounds(&mut rule, 1, |_, _| ms(50));
        (0..100).for_each(|_| rule.answered(before, before + ms(10_000), MOST));
        assert_eq!(rule.at_once, 8);
        assert_eq!(rounds(&mut rule, 1, |_, _| ms(50)), [16]);
    }

    #[test]
    fn what_is_stored_is_kept_within_the_bound() {
        for (stored, most, begins) in [(0, 16, 1), (40, 16, 16), (7, 16, 7), (4, 1, 1)] {
            assert_eq!(Rule::new(stored, false, most).at_once, begins, "{stored} of {most}");
        }
        let mut shared = rule(20);
        let now = Instant::now();
        (0..100).for_each(|_| shared.answered(now, now + ms(50), 3));
        assert_eq!(shared.at_once, 20, "it comes back to it when it need not share any more");
        shared.paused(10);
        assert_eq!(shared.at_once, 5, "half of what there were");
    }

    #[test]
    fn it_halves_when_answers_take_much_longer_and_then_grows_by_one() {
        let mut rule = rule(MOST);
        rounds(&mut rule, 2, |_, _| ms(100));
        assert_eq!(rounds(&mut rule, 1, |_, _| ms(200)), [16]);
        assert!(rule.was_slowed);
        assert_eq!(rounds(&mut rule, 3, |_, _| ms(100)), [17, 18, 19]);
    }

    #[test]
    fn dropbox_that_has_become_slower_for_another_reason_halves_it_once() {
        let mut rule = rule(MOST);
        rounds(&mut rule, 2, |_, _| ms(50));
        assert_eq!(rounds(&mut rule, 20, |_, _| ms(400)), (16..=32).chain([32, 32, 32]).collect::<Vec<_>>());
    }

    #[test]
    fn single_slow_answers_change_nothing() {
        let mut rule = rule(MOST);
        let after = |_, place: u32| ms(if place.is_multiple_of(3) { 3_000 } else { 60 });
        assert!(rounds(&mut rule, 50, after).iter().all(|at_once| *at_once == MOST));
    }

    #[test]
    fn a_pause_halves_it_once_however_many_answers_ask_for_it() {
        let mut rule = rule(16);
        (0..5).for_each(|_| rule.paused(MOST));
        (0..200).for_each(|_| answer(&mut rule, ms(50)));
        assert_eq!((rule.at_once, rule.was_slowed), (8, true));
        let mut lowest = Rule::new(1, false, MOST);
        lowest.paused(MOST);
        assert_eq!(lowest.at_once, 1);
    }

    /// Dropbox answers as many requests at the same time as it can, and others wait.
    fn queueing(capacity: u32, at_once: u32) -> Duration {
        ms(200) * at_once.max(capacity) / capacity
    }

    /// A number that grew too far before the first slow round ended comes back from where requests queue up.
    #[test]
    fn it_is_halved_again_as_long_as_that_helps() {
        let mut rule = rule(4);
        let calm = rounds(&mut rule, 3, |_, _| ms(200));
        assert_eq!(calm, [8, 16, 32]);
        let after = rounds(&mut rule, 3, |at_once, _| queueing(8, at_once));
        assert_eq!(after, [16, 8, 9]);
        let later = rounds(&mut rule, 100, |at_once, _| queueing(8, at_once));
        assert!(later.iter().all(|at_once| *at_once <= 12), "{later:?}");
    }

    #[test]
    fn it_stays_about_where_answers_begin_to_wait_for_one_another() {
        for capacity in [3, 8, 20] {
            let mut rule = rule(4);
            rounds(&mut rule, 40, |at_once, _| queueing(capacity, at_once));
            let seen = rounds(&mut rule, 200, |at_once, _| queueing(capacity, at_once));
            let (lowest, highest) = (seen.iter().min().unwrap(), seen.iter().max().unwrap());
            assert!(*lowest * 2 >= capacity, "{capacity}: {seen:?}");
            assert!(*highest <= capacity * 2, "{capacity}: {seen:?}");
        }
    }

    #[test]
    fn two_that_wait_for_one_another_come_to_equal_parts() {
        let (mut one, mut other) = (rule(30), Rule::new(2, true, MOST));
        let mut sums = (0, 0);
        for round in 0..400 {
            let after = queueing(20, one.at_once + other.at_once);
            rounds(&mut one, 1, |_, _| after);
            rounds(&mut other, 1, |_, _| after);
            if round >= 200 {
                sums = (sums.0 + one.at_once, sums.1 + other.at_once);
            }
        }
        let (less, more) = (sums.0.min(sums.1), sums.0.max(sums.1));
        assert!(more * 2 <= less * 3, "{sums:?}");
    }

    proptest! {
        #[test]
        fn whatever_dropbox_answers_it_stays_between_one_and_the_bound(
            at_once in 0..200_u32,
            most in 1..100_u32,
            answers in proptest::collection::vec((0..5_000_u64, any::<bool>()), 0..400),
        ) {
            let mut rule = Rule::new(at_once, false, most);
            let mut now = Instant::now();
            for (after, pauses) in answers {
                if pauses && after == 0 {
                    rule.paused(most);
                }
                let before = rule.at_once;
                rule.answered(now, now + ms(after), most);
                now += ms(after);
                prop_assert!((1..=most).contains(&rule.at_once));
                prop_assert!(rule.at_once >= before / 2 && rule.at_once <= before * 2);
            }
        }
    }
}
