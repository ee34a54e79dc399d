//! Contract of the store's claims (T40).

use std::time::Duration;

use futures_util::future::join_all;
use shared::{
    model::{ConnectionId, Lane},
    store::{Claim, Claims, Due, Schedules},
};

use super::{StoreHarness, ok};
use crate::{eventually, samples::now};

const TIME: Duration = Duration::from_secs(60);

/// There is one claim at a time: the next can be made once its message was read, or once it has expired.
pub async fn a_message_is_claimed_once(harness: &impl StoreHarness) {
    let (store, id, until) = (harness.store(), ConnectionId::random(), now().plus(TIME));
    assert!(ok(store.claim(id, Lane::Changes, now(), until).await));
    assert!(!ok(store.claim(id, Lane::Changes, now(), until.plus(TIME)).await));
    assert_eq!(
        ok(store.claims(id).await),
        [Claim { lane: Lane::Changes, until, parked: None, notified_at: None }]
    );
    ok(store.end_claim(id, Lane::Changes).await);
    assert!(ok(store.claim(id, Lane::Changes, now(), until).await), "its message was read");
    assert!(ok(store.claim(id, Lane::Changes, until, until.plus(TIME)).await), "its time is over");
}

/// Only one of several concurrent callers gets the claim.
pub async fn of_several_claims_one_is_won(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let all = join_all((0..8).map(|_| store.claim(id, Lane::Bulk, now(), now().plus(TIME)))).await;
    assert_eq!(all.into_iter().map(ok).filter(|won| *won).count(), 1);
}

/// Lanes and connections have separate claims.
pub async fn claims_of_other_lanes_stand_apart(harness: &impl StoreHarness) {
    let (store, id, other) = (harness.store(), ConnectionId::random(), ConnectionId::random());
    for (of, lane) in [(id, Lane::Changes), (id, Lane::Bulk), (id, Lane::Transfers), (other, Lane::Bulk)] {
        assert!(ok(store.claim(of, lane, now(), now().plus(TIME)).await), "{lane:?}");
    }
    ok(store.end_claim(id, Lane::Bulk).await);
    let left: Vec<Lane> = ok(store.claims(id).await).into_iter().map(|claim| claim.lane).collect();
    assert_eq!(left, [Lane::Changes, Lane::Transfers]);
    assert!(!ok(store.claim(other, Lane::Bulk, now(), now().plus(TIME)).await));
}

/// Ending a claim twice, or one that was never made, is no error.
pub async fn a_claim_that_does_not_stand_can_be_ended(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    ok(store.end_claim(id, Lane::Transfers).await);
    assert!(ok(store.claim(id, Lane::Transfers, now(), now().plus(TIME)).await));
    ok(store.end_claim(id, Lane::Transfers).await);
    ok(store.end_claim(id, Lane::Transfers).await);
    assert_eq!(ok(store.claims(id).await), []);
}

/// A claim whose message was never read is due once, when it expires, and not before.
pub async fn a_forgotten_claim_is_due(harness: &impl StoreHarness) {
    let (store, id, until) = (harness.store(), ConnectionId::random(), now().plus(TIME));
    let due = Due::Owed(id, Lane::Changes);
    assert!(ok(store.claim(id, Lane::Changes, now(), until).await));
    assert!(!ok(store.due(now()).await).contains(&due));
    assert!(!ok(store.claim_wake(due, now(), until).await));
    eventually("the claim is due", async || ok(store.due(until).await).contains(&due).then_some(())).await;
    assert!(ok(store.claim_wake(due, until, until.plus(TIME)).await));
    assert!(!ok(store.claim_wake(due, until, until.plus(TIME)).await));
    ok(store.end_claim(id, Lane::Changes).await);
    assert!(!ok(store.claim_wake(due, until.plus(TIME), until.plus(2 * TIME)).await), "it was read");
}

/// A parked message waits in its claim until one caller takes it, whether or not there was a claim before.
pub async fn a_parked_message_is_taken_once(harness: &impl StoreHarness) {
    let (store, id, until) = (harness.store(), ConnectionId::random(), now().plus(TIME));
    let parked = async || ok(store.claims(id).await).into_iter().find_map(|claim| claim.parked);
    ok(store.park(id, Lane::Bulk, "the message", until).await);
    assert!(!ok(store.claim(id, Lane::Bulk, now(), until).await), "it is owed");
    assert_eq!(parked().await.as_deref(), Some("the message"));
    assert!(ok(store.unpark(id, Lane::Bulk, until.plus(TIME)).await));
    assert!(!ok(store.unpark(id, Lane::Bulk, until.plus(TIME)).await), "another has taken it");
    let claim = Claim { lane: Lane::Bulk, until: until.plus(TIME), parked: None, notified_at: None };
    assert_eq!(ok(store.claims(id).await), [claim]);
    ok(store.end_claim(id, Lane::Bulk).await);
    assert!(!ok(store.unpark(id, Lane::Bulk, until).await));
}

/// A notification that finds a claim is passed to the reader of its message, even after that was parked or
/// sent again; one that finds no claim must send a message.
pub async fn a_claim_keeps_the_last_notification_for_its_reader(harness: &impl StoreHarness) {
    let (store, id, until) = (harness.store(), ConnectionId::random(), now().plus(TIME));
    let (first, last) = (now(), now().plus(TIME / 2));
    assert!(!ok(store.note_notification(id, Lane::Changes, first).await), "there is no claim");
    assert_eq!(ok(store.claims(id).await), []);
    assert!(ok(store.claim(id, Lane::Changes, now(), until).await));
    assert!(ok(store.note_notification(id, Lane::Changes, first).await));
    ok(store.park(id, Lane::Changes, "the message", until).await);
    assert!(ok(store.note_notification(id, Lane::Changes, last).await));
    assert!(ok(store.unpark(id, Lane::Changes, until).await));
    assert!(ok(store.claim(id, Lane::Changes, until, until.plus(TIME)).await), "its time is over");
    assert_eq!(ok(store.end_claim(id, Lane::Changes).await), Some(last));
    assert_eq!(ok(store.end_claim(id, Lane::Changes).await), None);
    assert!(!ok(store.note_notification(id, Lane::Changes, last).await), "it was read");
    assert!(ok(store.claim(id, Lane::Changes, now(), until).await));
    assert_eq!(ok(store.end_claim(id, Lane::Changes).await), None, "it was given to another");
}

/// An expired claim, whose message was not sent, is due at once, keeps its notification, and goes to the next
/// caller.
pub async fn a_claim_without_a_message_is_due_at_once(harness: &impl StoreHarness) {
    let (store, id, until) = (harness.store(), ConnectionId::random(), now().plus(TIME));
    let (due, notified) = (Due::Owed(id, Lane::Changes), now());
    ok(store.expire_claim(id, Lane::Changes, now()).await);
    assert_eq!(ok(store.claims(id).await), [], "none stood");
    assert!(ok(store.claim(id, Lane::Changes, now(), until).await));
    assert!(ok(store.note_notification(id, Lane::Changes, notified).await));
    ok(store.expire_claim(id, Lane::Changes, now()).await);
    eventually("the claim is due", async || ok(store.due(now()).await).contains(&due).then_some(())).await;
    assert!(ok(store.claim(id, Lane::Changes, now(), until).await));
    assert_eq!(ok(store.end_claim(id, Lane::Changes).await), Some(notified));
}

/// Runs every case of [`claims`](crate::store::claims) as a separate test.
#[macro_export]
macro_rules! claims_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::claims:
            a_message_is_claimed_once
            of_several_claims_one_is_won
            claims_of_other_lanes_stand_apart
            a_claim_that_does_not_stand_can_be_ended
            a_forgotten_claim_is_due
            a_parked_message_is_taken_once
            a_claim_keeps_the_last_notification_for_its_reader
            a_claim_without_a_message_is_due_at_once
        }
    };
}
