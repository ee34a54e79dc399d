//! Episodes: what is reported, and when.

use super::*;
use crate::model::ConnectionStatus;

const AT: Timestamp = Timestamp(1_000);

fn fail(health: Health, work: Work, code: TroubleCode, at: u64) -> Health {
    health.failed(work, code.into(), Timestamp(at), Some(Timestamp(at + 60_000)))
}

fn state(health: &Health) -> HealthState {
    HealthState::of(ConnectionStatus::Active, health)
}

#[test]
fn trouble_that_passes_is_reported_once_and_so_is_its_end() {
    let mut health = Health::default();
    for failure in 1..=8 {
        health = fail(health, Work::Walk, TroubleCode::DropboxUnreachable, failure * 1000);
        let expected = if failure < 5 { HealthState::Retrying } else { HealthState::Degraded };
        assert_eq!(state(&health), expected, "after {failure} failures");
        assert_eq!(health.events.len(), usize::from(failure >= 5));
    }
    let health = health.succeeded(Work::Walk, Timestamp(9_000)).unwrap();
    let [HealthEvent::Degraded(degraded), HealthEvent::Recovered(recovered)] = health.events.as_slice()
    else {
        panic!("{:?}", health.events)
    };
    assert_eq!((degraded.since, degraded.failures), (AT, 5));
    assert_eq!((recovered.since, recovered.at), (AT, Timestamp(9_000)));
    assert_eq!(state(&health), HealthState::Ok);
    assert_eq!(health.last_error.as_ref().map(|error| error.at), Some(Timestamp(8_000)));
    assert_eq!(health.succeeded(Work::Walk, Timestamp(10_000)), None);
}

#[test]
fn lasting_trouble_is_reported_at_once_and_has_states_of_its_own() {
    for (code, expected) in [
        (TroubleCode::MissingScope, HealthState::MissingScope),
        (TroubleCode::AccountSuspended, HealthState::Suspended),
        (TroubleCode::TeamNotAllowed, HealthState::NotAllowed),
        (TroubleCode::PermissionDenied, HealthState::NotAllowed),
        (TroubleCode::RequestRefused, HealthState::Degraded),
    ] {
        let health = fail(Health::default(), Work::Transfers, code, 1_000);
        assert_eq!((state(&health), health.events.len()), (expected, 1), "{code}");
    }
}

#[test]
fn a_few_failures_that_end_by_themselves_are_not_reported() {
    let health = fail(Health::default(), Work::Walk, TroubleCode::StorageUnavailable, 1_000);
    let health = health.succeeded(Work::Walk, Timestamp(2_000)).unwrap();
    assert_eq!((state(&health), health.events.len()), (HealthState::Ok, 0));
}

#[test]
fn an_episode_ends_when_each_work_that_was_reported_succeeds() {
    let health = fail(Health::default(), Work::Walk, TroubleCode::AccountSuspended, 1_000);
    let health = fail(health, Work::Transfers, TroubleCode::AccountSuspended, 2_000);
    assert_eq!(health.events.len(), 1, "it is one episode");
    let health = health.succeeded(Work::Walk, Timestamp(3_000)).unwrap();
    assert_eq!((state(&health), health.events.len()), (HealthState::Suspended, 1));
    let health = health.succeeded(Work::Transfers, Timestamp(4_000)).unwrap();
    assert_eq!((state(&health), health.events.len()), (HealthState::Ok, 2));
}

#[test]
fn a_reported_trouble_that_becomes_another_is_still_the_same_episode() {
    let health = fail(Health::default(), Work::Walk, TroubleCode::MissingScope, 1_000);
    let health = fail(health, Work::Walk, TroubleCode::DropboxUnreachable, 2_000);
    assert_eq!((state(&health), health.events.len()), (HealthState::Degraded, 1));
    assert_eq!(health.walk.as_ref().map(|trouble| (trouble.since, trouble.failures)), Some((AT, 2)));
}

#[test]
fn what_was_published_is_forgotten_and_what_came_meanwhile_is_not() {
    let degraded = fail(Health::default(), Work::Walk, TroubleCode::AppRefused, 1_000);
    let recovered = degraded.clone().succeeded(Work::Walk, Timestamp(2_000)).unwrap();
    let left = recovered.published(&degraded.events).unwrap();
    assert!(matches!(left.events.as_slice(), [HealthEvent::Recovered(_)]));
    assert_eq!(left.published(&degraded.events), None);
}

#[test]
fn refused_tokens_are_told_of_by_their_own_event() {
    let health = fail(Health::default(), Work::Walk, TroubleCode::NeedsReauth, 1_000);
    assert!(health.events.is_empty() && health.episode.is_none());
    let healthy = health.succeeded(Work::Walk, Timestamp(2_000)).unwrap();
    assert!(healthy.events.is_empty());
}
