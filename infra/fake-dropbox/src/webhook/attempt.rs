//! One attempt to deliver the due notifications, with their faults.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use tokio::{task::JoinSet, time::sleep};

use super::{
    delivery::{Delivery, Letterbox},
    pending::{Pending, delivered, pending},
};
use crate::{
    content::Profile,
    service::{Service, blocking},
    webhook_faults::WebhookFault,
};

/// Faults of an app's notifications.
#[derive(Debug, Default)]
pub(super) struct Way {
    drawn: BTreeMap<i64, Option<WebhookFault>>,
    overtaken: VecDeque<i64>,
    late: JoinSet<()>,
}

/// Notifications of one attempt.
struct Load {
    now: Vec<Pending>,
    again: Vec<i64>,
    dropped: Vec<Pending>,
}

impl Way {
    /// Notifies `app` of everything that is due.
    pub(super) async fn attempt(
        &mut self,
        service: &Arc<Service>,
        delivery: &Delivery,
        key: &str,
    ) -> anyhow::Result<()> {
        let Some(app) = service.app(key) else { return Ok(()) };
        let Some(url) = app.webhook else { return Ok(()) };
        let letterbox = delivery.letterbox(url, &app.secret);
        let load = self.load(service, &letterbox, due(service, key).await?);
        record(service, key, load.dropped).await?;
        if load.now.is_empty() {
            return Ok(());
        }
        let accounts: Vec<i64> = load.now.iter().map(|pending| pending.account).collect();
        letterbox.notify(&profiles(service, &accounts)).await?;
        self.drawn.retain(|account, _| !accounts.contains(account));
        record(service, key, load.now).await?;
        for accounts in [load.again, self.overtaken.drain(..).collect()] {
            letterbox.try_notify(&profiles(service, &accounts)).await;
        }
        Ok(())
    }

    fn load(&mut self, service: &Arc<Service>, letterbox: &Letterbox, due: Vec<Pending>) -> Load {
        let mut load = Load { now: Vec::new(), again: Vec::new(), dropped: Vec::new() };
        for pending in due {
            let account = pending.account;
            match self.draw(service, account) {
                None => load.now.push(pending),
                Some(WebhookFault::Doubled) => {
                    load.now.push(pending);
                    load.again.push(account);
                }
                Some(fault) => {
                    self.drawn.remove(&account);
                    load.dropped.push(pending);
                    self.set_aside(service, letterbox, account, fault);
                }
            }
        }
        load
    }

    /// Returns the fault of a due notification about an account, which is the same for all attempts.
    fn draw(&mut self, service: &Service, account: i64) -> Option<WebhookFault> {
        let draw = || service.account(account).and_then(|account| account.webhook_faults.draw());
        *self.drawn.entry(account).or_insert_with(draw)
    }

    fn set_aside(
        &mut self,
        service: &Arc<Service>,
        letterbox: &Letterbox,
        account: i64,
        fault: WebhookFault,
    ) {
        match fault {
            WebhookFault::Late { by_ms } => {
                let (service, letterbox) = (Arc::clone(service), letterbox.clone());
                self.late.spawn(async move {
                    sleep(Duration::from_millis(by_ms)).await;
                    letterbox.try_notify(&profiles(&service, &[account])).await;
                });
            }
            WebhookFault::Overtaken => self.overtaken.push_back(account),
            WebhookFault::Lost | WebhookFault::Doubled => {}
        }
    }
}

fn profiles<'s>(service: &'s Service, accounts: &[i64]) -> Vec<&'s Profile> {
    let known = accounts.iter().filter_map(|account| service.account(*account));
    known.map(|account| &account.profile).collect()
}

async fn due(service: &Arc<Service>, app: &str) -> anyhow::Result<Vec<Pending>> {
    let (service, app) = (Arc::clone(service), app.to_owned());
    let due = blocking(move || {
        let mut due = service.db.transact(|db| pending(db, &app))?;
        due.retain(|pending| service.account(pending.account).is_some());
        Ok(due)
    });
    due.await
}

async fn record(service: &Arc<Service>, app: &str, told: Vec<Pending>) -> anyhow::Result<()> {
    let (service, app) = (Arc::clone(service), app.to_owned());
    blocking(move || Ok(service.db.transact(|db| delivered(db, &app, &told))?)).await
}
