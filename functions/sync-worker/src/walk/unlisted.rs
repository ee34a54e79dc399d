//! Notifications that are ahead of the listing: the first walk finds nothing, so another one looks a little
//! later.
//!
//! The schedule wakes the connection for it, so that one place says when a connection is due. A notification
//! about nothing costs a few walks, and a connection without notifications costs nothing.

use std::time::Duration;

use shared::model::{Head, Timestamp, Unlisted};

/// Delay of the next look after each empty one. After the last, the notification is considered to be about
/// nothing.
const DELAYS: [Duration; 3] = [Duration::from_secs(5), Duration::from_secs(60), Duration::from_secs(5 * 60)];

/// Returns the notification that must still be looked for after a walk, if any. `notified` is the time of the
/// walk's own notification, and `found_changes` whether Dropbox listed anything in the walk.
pub(super) fn after_walk(head: &Head, notified: Option<Timestamp>, found_changes: bool) -> Option<Unlisted> {
    if found_changes {
        return None;
    }
    // A walk that began after the notification and found changes may have found those that it announced.
    let is_listed = |at: &Timestamp| head.listed_at.is_some_and(|listed| listed >= *at);
    let fresh = notified.filter(|at| !is_listed(at)).map(|notified_at| Unlisted { notified_at, looks: 1 });
    let again = head.unlisted.map(|unlisted| Unlisted { looks: unlisted.looks + 1, ..unlisted });
    fresh.or(again).filter(|unlisted| delay(*unlisted).is_some())
}

/// Returns when the next walk must look for it.
pub(super) fn next_look(unlisted: Unlisted, now: Timestamp) -> Option<Timestamp> {
    delay(unlisted).map(|delay| now.plus(delay))
}

fn delay(unlisted: Unlisted) -> Option<Duration> {
    DELAYS.get(unlisted.looks.checked_sub(1)? as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp(1_000_000);

    #[test]
    fn an_empty_walk_looks_again_a_few_times_each_time_later() {
        let (mut head, mut delays) = (Head::default(), Vec::new());
        head.unlisted = after_walk(&head, Some(AT), false);
        while let Some(unlisted) = head.unlisted {
            delays.push(next_look(unlisted, AT).map(|at| at.since(AT)).unwrap_or_default());
            head.unlisted = after_walk(&head, None, false);
        }
        assert_eq!(delays, DELAYS);
    }

    #[test]
    fn what_is_listed_ends_the_looking() {
        let head = Head { unlisted: Some(Unlisted { notified_at: AT, looks: 1 }), ..Head::default() };
        assert_eq!(after_walk(&head, None, true), None);
        assert_eq!(after_walk(&head, Some(AT), true), None);
    }

    #[test]
    fn a_notification_of_what_was_listed_already_is_not_looked_for() {
        let head = Head { listed_at: Some(AT.plus(Duration::from_millis(1))), ..Head::default() };
        assert_eq!(after_walk(&head, Some(AT), false), None);
        let earlier = Head { listed_at: Some(Timestamp(AT.0 - 1)), ..Head::default() };
        assert!(after_walk(&earlier, Some(AT), false).is_some());
    }

    #[test]
    fn who_was_not_notified_does_not_look_again() {
        assert_eq!(after_walk(&Head::default(), None, false), None);
    }
}
