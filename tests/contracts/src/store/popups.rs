//! Contract of the store's popups.

use std::time::Duration;

use shared::{
    model::{BrowserSecret, ProjectId, SecretHash, TicketSecret, Timestamp},
    store::{Popup, PopupCall, PopupOutcome, Popups},
};
use uuid::Uuid;

use super::{StoreHarness, conflict, ok};
use crate::samples;

fn popup(browser: &SecretHash) -> Popup {
    Popup {
        ticket: TicketSecret::random().hash(),
        project: ProjectId::random(),
        user: samples::user("user@example.com"),
        origin: "https://app.example.com".to_owned(),
        token: SecretHash::of("a.b.c"),
        browser: browser.clone(),
        is_opener_confirmed: false,
        opened_at: samples::now(),
        valid_until: samples::now().plus(Duration::from_secs(600)),
    }
}

async fn opened(harness: &impl StoreHarness, browser: &SecretHash) -> Popup {
    let popup = popup(browser);
    ok(harness.store().open_popup(&popup).await);
    popup
}

fn browser() -> SecretHash {
    BrowserSecret::random().hash()
}

/// A popup is found in the browser that has opened it, and in no other.
pub async fn a_popup_belongs_to_its_browser(harness: &impl StoreHarness) {
    let (store, own, other) = (harness.store(), browser(), browser());
    let popup = opened(harness, &own).await;
    let now = samples::now();
    assert_eq!(ok(store.popup(&own, &popup.ticket, now).await), Some(popup.clone()));
    assert_eq!(ok(store.popups(&own, now).await), std::slice::from_ref(&popup));
    assert_eq!(ok(store.popup(&other, &popup.ticket, now).await), None);
    assert_eq!(ok(store.popups(&other, now).await), []);
}

/// Several popups of a browser do not replace each other.
pub async fn a_browser_has_several_popups(harness: &impl StoreHarness) {
    let own = browser();
    let all = [opened(harness, &own).await, opened(harness, &own).await];
    let found = ok(harness.store().popups(&own, samples::now()).await);
    assert_eq!(found.len(), 2);
    assert!(all.iter().all(|popup| found.contains(popup)));
}

/// A popup is worthless after it expires, even while its row still exists.
pub async fn an_old_popup_is_worth_nothing(harness: &impl StoreHarness) {
    let (store, own) = (harness.store(), browser());
    let popup = opened(harness, &own).await;
    assert_eq!(ok(store.popup(&own, &popup.ticket, popup.valid_until).await), None);
    assert_eq!(ok(store.popups(&own, popup.valid_until).await), []);
}

/// The opener of one popup is confirmed, and that of no other.
pub async fn an_opener_is_confirmed_for_one_popup(harness: &impl StoreHarness) {
    let (store, own) = (harness.store(), browser());
    let (one, two) = (opened(harness, &own).await, opened(harness, &own).await);
    ok(store.confirm_opener(&own, &one.ticket).await);
    let now = samples::now();
    let confirmed = Popup { is_opener_confirmed: true, ..one.clone() };
    assert_eq!(ok(store.popup(&own, &one.ticket, now).await), Some(confirmed));
    assert_eq!(ok(store.popup(&own, &two.ticket, now).await), Some(two));
}

/// Another browser confirms nothing, and makes no row.
pub async fn another_browser_confirms_nothing(harness: &impl StoreHarness) {
    let (store, own, other) = (harness.store(), browser(), browser());
    let popup = opened(harness, &own).await;
    conflict(&store.confirm_opener(&other, &popup.ticket).await);
    assert_eq!(ok(store.popup(&own, &popup.ticket, samples::now()).await), Some(popup));
    assert_eq!(ok(store.popups(&other, samples::now()).await), []);
}

/// The last call with a token is found until it expires, and by that token only.
pub async fn the_last_call_of_a_token_is_found(harness: &impl StoreHarness) {
    let (store, token) = (harness.store(), browser());
    let valid_until = samples::now().plus(Duration::from_secs(600));
    let refused = PopupOutcome::Refused { code: "key_taken".into(), message: "Make another one.".into() };
    let made = PopupOutcome::Made { link: Uuid::new_v4(), ticket: TicketSecret::random().hash() };
    assert_eq!(ok(store.popup_call(&token, samples::now()).await), None);
    for outcome in [refused, made] {
        let call = PopupCall { at: samples::now(), outcome, valid_until };
        ok(store.record_popup_call(&token, &call).await);
        assert_eq!(ok(store.popup_call(&token, samples::now()).await), Some(call));
    }
    assert_eq!(ok(store.popup_call(&token, Timestamp(valid_until.0)).await), None);
    assert_eq!(ok(store.popup_call(&browser(), samples::now()).await), None);
}

/// Runs every case of [`popups`](crate::store::popups) as a separate test.
#[macro_export]
macro_rules! popups_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::popups:
            a_popup_belongs_to_its_browser
            a_browser_has_several_popups
            an_old_popup_is_worth_nothing
            an_opener_is_confirmed_for_one_popup
            another_browser_confirms_nothing
            the_last_call_of_a_token_is_found
        }
    };
}
