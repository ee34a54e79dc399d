//! Rows of popups, and of the calls of the pages that open them.

use async_trait::async_trait;

use super::{
    Dynamo, keys,
    table::{expiring, has_expired, row, value},
};
use crate::{
    model::{SecretHash, Timestamp},
    store::{Popup, PopupCall, Popups, StoreError},
};

#[async_trait]
impl Popups for Dynamo {
    async fn open_popup(&self, popup: &Popup) -> Result<(), StoreError> {
        let row = expiring(row(&keys::popup(&popup.browser, &popup.ticket), popup)?, popup.valid_until);
        self.transact(vec![self.put_new(row)?]).await
    }

    async fn popups(&self, browser: &SecretHash, now: Timestamp) -> Result<Vec<Popup>, StoreError> {
        let rows = self.partition(&keys::popups(browser), keys::POPUPS).await?;
        rows.into_iter().filter(|row| !has_expired(row, now)).map(value).collect()
    }

    async fn popup(
        &self,
        browser: &SecretHash,
        ticket: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Popup>, StoreError> {
        self.get_fresh(&keys::popup(browser, ticket), now).await
    }

    async fn confirm_opener(&self, browser: &SecretHash, ticket: &SecretHash) -> Result<(), StoreError> {
        self.write_attribute(&keys::popup(browser, ticket), "is_opener_confirmed", &true).await
    }

    async fn record_popup_call(&self, token: &SecretHash, call: &PopupCall) -> Result<(), StoreError> {
        let row = expiring(row(&keys::popup_call(token), call)?, call.valid_until);
        self.transact(vec![self.put(row, None)?]).await
    }

    async fn popup_call(&self, token: &SecretHash, now: Timestamp) -> Result<Option<PopupCall>, StoreError> {
        self.get_fresh(&keys::popup_call(token), now).await
    }
}
