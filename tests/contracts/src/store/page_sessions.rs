//! Contract of the store's page sessions.

use std::time::Duration;

use futures_util::future::join_all;
use shared::{
    model::{BrowserSecret, ConnectionId, Draft, KeptDraft, LinkPage, PageSession, Pick, TicketSecret},
    store::{Link, Links, PageSessions},
};
use uuid::Uuid;

use super::{StoreHarness, conflict, ok, winners};
use crate::samples;

fn session(link: &Link) -> PageSession {
    PageSession {
        id: Uuid::new_v4(),
        project: link.project,
        user: link.user.clone(),
        browser: BrowserSecret::random().hash(),
        link: link.id,
        return_to: link.return_to.clone(),
        language: link.language.clone(),
        label: None,
        opened: Some(samples::now()),
        valid_until: samples::now().plus(PageSession::LIFE),
        page: LinkPage::Choose,
    }
}

fn draft(key: &str) -> Draft {
    let pick = Pick { is_folder: true, name: "Größe".to_owned(), path: "/größe".to_owned() };
    Draft { added: [(key.to_owned(), pick)].into(), ..Draft::default() }
}

/// A session is found until its hour is over, even while its row still exists.
pub async fn a_session_is_found_for_its_hour(harness: &impl StoreHarness) {
    let (store, session) = (harness.store(), session(&samples::link()));
    ok(store.add_page_session(&session, None).await);
    let found = |at| store.page_session(session.id, at);
    assert_eq!(ok(found(samples::now()).await), Some(session.clone()));
    let end = session.valid_until;
    assert_eq!(ok(found(end.plus(Duration::from_secs(1))).await), None);
    assert_eq!(ok(store.page_session(Uuid::new_v4(), samples::now()).await), None);
}

/// A session that was extended is found until its new end, and is otherwise as before.
pub async fn an_extended_session_is_found_until_its_new_end(harness: &impl StoreHarness) {
    let (store, session) = (harness.store(), session(&samples::link()));
    let until = session.valid_until.plus(PageSession::LIFE);
    conflict(&store.extend_page_session(session.id, until).await);
    ok(store.add_page_session(&session, None).await);
    ok(store.extend_page_session(session.id, until).await);
    let (before, after) = (session.valid_until.plus(Duration::from_secs(1)), until);
    let extended = PageSession { valid_until: until, ..session.clone() };
    assert_eq!(ok(store.page_session(session.id, before).await), Some(extended));
    assert_eq!(ok(store.page_session(session.id, after).await), None);
}

/// A ticket opens one session, however many browsers present it at the same time.
pub async fn a_ticket_opens_one_session(harness: &impl StoreHarness) {
    let (store, link, ticket) = (harness.store(), samples::link(), TicketSecret::random().hash());
    ok(store.add_link(&link, &ticket).await);
    let sessions: Vec<PageSession> = (0..5).map(|_| session(&link)).collect();
    let opened = sessions.iter().map(|session| store.add_page_session(session, Some(&ticket)));
    assert_eq!(winners(join_all(opened).await), 1);
    let found = join_all(sessions.iter().map(|one| store.page_session(one.id, samples::now()))).await;
    assert_eq!(found.into_iter().filter_map(ok).count(), 1);
    assert_eq!(ok(store.ticket(&ticket, samples::now()).await), None);
}

/// A draft replaces the one that was read, and never one of another tab. Each connection has its own.
pub async fn a_draft_replaces_the_one_that_was_read(harness: &impl StoreHarness) {
    let (store, session) = (harness.store(), session(&samples::link()));
    let (one, other) = (ConnectionId::random(), ConnectionId::random());
    let before = ok(store.draft(session.id, one).await);
    assert_eq!(before, KeptDraft::default());
    ok(store.keep_draft(&session, one, &before, &draft("id:a")).await);
    let after = ok(store.draft(session.id, one).await);
    assert_eq!(after, KeptDraft { draft: draft("id:a"), version: 1 });
    conflict(&store.keep_draft(&session, one, &before, &draft("id:b")).await);
    assert_eq!(ok(store.draft(session.id, other).await), KeptDraft::default());
    assert_eq!(ok(store.draft(Uuid::new_v4(), one).await), KeptDraft::default());
    ok(store.keep_draft(&session, one, &after, &Draft::default()).await);
    assert!(ok(store.draft(session.id, one).await).draft.is_empty());
    for _ in 0..2 {
        ok(store.forget_draft(session.id, one).await);
        assert_eq!(ok(store.draft(session.id, one).await), KeptDraft::default());
    }
    conflict(&store.keep_draft(&session, one, &after, &draft("id:b")).await);
}

/// Runs every case of [`page_sessions`](crate::store::page_sessions) as a separate test.
#[macro_export]
macro_rules! page_sessions_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::page_sessions:
            a_session_is_found_for_its_hour
            an_extended_session_is_found_until_its_new_end
            a_ticket_opens_one_session
            a_draft_replaces_the_one_that_was_read
        }
    };
}
