//! Contract of the store's connect links.

use std::time::Duration;

use futures_util::future::join_all;
use shared::{
    model::{BrowserSecret, ConnectionId, ProjectId, SecretHash, StateSecret, TicketSecret, Timestamp},
    store::{Authorization, Link, LinkStatus, Links, WindowReports},
};

use super::{StoreHarness, conflict, ok, winners};
use crate::samples;

/// Stores a link, and returns it with its ticket.
async fn added(harness: &impl StoreHarness) -> (Link, SecretHash) {
    let (link, ticket) = (samples::link(), TicketSecret::random().hash());
    ok(harness.store().add_link(&link, &ticket).await);
    (link, ticket)
}

/// Stores a link and starts its authorization. Returns the state, and what is stored under it.
async fn authorized(harness: &impl StoreHarness) -> (SecretHash, Authorization) {
    let (link, ticket) = added(harness).await;
    let (state, authorization) = authorization(&link);
    ok(harness.store().authorize(&ticket, &state, &authorization).await);
    (state, authorization)
}

fn authorization(link: &Link) -> (SecretHash, Authorization) {
    let authorization =
        Authorization { link: link.clone(), browser: BrowserSecret::random().hash(), app: "app".into() };
    (StateSecret::random().hash(), authorization)
}

async fn take(
    harness: &impl StoreHarness,
    state: &SecretHash,
    browser: &SecretHash,
) -> Option<Authorization> {
    ok(harness.store().take_authorization(state, browser, samples::now()).await)
}

/// A link is found by its id, in its project only (invariant I1).
pub async fn a_link_is_found_in_its_project(harness: &impl StoreHarness) {
    let (store, (link, _)) = (harness.store(), added(harness).await);
    assert_eq!(ok(store.link(link.project, link.id).await), Some(link.clone()));
    assert_eq!(ok(store.link(ProjectId::random(), link.id).await), None);
    assert_eq!(ok(store.link(link.project, uuid::Uuid::new_v4()).await), None);
}

/// Reading the link of a ticket does not spend the ticket: a browser may load the page twice.
pub async fn a_look_spends_no_ticket(harness: &impl StoreHarness) {
    let (store, (link, ticket)) = (harness.store(), added(harness).await);
    for _ in 0..2 {
        assert_eq!(ok(store.ticket(&ticket, samples::now()).await), Some(link.clone()));
    }
    assert_eq!(ok(store.ticket(&TicketSecret::random().hash(), samples::now()).await), None);
}

/// A ticket is worthless after it expires, even while its row still exists.
pub async fn an_old_ticket_opens_nothing(harness: &impl StoreHarness) {
    let (store, (link, ticket)) = (harness.store(), added(harness).await);
    let before = Timestamp(link.valid_until.0 - 1_000);
    assert!(ok(store.ticket(&ticket, before).await).is_some());
    assert_eq!(ok(store.ticket(&ticket, link.valid_until).await), None);
}

/// A ticket starts one authorization; a second one conflicts, and its state is worthless.
pub async fn a_ticket_is_spent_once(harness: &impl StoreHarness) {
    let (store, (link, ticket)) = (harness.store(), added(harness).await);
    let ((one, first), (two, second)) = (authorization(&link), authorization(&link));
    ok(store.authorize(&ticket, &one, &first).await);
    conflict(&store.authorize(&ticket, &two, &second).await);
    assert_eq!(ok(store.ticket(&ticket, samples::now()).await), None);
    assert_eq!(take(harness, &two, &second.browser).await, None);
    assert_eq!(take(harness, &one, &first.browser).await, Some(first));
}

/// Only one of several concurrent clicks on a ticket starts an authorization.
pub async fn of_clicks_at_once_one_wins(harness: &impl StoreHarness) {
    let (store, (link, ticket)) = (harness.store(), added(harness).await);
    let started: Vec<_> = (0..4).map(|_| authorization(&link)).collect();
    let clicks = started.iter().map(|(state, authorization)| store.authorize(&ticket, state, authorization));
    assert_eq!(winners(join_all(clicks).await), 1);
}

/// An unknown ticket starts nothing.
pub async fn an_unknown_ticket_starts_nothing(harness: &impl StoreHarness) {
    let (state, authorization) = authorization(&samples::link());
    conflict(&harness.store().authorize(&TicketSecret::random().hash(), &state, &authorization).await);
    assert_eq!(take(harness, &state, &authorization.browser).await, None);
}

/// A state can be taken once, with everything that is stored under it.
pub async fn a_state_is_spent_once(harness: &impl StoreHarness) {
    let (state, authorization) = authorized(harness).await;
    assert_eq!(take(harness, &state, &authorization.browser).await, Some(authorization.clone()));
    assert_eq!(take(harness, &state, &authorization.browser).await, None);
}

/// Only one of several concurrent callbacks with one state gets it.
pub async fn of_callbacks_at_once_one_wins(harness: &impl StoreHarness) {
    let (state, authorization) = authorized(harness).await;
    let taken = join_all((0..4).map(|_| take(harness, &state, &authorization.browser))).await;
    assert_eq!(taken.into_iter().flatten().count(), 1);
}

/// Another browser gets nothing and spends nothing: a stolen callback address must not end the user's
/// connect.
pub async fn a_state_belongs_to_its_browser(harness: &impl StoreHarness) {
    let (state, authorization) = authorized(harness).await;
    assert_eq!(take(harness, &state, &BrowserSecret::random().hash()).await, None);
    assert_eq!(take(harness, &state, &authorization.browser).await, Some(authorization.clone()));
}

/// A state is worthless after it expires.
pub async fn an_old_state_is_worth_nothing(harness: &impl StoreHarness) {
    let (state, authorization) = authorized(harness).await;
    let late = authorization.link.valid_until.plus(Duration::from_secs(1));
    assert_eq!(ok(harness.store().take_authorization(&state, &authorization.browser, late).await), None);
}

/// A link's outcome can be read by its project, whatever happened to ticket and state.
pub async fn an_outcome_can_be_read(harness: &impl StoreHarness) {
    let (store, (link, _)) = (harness.store(), added(harness).await);
    let outcomes = [
        LinkStatus::Denied,
        LinkStatus::Failed { reason: "Dropbox did not answer.".to_owned() },
        LinkStatus::Connected { connection: ConnectionId::random() },
    ];
    for status in outcomes {
        ok(store.finish_link(link.project, link.id, &status).await);
        assert_eq!(ok(store.link(link.project, link.id).await), Some(Link { status, ..link.clone() }));
    }
}

/// A status replaces the one that was read, and no later one.
pub async fn a_status_replaces_the_one_that_was_read(harness: &impl StoreHarness) {
    let (store, (link, _)) = (harness.store(), added(harness).await);
    let connection = ConnectionId::random();
    let chosen = LinkStatus::Chosen { connection, selected: 2, deselected: 0 };
    let closed = LinkStatus::Closed { connection: Some(connection), left_at: Some(samples::now()) };
    let window = WindowReports { left: 7, returned: 0 };
    ok(store.change_link(&link, &closed, window).await);
    let left = ok(store.link(link.project, link.id).await).expect("it is there");
    assert_eq!(left, Link { status: closed.clone(), window, ..link.clone() });
    let returned = WindowReports { returned: 7, ..window };
    ok(store.change_link(&left, &closed, returned).await);
    // Of the same status, but the window has said more.
    conflict(&store.change_link(&left, &closed, window).await);
    ok(store.finish_link(link.project, link.id, &chosen).await);
    let last = ok(store.link(link.project, link.id).await).expect("it is there");
    for read in [&link, &left, &Link { window: returned, ..left.clone() }] {
        conflict(&store.change_link(read, &closed, returned).await);
    }
    assert_eq!(last, Link { status: chosen, window: returned, ..link });
}

/// Another project cannot change a link's outcome (invariant I1).
pub async fn no_project_finishes_anothers_link(harness: &impl StoreHarness) {
    let (store, (link, _)) = (harness.store(), added(harness).await);
    let other = ProjectId::random();
    // The store may or may not report this as an error.
    let _ = store.finish_link(other, link.id, &LinkStatus::Denied).await;
    assert_eq!(ok(store.link(link.project, link.id).await), Some(link.clone()));
    assert_eq!(ok(store.link(other, link.id).await), None);
}

/// A link that was removed is not found, and removing it again does no harm; another project removes nothing.
pub async fn a_removed_link_is_not_found(harness: &impl StoreHarness) {
    let (store, (link, _)) = (harness.store(), added(harness).await);
    ok(store.remove_link(ProjectId::random(), link.id).await);
    assert_eq!(ok(store.link(link.project, link.id).await), Some(link.clone()));
    for _ in 0..2 {
        ok(store.remove_link(link.project, link.id).await);
        assert_eq!(ok(store.link(link.project, link.id).await), None);
    }
}

/// Runs every case of [`links`](crate::store::links) as a separate test.
#[macro_export]
macro_rules! links_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::links:
            a_link_is_found_in_its_project
            a_look_spends_no_ticket
            an_old_ticket_opens_nothing
            a_ticket_is_spent_once
            of_clicks_at_once_one_wins
            an_unknown_ticket_starts_nothing
            a_state_is_spent_once
            of_callbacks_at_once_one_wins
            a_state_belongs_to_its_browser
            an_old_state_is_worth_nothing
            an_outcome_can_be_read
            a_status_replaces_the_one_that_was_read
            no_project_finishes_anothers_link
            a_removed_link_is_not_found
        }
    };
}
